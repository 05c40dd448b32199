namespace Fovea.Engine;

/// <summary>
/// One value in a graph: an op applied to other nodes. Nodes are immutable and refer only to their inputs, so a graph has no cycles. Build them with the
/// operators and the extension methods of <c>Fovea.Engine.Ops</c>, on any thread.
/// </summary>
public sealed partial class Node
{
    private readonly Node[] inputs;

    /// <summary>Applies an op to nodes and infers the shape.</summary>
    /// <exception cref="ShapeException">The op does not accept inputs of these shapes.</exception>
    public Node(Op op, params Node[] inputs)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(inputs);
        this.inputs = [.. inputs];
        Op = op;
        Shape = op.InferShape(Array.ConvertAll(this.inputs, input => (input ?? throw new ArgumentNullException(nameof(inputs))).Shape));
    }

    /// <summary>The op.</summary>
    public Op Op { get; }

    /// <summary>The inputs, in the order of the op.</summary>
    public IReadOnlyList<Node> Inputs => inputs;

    /// <summary>The shape of the value, including the batch.</summary>
    public Shape Shape { get; }

    /// <summary>The op and the shape, as in <c>Conv2D (64, 26, 26, 32)</c>.</summary>
    public override string ToString() => $"{Op.Name} {Shape}";
}
