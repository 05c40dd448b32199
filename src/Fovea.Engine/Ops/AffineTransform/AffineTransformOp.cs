namespace Fovea.Engine.Ops;

/// <summary>
/// Applies an affine transform to each image (h, w, c) of a batch. The output pixel (x, y) is read at (a·x + b·y + c, d·x + e·y + f) of the image,
/// which is continued beyond its border. x points to the right and y down; the origin is the centre of the first pixel. Inputs: images (n, h, w, c)
/// and parameters (n, 6), which are a b c d e f of each image and have no gradient.
/// </summary>
/// <param name="FillMode">How the image is continued beyond its border.</param>
/// <param name="Interpolation">How values between pixels are computed.</param>
/// <param name="FillValue">The value beyond the border for <see cref="FillMode.Constant"/>.</param>
public sealed record AffineTransformOp(FillMode FillMode, Interpolation Interpolation, float FillValue = 0) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => AffineSampling.CheckShapes(Name, inputs);

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [new Node(new AffineTransformGradientOp(FillMode, Interpolation), outputGradient, node.Inputs[1]), null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var sampling = new AffineSampling(FillMode, Interpolation, call.OutputShape[1], call.OutputShape[2]);
        sampling.ForEachTap(call.Inputs[1], call.OutputShape, (output, source, weight) =>
            call.Output[output] += weight * (source < 0 ? FillValue : call.Inputs[0][source]));
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new AffineTransformKernel(output[0], output[3], new AffineSampling(FillMode, Interpolation, output[1], output[2]), FillValue);
}

/// <summary>
/// The gradient of <see cref="AffineTransformOp"/> with respect to the images. Inputs: the gradient of the output, and the parameters. The gradient
/// of each output element is added, with its weights, to the pixels that the element was read from.
/// </summary>
public sealed record AffineTransformGradientOp(FillMode FillMode, Interpolation Interpolation) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => AffineSampling.CheckShapes(Name, inputs);

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [new Node(new AffineTransformOp(FillMode, Interpolation), outputGradient, node.Inputs[1]), null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var sampling = new AffineSampling(FillMode, Interpolation, call.OutputShape[1], call.OutputShape[2]);
        sampling.ForEachTap(call.Inputs[1], call.OutputShape, (output, source, weight) =>
        {
            if (source >= 0) call.Output[source] += weight * call.Inputs[0][output];
        });
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new AffineTransformGradientKernel(output[0], output[3], new AffineSampling(FillMode, Interpolation, output[1], output[2]));
}

/// <summary>Affine transforms of nodes.</summary>
public static class AffineTransforms
{
    extension(Node images)
    {
        /// <summary>Applies an affine transform to each image, by parameters (n, 6): see <see cref="AffineTransformOp"/>.</summary>
        /// <exception cref="ShapeException">The node is not a batch of images, or the parameters have another shape.</exception>
        public Node AffineTransform(Node parameters, FillMode fillMode, Interpolation interpolation, double fillValue = 0) =>
            new(new AffineTransformOp(fillMode, interpolation, (float)fillValue), images, parameters);
    }
}
