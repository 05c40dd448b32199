namespace Fovea;

/// <summary>The samples of the batches of one pass over samples with an index: how each batch is divided into shards, and which samples are in them.</summary>
/// <param name="data">The samples that this process can read.</param>
/// <param name="samples">The number of samples of all processes.</param>
/// <param name="batchSize">The number of samples per batch; the last batch may be smaller.</param>
internal abstract class ShardedPass(Dataset data, int samples, int batchSize)
{
    /// <summary>The samples that this process can read.</summary>
    public Dataset Data => data;

    /// <summary>The number of samples of all processes.</summary>
    public int Samples => samples;

    /// <summary>The number of samples per batch.</summary>
    public int BatchSize => batchSize;

    /// <summary>The number of batches.</summary>
    public int Batches { get; } = ((samples - 1) / batchSize) + 1;

    /// <summary>Divisions with all lengths that the shards of this process have.</summary>
    public abstract IEnumerable<BatchDivision> Divisions { get; }

    /// <summary>How a batch is divided, the same in all processes and passes.</summary>
    public abstract BatchDivision Division(int batch);

    /// <summary>The indices, in <see cref="Data"/>, of the samples of the shards of this process, batch after batch.</summary>
    /// <param name="pass">The number of the pass, from 0.</param>
    public abstract int[] OwnSamples(int pass);
}

/// <summary>All samples in one order that every process knows. Each batch is divided evenly.</summary>
/// <param name="data">The data set, the same in all processes.</param>
/// <param name="distribution">The shards and the processes.</param>
/// <param name="batchSize">The number of samples per batch.</param>
/// <param name="order">Returns the order of a number of samples in a pass.</param>
internal sealed class PassInOrder(Dataset data, DataParallel distribution, int batchSize, Func<int, int, int[]> order)
    : ShardedPass(data, data.Count, batchSize)
{
    private readonly (int First, int End) own = distribution.ShardsOf(distribution.Processes.Rank);
    private readonly BatchDivision whole = BatchDivision.Even(distribution.Shards, Math.Min(batchSize, data.Count));
    private readonly BatchDivision last = BatchDivision.Even(distribution.Shards, ((data.Count - 1) % batchSize) + 1);

    public override IEnumerable<BatchDivision> Divisions => Batches == 1 ? [last] : [whole, last];

    public override BatchDivision Division(int batch) => batch == Batches - 1 ? last : whole;

    public override int[] OwnSamples(int pass)
    {
        var all = order(Samples, pass);
        var samples = new List<int>(Batches * whole.CountOf(own));
        for (var batch = 0; batch < Batches; batch++)
            samples.AddRange(all.AsSpan((batch * BatchSize) + Division(batch).Start(own.First), Division(batch).CountOf(own)));
        return [.. samples];
    }
}
