using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Depthwise convolution of an image (n, h, w, c): each channel is convolved with its own M kernels (u, v, c, m),
/// y[n,i,j,c·M+m] = Σ x[n, i·s+u·d−p, j·s+v·d−p, c] · k[u,v,c,m].
/// </summary>
/// <remarks>
/// The derivatives of this op, <see cref="DepthwiseConv2DInputGradientOp"/> and <see cref="DepthwiseConv2DKernelGradientOp"/>, are again ops of these three
/// kinds. With several kernels per channel it is computed as a convolution with as many groups as channels.
/// </remarks>
public sealed record DepthwiseConv2DOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (image, kernel) = (inputs[0], inputs[1]);
        ConvolutionShapes.CheckImage(Name, Window, image);
        DepthwiseShapes.CheckKernel(Name, Window, kernel, image[3]);
        return [image[0], Window.OutputHeight, Window.OutputWidth, kernel[2] * kernel[3]];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (image, kernel) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            new Node(new DepthwiseConv2DInputGradientOp(Window), outputGradient, kernel),
            new Node(new DepthwiseConv2DKernelGradientOp(Window, kernel.Shape[3]), image, outputGradient),
        ];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (x, k, y) = (call.Inputs[0], call.Inputs[1], call.Output);
        DepthwiseShapes.ForEachTerm(Window, call.InputShapes[0], call.InputShapes[1], (image, kernel, output) => y[output] += x[image] * k[kernel]);
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => (long)output.Count * Window.KernelHeight * Window.KernelWidth;

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => CreateKernel(inputs, hasBias: false, Epilogue.None);

    /// <summary>The kernel, optionally with a bias.</summary>
    internal Kernel CreateKernel(IReadOnlyList<Shape> inputs, bool hasBias, Epilogue epilogue)
    {
        var (batch, channels, multiplier) = (inputs[0][0], inputs[0][3], inputs[1][3]);
        return multiplier == 1
            ? new DepthwiseConv2DKernel(batch, Window, channels, hasBias, epilogue)
            : new Conv2DKernel(batch, Window, channels, channels * multiplier, hasBias, epilogue, groups: channels);
    }
}

/// <summary>The gradient of a depthwise convolution with respect to its image: inputs [gradient of the output, kernel (u, v, c, m)].</summary>
public sealed record DepthwiseConv2DInputGradientOp(Window2D Window) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (output, kernel) = (inputs[0], inputs[1]);
        DepthwiseShapes.CheckKernel(Name, Window, kernel, null);
        ConvolutionShapes.CheckOutput(Name, Window, output, kernel[2] * kernel[3]);
        return [output[0], Window.InputHeight, Window.InputWidth, kernel[2]];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (output, kernel) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            new Node(new DepthwiseConv2DOp(Window), outputGradient, kernel),
            new Node(new DepthwiseConv2DKernelGradientOp(Window, kernel.Shape[3]), outputGradient, output),
        ];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (g, k, x) = (call.Inputs[0], call.Inputs[1], call.Output);
        DepthwiseShapes.ForEachTerm(Window, call.OutputShape, call.InputShapes[1], (image, kernel, output) => x[image] += g[output] * k[kernel]);
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => (long)inputs[0].Count * Window.KernelHeight * Window.KernelWidth;

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        inputs[1][3] != 1 ? new Conv2DInputGradientKernel(inputs[0][0], Window, output[3], inputs[0][3], groups: output[3])
        : Window is { StrideHeight: 1, StrideWidth: 1 } ? new DepthwiseConv2DFlippedKernel(inputs[0][0], Window, output[3])
        : new DepthwiseConv2DInputGradientKernel(inputs[0][0], Window, output[3]);
}

/// <summary>
/// The gradient of a depthwise convolution with respect to its kernels, <paramref name="Multiplier"/> for each channel: inputs [image, gradient of the
/// output].
/// </summary>
public sealed record DepthwiseConv2DKernelGradientOp(Window2D Window, int Multiplier) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (image, output) = (inputs[0], inputs[1]);
        ConvolutionShapes.CheckImage(Name, Window, image);
        ConvolutionShapes.CheckOutput(Name, Window, output, image[3] * Multiplier);
        return [Window.KernelHeight, Window.KernelWidth, image[3], Multiplier];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (image, output) = (node.Inputs[0], node.Inputs[1]);
        return
        [
            new Node(new DepthwiseConv2DInputGradientOp(Window), output, outputGradient),
            new Node(new DepthwiseConv2DOp(Window), image, outputGradient),
        ];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (x, g, k) = (call.Inputs[0], call.Inputs[1], call.Output);
        DepthwiseShapes.ForEachTerm(Window, call.InputShapes[0], call.OutputShape, (image, kernel, output) => k[kernel] += x[image] * g[output]);
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output) => (long)inputs[1].Count * Window.KernelHeight * Window.KernelWidth;

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        Multiplier == 1
            ? new DepthwiseConv2DKernelGradientKernel(inputs[0][0], Window, inputs[0][3])
            : new Conv2DKernelGradientKernel(inputs[0][0], Window, inputs[0][3], inputs[1][3], groups: inputs[0][3]);
}

/// <summary>Shared by the three depthwise ops: the check of the kernel, and the sum that defines them.</summary>
internal static class DepthwiseShapes
{
    public static void CheckKernel(string name, Window2D window, Shape kernel, int? channels)
    {
        if (kernel.Rank != 4 || kernel[0] != window.KernelHeight || kernel[1] != window.KernelWidth)
            throw new ShapeException(name, $"expected a kernel ({window.KernelHeight}, {window.KernelWidth}, channels, multiplier); received {kernel}.");
        if (channels is { } count && kernel[2] != count)
            throw new ShapeException(name, $"the kernel {kernel} expects {kernel[2]} input channels; the image has {count}.");
    }

    /// <summary>Visits every term of the sum with the positions of its factors in the image, the kernel and the output.</summary>
    public static void ForEachTerm(Window2D window, Shape image, Shape kernel, Action<int, int, int> term)
    {
        var (batch, channels, multiplier) = (image[0], kernel[2], kernel[3]);
        Windows.ForEachTap(window, (i, j, u, v, y, x) =>
        {
            for (var n = 0; n < batch; n++)
            {
                var pixel = ((((n * window.InputHeight) + y) * window.InputWidth) + x) * channels;
                var output = ((((n * window.OutputHeight) + i) * window.OutputWidth) + j) * channels * multiplier;
                var weights = ((u * window.KernelWidth) + v) * channels * multiplier;
                for (var f = 0; f < channels * multiplier; f++) term(pixel + (f / multiplier), weights + f, output + f);
            }
        });
    }
}

/// <summary>Depthwise convolutions of nodes.</summary>
public static class DepthwiseConvolutions
{
    extension(Node image)
    {
        /// <summary>The depthwise convolution of an image (n, h, w, c): each channel is convolved with its own kernels (u, v, c, m).</summary>
        /// <exception cref="ShapeException">The image or the kernel does not have rank 4, or the image is smaller than the kernel.</exception>
        public Node DepthwiseConv2D(Node kernel, (int Height, int Width) strides, (int Height, int Width) dilation, Padding padding)
        {
            if (image.Shape.Rank != 4 || kernel.Shape.Rank != 4)
                throw new ShapeException(
                    "DepthwiseConv2D", "expected an image (batch, height, width, channels) and a kernel (height, width, channels, multiplier); "
                    + $"received {image.Shape} and {kernel.Shape}.");
            var window = Windows.Create("DepthwiseConv2D", image.Shape, kernel.Shape[0], kernel.Shape[1], strides, dilation, padding);
            return new Node(new DepthwiseConv2DOp(window), image, kernel);
        }
    }
}
