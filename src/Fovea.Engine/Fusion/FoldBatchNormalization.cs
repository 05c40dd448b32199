using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Folds a factor and an offset per channel after a convolution or matrix product, such as batch normalization in inference, into its weights:
/// (x ∗ k + b)·f + o = x ∗ (k·f) + (b·f + o). The new weights depend on variables only, so a plan computes them once.
/// </summary>
internal static class FoldBatchNormalization
{
    public static Graph Apply(Graph graph)
    {
        var uses = graph.CountUses();
        var free = graph.FindIndependentOfInputs();
        var shared = new HashSet<Node>();
        return graph.Rewrite((original, node) =>
        {
            var folded = Fold(node, x => !shared.Contains(x), original.Inputs.Count == 2 && free.Contains(original.Inputs[1])) ?? node;
            if (uses[original] > 1) shared.Add(folded);
            return folded;
        });
    }

    /// <param name="node">A node whose inputs are folded already.</param>
    /// <param name="isOwn">Whether an operand has no other users.</param>
    /// <param name="isFree">Whether the second operand depends on no input.</param>
    private static Node? Fold(Node node, Func<Node, bool> isOwn, bool isFree) => node switch
    {
        { Inputs: [var x, var channels] } when !isFree || x.Shape.Rank == 0 || channels.Shape.Rank != 1 || channels.Shape[0] != x.Shape[^1]
            || !isOwn(x) => null,
        { Op: MultiplyOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp or MatMulOp } product, var factor] } => Scale(product, factor),
        { Op: MultiplyOp, Inputs: [{ Op: AddOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp or MatMulOp } product, { Shape.Rank: 1 } bias] }, var factor] }
            when isOwn(product) && bias.Shape == factor.Shape
            => Scale(product, factor) + (bias * factor),
        { Op: AddOp, Inputs: [{ Op: AddOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp or MatMulOp } product, { Shape.Rank: 1 } bias] }, var offset] }
            when bias.Shape == offset.Shape
            => product + (bias + offset),
        _ => null,
    };

    private static Node Scale(Node product, Node factor)
    {
        var kernel = product.Inputs[1];
        var spread = product.Op switch
        {
            DepthwiseConv2DOp => factor.Reshape(kernel.Shape[2..]),
            MatMulOp { TransposeRight: true } => factor.Reshape([factor.Shape[0], 1]),
            _ => factor,
        };
        return new Node(product.Op, product.Inputs[0], kernel * spread);
    }
}
