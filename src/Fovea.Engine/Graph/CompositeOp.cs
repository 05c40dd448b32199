namespace Fovea.Engine;

/// <summary>
/// An op that computes in one pass what several other ops compute together. Its gradient is the gradient of those ops, so <see cref="Compose"/> takes the
/// place of a rule for it. The gradients of normalizations are such ops: training computes them quickly, and they can be differentiated again.
/// </summary>
internal abstract record CompositeOp : Op
{
    /// <summary>
    /// The value of the op, written with other ops. An input that the result does not use has no gradient.
    /// </summary>
    public abstract Node Compose(IReadOnlyList<Node> inputs);

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => throw new InvalidOperationException(
        $"{Name}: the op has no rule for its gradient. Call Differentiation.Gradients, which differentiates the ops that it is composed of.");
}
