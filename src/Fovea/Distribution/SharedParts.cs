using System.Globalization;

namespace Fovea;

/// <summary>The batches of a data set in parts, part after part. Part s is that of shard s, and is read by the process of that shard.</summary>
internal sealed class SharedParts : SharedBatches
{
    private readonly DataParallel distribution;
    private readonly PartitionedDataset data;
    private readonly int batchSize;
    private readonly List<(int Part, int Count)> batches = [];
    private readonly List<int>[] ofProcesses;
    private int rounds;

    /// <param name="distribution">The shards and the processes.</param>
    /// <param name="data">The parts of this process, with the numbers of samples of all.</param>
    /// <param name="batchSize">The number of samples per batch; the last batch of a part may be smaller.</param>
    public SharedParts(DataParallel distribution, PartitionedDataset data, int batchSize)
        : base(distribution.Processes)
    {
        (this.distribution, this.data, this.batchSize) = (distribution, data, batchSize);
        ofProcesses = [.. Enumerable.Range(0, Processes.Size).Select(_ => new List<int>())];
        for (var part = 0; part < data.CountsOfAll!.Count; part++)
        {
            for (var left = data.CountsOfAll[part]; left > 0; left -= batchSize)
            {
                ofProcesses[OwnerOf(part)].Add(batches.Count);
                batches.Add((part, Math.Min(left, batchSize)));
            }
        }

        Counts = [.. batches.Select(batch => batch.Count)];
    }

    public override IReadOnlyList<int> Counts { get; }

    public override int ShardOf(int batch) => batches[batch].Part;

    public override int OwnerOf(int shard) => distribution.OwnerOf(shard);

    protected override IEnumerable<(string Fact, string Fix)> DescribeData() =>
    [
        (string.Create(CultureInfo.InvariantCulture, $"{string.Join(" + ", data.CountsOfAll!)} samples of {data.InputShape} in batches of {batchSize}"),
            "Give all processes the same batch size, and parts of one shape."),
    ];

    protected override BatchSource? Open(SampleChecks checks, CancellationToken cancellationToken)
    {
        var (own, end) = (ofProcesses[Processes.Rank], 0);
        int[] ends = [.. own.Select(batch => end += batches[batch].Count)];
        return new BatchReader(data, BatchSource.InOrder(data.Count), batchSize, checks, ends: ends);
    }

    protected override IReadOnlyList<int> UseRound(BatchSource? reader, Action<int, BatchBuffer> use)
    {
        var round = rounds++;
        if (round < ofProcesses[Processes.Rank].Count) use(ofProcesses[Processes.Rank][round], reader!.Next()!);
        return [.. ofProcesses.Where(own => round < own.Count).Select(own => own[round])];
    }
}
