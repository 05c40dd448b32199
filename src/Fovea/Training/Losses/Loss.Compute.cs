using Fovea.Engine;

namespace Fovea;

/// <content>The loss of a batch.</content>
public abstract partial class Loss
{
    private LossComputation? computation;

    /// <summary>
    /// Computes the loss of a batch as a node, as Keras' <c>loss(y_true, y_pred)</c>, for a custom training step: <see cref="Call"/>, then
    /// <see cref="Reduce"/>.
    /// </summary>
    /// <param name="expected">The targets, a batch of <see cref="TargetShape"/>.</param>
    /// <param name="predicted">The predictions, (batch, …).</param>
    /// <param name="sampleWeights">The weight of each sample, (batch); null if all count the same.</param>
    /// <returns>The loss, a scalar.</returns>
    /// <exception cref="ShapeException">The targets do not fit the predictions.</exception>
    public Node Compute(Node expected, Node predicted, Node? sampleWeights = null) => Reduce(OfSamples(expected, predicted), sampleWeights);

    /// <summary>Computes the loss of a batch, as Keras' <c>loss(y_true, y_pred)</c>. Any thread may call it; calls of one loss take turns.</summary>
    /// <param name="expected">The targets, a batch of <see cref="TargetShape"/>.</param>
    /// <param name="predicted">The predictions, (batch, …).</param>
    /// <param name="sampleWeights">The weight of each sample, (batch); null if all count the same.</param>
    /// <returns>The loss, reduced as <see cref="Reduction"/> defines.</returns>
    /// <exception cref="ShapeException">The targets do not fit the predictions.</exception>
    /// <exception cref="ArgumentException">A target is not possible, such as a class that the predictions do not have.</exception>
    public float Compute(Tensor expected, Tensor predicted, Tensor? sampleWeights = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(predicted);
        var own = computation ?? Interlocked.CompareExchange(ref computation, new LossComputation(this), null) ?? computation;
        return own.Run(expected, predicted, sampleWeights);
    }

    /// <summary>The losses of <see cref="Call"/>, one for each sample. Those of outputs or positions are averaged.</summary>
    /// <exception cref="ShapeException">A custom loss has removed the batch.</exception>
    internal Node OfSamples(Node expected, Node predicted) => Averaged(Call(expected, predicted), predicted);

    private Node Averaged(Node losses, Node predicted)
    {
        if (losses.Shape.Rank == 0)
            throw new ShapeException(
                Name, $"expected a loss for each sample; for predictions {predicted.Shape} the function returned one number for the whole batch. Mean(-1) "
                    + "and Sum(-1) reduce the last dimension alone, Mean() and Sum() also the batch.");
        if (losses.Shape[0] != predicted.Shape[0])
            throw new ShapeException(
                Name, $"the losses must keep the batch as their first dimension; for predictions {predicted.Shape} they were {losses.Shape}.");
        return losses.Shape.Rank == 1 ? losses : MeanOutputs(losses);
    }
}
