using System.Runtime.InteropServices;

namespace Fovea;

/// <content>
/// Evaluation by several processes. The loss has the bits of one process, since the losses of the batches are added in the order of the batches. Metrics count
/// the samples of each shard, and are merged in the order of the shards.
/// </content>
internal sealed partial class Trainer
{
    private Evaluation MeasureTogether(
        DataParallel distribution, Dataset data, int batchSize, Action<int>? whenDone, bool isAugmented, CancellationToken cancellationToken)
    {
        var (agreement, checks) = (new Agreement(distribution.Processes), default(SampleChecks));
        ExpectedData expects = null!;
        ShardMetrics metrics = null!;
        SharedBatches batches = null!;
        agreement.Together(() =>
        {
            expects = Expected(data);
            data = expects.Matching(data);
            checks = new SampleChecks(expects.FindFault, expects.WeightCount(data), expects.IgnoredClass);
            batches = data is PartitionedDataset { CountsOfAll: not null } parts
                ? new SharedParts(distribution, parts, batchSize)
                : new SharedOrder(distribution.Processes, distribution.Shards, data, batchSize);
            metrics = new ShardMetrics(FreshObjectives, distribution, batches.OwnerOf);
        });
        var own = new List<float>();  // the losses of each batch of this process: the total, and that of each objective
        batches.Run(checks, Describe, Measure, exchange: null, whenDone, cancellationToken);
        var losses = Losses(agreement.Gather(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(own))), batches);
        var total = FreshObjectives();
        metrics.MergeInto(total);
        return Result(losses, total);

        IEnumerable<(string Fact, string Fix)> Describe() =>
        [
            .. model.DescribeWeights(),
            ($"the metrics {string.Join(", ", Metrics.Select(metric => metric.Name))}", $"Compile '{model.Name}' with the same metrics in all processes."),
        ];

        void Measure(int number, BatchBuffer batch)
        {
            lock (evaluating)
            {
                var step = EvaluationStep(batch.Count, batch.SampleWeights?.Length ?? 0, expects.Size, isAugmented);
                step.Read(batch);
                using (model.ReadWeights()) step.Run();
                own.Add(step.Loss);
                for (var objective = 0; objective < Objectives.Count; objective++) own.Add(step.LossOf(objective));
                AddMetrics(step, batch, metrics.Of(batches.ShardOf(number)));
            }
        }
    }

    /// <summary>The mean losses of all batches.</summary>
    /// <param name="messages">The losses of the batches of each process.</param>
    /// <param name="batches">The processes and the sizes of the batches.</param>
    private MeanLosses Losses(byte[][] messages, SharedBatches batches)
    {
        var (mean, each) = (new MeanLosses(Objectives.Count), new BatchLosses(Objectives.Count));
        var next = new int[messages.Length];
        for (var batch = 0; batch < batches.Counts.Count; batch++)
        {
            var process = batches.OwnerOf(batches.ShardOf(batch));
            var losses = MemoryMarshal.Cast<byte, float>(messages[process]).Slice((1 + Objectives.Count) * next[process]++, 1 + Objectives.Count);
            (each.Loss, each.Count) = (losses[0], batches.Counts[batch]);
            losses[1..].CopyTo(each.OfObjectives);
            mean.Add(each);
        }

        return mean;
    }
}
