namespace Fovea;

/// <summary>
/// The shards of batches of samples with an index, of which each process reads those in its shards. As without distribution, each pass over the data has
/// another order, and an epoch with a number of steps is a part of a pass, or several passes.
/// </summary>
/// <param name="passes">The samples of the shards.</param>
/// <param name="distribution">The shards and the processes.</param>
/// <param name="steps">The number of batches of an epoch; null for one pass over the data.</param>
internal sealed class IndexedShards(ShardedPass passes, DataParallel distribution, int? steps) : ShardBatches
{
    private readonly (int First, int End) own = distribution.ShardsOf(distribution.Processes.Rank);
    private BatchReader? reader;
    private BatchBuffer? rows;
    private BatchDivision division = null!;
    private int pass;
    private int nextInPass;
    private int taken;

    public override int? Batches => steps ?? passes.Batches;

    public override int? Samples => steps is not { } count ? passes.Samples
        : passes.Samples % passes.BatchSize == 0 && (long)count * passes.BatchSize <= int.MaxValue ? count * passes.BatchSize
        : null;

    public override IEnumerable<BatchDivision> Divisions => passes.Divisions;

    public override TimeSpan Waited => reader?.Waited ?? TimeSpan.Zero;

    public override void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches)
    {
        var before = ((long)finishedEpochs * Batches!.Value) + finishedBatches;
        (pass, nextInPass) = ((int)(before / passes.Batches), (int)(before % passes.Batches));
        taken = finishedBatches;
        var (ends, longest) = (new int[passes.Batches], 0);
        for (int batch = 0, end = 0; batch < ends.Length; batch++)
        {
            var count = passes.Division(batch).CountOf(own);
            (ends[batch], longest) = (end += count, Math.Max(longest, count));
        }

        if (longest > 0) reader = new BatchReader(passes.Data, passes.OwnSamples(pass), longest, checks, firstBatch: nextInPass, ends: ends);
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
        division = passes.Division(nextInPass++);
        try
        {
            rows = reader?.Next();
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
        if (nextInPass < passes.Batches) return;
        nextInPass = 0;
        pass++;
        reader?.Begin(passes.OwnSamples(pass));
    }
}
