using System.Globalization;

namespace Fovea;

/// <summary>
/// The batches of a data set that all processes can read: those of one process. Batch k belongs to shard k mod S, and shard s to process s mod P. Samples with
/// an index are read by the process that uses them; a stream is read by every process to its end.
/// </summary>
/// <param name="processes">The P processes.</param>
/// <param name="shards">The number S of shards, at least P.</param>
/// <param name="data">The samples, the same in all processes.</param>
/// <param name="batchSize">The number of samples per batch; the last batch may be smaller.</param>
internal sealed class SharedOrder(IProcessGroup processes, int shards, Dataset data, int batchSize) : SharedBatches(processes)
{
    private readonly List<int> counts = [];

    public override IReadOnlyList<int> Counts => counts;

    public override int ShardOf(int batch) => batch % shards;

    public override int OwnerOf(int shard) => shard % Processes.Size;

    /// <summary>The number of samples and batches, and the first, middle and last sample.</summary>
    /// <exception cref="TrainingException">One of these samples cannot be read.</exception>
    protected override IEnumerable<(string Fact, string Fix)> DescribeData()
    {
        var samples = data.KnownCount is { } count ? string.Create(CultureInfo.InvariantCulture, $"{count} samples") : "a stream";
        yield return (
            string.Create(CultureInfo.InvariantCulture, $"{samples} of {data.InputShape} in batches of {batchSize} and {shards} shards"),
            "Give all processes the same data and batch size.");
        if (data.KnownCount is not { } known) yield break;
        int[] some = [.. new[] { 0, known / 2, known - 1 }.Distinct()];
        yield return ($"samples {string.Join(", ", some)} with the hash {HashOf(some)}", "Give all processes the same data in the same order.");
    }

    protected override BatchSource? Open(SampleChecks checks, CancellationToken cancellationToken)
    {
        if (data.KnownCount is not { } samples) return BatchSource.Once(data, batchSize, checks, cancellationToken);
        int[] own = [.. Enumerable.Range(0, samples).Where(sample => OwnerOf(ShardOf(sample / batchSize)) == Processes.Rank)];
        return own.Length > 0 ? new BatchReader(data, own, batchSize, checks) : null;
    }

    protected override IReadOnlyList<int> UseRound(BatchSource? reader, Action<int, BatchBuffer> use)
    {
        var first = counts.Count;
        var (own, end) = (first + Processes.Rank, first + Math.Min(Processes.Size, shards - ShardOf(first)));
        if (data.KnownCount is { } samples)
        {
            for (var start = (long)first * batchSize; start < samples && counts.Count < end; start += batchSize)
                counts.Add((int)Math.Min(batchSize, samples - start));
            if (own < counts.Count) use(own, reader!.Next()!);
        }
        else
        {
            while (counts.Count < end && reader!.Next() is { } batch)
            {
                if (counts.Count == own) use(own, batch);
                counts.Add(batch.Count);
            }
        }

        return [.. Enumerable.Range(first, counts.Count - first)];
    }

    protected override void RequireSameRound()
    {
        if (!data.IsStream) return;
        RequireSame([(
            string.Create(CultureInfo.InvariantCulture, $"{counts.Sum()} samples of the stream after batch {counts.Count}"),
                "Give all processes the same stream.")]);
    }

    private string HashOf(int[] samples)
    {
        try
        {
            return ContentHash.Print(ContentHash.Of(data, samples));
        }
#pragma warning disable CA1031 // A data set of the user's may throw anything; the reading of batches throws the same.
        catch (Exception error)
#pragma warning restore CA1031
        {
            throw new TrainingException(error.Message, error);
        }
    }
}
