using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Fovea.Engine.Simd;

/// <summary>
/// The threads of a <see cref="WorkerPool"/> and their shared state. It has no reference to the pool, so that the pool can be collected while the
/// threads wait.
/// </summary>
/// <remarks>
/// <para>A region is one piece of work. Its units are divided into contiguous, equal shares, one for each worker. A worker first claims the units in
/// its share, then those left in other shares. The same part of the images therefore goes to the same worker in every region, and the worker finds in
/// its core's cache what it wrote before. With units claimed first come, first served, steps bound by memory were slower on two cores than on one.</para>
/// <para>The region word holds the number of the region in its upper half and the number of its units in its lower half. The ticket of a share holds the
/// number of the last region in which a unit of the share was claimed, and how many of its units were left. If that number is not the current region's,
/// the share is complete. A claim is one compare-and-swap that decrements the ticket. A claim for a past region fails: a region ends only when all
/// shares are empty, so the ticket has changed. A worker that has claimed a unit may read the work, since the region cannot end before that unit.</para>
/// <para>Idle workers spin for a moment, then park. A worker may find itself on the caller's processor, because another process occupies the next one or
/// because the system woke it there. It then yields at each check but stays runnable, so that the system can move it to an idle processor; a parked thread
/// is not moved. Parked workers are woken at most every 200 µs, since a wake-up costs about 10 µs when processors are scarce.</para>
/// <para>A worker first counts itself as parked and then checks the region word again. The caller first sets that word and then checks for parked workers.
/// So at least one of them sees the other.</para>
/// </remarks>
internal sealed class WorkerThreads
{
    private const int CallerSpins = 100;  // about 3 µs, then the caller yields its core
    private static readonly long Patience = Stopwatch.Frequency / 1_000;  // 1 ms, longer than the single-threaded parts of a run
    private static readonly long WakeInterval = Stopwatch.Frequency / 5_000;  // 200 µs

    private readonly Share[] shares;
    private readonly object gate = new();
    private Shared shared;
    private int wakeUps;  // granted but not yet used; guarded by the gate
    private IWork? work;
    private long lastWake;
    private ExceptionDispatchInfo? failure;
    private volatile bool isStopped;

    public WorkerThreads(int workers) => shares = new Share[workers];

    /// <summary>Starts a thread that serves as worker number <paramref name="worker"/>.</summary>
    public void Start(int worker)
    {
        // Spinning pays only if the thread has a core to itself.
        var spins = worker < Environment.ProcessorCount;
        new Thread(() => Serve(worker, spins)) { IsBackground = true, Name = $"Fovea worker {worker}" }.Start();
    }

    public void Stop()
    {
        isStopped = true;
        Interlocked.MemoryBarrier();
        WakeParked(int.MaxValue);
    }

    /// <summary>Runs all units of the work together with all idle workers. One caller at a time.</summary>
    public void Run(IWork newWork, int units)
    {
        work = newWork;
        shared.Pending = units;
        Volatile.Write(ref shared.CallerProcessor, Thread.GetCurrentProcessorId());
        var number = (uint)(shared.Region >>> 32) + 1;
        if (number == 0)
        {
            Array.Clear(shares);  // after 2³² regions the numbers repeat, and no ticket may hold an old one
            number = 1;
        }

        Interlocked.Exchange(ref shared.Region, ((long)number << 32) | (uint)units);
        WakeParkedIfDue(units);

        ClaimUnits(worker: 0);
        for (var i = 0; i < CallerSpins && Volatile.Read(ref shared.Pending) > 0; i++) Thread.SpinWait(1);
        while (Volatile.Read(ref shared.Pending) > 0) Thread.Yield();

        work = null;
        if (failure is not { } thrown) return;
        failure = null;
        thrown.Throw();
    }

    private void Serve(int worker, bool spins)
    {
        while (!isStopped)
        {
            var region = ClaimUnits(worker);
            if (!spins || !SpinUntilAfter(region)) Park(region);
        }
    }

    /// <summary>Claims and runs units until there are none left to claim.</summary>
    /// <returns>The word of the region that has no units left.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]  // so that no stack slot of a waiting thread keeps the work alive
    private long ClaimUnits(int worker)
    {
        var region = Volatile.Read(ref shared.Region);
        var units = (int)region;
        var done = 0;
        for (var i = 0; i < shares.Length; i++)
        {
            var share = worker + i < shares.Length ? worker + i : worker + i - shares.Length;
            var end = (int)((long)units * (share + 1) / shares.Length);
            var size = end - (int)((long)units * share / shares.Length);
            while (size > 0 && Claim(ref shares[share].Ticket, region, size, out var left))
            {
                RunUnit(end - left, worker);
                done++;
                if (worker == 0) WakeParkedIfDue(units);
            }
        }

        if (done > 0) Interlocked.Add(ref shared.Pending, -done);
        return region;
    }

    /// <summary>Claims a unit of a share, if the region has not ended and a unit is left.</summary>
    /// <param name="ticket">The ticket of the share.</param>
    /// <param name="region">The region word.</param>
    /// <param name="size">The units of the complete share.</param>
    /// <param name="left">The units that were left, including the claimed one.</param>
    private bool Claim(ref long ticket, long region, int size, out int left)
    {
        var number = region >>> 32 << 32;
        while (true)
        {
            var seen = Volatile.Read(ref ticket);
            var isWhole = seen >>> 32 << 32 != number;
            left = isWhole ? size : (int)seen;
            if (left == 0 || (isWhole && Volatile.Read(ref shared.Region) != region)) return false;
            if (Interlocked.CompareExchange(ref ticket, number | (uint)(left - 1), seen) == seen) return true;
        }
    }

    private void RunUnit(int unit, int worker)
    {
        if (Volatile.Read(ref failure) is not null) return;
        try
        {
            work!.Run(unit, worker);
        }
#pragma warning disable CA1031 // Whatever a unit throws is carried to the caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private bool SpinUntilAfter(long region)
    {
        var end = Stopwatch.GetTimestamp() + Patience;
        do
        {
            if (Thread.GetCurrentProcessorId() == Volatile.Read(ref shared.CallerProcessor)) Thread.Yield();
            for (var i = 0; i < 16; i++)
            {
                if (Volatile.Read(ref shared.Region) != region || isStopped) return true;
                Thread.SpinWait(1);
            }
        }
        while (Stopwatch.GetTimestamp() < end);
        return false;
    }

    private void Park(long region)
    {
        Interlocked.Increment(ref shared.Parked);
        if ((Volatile.Read(ref shared.Region) != region || isStopped) && TakeParked(1) == 1) return;
        lock (gate)
        {
            while (wakeUps == 0) Monitor.Wait(gate);
            wakeUps--;
        }
    }

    /// <summary>Wakes as many workers as there are units, unless workers were woken less than 200 µs ago.</summary>
    private void WakeParkedIfDue(int units)
    {
        if (Volatile.Read(ref shared.Parked) == 0) return;
        var now = Stopwatch.GetTimestamp();
        if (now - lastWake < WakeInterval) return;
        lastWake = now;
        WakeParked(units);
    }

    private void WakeParked(int wanted)
    {
        var woken = TakeParked(wanted);
        if (woken == 0) return;
        lock (gate)
        {
            wakeUps += woken;
            if (woken == 1) Monitor.Pulse(gate);
            else Monitor.PulseAll(gate);
        }
    }

    /// <summary>Removes up to <paramref name="wanted"/> workers from the count of parked workers, and returns how many.</summary>
    private int TakeParked(int wanted)
    {
        while (true)
        {
            var parked = Volatile.Read(ref shared.Parked);
            var taken = Math.Min(parked, wanted);
            if (taken == 0 || Interlocked.CompareExchange(ref shared.Parked, parked - taken, parked) == parked) return taken;
        }
    }

    /// <summary>The remaining units of a worker's share. Two cache lines each, so that workers do not share lines.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Share
    {
        [FieldOffset(0)]
        public long Ticket;
    }

    /// <summary>The counters that several threads write, two cache lines each.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Shared
    {
        [FieldOffset(0)]
        public int CallerProcessor;

        [FieldOffset(128)]
        public long Region;

        [FieldOffset(256)]
        public int Pending;

        [FieldOffset(384)]
        public int Parked;
    }
}
