using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// A convolution or matrix product with a bias and, optionally, a residual and a relu or relu6. Inputs: [image, kernel, bias], and the residual, of the
/// output's shape, as the fourth. The kernel of a convolution may be packed (<see cref="PackKernelOp"/>). Fusion creates it.
/// </summary>
internal sealed record BiasActivationOp(Op Product, Epilogue Epilogue, bool HasResidual = false, bool IsPacked = false) : FusedOp
{
    public override string Name => $"{Product.Name}+Bias{(HasResidual ? "+Residual" : "")}{(Epilogue == Epilogue.None ? "" : $"+{Epilogue}")}";

    /// <summary>Whether a residual can be added to the sums.</summary>
    public bool TakesResidual => Product is Conv2DOp && Epilogue == Epilogue.None && !HasResidual;

    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Product.InferShape([inputs[0], inputs[1]]);

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
