using System.Globalization;
using Fovea.Measuring;

namespace Fovea.Benchmarks;

/// <summary>
/// Simulates how long the phases of a step take on more workers than this machine has, from the measured times of their units. A free worker
/// claims the next unit of its share, then of the others' (list scheduling, Graham 1966), as the worker pool does. A phase starts when the
/// previous one has ended.
/// </summary>
/// <param name="Region">Seconds to start a phase on the workers and to notice that it has ended.</param>
/// <param name="Claim">Seconds to claim a unit.</param>
/// <param name="Finish">Seconds that a worker needs to report the end of its units, through one counter and therefore one worker at a time.</param>
/// <remarks>The simulation ignores what workers do to each other through shared caches and memory.</remarks>
internal sealed record ListScheduling(double Region, double Claim, double Finish)
{
    /// <summary>Seconds that a phase takes. A single worker or a single unit needs no scheduling.</summary>
    public double PhaseSeconds(IReadOnlyList<double> units, int workers)
    {
        if (workers == 1 || units.Count == 1) return units.Sum();
        var free = new PriorityQueue<int, (double, int)>(Enumerable.Range(0, workers).Select(worker => (worker, (0.0, worker))));
        var next = Enumerable.Range(0, workers).Select(share => Start(share)).ToArray();
        var end = 0.0;
        while (free.TryDequeue(out var worker, out var ready))
        {
            var share = Enumerable.Range(worker, workers).Select(share => share % workers).FirstOrDefault(share => next[share] < Start(share + 1), -1);
            if (share >= 0) free.Enqueue(worker, (ready.Item1 + Claim + units[next[share]++], worker));
            else if (ready.Item1 > 0) end = Math.Max(end, ready.Item1) + Finish;
        }

        return Region + end;

        int Start(int share) => (int)((long)units.Count * share / workers);
    }

    /// <summary>The speed-up of a whole step, and the phases that lose the most time.</summary>
    public SpeedUp Simulate(IReadOnlyList<PhaseTime> phases, int workers, int limits = 6)
    {
        var alone = phases.Sum(phase => phase.Seconds.Sum());
        var seconds = phases.Select(phase => PhaseSeconds(phase.Seconds, workers)).ToArray();
        var total = seconds.Sum();
        var lost = phases.Zip(seconds).GroupBy(pair => (pair.First.Step, pair.First.Phase)).Select(equal => LimitOf([.. equal], workers, total));
        return new SpeedUp(workers, alone / total, alone / total / workers, [.. lost.OrderByDescending(limit => limit.LostShare).Take(limits)]);
    }

    /// <summary>The time lost in phases of the same step on the same shapes.</summary>
    private static PhaseLimit LimitOf((PhaseTime Phase, double Seconds)[] equal, int workers, double total)
    {
        var (first, time) = equal[0];
        var work = equal.Sum(pair => pair.Phase.Seconds.Sum()) / workers;
        var taken = equal.Sum(pair => pair.Seconds);
        return new PhaseLimit(
            first.Step, first.Phase, equal.Length, first.Seconds.Count, work / taken, (taken - work) / total, Reason(first.Seconds, workers, time));
    }

    /// <summary>Why a phase takes longer than its work divided by the workers.</summary>
    private static string Reason(IReadOnlyList<double> units, int workers, double seconds)
    {
        var work = units.Sum();
        var overhead = seconds - new ListScheduling(0, 0, 0).PhaseSeconds(units, workers);
        return units.Count == 1 ? $"serial, {Time(work)}"
            : overhead > (seconds - (work / workers)) / 2 ? $"only {Time(work)} of work to schedule"
            : units.Count < workers ? $"{units.Count} units for {workers} workers"
            : units.Max() > seconds / 2 ? $"one unit takes {Time(units.Max())} of {Time(seconds)}"
            : $"{units.Count} units do not divide evenly";
    }

    private static string Time(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:0.0} µs");
}
