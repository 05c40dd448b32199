namespace Fovea.Engine;

/// <summary>
/// An op by which fusion replaces others when a graph is compiled. It has no gradient, since gradients are taken of the graph before fusion.
/// </summary>
internal abstract record FusedOp : Op
{
    /// <inheritdoc/>
    public sealed override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => throw HasNoGradient(Name);

    /// <summary>The error for the gradient of a fused op.</summary>
    public static InvalidOperationException HasNoGradient(string name) => new(
        $"{name}: a fused op has no gradient. Call Differentiation.Gradients on the graph as it was built; fusion follows when it is compiled.");
}
