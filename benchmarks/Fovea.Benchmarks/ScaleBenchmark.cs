using System.Diagnostics;
using Fovea.Cli;
using Fovea.Engine.Simd;

namespace Fovea.Benchmarks;

/// <summary>The speed-up on more workers than the machine has, simulated from the time of every work unit on one thread.</summary>
internal sealed class ScaleBenchmark
{
    private const int Regions = 20_000;
    private const int Claims = 1_000_000;
    private const int Steps = 5;
    private static readonly int[] Workers = [1, 2, 4, 16, 64];
    private readonly ListScheduling scheduling;

    public ScaleBenchmark()
    {
        var idle = new Idle();
        scheduling = new ListScheduling(
            SecondsOf(idle, Regions, units: 2), SecondsOf(idle, 1, Claims) / Claims * Cpu.Threads,
            SecondsOf(new Counting(), 1, Counting.Units) / Counting.Units / Counting.Rounds);
    }

    /// <summary>The large batches of all networks, and a single image for networks with large images.</summary>
    public static bool Covers(Workload work) => work.BatchSize > 1 || (!work.IsTraining && work.Network != "book-mnist");

    public ScaleRow Measure(Workload work)
    {
        var benchmark = new Benchmark(work.Network, work.BatchSize, work.IsTraining);
        benchmark.WarmUp();
        var phases = benchmark.Steps.UnitTimes(Steps);
        var alone = phases.Sum(phase => phase.Seconds.Sum());
        var real = alone / benchmark.Steps.Profile(Steps).Sum(step => step.Seconds);
        return new ScaleRow(
            work.Mode, work.Network, work.BatchSize, alone * 1e3, scheduling.Region * 1e6, scheduling.Claim * 1e9,
            Cpu.Threads, real, [.. Workers.Select(workers => scheduling.Simulate(phases, workers))]);
    }

    private static double SecondsOf(IWork work, int regions, int units)
    {
        var pool = Cpu.Pool;
        for (var i = 0; i < regions; i++) pool.Run(work, units);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < regions; i++) pool.Run(work, units);
        return watch.Elapsed.TotalSeconds / regions;
    }

    /// <summary>All threads increment one counter.</summary>
    private sealed class Counting : IWork
    {
        public const int Units = 64;
        public const int Rounds = 20_000;
        private int count;

        public void Run(int unit, int worker)
        {
            for (var i = 0; i < Rounds; i++) Interlocked.Increment(ref count);
        }
    }

    private sealed class Idle : IWork
    {
        public void Run(int unit, int worker)
        {
        }
    }
}
