namespace Fovea;

/// <content>Training and evaluation on one batch at a time, for loops of one's own.</content>
public partial class Model
{
    /// <summary>
    /// Makes one step of the optimizer on a batch, as Keras' <c>train_on_batch</c>: for loops of one's own, such as those of adversarial networks. Batch
    /// after batch gives the bits that <see cref="Fit"/> gives with <c>shuffle: false</c> on the same batches: the steps are counted on, schedules and random
    /// numbers go by that count. A batch is no epoch: the order in which a later <see cref="Fit"/> shuffles is as if there had been none. Averages of weights
    /// (<see cref="Fovea.Optimizer.UseEma"/>) are kept up, but become the weights only at the end of a <see cref="Fit"/>, or as
    /// <see cref="Fovea.Optimizer.EmaOverwriteFrequency"/> says.
    /// </summary>
    /// <remarks>
    /// The first call of a batch size compiles it, as <see cref="Fit"/> does; up to four batch sizes are kept. So does a call after layers were frozen,
    /// thawed or given another rate: the optimizer's state is kept. A model that finds its layers as they were at its own call before compiles nothing, so
    /// that two models that share layers may freeze and thaw them in turn. The weights before each step are kept, to go back to. No other thread may train,
    /// evaluate or change the model meanwhile.
    /// </remarks>
    /// <param name="inputs">One or more samples: the model's input shape with a batch in front. They are copied.</param>
    /// <param name="targets">As many targets, as the loss takes them: (batch) for class numbers.</param>
    /// <param name="sampleWeights">How much each sample counts, (batch), or each position of its output; null where all count the same.</param>
    /// <returns>Loss and metrics of this batch alone, as the model was before the step.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled, another thread trains or evaluates it, or a callback of its own training called
    /// this.</exception>
    /// <exception cref="ShapeException">The tensors do not have the shapes of the model and its loss, or not as many samples each.</exception>
    /// <exception cref="TrainingException">
    /// A number is not finite, a target cannot be met (a class that the model does not have), a weight is below 0, or the loss or the weights became infinite
    /// or NaN: the model is as before the batch.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">A step needs more memory than <see cref="MemoryLimit"/> allows, or than this machine has.</exception>
    public Evaluation TrainOnBatch(Tensor inputs, Tensor targets, Tensor? sampleWeights = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        return TrainOnBatch([inputs], [targets], sampleWeights);
    }

    /// <summary>As <see cref="TrainOnBatch(Tensor, Tensor, Tensor?)"/>, for a model of several inputs or outputs.</summary>
    /// <param name="inputs">A tensor for each input, all of as many samples.</param>
    /// <param name="targets">A tensor for each output that is trained, in the model's order.</param>
    /// <param name="sampleWeights">How much each sample counts, (batch); null where all count the same.</param>
    /// <inheritdoc cref="TrainOnBatch(Tensor, Tensor, Tensor?)" path="/returns | /exception"/>
    public Evaluation TrainOnBatch(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, Tensor? sampleWeights = null)
    {
        var batch = Given(inputs, targets, sampleWeights);
        using var claim = Begin(WeightUse.Training, nameof(TrainOnBatch));
        return RequireTrainer().TrainOnBatch(batch);
    }

    /// <summary>
    /// Measures loss and metrics on a batch, without training, as Keras' <c>test_on_batch</c>: as <see cref="Evaluate"/> of the same samples in one batch.
    /// Several threads may call it at once; they take turns.
    /// </summary>
    /// <param name="inputs">One or more samples: the model's input shape with a batch in front. They are copied.</param>
    /// <param name="targets">As many targets, as the loss takes them: (batch) for class numbers.</param>
    /// <param name="sampleWeights">How much each sample counts, (batch), or each position of its output; null where all count the same.</param>
    /// <returns>Loss and metrics of this batch alone.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled, or another thread trains or changes it.</exception>
    /// <exception cref="ShapeException">The tensors do not have the shapes of the model and its loss, or not as many samples each.</exception>
    /// <exception cref="TrainingException">A number is not finite, a target cannot be met (a class that the model does not have), or a weight is below
    /// 0.</exception>
    public Evaluation EvaluateOnBatch(Tensor inputs, Tensor targets, Tensor? sampleWeights = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        return EvaluateOnBatch([inputs], [targets], sampleWeights);
    }

    /// <summary>As <see cref="EvaluateOnBatch(Tensor, Tensor, Tensor?)"/>, for a model of several inputs or outputs.</summary>
    /// <param name="inputs">A tensor for each input, all of as many samples.</param>
    /// <param name="targets">A tensor for each output that is trained, in the model's order.</param>
    /// <param name="sampleWeights">How much each sample counts, (batch); null where all count the same.</param>
    /// <inheritdoc cref="EvaluateOnBatch(Tensor, Tensor, Tensor?)" path="/returns | /exception"/>
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
