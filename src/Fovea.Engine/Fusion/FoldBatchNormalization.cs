using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// (convolution(x, k) + b) · s + o with one s and one o for each channel, which is batch normalization in inference, becomes
/// convolution(x, k · s) + (b · s + o): what is left is a bias, which costs nothing.
/// </summary>
internal static class FoldBatchNormalization
{
    public static Graph Apply(Graph graph)
    {
        var uses = graph.CountUses();
        return graph.Rewrite((original, node) => node switch
        {
            { Op: MultiplyOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp } product, { Shape.Rank: 1 } factor] }
                when uses[original.Inputs[0]] == 1 && factor.Shape[0] == product.Shape[^1]
                => Scaled(product, factor),
            { Op: MultiplyOp, Inputs: [{ Op: AddOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp } product, { Shape.Rank: 1 } bias] }, { Shape.Rank: 1 } factor] }
                when uses[original.Inputs[0]] == 1 && uses[original.Inputs[0].Inputs[0]] == 1 && factor.Shape[0] == product.Shape[^1]
                => Scaled(product, factor) + (bias * factor),
            { Op: AddOp, Inputs: [{ Op: AddOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp } product, { Shape.Rank: 1 } bias] }, { Shape.Rank: 1 } offset] }
                when uses[original.Inputs[0]] == 1 && offset.Shape[0] == product.Shape[^1]
                => product + (bias + offset),
            _ => node,
        });
    }

    private static Node Scaled(Node product, Node factor)
    {
        var (image, kernel) = (product.Inputs[0], product.Inputs[1]);

        // A depthwise kernel is (u, v, c, m), its output channels c·M + m: the last two dimensions.
        var spread = product.Op is DepthwiseConv2DOp ? factor.Reshape([kernel.Shape[2], kernel.Shape[3]]) : factor;
        return new Node(product.Op, image, kernel * spread);
    }
}
