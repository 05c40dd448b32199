using Fovea.Engine.Ops;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Fusion;

/// <summary>
/// relu(convolution + bias) and relu(matrix product + bias), also with relu6 or without either, become one op: the bias is where the
/// sums start and the relu happens in registers before the result is stored.
/// </summary>
internal static class FuseBiasActivation
{
    public static Graph Apply(Graph graph)
    {
        var uses = graph.CountUses();
        return graph.Rewrite((original, node) => node switch
        {
            { Op: AddOp, Inputs: [{ Op: Conv2DOp or DepthwiseConv2DOp or MatMulOp } product, { Shape.Rank: 1 } bias] }
                when uses[original.Inputs[0]] == 1 && bias.Shape[0] == product.Shape[^1]
                => new Node(new BiasActivationOp(product.Op, Epilogue.None), product.Inputs[0], product.Inputs[1], bias),
            { Op: ReluOp or ClipOp { Low: 0, High: 6 }, Inputs: [{ Op: BiasActivationOp { Epilogue: Epilogue.None } affine } sum] }
                when uses[original.Inputs[0]] == 1
                => new Node(affine with { Epilogue = node.Op is ReluOp ? Epilogue.Relu : Epilogue.Relu6 }, [.. sum.Inputs]),
            _ => node,
        });
    }
}

/// <summary>A convolution or matrix product with a bias and, if asked, a relu or relu6 in its epilogue.</summary>
internal sealed record BiasActivationOp(Op Product, Epilogue Epilogue) : Op
{
    public override string Name => $"{Product.Name}+Bias{(Epilogue == Epilogue.None ? "" : $"+{Epilogue}")}";

    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Product.InferShape([inputs[0], inputs[1]]);

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        throw new InvalidOperationException("Gradients are taken before ops are fused.");

    public override void Reference(ReferenceCall call)
    {
        Product.Reference(call with { Inputs = [call.Inputs[0], call.Inputs[1]], InputShapes = [call.InputShapes[0], call.InputShapes[1]] });
        var bias = call.Inputs[2];
        for (var i = 0; i < call.Output.Length; i++)
        {
            var sum = call.Output[i] + bias[i % bias.Length];
            call.Output[i] = EpilogueReference.Evaluate(Epilogue, sum);
        }
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => Product.MultiplyAdds(inputs, output);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => Product switch
    {
        Conv2DOp convolution => convolution.CreateKernel(inputs, hasBias: true, Epilogue),
        DepthwiseConv2DOp convolution => convolution.CreateKernel(inputs, hasBias: true, Epilogue),
        MatMulOp product => product.CreateKernel(inputs, hasBias: true, Epilogue),
        _ => null,
    };
}
