namespace Fovea.Engine.Ops;

/// <summary>
/// A run of the elements of a vector, from <paramref name="Offset"/> on, under a shape of its own: one of several outputs that an op
/// packs into one. The plan does nothing for it: both share their memory.
/// </summary>
internal sealed record PartOp(int Offset, Shape Shape) : Op
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Rank == 1 && Offset >= 0 && Offset + Shape.Count <= inputs[0].Count
        ? Shape
        : throw new ShapeException(Name, $"{inputs[0]} has no {Shape.Count} elements from {Offset} on.");

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        throw new InvalidOperationException("The parts of a packed output have no gradient of their own.");

    public override void Reference(ReferenceCall call) => Array.Copy(call.Inputs[0], Offset, call.Output, 0, call.Output.Length);
}
