namespace Fovea.Engine.Ops;

/// <summary>
/// One of several values that an op packs into its output, a buffer of rank 1. The value begins at the element <paramref name="Offset"/>. It is a
/// view: a plan computes nothing for it.
/// </summary>
internal sealed record PartOp(int Offset, Shape Shape) : Op
{
    /// <summary>Parts begin at multiples of this many floats, a cache line.</summary>
    private const int Alignment = 16;

    /// <summary>The offset of the next part after <paramref name="count"/> floats.</summary>
    public static int After(int count) => (count + Alignment - 1) / Alignment * Alignment;

    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Rank == 1 && Offset + Shape.Count <= inputs[0].Count
        ? Shape
        : throw new ShapeException(Name, $"expected a buffer of at least {Offset} + {Shape.Count} elements; received {inputs[0]}.");

    /// <summary>The gradient of the whole buffer: that of the output at the position of this value, zeros elsewhere.</summary>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [new Node(new EmbedOp(0, Offset, node.Inputs[0].Shape.Count), outputGradient.Reshape([Shape.Count]))];

    public override void Reference(ReferenceCall call) => Array.Copy(call.Inputs[0], Offset, call.Output, 0, call.Output.Length);

    internal override int? ViewOffset => Offset;
}
