namespace Fovea;

/// <summary>How the samples of a batch are divided into shards. Shard s has the samples from Start(s) on, before Start(s + 1); it may have none.</summary>
internal sealed class BatchDivision
{
    private readonly int[] starts;

    private BatchDivision(int[] starts) => this.starts = starts;

    public int Shards => starts.Length - 1;

    /// <summary>The number of samples of the batch.</summary>
    public int Samples => starts[^1];

    /// <summary>
    /// Divides a batch into shards of equal length, or of two lengths that differ by one, the longer ones first. So a shard of a smaller batch is never longer
    /// than that of a larger one.
    /// </summary>
    public static BatchDivision Even(int shards, int samples)
    {
        var (length, longer) = Math.DivRem(samples, shards);
        return Of([.. Enumerable.Range(0, shards).Select(shard => shard < longer ? length + 1 : length)]);
    }

    /// <summary>A batch of shards with given numbers of samples.</summary>
    public static BatchDivision Of(ReadOnlySpan<int> counts)
    {
        var starts = new int[counts.Length + 1];
        for (var shard = 0; shard < counts.Length; shard++) starts[shard + 1] = starts[shard] + counts[shard];
        return new BatchDivision(starts);
    }

    /// <summary>Whether the shards have these numbers of samples.</summary>
    public bool HasCounts(ReadOnlySpan<int> counts)
    {
        for (var shard = 0; shard < counts.Length; shard++)
        {
            if (CountOf(shard) != counts[shard]) return false;
        }

        return counts.Length == Shards;
    }

    public int Start(int shard) => starts[shard];

    public int CountOf(int shard) => starts[shard + 1] - starts[shard];

    /// <summary>The number of samples of the shards from one on, before another.</summary>
    public int CountOf((int First, int End) shards) => starts[shards.End] - starts[shards.First];
}
