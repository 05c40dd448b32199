using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>Computes with constants while the graph is built, and drops x·1, x/1 and x+0, which gradients leave behind.</summary>
internal static class SimplifyArithmetic
{
    public static Graph Apply(Graph graph) => graph.Rewrite((_, node) => node switch
    {
        { Op: BinaryOp op, Inputs: [{ Op: ConstantOp left }, { Op: ConstantOp right }] } => Arithmetic.Constant((float)op.Evaluate(left.Value, right.Value)),
        { Op: NegateOp, Inputs: [{ Op: ConstantOp constant }] } => Arithmetic.Constant(-constant.Value),
        { Op: MultiplyOp, Inputs: [var x, { Op: ConstantOp { Value: 1 } }] } when x.Shape == node.Shape => x,
        { Op: MultiplyOp, Inputs: [{ Op: ConstantOp { Value: 1 } }, var x] } when x.Shape == node.Shape => x,
        { Op: DivideOp, Inputs: [var x, { Op: ConstantOp { Value: 1 } }] } when x.Shape == node.Shape => x,
        { Op: AddOp, Inputs: [var x, { Op: ConstantOp { Value: 0 } }] } when x.Shape == node.Shape => x,
        { Op: AddOp, Inputs: [{ Op: ConstantOp { Value: 0 } }, var x] } when x.Shape == node.Shape => x,
        { Op: ReshapeOp, Inputs: [{ Op: ReshapeOp, Inputs: [var x] }] } => x.Reshape(node.Shape),
        _ => node,
    });
}
