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
    public Node Compute(Node expected, Node predicted, Node? sampleWeights = null) => Reduce(Call(expected, predicted), sampleWeights);

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
}
