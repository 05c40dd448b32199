using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Folds a factor and an offset for each channel that follow a convolution or matrix product, such as a batch normalization in inference,
/// into its weights: (x ∗ k + b)·f + o = x ∗ (k·f) + (b·f + o). The new weights depend on variables alone, so inference computes them once.
/// </summary>
internal static class FoldBatchNormalization
{
    public static Graph Apply(Graph graph)
    {
        var uses = graph.CountUses();
        var independent = graph.FindIndependentOfInputs();
        var shared = new HashSet<Node>();
        return graph.Rewrite((original, node) =>
        {
            var folded = Fold(node, x => !shared.Contains(x), original.Inputs.Count == 2 && independent.Contains(original.Inputs[1])) ?? node;
            if (uses[original] > 1) shared.Add(folded);
            return folded;
        });
    }

    /// <summary>The folded form of a node; null if it has none.</summary>
    /// <param name="node">A node whose inputs are already folded.</param>
    /// <param name="hasOneUse">Whether no other node uses an operand.</param>
    /// <param name="isIndependent">Whether the second operand depends on no input of the graph.</param>
    private static Node? Fold(Node node, Func<Node, bool> hasOneUse, bool isIndependent) => node switch
    {
        { Inputs: [var x, var channels] }
            when !isIndependent || x.Shape.Rank == 0 || channels.Shape.Rank != 1 || channels.Shape[0] != x.Shape[^1] || !hasOneUse(x)
            => null,
        { Op: MultiplyOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp or MatMulOp } product, var factor] } => Scale(product, factor),
        { Op: MultiplyOp, Inputs: [{ Op: AddOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp or MatMulOp } product, { Shape.Rank: 1 } bias] }, var factor] }
            when hasOneUse(product) && bias.Shape == factor.Shape
            => Scale(product, factor) + (bias * factor),
        { Op: AddOp, Inputs: [{ Op: AddOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp or MatMulOp } product, { Shape.Rank: 1 } bias] }, var offset] }
            when bias.Shape == offset.Shape
            => product + (bias + offset),
        _ => null,
    };

    private static Node Scale(Node product, Node factor)
    {
        var kernel = product.Inputs[1];
        var factors = product.Op switch
        {
            DepthwiseConv2DOp => factor.Reshape(kernel.Shape[2..]),
            MatMulOp { TransposeRight: true } => factor.Reshape([factor.Shape[0], 1]),
            _ => factor,
        };
        return new Node(product.Op, product.Inputs[0], kernel * factors);
    }
}
