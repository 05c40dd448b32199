using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// relu(convolution + bias) and relu(matrix product + bias), also with relu6 or without either, become one op: the bias is where the
/// sums start and the relu happens in registers before the result is stored. A convolution takes a residual along, relu(convolution +
/// bias + another value): its sums start from bias and residual. So does a transposed convolution; those of stride 1 may be Winograd's instead.
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

/// <summary>
/// A convolution or matrix product with a bias and, if asked, a relu or relu6 in its epilogue: inputs [image, kernel, bias], with a
/// residual of the output's shape as the fourth. The kernel of a convolution may be packed (<see cref="PackKernelOp"/>).
/// </summary>
internal sealed record BiasActivationOp(Op Product, Epilogue Epilogue, bool HasResidual = false, bool IsPacked = false) : Op
{
    public override string Name => $"{Product.Name}+Bias{(HasResidual ? "+Residual" : "")}{(Epilogue == Epilogue.None ? "" : $"+{Epilogue}")}";

    /// <summary>Whether a value can be added before the op is finished.</summary>
    public bool TakesResidual => Product is Conv2DOp && Epilogue == Epilogue.None && !HasResidual;

    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Product.InferShape([inputs[0], inputs[1]]);

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        throw new InvalidOperationException("Gradients are taken before ops are fused.");

    public override void Reference(ReferenceCall call)
    {
        var kernel = IsPacked ? PackKernelOp.Unpack(call.Inputs[1], call.InputShapes[1]) : call.Inputs[1];
        Product.Reference(call with { Inputs = [call.Inputs[0], kernel], InputShapes = [call.InputShapes[0], call.InputShapes[1]] });
        var bias = call.Inputs[2];
        for (var i = 0; i < call.Output.Length; i++)
        {
            var sum = call.Output[i] + bias[i % bias.Length] + (HasResidual ? call.Inputs[3][i] : 0);
            call.Output[i] = EpilogueReference.Evaluate(Epilogue, sum);
        }
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => Product.MultiplyAdds(inputs, output);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => Product switch
    {
        Conv2DOp convolution => convolution.CreateKernel(inputs, hasBias: true, Epilogue, HasResidual, IsPacked),
        DepthwiseConv2DOp convolution => convolution.CreateKernel(inputs, hasBias: true, Epilogue),
        MatMulOp product => product.CreateKernel(inputs, hasBias: true, Epilogue),
        Conv2DInputGradientOp transposed => transposed.CreateKernel(inputs, output, hasBias: true, Epilogue),
        _ => null,
    };
}
