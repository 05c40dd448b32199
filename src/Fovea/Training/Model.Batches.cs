using System.Runtime.CompilerServices;

namespace Fovea;

/// <content>Training and evaluation on single batches, for custom training loops.</content>
public partial class Model
{
    /// <summary>
    /// Runs one step of the optimizer on a batch, as Keras' <c>train_on_batch</c>: for custom training loops, such as those of adversarial networks.
    /// </summary>
    /// <remarks>
    /// A sequence of calls gives the same bits as <see cref="Fit"/> with <c>shuffle: false</c> on the same batches. Steps are counted across calls; learning
    /// rate schedules and random values depend on that count. Calls do not count as epochs, so they do not change the order in which a later
    /// <see cref="Fit"/> shuffles. Averages of weights (<see cref="Fovea.Optimizer.UseEma"/>) are updated. They replace the weights only at the end of a
    /// <see cref="Fit"/>, or at the interval <see cref="Fovea.Optimizer.EmaOverwriteFrequency"/>.
    /// <para>
    /// The first call for a batch size compiles the step; steps for up to four batch sizes are kept. A call after layers were frozen, unfrozen or given another
    /// rate compiles again and keeps the optimizer's state. The model compares its layers with their state at its own previous call. Two models that share
    /// layers may therefore freeze and unfreeze them in turn without compiling again. No other thread may train, evaluate or change the model meanwhile.
    /// </para>
    /// </remarks>
    /// <param name="inputs">One or more samples: the model's input shape with a batch in front. They are copied.</param>
    /// <param name="targets">The target of each sample, in the shape that the loss takes: (batch) for class numbers.</param>
    /// <param name="sampleWeights">The weight of each sample, (batch), or of each position of its output; null if all count the same.</param>
    /// <returns>Loss and metrics of this batch alone, with the model as it was before the step.</returns>
    /// <exception cref="InvalidOperationException">
    /// The model is not compiled, another thread trains or evaluates it, or it was called by a callback of this training.
    /// </exception>
    /// <exception cref="ShapeException">The tensors do not have the shapes of the model and its loss, or have different numbers of samples.</exception>
    /// <exception cref="TrainingException">
    /// A value is not finite, a target is not possible (a class that the model does not have), a weight is below 0, or the loss or the weights became infinite
    /// or NaN. The model is as before the batch.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">A step needs more memory than <see cref="MemoryLimit"/> allows, or than this machine has.</exception>
    public Evaluation TrainOnBatch(Tensor inputs, Tensor targets, Tensor? sampleWeights = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        return TrainOnBatch([inputs], [targets], sampleWeights);
    }

    /// <summary>Runs one step of the optimizer on a batch, for a model of several inputs or outputs.</summary>
    /// <remarks>See <see cref="TrainOnBatch(Tensor, Tensor, Tensor?)"/>.</remarks>
    /// <param name="inputs">A tensor for each input, all with the same number of samples.</param>
    /// <param name="targets">A tensor for each output that is trained, in the model's order.</param>
    /// <param name="sampleWeights">The weight of each sample, (batch); null if all count the same.</param>
    /// <inheritdoc cref="TrainOnBatch(Tensor, Tensor, Tensor?)" path="/returns | /exception"/>
    [OverloadResolutionPriority(1)]  // [a, b] is a list of inputs here, not a stacked tensor
    public Evaluation TrainOnBatch(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, Tensor? sampleWeights = null)
    {
        var batch = Given(inputs, targets, sampleWeights);
        using var claim = Begin(WeightUse.Training, nameof(TrainOnBatch));
        return RequireTrainer().TrainOnBatch(batch);
    }

    /// <summary>
    /// Measures loss and metrics on a batch, without training, as Keras' <c>test_on_batch</c>: the same as <see cref="Evaluate"/> of these samples in one
    /// batch. Several threads may call it at once; they take turns.
    /// </summary>
    /// <param name="inputs">One or more samples: the model's input shape with a batch in front. They are copied.</param>
    /// <param name="targets">The target of each sample, in the shape that the loss takes: (batch) for class numbers.</param>
    /// <param name="sampleWeights">The weight of each sample, (batch), or of each position of its output; null if all count the same.</param>
    /// <returns>Loss and metrics of this batch alone.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled, or another thread trains or changes it.</exception>
    /// <exception cref="ShapeException">The tensors do not have the shapes of the model and its loss, or have different numbers of samples.</exception>
    /// <exception cref="TrainingException">
    /// A value is not finite, a target is not possible (a class that the model does not have), or a weight is below 0.
    /// </exception>
    public Evaluation EvaluateOnBatch(Tensor inputs, Tensor targets, Tensor? sampleWeights = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        return EvaluateOnBatch([inputs], [targets], sampleWeights);
    }

    /// <summary>Measures loss and metrics on a batch, for a model of several inputs or outputs.</summary>
    /// <remarks>See <see cref="EvaluateOnBatch(Tensor, Tensor, Tensor?)"/>.</remarks>
    /// <param name="inputs">A tensor for each input, all with the same number of samples.</param>
    /// <param name="targets">A tensor for each output that is trained, in the model's order.</param>
    /// <param name="sampleWeights">The weight of each sample, (batch); null if all count the same.</param>
    /// <inheritdoc cref="EvaluateOnBatch(Tensor, Tensor, Tensor?)" path="/returns | /exception"/>
    [OverloadResolutionPriority(1)]  // [a, b] is a list of inputs here, not a stacked tensor
    public Evaluation EvaluateOnBatch(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, Tensor? sampleWeights = null)
    {
        var batch = Given(inputs, targets, sampleWeights);
        using var claim = Begin(WeightUse.Evaluation, nameof(EvaluateOnBatch));
        return RequireTrainer().EvaluateOnBatch(batch);
    }

    private GivenBatch Given(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, Tensor? sampleWeights)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        RequireEach(inputs, nameof(inputs));
        RequireEach(targets, nameof(targets));
        RequireTrainer();
        return new GivenBatch(this, inputs, targets, sampleWeights);
    }
}
