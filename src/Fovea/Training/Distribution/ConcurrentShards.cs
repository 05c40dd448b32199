using System.Runtime.ExceptionServices;
using Fovea.Engine.Simd;

namespace Fovea;

/// <summary>
/// Computes the shards of a process on several threads at a time, each thread a run of shards one after another. Small shards are faster this way than one
/// after another on all threads, since the threads need not wait for each other after every op. The bits are the same.
/// </summary>
internal sealed class ConcurrentShards : IWork
{
    /// <summary>The largest number of multiply-adds of a shard for which it is worthwhile: some milliseconds.</summary>
    private const long MaxMultiplyAdds = 1L << 30;

    /// <summary>The largest share of the time that threads may wait for the one with the most shards.</summary>
    private const double MaxIdle = 0.15;

    private readonly int first;
    private readonly Cut cut;
    private readonly ShardTree[] sums;
    private readonly KeptResults?[] results;
    private Action<int, int, ShardTree> run = null!;
    private Exception? failure;

    /// <param name="shards">The shards of this process.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="buffers">The memory of the sums.</param>
    private ConcurrentShards((int First, int End) shards, int threads, SumBuffers buffers)
    {
        first = shards.First;
        cut = Cut.Into(threads, shards.End - shards.First);
        sums = [.. Enumerable.Range(0, threads).Select(_ => new ShardTree(buffers))];
        results = new KeptResults?[shards.End - shards.First];
    }

    /// <summary>The number of threads that compute shards.</summary>
    public int Threads => sums.Length;

    /// <summary>Divides the shards of a process among threads; null if it is better to compute one after another on all threads.</summary>
    /// <param name="shards">The shards of this process.</param>
    /// <param name="shard">The plan of one of them.</param>
    /// <param name="buffers">The memory of the sums.</param>
    public static ConcurrentShards? Of((int First, int End) shards, CompiledObjectives shard, SumBuffers buffers)
    {
        var (count, threads) = (shards.End - shards.First, Cpu.Threads);
        var busiest = Cut.Ceiling(count, threads);
        return threads > 1 && count >= threads && (double)busiest * threads / count <= 1 + MaxIdle && shard.MultiplyAdds <= MaxMultiplyAdds
            ? new ConcurrentShards(shards, threads, buffers)
            : null;
    }

    /// <summary>The thread that computes a shard.</summary>
    public int ThreadOf(int shard)
    {
        var thread = 0;
        while (thread + 1 < cut.Parts && cut.Start(thread + 1) <= shard - first) thread++;
        return thread;
    }

    /// <summary>The results of a shard that metrics need, until the next run.</summary>
    public KeptResults ResultsOf(int shard) => results[shard - first]!;

    /// <summary>Keeps what metrics need of a shard, since its plan computes another one next.</summary>
    public void Keep(int shard, CompiledObjectives plan, int objectives)
    {
        var kept = results[shard - first] ??= new KeptResults(new float[objectives][], new float[]?[objectives]);
        for (var i = 0; i < objectives; i++)
        {
            kept.Predictions[i] = Copy(plan.Prediction(i), kept.Predictions[i]);
            kept.Targets[i] = plan.ChangesTarget(i) ? Copy(plan.TargetOfMetrics(i, []), kept.Targets[i]) : null;
        }

        static float[] Copy(ReadOnlySpan<float> values, float[]? copy)
        {
            if (copy?.Length != values.Length) return values.ToArray();
            values.CopyTo(copy);
            return copy;
        }
    }

    /// <summary>Computes all shards, and adds their results.</summary>
    /// <param name="compute">Computes a shard on a thread and adds its results to a sum.</param>
    /// <param name="total">Receives the sums of all threads.</param>
    public void Run(Action<int, int, ShardTree> compute, ShardTree total)
    {
        (run, failure) = (compute, null);
        foreach (var sum in sums) sum.Clear();
        Cpu.Pool.RunShared(this, cut.Parts);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        foreach (var sum in sums) sum.MoveTo(total);
    }

    void IWork.Run(int unit, int worker)
    {
        try
        {
            var end = unit + 1 < cut.Parts ? cut.Start(unit + 1) : cut.Total;
            for (var i = cut.Start(unit); i < end; i++) run(unit, first + i, sums[unit]);
        }
#pragma warning disable CA1031 // Thrown again on the thread that has called Run.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref failure, error, null);
        }
    }
}

/// <summary>Results of a shard that metrics need.</summary>
/// <param name="Predictions">The predictions for each objective.</param>
/// <param name="Targets">The targets of each objective that the augmentation has changed; null for one that it has not changed.</param>
internal sealed record KeptResults(float[][] Predictions, float[]?[] Targets);
