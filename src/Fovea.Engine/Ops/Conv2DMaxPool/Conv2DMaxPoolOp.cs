using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// A convolution followed by max-pooling; the convolution's output never leaves the caches. Inputs are [image, kernel] or [image, kernel, bias]. The output
/// is the pooled image. For training it is a buffer of rank 1 with two parts: the pooled image (<see cref="Pooled"/>) and, for each value, the index of its
/// tap in the window (<see cref="ArgMax"/>), which is all that the gradients need. Relu is applied after the pooling, since it preserves the order of
/// values.
/// </summary>
/// <param name="Geometry">Both windows.</param>
/// <param name="Epilogue">The activation of the maxima.</param>
/// <param name="KeepsArgMax">Whether the output has the argmaxes too, for gradients.</param>
/// <param name="Variant">The Winograd variant for which the kernel was transformed; null for direct convolution.</param>
internal sealed record Conv2DMaxPoolOp(PooledConvolution Geometry, Epilogue Epilogue, bool KeepsArgMax, WinogradVariant? Variant = null) : FusedOp
{
    public override string Name =>
        $"Conv2D{(Variant is { } variant ? $" F({variant.Outputs},3)" : "")}+MaxPool2D{(Epilogue == Epilogue.None ? "" : $"+{Epilogue}")}";

    /// <summary>The pooled image of a node of this op with argmaxes.</summary>
    public Node Pooled(Node node) => new(new PartOp(0, PooledShape(node)), node);

    /// <summary>The taps of the maxima of a node of this op with argmaxes.</summary>
    public Node ArgMax(Node node) => new(new PartOp(PartOp.After(PooledShape(node).Count), PooledShape(node)), node);

    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var pooled = Geometry.PooledShape(inputs[0][0], inputs[1][^1]);
        return KeepsArgMax ? [PartOp.After(pooled.Count) + pooled.Count] : pooled;
    }

    public override void Reference(ReferenceCall call)
    {
        var (image, kernel) = (call.InputShapes[0], call.InputShapes[1]);
        var filters = kernel[^1];
        Shape shape = [image[0], Geometry.Convolution.OutputHeight, Geometry.Convolution.OutputWidth, filters];
        var sums = new double[shape.Count];
        Op convolution = Variant is { } variant
            ? new WinogradConv2DOp(Geometry.Convolution, variant, HasBias: false, Epilogue.None)
            : new Conv2DOp(Geometry.Convolution);
        convolution.Reference(new ReferenceCall([call.Inputs[0], call.Inputs[1]], [image, kernel], sums, shape));
        if (call.Inputs.Count > 2)
        {
            for (var i = 0; i < sums.Length; i++) sums[i] += call.Inputs[2][i % filters];
        }

        var argMax = PartOp.After(Geometry.PooledShape(image[0], filters).Count);
        PoolingShapes.ForEachMaximum(Geometry.Pool, shape, sums, (position, output) =>
        {
            call.Output[output] = EpilogueReference.Evaluate(Epilogue, sums[position]);
            if (KeepsArgMax) call.Output[argMax + output] = Geometry.Tap(position / filters, output / filters);
        });
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) =>
        (long)inputs[0].Count / (Geometry.Convolution.InputHeight * Geometry.Convolution.InputWidth) * inputs[1][^1]
        * Geometry.Convolution.OutputHeight * Geometry.Convolution.OutputWidth * Geometry.Convolution.KernelHeight * Geometry.Convolution.KernelWidth;

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new Conv2DMaxPoolKernel(inputs[0][0], Geometry, inputs[0][3], inputs[1][^1], hasBias: inputs.Count > 2, Epilogue, KeepsArgMax, Variant);

    private Shape PooledShape(Node node) => Geometry.PooledShape(node.Inputs[0].Shape[0], node.Inputs[1].Shape[^1]);
}

/// <summary>
/// The gradient of max-pooling from its argmaxes: inputs [pooled, argmax, output gradient]. The output is the gradient of the convolution: zero except at
/// the maxima, and with <paramref name="Relu"/> also zero where the pooled value is not above 0.
/// </summary>
internal sealed record MaxPool2DScatterOp(PooledConvolution Geometry, bool Relu) : FusedOp
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) =>
        [inputs[0][0], Geometry.Convolution.OutputHeight, Geometry.Convolution.OutputWidth, inputs[0][3]];

    public override void Reference(ReferenceCall call) => Geometry.Scatter(Relu, call.Inputs, call.InputShapes, 0, call.Output);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new MaxPool2DScatterKernel(inputs[0][0], Geometry, inputs[0][3], Relu);
}

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its kernel: inputs [image, pooled, argmax, output gradient of the pooling], output
/// (height, width, channels, filters). Only the maxima have a gradient, a quarter of all positions with 2 × 2 windows. With many input channels, these
/// gradients are collected in lists. With fewer, each filter selects its pixels with a vector permute, or the gradient is made dense again, band by band.
/// </summary>
internal sealed record Conv2DMaxPoolKernelGradientOp(PooledConvolution Geometry, bool Relu) : FusedOp
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) =>
        [Geometry.Convolution.KernelHeight, Geometry.Convolution.KernelWidth, inputs[0][3], inputs[1][3]];

    public override void Reference(ReferenceCall call)
    {
        var (dense, shape) = Geometry.Dense(Relu, call.Inputs, call.InputShapes);
        new Conv2DKernelGradientOp(Geometry.Convolution).Reference(
            call with { Inputs = [call.Inputs[0], dense], InputShapes = [call.InputShapes[0], shape] });
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => (long)inputs[1][0] * inputs[1][1] * inputs[1][2] * output.Count;

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        Geometry.IsSparse(inputs[0][3]) ? new Conv2DMaxPoolKernelGradientKernel(inputs[0][0], Geometry, inputs[0][3], inputs[1][3], Relu)
            : Conv2DMaxPoolPermuteKernelGradientKernel.Fits(Geometry, inputs[1][3])
            ? new Conv2DMaxPoolPermuteKernelGradientKernel(inputs[0][0], Geometry, inputs[0][3], inputs[1][3], Relu)
            : new Conv2DMaxPoolExpandedKernelGradientKernel(inputs[0][0], Geometry, inputs[0][3], inputs[1][3], Relu);
}

/// <summary>
/// The gradient of a convolution under max-pooling with respect to its image: inputs [kernel, pooled, argmax, output gradient of the pooling].
/// </summary>
internal sealed record Conv2DMaxPoolInputGradientOp(PooledConvolution Geometry, bool Relu) : FusedOp
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) =>
        [inputs[1][0], Geometry.Convolution.InputHeight, Geometry.Convolution.InputWidth, inputs[0][2]];

    public override void Reference(ReferenceCall call)
    {
        var (dense, shape) = Geometry.Dense(Relu, call.Inputs, call.InputShapes);
        new Conv2DInputGradientOp(Geometry.Convolution).Reference(
            call with { Inputs = [dense, call.Inputs[0]], InputShapes = [shape, call.InputShapes[0]] });
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => (long)inputs[1][0] * inputs[1][1] * inputs[1][2] * inputs[0].Count;

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new Conv2DMaxPoolInputGradientKernel(inputs[1][0], Geometry, inputs[0][2], inputs[0][3], Relu);
}
