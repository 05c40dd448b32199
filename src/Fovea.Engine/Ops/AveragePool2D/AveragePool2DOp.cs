namespace Fovea.Engine.Ops;

/// <summary>
/// The mean of each channel of an image (n, h, w, c) under a sliding window. As in TensorFlow, only positions inside the image count.
/// </summary>
public sealed record AveragePool2DOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => PoolingShapes.Output(Name, Window, inputs[0]);

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [new Node(new AveragePool2DGradientOp(Window), outputGradient)];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) =>
        PoolingShapes.ForEachShare(Window, call.InputShapes[0], (image, output, share) => call.Output[output] += share * call.Inputs[0][image]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new AveragePool2DKernel(inputs[0][0], Window, inputs[0][3]);
}

/// <summary>The gradient of average-pooling with respect to its image: input [gradient of the output].</summary>
public sealed record AveragePool2DGradientOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        Shape image = [inputs[0][0], Window.InputHeight, Window.InputWidth, inputs[0][^1]];
        PoolingShapes.CheckOutput(Name, PoolingShapes.Output(Name, Window, image), inputs[0]);
        return image;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [new Node(new AveragePool2DOp(Window), outputGradient)];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) =>
        PoolingShapes.ForEachShare(Window, call.OutputShape, (image, output, share) => call.Output[image] += share * call.Inputs[0][output]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new AveragePool2DGradientKernel(inputs[0][0], Window, inputs[0][3]);
}
