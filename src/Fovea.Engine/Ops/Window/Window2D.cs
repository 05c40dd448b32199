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

    /// <summary>
    /// Computes output size and padding. With an effective kernel of k' = (k − 1)·dilation + 1: <see cref="Padding.Valid"/> gives
    /// ⌊(n − k') / stride⌋ + 1 positions, <see cref="Padding.Same"/> ⌈n / stride⌉ with max(0, (out − 1)·stride + k' − n) zeros.
    /// </summary>
    /// <exception cref="ArgumentException">A size is below one, or the image is smaller than the kernel without padding.</exception>
    public static Window2D Create(
        int inputHeight, int inputWidth, int kernelHeight, int kernelWidth,
        int strideHeight, int strideWidth, int dilationHeight, int dilationWidth, Padding padding)
    {
        if (kernelHeight < 1 || kernelWidth < 1 || strideHeight < 1 || strideWidth < 1 || dilationHeight < 1 || dilationWidth < 1)
        {
            throw new ArgumentException(
                $"kernel, strides and dilation must be at least 1; received kernel ({kernelHeight}, {kernelWidth}), strides ({strideHeight}, {strideWidth}), dilation ({dilationHeight}, {dilationWidth})");
        }

        var (height, top) = Axis(inputHeight, kernelHeight, strideHeight, dilationHeight, padding);
        var (width, left) = Axis(inputWidth, kernelWidth, strideWidth, dilationWidth, padding);
        if (height < 1 || width < 1)
        {
            throw new ArgumentException(
                $"the image ({inputHeight}, {inputWidth}) is smaller than the window ({Reach(kernelHeight, dilationHeight)}, {Reach(kernelWidth, dilationWidth)}); use a smaller window or padding 'same'");
        }

        return new Window2D(inputHeight, inputWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, top, left, height, width);
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
