using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Evaluates elementwise ops on constants before the run, and removes x·1, x/1 and x+0, which gradients contain. A broadcast constant that is
/// combined with a value of the result's shape is used without its broadcast, and consecutive reshapes become one.
/// </summary>
internal static class SimplifyArithmetic
{
    public static Graph Apply(Graph graph) => graph.Rewrite((_, node) => node switch
    {
        { Op: BinaryOp op, Inputs: [var left, var right] } when ValueOf(left) is { } a && ValueOf(right) is { } b =>
            Arithmetic.Constant((float)op.Evaluate(a, b)).BroadcastTo(node.Shape),
        { Op: UnaryOp op, Inputs: [var x] } when ValueOf(x) is { } value => Arithmetic.Constant((float)op.Evaluate(value)).BroadcastTo(node.Shape),
        { Op: ReshapeOp, Inputs: [var x] } when ValueOf(x) is { } value => Arithmetic.Constant(value).BroadcastTo(node.Shape),
        { Op: MultiplyOp, Inputs: [var x, { Op: ConstantOp { Value: 1 } }] } when x.Shape == node.Shape => x,
        { Op: MultiplyOp, Inputs: [{ Op: ConstantOp { Value: 1 } }, var x] } when x.Shape == node.Shape => x,
        { Op: DivideOp, Inputs: [var x, { Op: ConstantOp { Value: 1 } }] } when x.Shape == node.Shape => x,
        { Op: AddOp, Inputs: [var x, { Op: ConstantOp { Value: 0 } }] } when x.Shape == node.Shape => x,
        { Op: AddOp, Inputs: [{ Op: ConstantOp { Value: 0 } }, var x] } when x.Shape == node.Shape => x,
        { Op: BinaryOp, Inputs: [var x, { Op: BroadcastOp, Inputs: [{ Op: ConstantOp } constant] }] } when x.Shape == node.Shape =>
            new Node(node.Op, x, constant),
        { Op: BinaryOp, Inputs: [{ Op: BroadcastOp, Inputs: [{ Op: ConstantOp } constant] }, var x] } when x.Shape == node.Shape =>
            new Node(node.Op, constant, x),
        { Op: ReshapeOp, Inputs: [{ Op: ReshapeOp, Inputs: [var x] }] } => x.Reshape(node.Shape),
        _ => node,
    });

    /// <summary>The value of a constant, broadcast or not; null if the node is not a constant.</summary>
    private static float? ValueOf(Node node) => node switch
    {
        { Op: ConstantOp constant } => constant.Value,
        { Op: BroadcastOp, Inputs: [{ Op: ConstantOp constant }] } => constant.Value,
        _ => null,
    };
}
