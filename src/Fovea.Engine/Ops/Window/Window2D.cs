namespace Fovea.Engine.Ops;

/// <summary>
/// The geometry of a window sliding over the height and width of an image, shared by convolution and pooling. Output position
/// (i, j) and window position (u, v) meet at image position (i·StrideHeight + u·DilationHeight − PadTop,
/// j·StrideWidth + v·DilationWidth − PadLeft).
/// </summary>
public readonly record struct Window2D(
    int InputHeight, int InputWidth,
    int KernelHeight, int KernelWidth,
    int StrideHeight, int StrideWidth,
    int DilationHeight, int DilationWidth,
    int PadTop, int PadLeft,
    int OutputHeight, int OutputWidth)
{
    /// <summary>Whether some windows reach over the border of the image.</summary>
    public bool IsPadded =>
        PadTop > 0 || PadLeft > 0
        || ((OutputHeight - 1) * StrideHeight) + ((KernelHeight - 1) * DilationHeight) - PadTop >= InputHeight
        || ((OutputWidth - 1) * StrideWidth) + ((KernelWidth - 1) * DilationWidth) - PadLeft >= InputWidth;

    /// <summary>Whether each output position sees its own image position alone.</summary>
    internal bool IsPointwise => KernelHeight == 1 && KernelWidth == 1 && StrideHeight == 1 && StrideWidth == 1 && !IsPadded;

    /// <summary>
    /// Computes output size and padding. With an effective kernel of k' = (k − 1)·dilation + 1: <see cref="Padding.Valid"/> gives
    /// ⌊(n − k') / stride⌋ + 1 positions, <see cref="Padding.Same"/> ⌈n / stride⌉ with max(0, (out − 1)·stride + k' − n) zeros.
    /// </summary>
    /// <exception cref="ArgumentException">A size is below one, or the image is smaller than the kernel without padding.</exception>
    public static Window2D Create(
        int inputHeight, int inputWidth, int kernelHeight, int kernelWidth,
        int strideHeight, int strideWidth, int dilationHeight, int dilationWidth, Padding padding)
    {
        CheckSizes(kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth);
        var (height, top) = Axis(inputHeight, kernelHeight, strideHeight, dilationHeight, padding);
        var (width, left) = Axis(inputWidth, kernelWidth, strideWidth, dilationWidth, padding);
        if (height < 1 || width < 1)
        {
            throw new ArgumentException(
                $"the image ({inputHeight}, {inputWidth}) is smaller than the window "
                    + $"({Reach(kernelHeight, dilationHeight)}, {Reach(kernelWidth, dilationWidth)}); use a smaller window or padding 'same'");
        }

        return new Window2D(
            inputHeight, inputWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, top, left, height, width);
    }

    /// <summary>
    /// The window of a transposed convolution: that of a convolution from an image of the size asked for to one of
    /// <paramref name="height"/> by <paramref name="width"/>. With an effective kernel of k' = (k − 1)·dilation + 1, <see cref="Padding.Valid"/> gives
    /// (n − 1)·stride + max(k', stride) positions, with an output padding (n − 1)·stride + k' + padding; <see cref="Padding.Same"/>
    /// n·stride and (n − 1)·stride + k' mod 2 + padding, centred as the convolution's zeros are, an odd one at the bottom and the right.
    /// </summary>
    /// <exception cref="ArgumentException">A size is below one, or nothing is left of the output.</exception>
    public static Window2D CreateTransposed(
        int height, int width, int kernelHeight, int kernelWidth, (int Height, int Width) strides, (int Height, int Width) dilation,
        Padding padding, (int Height, int Width)? outputPadding = null)
    {
        CheckSizes(kernelHeight, kernelWidth, strides.Height, strides.Width, dilation.Height, dilation.Width);
        var (imageHeight, top) = TransposedAxis(height, kernelHeight, strides.Height, dilation.Height, padding, outputPadding?.Height);
        var (imageWidth, left) = TransposedAxis(width, kernelWidth, strides.Width, dilation.Width, padding, outputPadding?.Width);
        if (imageHeight < 1 || imageWidth < 1)
            throw new ArgumentException(
                $"nothing is left of the output of an image ({height}, {width}) with padding 'same' and output padding {outputPadding}; use a larger "
                + "one or none");
        if (imageHeight > int.MaxValue || imageWidth > int.MaxValue)
            throw new ArgumentException($"the output of an image ({height}, {width}) would have {imageHeight} rows and {imageWidth} columns");
        return new Window2D(
            (int)imageHeight, (int)imageWidth, kernelHeight, kernelWidth, strides.Height, strides.Width, dilation.Height, dilation.Width, (int)top, (int)left,
                height, width);
    }

    private static (long Image, long Before) TransposedAxis(int size, int kernel, int stride, int dilation, Padding padding, int? outputPadding)
    {
        var reach = Reach(kernel, dilation);
        var full = ((size - 1L) * stride) + reach;
        if (padding == Padding.Valid) return (full + (outputPadding ?? Math.Max(0, stride - reach)), 0);
        var image = outputPadding is { } more ? ((size - 1L) * stride) + (reach % 2) + more : (long)size * stride;
        return (image, Math.Max(0, full - image) / 2);
    }

    private static void CheckSizes(int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, int dilationHeight, int dilationWidth)
    {
        if (kernelHeight >= 1 && kernelWidth >= 1 && strideHeight >= 1 && strideWidth >= 1 && dilationHeight >= 1 && dilationWidth >= 1) return;
        throw new ArgumentException(
            $"kernel, strides and dilation must be at least 1; received kernel ({kernelHeight}, {kernelWidth}), strides ({strideHeight}, {strideWidth}), "
                + $"dilation ({dilationHeight}, {dilationWidth})");
    }

    private static (int Output, int Before) Axis(int size, int kernel, int stride, int dilation, Padding padding)
    {
        var reach = Reach(kernel, dilation);
        if (padding == Padding.Valid) return (size < reach ? 0 : ((size - (int)reach) / stride) + 1, 0);
        var output = ((size - 1) / stride) + 1;
        return (output, (int)(Math.Max(0, ((long)(output - 1) * stride) + reach - size) / 2));
    }

    /// <summary>How many pixels a kernel reaches over.</summary>
    private static long Reach(int kernel, int dilation) => ((kernel - 1L) * dilation) + 1;
}
