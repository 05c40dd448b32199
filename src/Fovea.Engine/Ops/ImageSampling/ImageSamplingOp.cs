namespace Fovea.Engine.Ops;

/// <summary>
/// Reads the images (n, h, w, c) of a batch at other positions. The second input gives the positions by a rule; it has no gradient. x points to the right and y
/// down; the origin is the center of the first pixel. An image is continued beyond its border.
/// </summary>
/// <param name="Rule">How positions follow from the second input: (n, 6), (n, 8) or (n, output height, output width, 2).</param>
/// <param name="Size">The height and width of the output; those of the grid for <see cref="PositionRule.Grid"/>.</param>
/// <param name="FillMode">How the image is continued beyond its border.</param>
/// <param name="Interpolation">How values between pixels are computed.</param>
/// <param name="FillValue">The value beyond the border for <see cref="FillMode.Constant"/>.</param>
/// <param name="IsAntialiased">Whether an output pixel is the mean of several positions where a map shrinks the image.</param>
internal sealed record ImageSamplingOp(
    PositionRule Rule, (int Height, int Width) Size, FillMode FillMode, Interpolation Interpolation, float FillValue = 0, bool IsAntialiased = false) : Op
{
    public override string Name => Rule switch
    {
        PositionRule.Affine => "AffineTransform",
        PositionRule.Projective => "ProjectiveTransform",
        _ => "SampleAt",
    };

    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var images = inputs[0];
        if (images.Rank != 4) throw new ShapeException(Name, $"expected images (batch, height, width, channels); received {images}.");
        if (Size.Height < 1 || Size.Width < 1) throw new ShapeException(Name, $"expected a size of at least 1 in both directions; received {Size}.");
        Shape expected = Rule == PositionRule.Grid ? [images[0], Size.Height, Size.Width, 2] : [images[0], Rule == PositionRule.Affine ? 6 : 8];
        return inputs[1] == expected
            ? [images[0], Size.Height, Size.Width, images[3]]
            : throw new ShapeException(
                Name, $"expected {(Rule == PositionRule.Grid ? "positions" : "parameters")} {expected} for the images {images}; received {inputs[1]}.");
    }

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var images = node.Inputs[0].Shape;
        return [new Node(new ImageSamplingGradientOp(Rule, (images[1], images[2]), FillMode, Interpolation, IsAntialiased), outputGradient, node.Inputs[1]),
            null];
    }

    public override void Reference(ReferenceCall call) => Sampling(call.InputShapes[0]).ForEachTap(
        call.Inputs[1], call.OutputShape[0], call.OutputShape[3],
        (output, source, weight) => call.Output[output] += weight * (source < 0 ? FillValue : call.Inputs[0][source]));

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new ImageSamplingKernel(output[0], output[3], Sampling(inputs[0]), FillValue);

    private ImageSampling Sampling(Shape images) => new(Rule, FillMode, Interpolation, images[1], images[2], Size.Height, Size.Width, IsAntialiased);
}

/// <summary>
/// The gradient of <see cref="ImageSamplingOp"/> with respect to the images. Inputs: the gradient of the output, and the second input of the op. The gradient
/// of each output element is added, with its weights, to the pixels that the element was read from.
/// </summary>
/// <param name="Rule">How positions follow from the second input.</param>
/// <param name="Size">The height and width of the images.</param>
/// <param name="FillMode">How the image is continued beyond its border.</param>
/// <param name="Interpolation">How values between pixels are computed.</param>
/// <param name="IsAntialiased">Whether an output pixel is the mean of several positions where a map shrinks the image.</param>
internal sealed record ImageSamplingGradientOp(
    PositionRule Rule, (int Height, int Width) Size, FillMode FillMode, Interpolation Interpolation, bool IsAntialiased = false) : Op
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => [inputs[0][0], Size.Height, Size.Width, inputs[0][3]];

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var gradient = node.Inputs[0].Shape;
        return
        [
            new Node(new ImageSamplingOp(Rule, (gradient[1], gradient[2]), FillMode, Interpolation, 0, IsAntialiased), outputGradient, node.Inputs[1]), null,
        ];
    }

    public override void Reference(ReferenceCall call) => Sampling(call.InputShapes[0]).ForEachTap(
        call.Inputs[1], call.OutputShape[0], call.OutputShape[3],
        (output, source, weight) =>
        {
            if (source >= 0) call.Output[source] += weight * call.Inputs[0][output];
        });

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new ImageSamplingGradientKernel(output[0], output[3], Sampling(inputs[0]));

    private ImageSampling Sampling(Shape gradient) => new(Rule, FillMode, Interpolation, Size.Height, Size.Width, gradient[1], gradient[2], IsAntialiased);
}
