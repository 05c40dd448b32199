using System.Globalization;

namespace Fovea;

/// <summary>The shards of the batches of a stream. Every process reads the whole stream and trains on the samples in its shards.</summary>
internal sealed class StreamShards(StreamEpochs batches, DataParallel distribution) : ShardBatches
{
    private readonly Agreement agreement = new(distribution.Processes);
    private readonly Dictionary<int, BatchDivision> divisions = [];
    private BatchBuffer? rows;
    private BatchDivision? division;

    public override int? Batches => batches.Batches;

    public override int? Samples => batches.Samples;

    public override IEnumerable<BatchDivision> Divisions => batches.BatchSizes.Select(Of);

    public override TimeSpan Waited => batches.Waited;

    public override void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches) => batches.Begin(checks, finishedEpochs, finishedBatches);

    public override void BeginNext() => batches.BeginNext();

    public override BatchDivision? Next(out Exception? error)
    {
        error = null;
        Exception? failure = null;
        try
        {
            rows = batches.Next();
        }
        catch (Exception exception) when (distribution.Processes.Size > 1)
        {
            failure = exception;
        }

        agreement.Require(failure);
        RequireSameCount();
        return division = rows is null ? null : Of(rows.Count);
    }

    public override BatchBuffer Rows(int shard, out int row)
    {
        row = division!.Start(shard);
        return rows!;
    }

    public override void Dispose() => batches.Dispose();

    /// <exception cref="TrainingException">The processes have read batches of different sizes.</exception>
    private void RequireSameCount()
    {
        if (distribution.Processes.Size == 1) return;
        var counts = Array.ConvertAll(agreement.Gather(BitConverter.GetBytes(rows?.Count ?? 0)), bytes => BitConverter.ToInt32(bytes));
        if (Array.FindIndex(counts, count => count != counts[0]) is var other and > 0)
            throw new TrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"Process {other} read {counts[other]} samples of the stream for a batch; process 0 read {counts[0]}. Give every process the same stream."));
    }

    private BatchDivision Of(int samples)
    {
        if (!divisions.TryGetValue(samples, out var known)) divisions[samples] = known = BatchDivision.Even(distribution.Shards, samples);
        return known;
    }
}
