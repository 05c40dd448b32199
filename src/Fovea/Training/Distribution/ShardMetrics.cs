namespace Fovea;

/// <summary>
/// Metrics that count the samples of each shard for themselves, and are merged in the order of the shards, so that their values do not depend on the number of
/// processes.
/// </summary>
internal sealed class ShardMetrics
{
    private readonly DataParallel distribution;
    private readonly Func<int, int> ownerOf;
    private readonly OutputObjective[]?[] own;

    /// <param name="create">Creates the objectives with metrics that have seen nothing.</param>
    /// <param name="distribution">The shards and the processes.</param>
    /// <param name="ownerOf">The process that counts the samples of a shard.</param>
    /// <exception cref="NotSupportedException">A custom metric cannot be merged, or cannot be sent to another process.</exception>
    public ShardMetrics(Func<OutputObjective[]> create, DataParallel distribution, Func<int, int> ownerOf)
    {
        (this.distribution, this.ownerOf) = (distribution, ownerOf);
        foreach (var metric in MetricsOf(create())) metric.RequireMergeable();
        own = new OutputObjective[]?[distribution.Shards];
        for (var shard = 0; shard < own.Length; shard++) own[shard] = ownerOf(shard) == distribution.Processes.Rank ? create() : null;
    }

    /// <summary>The metrics of one of the shards of this process.</summary>
    public IReadOnlyList<OutputObjective> Of(int shard) => own[shard]!;

    /// <summary>All metrics of the shards of this process, shard after shard.</summary>
    public IEnumerable<Metric> Own => own.SelectMany(objectives => MetricsOf(objectives ?? []));

    /// <summary>Restores the metrics of this process within an epoch from the states of all shards.</summary>
    /// <param name="total">The metrics of the training, which count the samples of this process within an epoch.</param>
    /// <param name="read">Reads the states of the next shard into metrics; those of another process's shard are not used further.</param>
    public void Restore(IReadOnlyList<OutputObjective> total, Action<IEnumerable<Metric>> read)
    {
        var unused = MetricsOf(own.First(objectives => objectives is not null)!).Select(metric => metric.Fresh()).ToList();
        foreach (var objectives in own) read(objectives is null ? unused : MetricsOf(objectives));
        foreach (var metric in MetricsOf(total)) metric.Reset();
        foreach (var objectives in own.OfType<OutputObjective[]>())
        {
            foreach (var (sum, metric) in MetricsOf(total).Zip(MetricsOf(objectives))) sum.Merge(metric);
        }
    }

    public void Reset()
    {
        foreach (var metric in Own) metric.Reset();
    }

    /// <summary>Makes metrics those of all samples of all shards. All processes make the call and have the same result.</summary>
    public void MergeInto(IReadOnlyList<OutputObjective> total)
    {
        foreach (var metric in MetricsOf(total)) metric.Reset();
        var states = Array.ConvertAll(
            new Agreement(distribution.Processes).Gather(Save()), bytes => new BinaryReader(new MemoryStream(bytes)));
        for (var shard = 0; shard < own.Length; shard++)
        {
            foreach (var metric in MetricsOf(total))
            {
                var state = states[ownerOf(shard)];
                var part = metric.Fresh();
                part.RestoreState(new BinaryReader(new MemoryStream(state.ReadBytes(state.ReadInt32()))));
                metric.Merge(part);
            }
        }
    }

    /// <summary>The states of the metrics of this process, shard after shard, each after its length.</summary>
    private byte[] Save()
    {
        using var all = new MemoryStream();
        using var writer = new BinaryWriter(all);
        foreach (var metric in Own)
        {
            using var state = new MemoryStream();
            metric.SaveState(new BinaryWriter(state));
            writer.Write((int)state.Length);
            writer.Write(state.GetBuffer().AsSpan(0, (int)state.Length));
        }

        writer.Flush();
        return all.ToArray();
    }

    private static IEnumerable<Metric> MetricsOf(IEnumerable<OutputObjective> objectives) => objectives.SelectMany(objective => objective.Metrics);
}
