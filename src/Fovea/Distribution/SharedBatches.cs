using System.Globalization;

namespace Fovea;

/// <summary>
/// One pass over a data set that several processes share: every batch is used by one of them. The batches are those of one process, none is padded or used
/// twice. The processes advance in rounds, in which each has at most one batch, so that an error or a cancellation of one ends the round in all.
/// </summary>
/// <remarks>
/// Batch k belongs to shard k mod S, and shard s to process s mod P. Samples with an index are read by the process that uses them; a stream is read by every
/// process to its end.
/// </remarks>
/// <param name="processes">The P processes.</param>
/// <param name="shards">The number S of shards, at least P.</param>
/// <param name="data">The samples, the same in all processes.</param>
/// <param name="batchSize">The number of samples per batch; the last batch may be smaller.</param>
internal sealed class SharedBatches(IProcessGroup processes, int shards, Dataset data, int batchSize)
{
    private readonly Agreement agreement = new(processes);
    private readonly List<int> counts = [];
    private BatchSource? reader;
    private int reported;

    /// <summary>The number of samples of each batch of all processes that was used so far.</summary>
    public IReadOnlyList<int> Counts => counts;

    /// <summary>The process that uses a batch.</summary>
    public int OwnerOf(int batch) => batch % shards % processes.Size;

    /// <summary>Reads the batches of this process, and waits for the other processes.</summary>
    /// <param name="checks">The conditions for samples.</param>
    /// <param name="use">Receives the number of each batch of this process, and its samples.</param>
    /// <param name="exchange">An exchange of all processes after each round; receives the number of its first batch. Null for none.</param>
    /// <param name="whenDone">Receives the number of samples of each batch, also of those of other processes.</param>
    /// <param name="cancellationToken">Stops before the next round.</param>
    /// <exception cref="TrainingException">The processes have different data, a sample cannot be used, or another process has failed.</exception>
    /// <exception cref="OperationCanceledException">This or another process was cancelled.</exception>
    public void Run(
        SampleChecks checks, Action<int, BatchBuffer> use, Action<int>? exchange, Action<int>? whenDone, CancellationToken cancellationToken)
    {
        RequireSame(data.KnownCount is { } all
            ? string.Create(CultureInfo.InvariantCulture, $"{all} samples of {data.InputShape} in batches of {batchSize} and {shards} shards")
            : string.Create(CultureInfo.InvariantCulture, $"a stream of {data.InputShape} in batches of {batchSize} and {shards} shards"));
        try
        {
            for (var first = 0; ; first = counts.Count)
            {
                agreement.Together(() =>
                {
                    for (; reported < counts.Count; reported++) whenDone?.Invoke(counts[reported]);
                    cancellationToken.ThrowIfCancellationRequested();
                    UseRound(checks, use, cancellationToken);
                });
                if (data.IsStream) RequireSame(string.Create(CultureInfo.InvariantCulture, $"{counts.Sum()} samples after batch {counts.Count}"));
                if (counts.Count == first) return;
                exchange?.Invoke(first);
            }
        }
        finally
        {
            reader?.Dispose();
        }
    }

    private void UseRound(SampleChecks checks, Action<int, BatchBuffer> use, CancellationToken cancellationToken)
    {
        var first = counts.Count;
        var length = Math.Min(processes.Size, shards - (first % shards));
        if (data.KnownCount is { } samples)
        {
            for (long start = (long)first * batchSize; start < samples && counts.Count < first + length; start += batchSize)
                counts.Add((int)Math.Min(batchSize, samples - start));
            var own = first + processes.Rank;
            if (own >= counts.Count) return;
            reader ??= new BatchReader(data, OwnSamples(samples), batchSize, checks);
            use(own, reader.Next()!);
            return;
        }

        reader ??= BatchSource.Once(data, batchSize, checks, cancellationToken);
        while (counts.Count < first + length && reader.Next() is { } batch)
        {
            if (counts.Count == first + processes.Rank) use(counts.Count, batch);
            counts.Add(batch.Count);
        }
    }

    /// <summary>The indices of the samples of the batches of this process.</summary>
    private int[] OwnSamples(int samples) =>
        [.. Enumerable.Range(0, samples).Where(sample => OwnerOf(sample / batchSize) == processes.Rank)];

    private void RequireSame(string own)
    {
        if (processes.Size == 1) return;
        var all = agreement.Gather(own);
        if (Array.FindIndex(all, other => other != all[0]) is var different and > 0)
            throw new TrainingException(string.Create(
                CultureInfo.InvariantCulture, $"Expected the same data in all processes; process 0 has {all[0]}, process {different} has {all[different]}."));
    }
}
