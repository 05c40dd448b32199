namespace Fovea;

/// <summary>
/// Samples that are stored in parts: the samples of shard s are those of part s, which its process alone reads. All parts end with the same batch, since a
/// batch has samples of the parts in proportion to their sizes.
/// </summary>
internal sealed class PassOfParts : ShardedPass
{
    private readonly PartitionedDataset parts;
    private readonly (int First, int End) own;
    private readonly Func<int, int, int, int[]> order;
    private readonly List<BatchDivision> divisions;

    /// <param name="parts">The parts of this process, with the numbers of samples of all.</param>
    /// <param name="distribution">The shards and the processes.</param>
    /// <param name="batchSize">The number of samples per batch.</param>
    /// <param name="order">Returns the order of a number of samples in a pass, for a part.</param>
    public PassOfParts(PartitionedDataset parts, DataParallel distribution, int batchSize, Func<int, int, int, int[]> order)
        : base(parts, parts.CountsOfAll!.Sum(), batchSize)
    {
        (this.parts, this.order) = (parts, order);
        own = distribution.ShardsOf(distribution.Processes.Rank);
        divisions = Divide(parts.CountsOfAll!, batchSize);
    }

    public override IEnumerable<BatchDivision> Divisions
    {
        get
        {
            var known = new HashSet<(int Count, bool IsWhole)>();
            foreach (var division in divisions)
            {
                var isNew = false;
                for (var shard = own.First; shard < own.End; shard++)
                    isNew |= known.Add((division.CountOf(shard), division.CountOf(shard) == division.Samples));
                if (isNew) yield return division;
            }
        }
    }

    /// <summary>
    /// The batches of parts of some sizes. The next sample is of the part of which the smallest share is used, counted to the middle of its next sample:
    /// sample j of n has the place (j + ½) / n. This is the method of Sainte-Laguë for seats in proportion to votes.
    /// </summary>
    public static List<BatchDivision> Divide(IReadOnlyList<int> counts, int batchSize)
    {
        var next = new PriorityQueue<int, (double Place, int Part)>();
        for (var part = 0; part < counts.Count; part++) next.Enqueue(part, (0.5 / counts[part], part));
        var (used, batch, divisions) = (new int[counts.Count], new int[counts.Count], new List<BatchDivision>());
        for (var inBatch = 0; next.Count > 0;)
        {
            var part = next.Dequeue();
            batch[part]++;
            if (++used[part] < counts[part]) next.Enqueue(part, ((used[part] + 0.5) / counts[part], part));
            if (++inBatch < batchSize && next.Count > 0) continue;
            divisions.Add(divisions.Count > 0 && divisions[^1].HasCounts(batch) ? divisions[^1] : BatchDivision.Of(batch));
            (inBatch, batch) = (0, new int[counts.Count]);
        }

        return divisions;
    }

    public override BatchDivision Division(int batch) => divisions[batch];

    public override int[] OwnSamples(int pass)
    {
        var orders = Enumerable.Range(own.First, own.End - own.First).Select(part => order(parts.CountsOfAll![part], pass, part)).ToArray();
        var used = new int[orders.Length];
        var samples = new List<int>(parts.Count);
        foreach (var division in divisions)
        {
            for (var part = 0; part < orders.Length; part++)
            {
                for (var left = division.CountOf(own.First + part); left > 0; left--) samples.Add(parts.Start(part) + orders[part][used[part]++]);
            }
        }

        return [.. samples];
    }
}
