namespace Fovea;

/// <content>Evaluation of data sets and of single batches.</content>
internal sealed partial class Trainer
{
    private readonly Lock evaluating = new();
    private OutputObjective[]? measured;

    /// <summary>Measures loss and metrics on a data set, without training.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">The number of samples per batch.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <param name="whenDone">Receives the number of samples of each finished batch.</param>
    /// <param name="isAugmented">Whether the images are changed as the augmentation changes them in inference, to the size of training images.</param>
    public Evaluation Evaluate(
        Dataset data, int batchSize, CancellationToken cancellationToken, Action<int>? whenDone = null, bool isAugmented = false)
    {
        var operation = Operation.Begin("fovea.evaluate", model.Name, Telemetry.EvaluationDuration);
        operation.Set("fovea.batch_size", batchSize);
        try
        {
            var evaluation = model.Distribution is { Shards: > 1 } distribution
                ? MeasureTogether(distribution, data, batchSize, whenDone, isAugmented, cancellationToken)
                : Measure(data, batchSize, whenDone, isAugmented, cancellationToken);
            operation.Set("fovea.samples", evaluation.Count);
            operation.End();
            return evaluation;
        }
        catch (Exception error) when (operation.HasFailed(error))
        {
            throw;
        }
    }

    private Evaluation Measure(Dataset data, int batchSize, Action<int>? whenDone, bool isAugmented, CancellationToken cancellationToken)
    {
        var expects = Expected(data);
        data = expects.Matching(data);
        var fresh = FreshObjectives();
        var losses = new MeanLosses(fresh.Length);
        using var reader = BatchSource.Once(
            data, batchSize, new SampleChecks(expects.FindFault, expects.WeightCount(data), expects.IgnoredClass), cancellationToken);
        while (reader.Next() is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (evaluating)
            {
                var step = EvaluationStep(batch.Count, batch.SampleWeights?.Length ?? 0, expects.Size, isAugmented);
                step.Read(batch);
                using (model.ReadWeights()) step.Run();
                losses.Add(step, batch.Count);
                AddMetrics(step, batch, fresh);
            }

            whenDone?.Invoke(batch.Count);
        }

        return Result(losses, fresh);
    }

    /// <summary>Measures loss and metrics on a batch. Metrics of a training in progress are not touched.</summary>
    /// <exception cref="TrainingException">A value cannot be used.</exception>
    public Evaluation EvaluateOnBatch(GivenBatch data)
    {
        var expects = Check(data);
        var weightCount = expects.WeightCount(data);
        lock (evaluating)
        {
            var step = EvaluationStep(data.Count, weightCount, expects.Size);
            var batch = Assemble(data, weightCount, expects);
            step.Read(batch);
            using (model.ReadWeights()) step.Run();
            return Measured(step, batch, measured ??= FreshObjectives());
        }
    }

    private static Evaluation Measured(CompiledObjectives step, BatchBuffer batch, IReadOnlyList<OutputObjective> objectives)
    {
        foreach (var metric in objectives.SelectMany(objective => objective.Metrics)) metric.Reset();
        AddMetrics(step, batch, objectives);
        var losses = new MeanLosses(objectives.Count);
        losses.Add(step, batch.Count);
        return Result(losses, objectives);
    }

    private static Evaluation Result(MeanLosses losses, IReadOnlyList<OutputObjective> objectives) =>
        new(losses.Total, losses.Values(objectives).ToDictionary(entry => entry.Name, entry => entry.Value), losses.Seen);

    /// <summary>The objectives with metrics that have seen nothing.</summary>
    public OutputObjective[] FreshObjectives() =>
        [.. Objectives.Select(objective => objective with { Metrics = [.. objective.Metrics.Select(metric => metric.Fresh())] })];
}
