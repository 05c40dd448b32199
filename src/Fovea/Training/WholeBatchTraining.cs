namespace Fovea;

/// <summary>Training of this process alone: each step computes the gradients of a whole batch and the new weights in one run.</summary>
internal sealed class WholeBatchTraining(Trainer trainer, EpochBatches batches, int weightCount, ModelSize size) : BatchTraining
{
    private readonly BatchLosses losses = new(trainer.Objectives.Count);

    public override int? Batches => batches.Batches;

    public override int? Samples => batches.Samples;

    public override TimeSpan Waited => batches.Waited;

    public override void Compile()
    {
        foreach (var batchSize in batches.BatchSizes) _ = trainer.TrainingStep(batchSize, weightCount, size);
    }

    public override void Begin(SampleChecks checks, int finishedEpochs, int finishedBatches) => batches.Begin(checks, finishedEpochs, finishedBatches);

    public override void BeginNext() => batches.BeginNext();

    public override void ResetMetrics()
    {
        foreach (var metric in trainer.Metrics) metric.Reset();
    }

    public override BatchLosses? TrainNext(CancellationToken cancellationToken)
    {
        if (batches.Next() is not { } batch) return null;
        cancellationToken.ThrowIfCancellationRequested();
        var step = trainer.TrainingStep(batch.Count, batch.SampleWeights?.Length ?? 0, size);
        trainer.Run(step, batch);
        Trainer.AddMetrics(step, batch, trainer.Objectives);
        return losses.Take(step, batch.Count);
    }

    public override void Dispose() => batches.Dispose();
}
