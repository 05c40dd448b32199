namespace Fovea.Engine.Ops;

/// <summary>
/// The maximum of each channel of an image (n, h, w, c) under a sliding window; positions outside the image do not count. Of equal values the first in
/// row-major order gets the gradient, as in TensorFlow.
/// </summary>
public sealed record MaxPool2DOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => PoolingShapes.Output(Name, Window, inputs[0]);

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [new Node(new MaxPool2DGradientOp(Window), node.Inputs[0], outputGradient)];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) =>
        PoolingShapes.ForEachMaximum(Window, call.InputShapes[0], call.Inputs[0], (image, output) => call.Output[output] = call.Inputs[0][image]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new MaxPool2DKernel(inputs[0][0], Window, inputs[0][3]);
}

/// <summary>The gradient of max-pooling with respect to its image: inputs [image, gradient of the output].</summary>
public sealed record MaxPool2DGradientOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        PoolingShapes.CheckOutput(Name, PoolingShapes.Output(Name, Window, inputs[0]), inputs[1]);
        return inputs[0];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [null, new Node(new MaxPool2DGatherOp(Window), node.Inputs[0], outputGradient)];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) =>
        PoolingShapes.ForEachMaximum(Window, call.InputShapes[0], call.Inputs[0], (image, output) => call.Output[image] += call.Inputs[1][output]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new MaxPool2DGradientKernel(inputs[0][0], Window, inputs[0][3]);
}

/// <summary>
/// Reads from a second image the values at the positions where a first image has the maxima of its windows. It is the gradient of
/// <see cref="MaxPool2DGradientOp"/>.
/// </summary>
public sealed record MaxPool2DGatherOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        PoolingShapes.CheckOutput(Name, inputs[0], inputs[1]);
        return PoolingShapes.Output(Name, Window, inputs[0]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [null, new Node(new MaxPool2DGradientOp(Window), node.Inputs[0], outputGradient)];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call) =>
        PoolingShapes.ForEachMaximum(Window, call.InputShapes[0], call.Inputs[0], (image, output) => call.Output[output] = call.Inputs[1][image]);
}
