using System.Diagnostics;

namespace Fovea.Engine.Simd;

/// <summary>
/// Divides the threads of a <see cref="WorkerPool"/> among callers that run at the same time. A single caller gets the whole pool. Several callers
/// get a pool each with their share of the threads; with as many callers as threads, each runs alone. No caller waits for another, and there are never
/// more busy threads than the pool has.
/// </summary>
/// <remarks>
/// Callers leave and return between two runs, and idle workers spin for a millisecond. The partition therefore follows the largest number of callers
/// at once within the last 50 ms.
/// </remarks>
internal sealed class ThreadPartition(WorkerPool whole) : IDisposable
{
    private static readonly long Memory = Stopwatch.Frequency / 20;

    private readonly WorkerPool?[][] parts = [.. Levels(whole.Threads).Select(pools => new WorkerPool?[pools])];
    private int callers;
    private int maxCallers;
    private long until;

    /// <summary>Registers a caller.</summary>
    /// <param name="now">The time, in ticks of the <see cref="Stopwatch"/>.</param>
    /// <returns>The pool to run on, to be passed to <see cref="Leave"/>; null if the caller runs alone.</returns>
    public WorkerPool? Enter(long now)
    {
        var count = Interlocked.Increment(ref callers);
        if (count > 1 && (count >= Volatile.Read(ref maxCallers) || now > Volatile.Read(ref until)))
        {
            Volatile.Write(ref maxCallers, count);
            Volatile.Write(ref until, now + Memory);
        }

        if (whole.Threads == 1) return null;
        if (now > Volatile.Read(ref until)) return whole.TryReserve() ? whole : null;
        var level = int.Log2(Math.Max(2, Volatile.Read(ref maxCallers)) - 1);  // 2 callers: 0; 3 and 4: 1; 5 to 8: 2
        return level < parts.Length ? Reserve(parts[level]) : null;
    }

    /// <summary>Unregisters a caller and frees its pool.</summary>
    public void Leave(WorkerPool? helpers)
    {
        helpers?.EndReservation();
        Interlocked.Decrement(ref callers);
    }

    /// <summary>Stops the threads of all pools.</summary>
    public void Dispose()
    {
        foreach (var pool in parts.SelectMany(pools => pools)) pool?.Dispose();
    }

    /// <summary>The number of pools at each level: 2, 4, 8 …, as long as each has at least two threads.</summary>
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
