namespace Fovea.Engine.Ops;

/// <summary>
/// A tensor that lies within a buffer of rank 1, from <paramref name="Offset"/> on: how an op gives back several values. The plan does
/// nothing for it: both share their memory. Made by fusion, after gradients are taken.
/// </summary>
internal sealed record PartOp(int Offset, Shape Shape) : Op
{
    /// <summary>Parts begin at multiples of this many floats: a cache line.</summary>
    private const int Alignment = 16;

    /// <summary>Where a part can begin behind <paramref name="count"/> floats.</summary>
    public static int After(int count) => (count + Alignment - 1) / Alignment * Alignment;

    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Rank == 1 && Offset + Shape.Count <= inputs[0].Count
        ? Shape
        : throw new ShapeException(Name, $"expected a buffer of at least {Offset} + {Shape.Count} elements; received {inputs[0]}.");

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        throw new InvalidOperationException("Gradients are taken before ops are fused.");

    public override void Reference(ReferenceCall call) => Array.Copy(call.Inputs[0], Offset, call.Output, 0, call.Output.Length);
}
