using System.Diagnostics;

namespace Fovea.Engine.Simd;

/// <summary>
/// Shares the threads of a <see cref="WorkerPool"/> among callers that run at the same time. One caller has them all. Several have a pool each, of as many
/// threads as are its
/// part, and where there are as many callers as threads each works alone: none waits for another, and no thread too many looks for work.
/// </summary>
/// <remarks>
/// Callers come and go between two runs, and idle workers look for work for a millisecond: so it counts how many there were at once within the last 50 ms.
/// </remarks>
internal sealed class Crowd(WorkerPool whole) : IDisposable
{
    private static readonly long Memory = Stopwatch.Frequency / 20;

    private readonly WorkerPool?[][] parts = [.. Levels(whole.Threads).Select(pools => new WorkerPool?[pools])];
    private int callers;
    private int most;
    private long until;

    /// <summary>Counts a caller in.</summary>
    /// <param name="now">The time, in ticks of the <see cref="Stopwatch"/>.</param>
    /// <returns>Who may help it: null for nobody. To be given back to <see cref="Leave"/>.</returns>
    public WorkerPool? Enter(long now)
    {
        var count = Interlocked.Increment(ref callers);
        if (count > 1 && (count >= Volatile.Read(ref most) || now > Volatile.Read(ref until)))
        {
            Volatile.Write(ref most, count);
            Volatile.Write(ref until, now + Memory);
        }

        if (whole.Threads == 1) return null;
        if (now > Volatile.Read(ref until)) return whole.TryReserve() ? whole : null;
        var level = int.Log2(Math.Max(2, Volatile.Read(ref most)) - 1);  // 2 callers: 0; 3 and 4: 1; 5 to 8: 2
        return level < parts.Length ? Reserve(parts[level]) : null;
    }

    /// <summary>Counts a caller out.</summary>
    public void Leave(WorkerPool? helpers)
    {
        helpers?.EndReservation();
        Interlocked.Decrement(ref callers);
    }

    /// <summary>Lets all threads go.</summary>
    public void Dispose()
    {
        foreach (var pool in parts.SelectMany(pools => pools)) pool?.Dispose();
    }

    /// <summary>How many pools there are at each level, as long as each has two threads or more.</summary>
    private static IEnumerable<int> Levels(int threads)
    {
        for (var pools = 2; threads / pools > 1; pools *= 2) yield return pools;
    }

    private WorkerPool? Reserve(WorkerPool?[] pools)
    {
        for (var i = 0; i < pools.Length; i++)
        {
            var pool = Volatile.Read(ref pools[i]) ?? Make(pools, i);
            if (pool.TryReserve()) return pool;
        }

        return null;
    }

    private WorkerPool Make(WorkerPool?[] pools, int i)
    {
        lock (parts) return pools[i] ??= new WorkerPool(whole.Threads / pools.Length);
    }
}
