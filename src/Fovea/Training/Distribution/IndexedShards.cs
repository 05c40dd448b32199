namespace Fovea;

/// <summary>
/// The shards of batches of samples with an index. Every process knows the order of all samples and reads those of its own shards. As without distribution,
/// each pass over the data has another order, and an epoch with a number of steps is a part of a pass, or several passes.
/// </summary>
/// <param name="data">The data set, the same in all processes.</param>
/// <param name="distribution">The shards and the processes.</param>
/// <param name="batchSize">The number of samples per batch.</param>
/// <param name="steps">The number of batches of an epoch; null for one pass over the data.</param>
/// <param name="order">Returns the order of the samples in a pass, counted from 0.</param>
internal sealed class IndexedShards(Dataset data, DataParallel distribution, int batchSize, int? steps, Func<int, int[]> order) : ShardBatches
{
    private readonly int batchesPerPass = ((data.Count - 1) / batchSize) + 1;
    private readonly (int First, int End) own = distribution.ShardsOf(distribution.Processes.Rank);
    private readonly BatchDivision whole = BatchDivision.Even(distribution.Shards, Math.Min(batchSize, data.Count));
    private readonly BatchDivision last = BatchDivision.Even(distribution.Shards, ((data.Count - 1) % batchSize) + 1);
    private BatchReader? reader;
    private BatchBuffer? rows;
    private BatchDivision division = null!;
    private int pass;
    private int nextInPass;
    private int taken;

    public override int? Batches => steps ?? batchesPerPass;

    public override int? Samples => steps is not { } count ? data.Count
        : data.Count % batchSize == 0 && (long)count * batchSize <= int.MaxValue ? count * batchSize
        : null;

    public override IEnumerable<BatchDivision> Divisions => batchesPerPass == 1 ? [last] : [whole, last];

    public override TimeSpan Waited => reader?.Waited ?? TimeSpan.Zero;

    public override void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches)
    {
        var before = ((long)finishedEpochs * Batches!.Value) + finishedBatches;
        (pass, nextInPass) = ((int)(before / batchesPerPass), (int)(before % batchesPerPass));
        taken = finishedBatches;
        if (whole.CountOf(own) > 0) reader = new BatchReader(data, OwnOrder(), whole.CountOf(own), checks, firstBatch: nextInPass);
    }

    public override void BeginNext()
    {
        taken = 0;
        BeginPassAfterEnd();
    }

    public override BatchDivision? Next(out Exception? error)
    {
        error = null;
        if (taken == Batches) return null;
        taken++;
        BeginPassAfterEnd();
        division = ++nextInPass == batchesPerPass ? last : whole;
        try
        {
            rows = division.CountOf(own) > 0 ? reader!.Next() : null;
        }
        catch (TrainingException exception)
        {
            error = exception;
        }

        return division;
    }

    public override BatchBuffer Rows(int shard, out int row)
    {
        row = division.Start(shard) - division.Start(own.First);
        return rows!;
    }

    public override void Dispose() => reader?.Dispose();

    private void BeginPassAfterEnd()
    {
        if (nextInPass < batchesPerPass) return;
        nextInPass = 0;
        pass++;
        reader?.Begin(OwnOrder());
    }

    /// <summary>The samples of the shards of this process, in the order of the pass.</summary>
    private int[] OwnOrder()
    {
        var all = order(pass);
        var samples = new List<int>((batchesPerPass * whole.CountOf(own)) + 1);
        for (var batch = 0; batch < batchesPerPass; batch++)
        {
            var divided = batch == batchesPerPass - 1 ? last : whole;
            samples.AddRange(all.AsSpan((batch * batchSize) + divided.Start(own.First), divided.CountOf(own)));
        }

        return [.. samples];
    }
}
