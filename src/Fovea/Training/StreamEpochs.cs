using System.Globalization;

namespace Fovea;

/// <summary>
/// The batches of a stream. Without a number of steps, each epoch reads the stream from its beginning to its end. With a number of steps, an epoch goes on
/// where the one before has stopped; if the stream ended there, it is read again from its beginning.
/// </summary>
/// <param name="data">The stream.</param>
/// <param name="batchSize">The number of samples per batch.</param>
/// <param name="steps">The number of batches of an epoch; null for the whole stream.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class StreamEpochs(StreamDataset data, int batchSize, int? steps, CancellationToken cancellationToken) : EpochBatches
{
    private StreamBatchReader? reader;
    private int? known;
    private int taken;
    private int epoch = 1;

    public override int? Batches => steps ?? known;

    public override int? Samples => Known((long?)steps * batchSize);

    public override IEnumerable<int> BatchSizes => [batchSize];

    public override TimeSpan Waited => reader?.Waited ?? TimeSpan.Zero;

    public override void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches)
    {
        reader = new StreamBatchReader(data, batchSize, checks, cancellationToken);
        for (; epoch <= finishedEpochs && steps is not null; BeginNext())
        {
            while (Next() is not null)
            {
                // The stream gives the batches of finished epochs again.
            }
        }

        epoch = finishedEpochs + 1;
        while (taken < finishedBatches && Next() is not null)
        {
            // Those of the interrupted epoch too.
        }
    }

    public override void BeginNext()
    {
        epoch++;
        taken = 0;
        if (steps is null) reader!.Begin();
    }

    public override BatchBuffer? Next()
    {
        if (taken == steps) return null;
        if ((reader!.Next() ?? AfterEnd()) is { } batch)
        {
            taken++;
            return batch;
        }

        if (taken == 0)
            throw new TrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"The stream gave no sample in epoch {epoch}: it cannot be read again from its beginning. Cache() keeps its samples in memory."));
        if (steps is { } expected)
            throw new TrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"The stream ended after batch {taken} of {expected} in epoch {epoch}. Give fewer stepsPerEpoch, leave them out to read the whole "
                    + $"stream in each epoch, or let the stream begin again with Repeat()."));
        known = taken;
        return null;
    }

    /// <summary>The first batch of the stream again, if it ended with the epoch before.</summary>
    private BatchBuffer? AfterEnd()
    {
        if (steps is null || taken > 0) return null;
        reader!.Begin();
        return reader.Next();
    }

    public override void Dispose() => reader?.Dispose();
}
