using System.Globalization;
using System.Numerics.Tensors;
using Fovea.Engine;

namespace Fovea;

/// <content>Training on single batches of the caller's. They are read on the calling thread, into memory that is kept for the next batch.</content>
internal sealed partial class Trainer
{
    private AssembledBatch? assembled;
    private TrainingSnapshot? before;
    private Variable[]? trained;

    /// <summary>Runs one step of the optimizer.</summary>
    /// <returns>Loss and metrics of the batch, as the model was before the step.</returns>
    /// <exception cref="TrainingException">A value cannot be used, or the loss or the weights are not finite: the model is as before.</exception>
    public Evaluation TrainOnBatch(GivenBatch data)
    {
        model.RequireWholeBatches(nameof(Model.TrainOnBatch));
        Renew();
        var expects = Check(data, isTraining: true);
        var weightCount = expects.WeightCount(data);
        var step = TrainingStep(data.Count, weightCount, expects.Size);
        var batch = Assemble(data, weightCount, expects);
        before ??= new TrainingSnapshot(this);
        before.Take();
        Run(step, batch);
        if (!float.IsFinite(step.Loss)) throw DivergedOnBatch(string.Create(CultureInfo.InvariantCulture, $"The loss became {step.Loss}"));
        trained ??= [.. model.Weights.Select(weight => weight.Variable)];
        foreach (var variable in trained)
        {
            if (!TensorPrimitives.IsFiniteAll(variable.Values)) throw DivergedOnBatch("The weights were no longer finite");
        }

        return Measured(step, batch, Objectives);
    }

    /// <summary>Copies a batch to where plans can read it: the memory of the batch before, if it is large enough.</summary>
    private BatchBuffer Assemble(GivenBatch data, int weightCount, ExpectedData expects)
    {
        if (assembled is null || assembled.Size != expects.Size || assembled.Batch.Capacity < data.Count
            || (assembled.Batch.SampleWeights?.Length ?? 0) != weightCount)
        {
            var fresh = new BatchBuffer(data, data.Count, weightCount);
            assembled = new AssembledBatch(
                fresh, [.. Enumerable.Range(0, data.Count)], SampleReading.RowOf(fresh.Inputs), SampleReading.RowOf(fresh.Targets),
                expects.Size);
        }

        assembled.Batch.Count = data.Count;
        try
        {
            new SampleReading(data, new SampleChecks(expects.FindFault, weightCount, expects.IgnoredClass))
                .Read(assembled.Batch, 0, assembled.Samples.AsSpan(0, data.Count), assembled.Inputs, assembled.Targets);
        }
        catch (InvalidDataException error)
        {
            throw new TrainingException(error.Message, error);
        }

        return assembled.Batch;
    }

    /// <exception cref="ShapeException">A tensor does not have the shape that the model or its loss takes.</exception>
    private ExpectedData Check(GivenBatch data, bool isTraining = false)
    {
        const string Name = "the batch";
        var expects = isTraining ? ExpectedInTraining(data, Name) : Expected(data, Name);
        expects.RequireShapes(data, Name);
        if (data.SampleWeights is { Shape: var weights }) expects.RequireWeights(weights, data.Count);
        return expects;
    }

    private TrainingException DivergedOnBatch(string what)
    {
        before!.Restore();
        return new TrainingException(string.Create(CultureInfo.InvariantCulture,
            $"{what}; the model is again as it was before the batch. A smaller learning rate than {(float)Optimizer.LearningRate} often helps."))
        { IsDivergence = true };
    }

    /// <summary>The memory of a batch.</summary>
    /// <param name="Batch">The samples, where a plan reads them.</param>
    /// <param name="Samples">The indices of the samples.</param>
    /// <param name="Inputs">Scratch for one sample of several inputs.</param>
    /// <param name="Targets">Scratch for one sample of several targets.</param>
    /// <param name="Size">The size of the samples.</param>
    private sealed record AssembledBatch(BatchBuffer Batch, int[] Samples, float[]? Inputs, float[]? Targets, ModelSize Size);
}
