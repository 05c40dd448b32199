using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses a convolution or matrix product with the bias that is added to it and with the relu or relu6 that follows, if any. Sums start from the bias, and the
/// activation is applied in registers. A convolution can also take a residual: relu(convolution + bias + residual). Transposed convolutions are fused if
/// their stride is above 1; others may become Winograd convolutions instead.
/// </summary>
internal static class FuseBiasActivation
{
    public static Graph Apply(Graph graph)
    {
        var uses = graph.CountUses();
        return graph.Rewrite((original, node) => node switch
        {
            {
                Op: AddOp,
                Inputs: [
                {
                    Op: Conv2DOp or DepthwiseConv2DOp or MatMulOp
                or Conv2DInputGradientOp { Window: { StrideHeight: > 1 } or { StrideWidth: > 1 } }
                } product, { Shape.Rank: 1 } bias]
            }
                when uses[original.Inputs[0]] == 1 && bias.Shape[0] == product.Shape[^1]
                => new Node(new BiasActivationOp(product.Op, Epilogue.None), product.Inputs[0], product.Inputs[1], bias),
            { Op: AddOp, Inputs: [var residual, { Op: BiasActivationOp { TakesResidual: true } affine } sum] }
                when uses[original.Inputs[1]] == 1 && residual.Shape == sum.Shape
                => new Node(affine with { HasResidual = true }, [.. sum.Inputs, residual]),
            { Op: AddOp, Inputs: [{ Op: BiasActivationOp { TakesResidual: true } affine } sum, var residual] }
                when uses[original.Inputs[0]] == 1 && residual.Shape == sum.Shape
                => new Node(affine with { HasResidual = true }, [.. sum.Inputs, residual]),
            { Op: ReluOp or ClipOp { Low: 0, High: 6 }, Inputs: [{ Op: BiasActivationOp { Epilogue: Epilogue.None } affine } sum] }
                when uses[original.Inputs[0]] == 1
                => new Node(affine with { Epilogue = node.Op is ReluOp ? Epilogue.Relu : Epilogue.Relu6 }, [.. sum.Inputs]),
            _ => node,
        });
    }
}
