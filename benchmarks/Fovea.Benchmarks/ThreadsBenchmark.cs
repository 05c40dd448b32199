using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fovea.Cli;

namespace Fovea.Benchmarks;

/// <summary>The effect of threads: from one to all cores, with one core used by another process, and with many more threads than cores.</summary>
internal sealed class ThreadsBenchmark(Contestant fovea, int pairs, double seconds)
{
    private const int ManyThreads = 16;
    private const int StepsBeforeDigest = 3;

    /// <summary>Typical workloads of training and of predictions for one image.</summary>
    public static IReadOnlyList<Workload> Workloads { get; } =
        [.. Workload.All([Environment.ProcessorCount])
            .Where(work => work.BatchSize > 1 ? work.Network != "vgg16" : !work.IsTraining && work.Network != "book-mnist")];

    public ThreadsRow Measure(Workload work)
    {
        var cores = Environment.ProcessorCount;
        List<double> one = [], less = [], all = [], taken = [], many = [];
        for (var round = 0; round < pairs; round++)
        {
            one.Add(Rate(work with { Threads = 1 }));
            all.Add(Rate(work with { Threads = cores }));
            many.Add(Rate(work with { Threads = ManyThreads }));
            if (cores == 1) continue;
            less.Add(cores == 2 ? one[^1] : Rate(work with { Threads = cores - 1 }));
            taken.Add(RateWithOneCoreTaken(work with { Threads = cores }));
        }

        var digests = ((int[])[1, cores, ManyThreads]).Select(threads => Digest(work, threads)).Distinct().Count();
        return new ThreadsRow(
            work.Mode, work.Network, work.BatchSize, cores, Spread.Of(one).Median, Spread.Ratio(all, one), cores == 1 ? null : Spread.Ratio(taken, less),
            ManyThreads, Spread.Ratio(many, all), digests == 1);
    }

    private double Rate(Workload work) => fovea.Measure(work, seconds).ImagesPerSecond;

    /// <summary>Runs next to a process that only counts, bound to the last core.</summary>
    private double RateWithOneCoreTaken(Workload work)
    {
        if (!OperatingSystem.IsLinux()) throw new BenchmarkException("a core can be taken away on Linux alone.");
        using var other = Process.Start("sh", ["-c", "while :; do :; done"]);
        try
        {
            other.ProcessorAffinity = (nint)(1L << (Environment.ProcessorCount - 1));
            return Rate(work);
        }
        finally
        {
            other.Kill();
            other.WaitForExit();
        }
    }

    private static string Digest(Workload work, int threads)
    {
        Cpu.Threads = threads;
        var benchmark = new Benchmark(work.Network, work.BatchSize, work.IsTraining);
        for (var i = 0; i < StepsBeforeDigest; i++) benchmark.Steps.Step();
        return work.IsTraining
            ? WeightsDigest.Sha256(benchmark.Model)
            : Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(benchmark.Steps.Outputs)));
    }
}
