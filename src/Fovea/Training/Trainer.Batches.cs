using System.Globalization;
using System.Numerics.Tensors;
using Fovea.Engine;

namespace Fovea;

/// <content>Steps on batches that a user gives, one at a time: no thread reads ahead, and what a batch needs is kept for the next one.</content>
internal sealed partial class Trainer
{
    private const string GivenBatchName = "the batch";

    private Place? place;
    private Snapshot? before;
    private OutputObjective[]? measured;
    private Variable[]? trained;

    /// <summary>One step of the optimizer, and what the batch measures before it.</summary>
    /// <exception cref="TrainingException">A number cannot be used, or the loss or the weights are not finite: all is as before.</exception>
    public Evaluation TrainOnBatch(GivenBatch data)
    {
        Renew();
        Check(data);
        var weightCount = WeightCount(data);
        var step = TrainingStep(data.Count, weightCount);
        var batch = Assemble(data, weightCount);
        before ??= new Snapshot(this);
        before.Take();
        RunTraining(step, batch);
        if (!float.IsFinite(step.Loss)) throw DivergedOnBatch(string.Create(CultureInfo.InvariantCulture, $"The loss became {step.Loss}"));
        trained ??= [.. model.Weights.Select(weight => weight.Variable)];
        foreach (var variable in trained)
        {
            if (!TensorPrimitives.IsFiniteAll(variable.Values)) throw DivergedOnBatch("The weights were no longer finite");
        }

        return Measured(step, batch, Objectives);
    }

    /// <summary>What a batch measures, without training; metrics of a training that is under way are left alone.</summary>
    /// <exception cref="TrainingException">A number cannot be used.</exception>
    public Evaluation EvaluateOnBatch(GivenBatch data)
    {
        Check(data);
        var weightCount = WeightCount(data);
        lock (evaluating)
        {
            var step = EvaluationStep(data.Count, weightCount);
            var batch = Assemble(data, weightCount);
            step.Read(batch);
            using (model.ReadWeights()) step.Run();
            return Measured(step, batch, measured ??= FreshObjectives());
        }
    }

    private static Evaluation Measured(ModelStep step, Batch batch, IReadOnlyList<OutputObjective> objectives)
    {
        foreach (var metric in objectives.SelectMany(objective => objective.Metrics)) metric.Reset();
        AddMetrics(step, batch, objectives);
        var losses = new MeanLosses(objectives.Count);
        losses.Add(step, batch.Count);
        return new Evaluation(losses.Total, losses.Values(objectives).ToDictionary(entry => entry.Name, entry => entry.Value), losses.Seen);
    }

    /// <summary>Puts a batch where plans can read it, in the memory of the one before if it is large enough.</summary>
    private Batch Assemble(GivenBatch data, int weightCount)
    {
        if (place is null || place.Batch.Capacity < data.Count || (place.Batch.SampleWeights?.Length ?? 0) != weightCount)
        {
            var fresh = new Batch(data, data.Count, weightCount);
            place = new Place(fresh, [.. Enumerable.Range(0, data.Count)], SampleReading.RowOf(fresh.Inputs), SampleReading.RowOf(fresh.Targets));
        }

        place.Batch.Count = data.Count;
        try
        {
            new SampleReading(data, FindFault, IgnoredClass).Read(place.Batch, 0, place.Samples.AsSpan(0, data.Count), place.Inputs, place.Targets);
        }
        catch (InvalidDataException error)
        {
            throw new TrainingException(error.Message, error);
        }

        return place.Batch;
    }

    /// <exception cref="ShapeException">A tensor does not have the shape that the model or its loss takes.</exception>
    private void Check(GivenBatch data)
    {
        CheckShapes(data, GivenBatchName);
        if (data.SampleWeights is not { Shape: var shape }) return;
        var positions = Objectives.Count == 1 ? Positions : 1;
        if (shape.Rank > 0 && shape[0] == data.Count && (shape.Count == data.Count || shape.Count == data.Count * positions)) return;
        var orPositions = positions > 1 ? $", or {positions} for each sample, one for each position of its output" : "";
        throw new ShapeException(model.Subject, $"expected sample weights ({data.Count}), one for each sample{orPositions}; received {shape}.");
    }

    private TrainingException DivergedOnBatch(string what)
    {
        before!.Restore();
        return new TrainingException(string.Create(CultureInfo.InvariantCulture,
            $"{what}; the model is again as it was before the batch. A smaller learning rate than {(float)Optimizer.LearningRate} often helps."))
        { IsDivergence = true };
    }

    /// <summary>Where given batches are put together.</summary>
    /// <param name="Batch">The place of the samples.</param>
    /// <param name="Samples">Their numbers.</param>
    /// <param name="Inputs">A place for one sample of several inputs.</param>
    /// <param name="Targets">A place for one sample of several targets.</param>
    private sealed record Place(Batch Batch, int[] Samples, float[]? Inputs, float[]? Targets);
}
