using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Two-dimensional convolution as networks use it (a cross-correlation: the kernel is not flipped), of an image (n, h, w, c) with a
/// kernel (u, v, c, f): y[n,i,j,f] = Σ x[n, i·s+u·d−p, j·s+v·d−p, c] · k[u,v,c,f], positions outside the image counting as zero.
/// It is closed under differentiation with <see cref="Conv2DInputGradientOp"/> and <see cref="Conv2DKernelGradientOp"/>.
/// </summary>
public sealed record Conv2DOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (image, kernel) = (inputs[0], inputs[1]);
        ConvolutionShapes.CheckImage(Name, Window, image);
        ConvolutionShapes.CheckKernel(Name, Window, image, kernel);
        return [image[0], Window.OutputHeight, Window.OutputWidth, kernel[3]];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (image, kernel) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            new Node(new Conv2DInputGradientOp(Window), outputGradient, kernel),
            new Node(new Conv2DKernelGradientOp(Window), image, outputGradient),
        ];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (x, k, y) = (call.Inputs[0], call.Inputs[1], call.Output);
        ConvolutionShapes.ForEachTerm(Window, call.InputShapes[0], call.InputShapes[1], (image, kernel, output) => y[output] += x[image] * k[kernel]);
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => ConvolutionShapes.Terms(output, inputs[1]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => CreateKernel(inputs, hasBias: false, Epilogue.None);

    internal Conv2DKernel CreateKernel(IReadOnlyList<Shape> inputs, bool hasBias, Epilogue epilogue, bool hasResidual = false, bool isPacked = false) =>
        new(inputs[0][0], Window, inputs[1][2], inputs[1][3], hasBias, epilogue, hasResidual, isPacked);
}

/// <summary>
/// The gradient of a convolution with respect to its image, from the gradient of its output (n, i, j, f) and its kernel (u, v, c, f).
/// Run forward it is the transposed convolution.
/// </summary>
public sealed record Conv2DInputGradientOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (output, kernel) = (inputs[0], inputs[1]);
        Shape image = [output[0], Window.InputHeight, Window.InputWidth, kernel.Rank == 4 ? kernel[2] : 1];
        ConvolutionShapes.CheckKernel(Name, Window, image, kernel);
        ConvolutionShapes.CheckOutput(Name, Window, output, kernel[3]);
        return image;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (output, kernel) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            new Node(new Conv2DOp(Window), outputGradient, kernel),
            new Node(new Conv2DKernelGradientOp(Window), outputGradient, output),
        ];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (g, k, x) = (call.Inputs[0], call.Inputs[1], call.Output);
        ConvolutionShapes.ForEachTerm(Window, call.OutputShape, call.InputShapes[1], (image, kernel, output) => x[image] += g[output] * k[kernel]);
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => ConvolutionShapes.Terms(inputs[0], inputs[1]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new Conv2DInputGradientKernel(inputs[0][0], Window, inputs[1][2], inputs[1][3]);
}

/// <summary>
/// The gradient of a convolution with respect to its kernel, from its image (n, h, w, c) and the gradient of its output (n, i, j, f).
/// </summary>
public sealed record Conv2DKernelGradientOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (image, output) = (inputs[0], inputs[1]);
        ConvolutionShapes.CheckImage(Name, Window, image);
        ConvolutionShapes.CheckOutput(Name, Window, output, output[^1]);
        return [Window.KernelHeight, Window.KernelWidth, image[3], output[3]];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (image, output) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            new Node(new Conv2DInputGradientOp(Window), output, outputGradient),
            new Node(new Conv2DOp(Window), image, outputGradient),
        ];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (x, g, k) = (call.Inputs[0], call.Inputs[1], call.Output);
        ConvolutionShapes.ForEachTerm(Window, call.InputShapes[0], call.OutputShape, (image, kernel, output) => k[kernel] += x[image] * g[output]);
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => ConvolutionShapes.Terms(inputs[1], output);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => PointwiseKernelGradientKernel.Suits(Window, inputs[0][3])
        ? new PointwiseKernelGradientKernel(inputs[0][0], Window, inputs[0][3], inputs[1][3])
        : new Conv2DKernelGradientKernel(inputs[0][0], Window, inputs[0][3], inputs[1][3]);
}

/// <summary>Convolutions of nodes.</summary>
public static class Convolutions
{
    extension(Node image)
    {
        /// <summary>The convolution of an image (n, h, w, c) with a kernel (u, v, c, f).</summary>
        /// <exception cref="ShapeException">The image or the kernel has another rank, or the image is smaller than the kernel.</exception>
        public Node Conv2D(Node kernel, (int Height, int Width) strides, (int Height, int Width) dilation, Padding padding)
        {
            if (image.Shape.Rank != 4 || kernel.Shape.Rank != 4)
                throw new ShapeException("Conv2D", $"expected an image (batch, height, width, channels) and a kernel (height, width, channels, filters); received {image.Shape} and {kernel.Shape}.");
            var window = Windows.Create("Conv2D", image.Shape, kernel.Shape[0], kernel.Shape[1], strides, dilation, padding);
            return new Node(new Conv2DOp(window), image, kernel);
        }
    }
}
