using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Fovea.Engine.Simd;

/// <summary>
/// The threads of a <see cref="WorkerPool"/> and what they share. It knows nothing of the pool, so that the pool can be collected
/// while the threads wait.
/// </summary>
/// <remarks>
/// <para>The units of a region (one piece of work) are divided evenly and in order among the workers. A worker first claims those of its own
/// share, then what is left of the others'. So the same part of the images falls to the same worker in one region after another, which
/// finds in its core's cache what it wrote there; handing units to whoever comes first made steps that are bound by memory slower on two
/// cores than on one.</para>
/// <para>The region word holds the region's number in its upper half and its units in its lower half. A share's ticket holds the number of
/// the last region in which somebody claimed of it and how many of its units were left then; under another number the share is whole. A claim
/// is one compare-and-swap that takes one off. For a region gone by it fails: a region ends only when every share has been claimed of and
/// is empty, so that the ticket has changed. Whoever has claimed a unit may read the work, since the region cannot end before
/// that unit has.</para>
/// <para>Idle workers look for work for a moment, then park. A worker that finds itself on the caller's processor (because another
/// process has the next one, or because it was woken there) gives it back at each look but stays runnable, so that the system can move it
/// to an idle one; parked it could not be moved. Parked workers are woken at most every 200 µs, since that costs some 10 µs where
/// processors are short.</para>
/// <para>A worker first counts itself as parked and then looks at the region word again; the caller first sets that word and then
/// looks for parked workers: one of them sees the other.</para>
/// </remarks>
internal sealed class WorkerThreads
{
    private const int CallerSpins = 100;  // some 3 µs, before it offers its core to others
    private static readonly long Patience = Stopwatch.Frequency / 1_000;  // 1 ms, longer than what a run does on one thread between regions
    private static readonly long WakeInterval = Stopwatch.Frequency / 5_000;  // 200 µs

    private readonly Share[] shares;
    private readonly object gate = new();
    private Shared shared;
    private int wakeUps;  // granted and not yet taken; under the gate
    private IWork? work;
    private long lastWake;
    private ExceptionDispatchInfo? failure;
    private volatile bool isStopped;

    public WorkerThreads(int workers) => shares = new Share[workers];

    /// <summary>Starts a thread that serves as worker number <paramref name="worker"/>.</summary>
    public void Start(int worker)
    {
        // Spinning pays only on a core of one's own.
        var spins = worker < Environment.ProcessorCount;
        new Thread(() => Serve(worker, spins)) { IsBackground = true, Name = $"Fovea worker {worker}" }.Start();
    }

    public void Stop()
    {
        isStopped = true;
        Interlocked.MemoryBarrier();
        WakeParked(int.MaxValue);
    }

    /// <summary>Runs all units of the work with the help of whoever is free. One caller at a time.</summary>
    public void Run(IWork newWork, int units)
    {
        work = newWork;
        shared.Pending = units;
        Volatile.Write(ref shared.CallerProcessor, Thread.GetCurrentProcessorId());
        var number = (uint)(shared.Region >>> 32) + 1;
        if (number == 0)
        {
            Array.Clear(shares);  // after four thousand million regions no ticket may have a number that comes again
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
    /// <returns>The region word in which there are none left.</returns>
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

    /// <summary>Takes a unit off a share, if the region is not over and one is left there.</summary>
    /// <param name="ticket">The share's.</param>
    /// <param name="region">The region word.</param>
    /// <param name="size">The units that the share has when whole.</param>
    /// <param name="left">How many were left, the one taken included.</param>
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

    /// <summary>Wakes as many workers as there are units, unless some were woken just now.</summary>
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

    /// <summary>Takes up to <paramref name="wanted"/> workers off the count of the parked, and says how many.</summary>
    private int TakeParked(int wanted)
    {
        while (true)
        {
            var parked = Volatile.Read(ref shared.Parked);
            var taken = Math.Min(parked, wanted);
            if (taken == 0 || Interlocked.CompareExchange(ref shared.Parked, parked - taken, parked) == parked) return taken;
        }
    }

    /// <summary>What is left of a worker's share of the units; a pair of cache lines to each.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Share
    {
        [FieldOffset(0)]
        public long Ticket;
    }

    /// <summary>The counters that several threads write, a pair of cache lines to each.</summary>
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
