using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses a convolution or matrix product with its bias and with a relu or relu6 that follows, if there is one. The sums start from the bias, and
/// the activation is applied in registers before the result is stored. The sums of a convolution can also start from bias + residual:
/// relu(convolution + bias + another value).
/// </summary>
internal static class FuseBiasActivation
{
    public static Graph Apply(Graph graph)
    {
        var uses = graph.CountUses();
        return graph.Rewrite((original, node) => node switch
        {
            { Op: AddOp, Inputs: [var product, { Shape.Rank: 1 } bias] }
                when TakesBias(product.Op) && uses[original.Inputs[0]] == 1 && bias.Shape[0] == product.Shape[^1]
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

    /// <summary>Whether an op has a kernel that adds a bias. Transposed convolutions of stride 1 may use Winograd tiles instead.</summary>
    private static bool TakesBias(Op op) =>
        op is Conv2DOp or DepthwiseConv2DOp or MatMulOp or Conv2DInputGradientOp { Window: { StrideHeight: > 1 } or { StrideWidth: > 1 } };
}
