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
/// <para>The ticket holds the number of the region (one piece of work) in its upper half and the units left to claim in its
/// lower half; a claim is one compare-and-swap that takes one off. Whoever has claimed a unit may read the work, since the region
/// cannot end before that unit has; a swap with the ticket of a region gone by fails.</para>
/// <para>Idle workers look for work for a moment, then park. A worker that finds itself on the caller's processor (because another
/// process has the next one, or because it was woken there) gives it back at each look but stays runnable, so that the system can move it
/// to an idle one; parked it could not be moved. Parked workers are woken at most every 200 µs, since that costs some 10 µs where
/// processors are short.</para>
/// <para>A worker first counts itself as parked and then looks at the ticket again; the caller first sets the ticket and then
/// looks for parked workers: one of them sees the other.</para>
/// </remarks>
internal sealed class WorkerCrew
{
    private const int CallerSpins = 100;  // some 3 µs, before it offers its core to others
    private static readonly long Patience = Stopwatch.Frequency / 1_000;  // 1 ms, longer than what a run does on one thread between regions
    private static readonly long WakeInterval = Stopwatch.Frequency / 5_000;  // 200 µs

    private readonly object gate = new();
    private Shared shared;
    private int wakeUps;  // granted and not yet taken; under the gate
    private IWork? work;
    private int total;
    private long lastWake;
    private ExceptionDispatchInfo? failure;
    private volatile bool dismissed;

    /// <summary>Starts a thread that serves as worker number <paramref name="worker"/>.</summary>
    public void Hire(int worker)
    {
        // Spinning pays only on a core of one's own.
        var spins = worker < Environment.ProcessorCount;
        new Thread(() => Serve(worker, spins)) { IsBackground = true, Name = $"Fovea worker {worker}" }.Start();
    }

    public void Dismiss()
    {
        dismissed = true;
        Interlocked.MemoryBarrier();
        WakeParked(int.MaxValue);
    }

    /// <summary>Runs all units of the work with the help of whoever is free. One caller at a time.</summary>
    public void Run(IWork newWork, int units)
    {
        work = newWork;
        total = units;
        shared.Pending = units;
        Volatile.Write(ref shared.CallerProcessor, Thread.GetCurrentProcessorId());
        var region = (Volatile.Read(ref shared.Ticket) >>> 32) + 1;
        Interlocked.Exchange(ref shared.Ticket, (region << 32) | (uint)units);
        WakeParkedIfDue();

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
        while (!dismissed)
        {
            ClaimUnits(worker);
            if (!spins || !SpinUntilWork()) Park();
        }
    }

    /// <summary>Claims and runs units until there are none left to claim.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]  // so that no stack slot of a waiting thread keeps the work alive
    private void ClaimUnits(int worker)
    {
        var done = 0;
        while (true)
        {
            var ticket = Volatile.Read(ref shared.Ticket);
            var left = (int)(uint)ticket;
            if (left == 0) break;
            if (Interlocked.CompareExchange(ref shared.Ticket, ticket - 1, ticket) != ticket) continue;
            RunUnit(total - left, worker);
            done++;
            if (left == 1) break;
            if (worker == 0) WakeParkedIfDue();
        }

        if (done > 0) Interlocked.Add(ref shared.Pending, -done);
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

    private bool HasWork => (uint)Volatile.Read(ref shared.Ticket) != 0;

    private bool SpinUntilWork()
    {
        var end = Stopwatch.GetTimestamp() + Patience;
        do
        {
            if (Thread.GetCurrentProcessorId() == Volatile.Read(ref shared.CallerProcessor)) Thread.Yield();
            for (var i = 0; i < 16; i++)
            {
                if (HasWork || dismissed) return true;
                Thread.SpinWait(1);
            }
        }
        while (Stopwatch.GetTimestamp() < end);
        return false;
    }

    private void Park()
    {
        Interlocked.Increment(ref shared.Parked);
        if ((HasWork || dismissed) && TakeParked(1) == 1) return;
        lock (gate)
        {
            while (wakeUps == 0) Monitor.Wait(gate);
            wakeUps--;
        }
    }

    /// <summary>Wakes workers for the units left, unless some were woken just now.</summary>
    private void WakeParkedIfDue()
    {
        if (Volatile.Read(ref shared.Parked) == 0) return;
        var now = Stopwatch.GetTimestamp();
        if (now - lastWake < WakeInterval) return;
        lastWake = now;
        WakeParked((int)(uint)Volatile.Read(ref shared.Ticket));
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

    /// <summary>The counters that several threads write, a pair of cache lines to each.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Shared
    {
        [FieldOffset(0)]
        public int CallerProcessor;

        [FieldOffset(128)]
        public long Ticket;

        [FieldOffset(256)]
        public int Pending;

        [FieldOffset(384)]
        public int Parked;
    }
}
