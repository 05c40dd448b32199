namespace Fovea;

/// <summary>
/// Metrics that count the samples of each shard for themselves, and are merged in the order of the shards, so that their values do not depend on the number of
/// processes.
/// </summary>
internal sealed class ShardMetrics
{
    private readonly DataParallel distribution;
    private readonly IReadOnlyList<OutputObjective> total;
    private readonly int first;
    private readonly OutputObjective[][] own;

    /// <param name="trainer">The metrics are those of its objectives.</param>
    /// <param name="distribution">The shards and the processes.</param>
    /// <exception cref="NotSupportedException">A custom metric cannot be merged.</exception>
    public ShardMetrics(Trainer trainer, DataParallel distribution)
    {
        (this.distribution, total) = (distribution, trainer.Objectives);
        (first, var end) = distribution.ShardsOf(distribution.Processes.Rank);
        own = [.. Enumerable.Range(first, end - first).Select(_ => trainer.FreshObjectives())];
        foreach (var metric in own[0].SelectMany(objective => objective.Metrics)) metric.Fresh().Merge(metric);
    }

    /// <summary>The metrics of one of the shards of this process.</summary>
    public IReadOnlyList<OutputObjective> Of(int shard) => own[shard - first];

    public void Reset()
    {
        foreach (var metric in MetricsOf(total).Concat(own.SelectMany(MetricsOf))) metric.Reset();
    }

    /// <summary>Makes the metrics of the training those of all samples of all shards.</summary>
    public void Complete()
    {
        foreach (var metric in MetricsOf(total)) metric.Reset();
        foreach (var states in new Agreement(distribution.Processes).Gather(Save()))
        {
            using var reader = new BinaryReader(new MemoryStream(states));
            while (reader.BaseStream.Position < states.Length)
            {
                foreach (var metric in MetricsOf(total))
                {
                    var shard = metric.Fresh();
                    shard.RestoreState(reader);
                    metric.Merge(shard);
                }
            }
        }
    }

    /// <summary>The states of the metrics of this process, shard after shard.</summary>
    private byte[] Save()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var metric in own.SelectMany(MetricsOf)) metric.SaveState(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static IEnumerable<Metric> MetricsOf(IEnumerable<OutputObjective> objectives) => objectives.SelectMany(objective => objective.Metrics);
}
