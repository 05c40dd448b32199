using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Two-dimensional convolution of an image (n, h, w, c) with a kernel (u, v, c, f):
/// y[n,i,j,f] = Σ x[n, i·s+u·d−p, j·s+v·d−p, c] · k[u,v,c,f], where positions outside the image are zero. As usual in neural networks it is a
/// cross-correlation: the kernel is not flipped.
/// </summary>
/// <remarks>
/// With groups, channels and filters are assigned to the groups in order, and a filter reads only the channels of its group: for C channels, F filters and
/// G groups the kernel is (u, v, C/G, F), and filter f reads channel ⌊f·G/F⌋·C/G + c. The derivatives of this op,
/// <see cref="Conv2DInputGradientOp"/> and <see cref="Conv2DKernelGradientOp"/>, are again ops of these three kinds.
/// </remarks>
/// <param name="Window">The geometry.</param>
/// <param name="Groups">The number of groups, a divisor of the channels and of the filters.</param>
public sealed record Conv2DOp(Window2D Window, int Groups = 1) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (image, kernel) = (inputs[0], inputs[1]);
        ConvolutionShapes.CheckImage(Name, Window, image);
        ConvolutionShapes.CheckKernel(Name, Window, image, kernel, Groups);
        return [image[0], Window.OutputHeight, Window.OutputWidth, kernel[3]];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (image, kernel) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            new Node(new Conv2DInputGradientOp(Window, Groups), outputGradient, kernel),
            new Node(new Conv2DKernelGradientOp(Window, Groups), image, outputGradient),
        ];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (x, k, y) = (call.Inputs[0], call.Inputs[1], call.Output);
        ConvolutionShapes.ForEachTerm(Window, call.InputShapes[0], call.InputShapes[1], Groups, (image, kernel, output) => y[output] += x[image] * k[kernel]);
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => ConvolutionShapes.Terms(output, inputs[1]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => CreateKernel(inputs, hasBias: false, Epilogue.None);

    internal Conv2DKernel CreateKernel(IReadOnlyList<Shape> inputs, bool hasBias, Epilogue epilogue, bool hasResidual = false, bool isPacked = false) =>
        new(inputs[0][0], Window, inputs[0][3], inputs[1][3], hasBias, epilogue, hasResidual, isPacked ? KernelLayout.Packed : KernelLayout.Plain, Groups);
}

/// <summary>
/// The gradient of a convolution with respect to its image: inputs [gradient of the output (n, i, j, f), kernel (u, v, c, f)]. Used in a forward pass,
/// it is the transposed convolution.
/// </summary>
public sealed record Conv2DInputGradientOp(Window2D Window, int Groups = 1) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (output, kernel) = (inputs[0], inputs[1]);
        Shape image = [output[0], Window.InputHeight, Window.InputWidth, kernel.Rank == 4 ? kernel[2] * Math.Max(1, Groups) : 1];
        ConvolutionShapes.CheckKernel(Name, Window, image, kernel, Groups);
        ConvolutionShapes.CheckOutput(Name, Window, output, kernel[3]);
        return image;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (output, kernel) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            new Node(new Conv2DOp(Window, Groups), outputGradient, kernel),
            new Node(new Conv2DKernelGradientOp(Window, Groups), outputGradient, output),
        ];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (g, k, x) = (call.Inputs[0], call.Inputs[1], call.Output);
        ConvolutionShapes.ForEachTerm(Window, call.OutputShape, call.InputShapes[1], Groups, (image, kernel, output) => x[image] += g[output] * k[kernel]);
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => ConvolutionShapes.Terms(inputs[0], inputs[1]);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => CreateKernel(inputs, output, hasBias: false, Epilogue.None);

    internal Kernel CreateKernel(IReadOnlyList<Shape> inputs, Shape output, bool hasBias, Epilogue epilogue) => Window.IsPointwise && Groups == 1
        ? new Conv2DKernel(inputs[0][0], Window, inputs[1][3], output[3], hasBias, epilogue, layout: KernelLayout.Transposed)
        : new Conv2DInputGradientKernel(inputs[0][0], Window, output[3], inputs[1][3], Groups, hasBias, epilogue);
}

/// <summary>
/// The gradient of a convolution with respect to its kernel: inputs [image (n, h, w, c), gradient of the output (n, i, j, f)].
/// </summary>
public sealed record Conv2DKernelGradientOp(Window2D Window, int Groups = 1) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (image, output) = (inputs[0], inputs[1]);
        ConvolutionShapes.CheckImage(Name, Window, image);
        ConvolutionShapes.CheckOutput(Name, Window, output, output[^1]);
        ConvolutionShapes.CheckGroups(Name, "channels", image[3], Groups);
        ConvolutionShapes.CheckGroups(Name, "filters", output[3], Groups);
        return [Window.KernelHeight, Window.KernelWidth, image[3] / Groups, output[3]];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (image, output) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            new Node(new Conv2DInputGradientOp(Window, Groups), output, outputGradient),
            new Node(new Conv2DOp(Window, Groups), image, outputGradient),
        ];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (x, g, k) = (call.Inputs[0], call.Inputs[1], call.Output);
        ConvolutionShapes.ForEachTerm(Window, call.InputShapes[0], call.OutputShape, Groups, (image, kernel, output) => k[kernel] += x[image] * g[output]);
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => ConvolutionShapes.Terms(inputs[1], output);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        Groups == 1 && PointwiseKernelGradientKernel.Suits(Window, inputs[0][3])
        ? new PointwiseKernelGradientKernel(inputs[0][0], Window, inputs[0][3], inputs[1][3])
        : new Conv2DKernelGradientKernel(inputs[0][0], Window, inputs[0][3], inputs[1][3], Groups);
}

/// <summary>Convolutions of nodes.</summary>
public static class Convolutions
{
    extension(Node image)
    {
        /// <summary>
        /// The convolution of an image (n, h, w, c) with a kernel (u, v, c, f), or (u, v, c / groups, f) with groups. With as many groups as channels it is
        /// a depthwise convolution.
        /// </summary>
        /// <exception cref="ShapeException">
        /// The image or the kernel does not have rank 4, the channels do not match, or the image is smaller than the kernel.
        /// </exception>
        public Node Conv2D(Node kernel, (int Height, int Width) strides, (int Height, int Width) dilation, Padding padding, int groups = 1)
        {
            if (image.Shape.Rank != 4 || kernel.Shape.Rank != 4)
                throw new ShapeException(
                    "Conv2D", $"expected an image (batch, height, width, channels) and a kernel (height, width, channels, filters); received {image.Shape} "
                    + $"and {kernel.Shape}.");
            var window = Windows.Create("Conv2D", image.Shape, kernel.Shape[0], kernel.Shape[1], strides, dilation, padding);
            var convolution = new Node(new Conv2DOp(window, groups), image, kernel);
            return groups > 1 && groups == image.Shape[3]
                ? image.DepthwiseConv2D(kernel.Reshape([kernel.Shape[0], kernel.Shape[1], groups, kernel.Shape[3] / groups]), strides, dilation, padding)
                : convolution;
        }

        /// <summary>
        /// The transposed convolution of an image (n, h, w, c) with a kernel (u, v, f, c): each pixel adds its multiple of the kernel to the output,
        /// which is larger by the strides. <see cref="Window2D.CreateTransposed"/> describes the sizes.
        /// </summary>
        /// <exception cref="ShapeException">The image or the kernel does not have rank 4, or the channels do not match.</exception>
        public Node Conv2DTranspose(
            Node kernel, (int Height, int Width) strides, (int Height, int Width) dilation, Padding padding, (int Height, int Width)? outputPadding = null)
        {
            const string Name = "Conv2DTranspose";
            if (image.Shape.Rank != 4 || kernel.Shape.Rank != 4)
                throw new ShapeException(
                    Name, $"expected an image (batch, height, width, channels) and a kernel (height, width, filters, channels); received {image.Shape} "
                    + $"and {kernel.Shape}.");
            if (kernel.Shape[3] != image.Shape[3])
                throw new ShapeException(
                    Name, $"the kernel {kernel.Shape} expects {kernel.Shape[3]} input channels; the image {image.Shape} has {image.Shape[3]}.");
            try
            {
                var window = Window2D.CreateTransposed(
                    (image.Shape[1], image.Shape[2]), (kernel.Shape[0], kernel.Shape[1]), strides, dilation, padding, outputPadding);
                return new Node(new Conv2DInputGradientOp(window), image, kernel);
            }
            catch (ArgumentException error) when (error is not ShapeException)
            {
                throw new ShapeException(Name, $"{error.Message}.", error);
            }
        }
    }
}
