namespace Fovea.Engine.Ops;

/// <summary>
/// The geometry of a window sliding over the height and width of an image, shared by convolution and pooling. The window at output position
/// (i, j) has its tap (u, v) at image position (i·StrideHeight + u·DilationHeight − PadTop, j·StrideWidth + v·DilationWidth − PadLeft).
/// </summary>
public readonly record struct Window2D
{
    /// <summary>Rows of the image.</summary>
    public required int InputHeight { get; init; }

    /// <summary>Columns of the image.</summary>
    public required int InputWidth { get; init; }

    /// <summary>Rows of taps in the window.</summary>
    public required int KernelHeight { get; init; }

    /// <summary>Columns of taps in the window.</summary>
    public required int KernelWidth { get; init; }

    /// <summary>Rows of the image from one window to the next below.</summary>
    public required int StrideHeight { get; init; }

    /// <summary>Columns of the image from one window to the next on its right.</summary>
    public required int StrideWidth { get; init; }

    /// <summary>Rows of the image from one row of taps to the next.</summary>
    public required int DilationHeight { get; init; }

    /// <summary>Columns of the image from one column of taps to the next.</summary>
    public required int DilationWidth { get; init; }

    /// <summary>Rows of padding above the image.</summary>
    public required int PadTop { get; init; }

    /// <summary>Columns of padding left of the image.</summary>
    public required int PadLeft { get; init; }

    /// <summary>Rows of windows.</summary>
    public required int OutputHeight { get; init; }

    /// <summary>Columns of windows.</summary>
    public required int OutputWidth { get; init; }

    /// <summary>Whether some windows reach beyond the border of the image.</summary>
    public bool IsPadded =>
        PadTop > 0 || PadLeft > 0
        || ((OutputHeight - 1) * StrideHeight) + ((KernelHeight - 1) * DilationHeight) - PadTop >= InputHeight
        || ((OutputWidth - 1) * StrideWidth) + ((KernelWidth - 1) * DilationWidth) - PadLeft >= InputWidth;

    /// <summary>Whether each output position reads only the image position of the same index.</summary>
    internal bool IsPointwise => KernelHeight == 1 && KernelWidth == 1 && StrideHeight == 1 && StrideWidth == 1 && !IsPadded;

    /// <summary>The window of a 1 × 1 convolution over so many pixels, which are one column.</summary>
    internal static Window2D Pointwise(int pixels) => Of((pixels, 1), (1, 1), (1, 1), (1, 1), (0, 0), (pixels, 1));

    /// <summary>
    /// Creates a window and computes its padding and output size. With an effective kernel size k' = (k − 1)·dilation + 1, <see cref="Padding.Valid"/> gives
    /// ⌊(n − k') / stride⌋ + 1 positions; <see cref="Padding.Same"/> gives ⌈n / stride⌉, with max(0, (out − 1)·stride + k' − n) zeros.
    /// </summary>
    /// <exception cref="ArgumentException">A size is below 1, or the image is smaller than the kernel and has no padding.</exception>
    public static Window2D Create(
        (int Height, int Width) image, (int Height, int Width) kernel, (int Height, int Width) strides, (int Height, int Width) dilation, Padding padding)
    {
        CheckSizes(kernel, strides, dilation);
        var (height, top) = Axis(image.Height, kernel.Height, strides.Height, dilation.Height, padding);
        var (width, left) = Axis(image.Width, kernel.Width, strides.Width, dilation.Width, padding);
        if (height < 1 || width < 1)
        {
            throw new ArgumentException(
                $"the image {image} is smaller than the window ({Reach(kernel.Height, dilation.Height)}, {Reach(kernel.Width, dilation.Width)}); use a "
                + "smaller window or padding 'same'");
        }

        return Of(image, kernel, strides, dilation, (top, left), (height, width));
    }

    /// <summary>
    /// Creates the window of a transposed convolution of <paramref name="image"/>: the window of the convolution from the transposed convolution's output to
    /// that image.
    /// </summary>
    /// <remarks>
    /// With an effective kernel size k' = (k − 1)·dilation + 1, <see cref="Padding.Valid"/> gives (n − 1)·stride + max(k', stride) positions, or
    /// (n − 1)·stride + k' + p with an output padding p. <see cref="Padding.Same"/> gives n·stride, or (n − 1)·stride + k' mod 2 + p. It is centred like the
    /// convolution's zeros: an odd position is at the bottom and the right.
    /// </remarks>
    /// <exception cref="ArgumentException">A size is below 1, or the output would be empty.</exception>
    public static Window2D CreateTransposed(
        (int Height, int Width) image, (int Height, int Width) kernel, (int Height, int Width) strides, (int Height, int Width) dilation,
        Padding padding, (int Height, int Width)? outputPadding = null)
    {
        CheckSizes(kernel, strides, dilation);
        var (height, top) = TransposedAxis(image.Height, kernel.Height, strides.Height, dilation.Height, padding, outputPadding?.Height);
        var (width, left) = TransposedAxis(image.Width, kernel.Width, strides.Width, dilation.Width, padding, outputPadding?.Width);
        if (height < 1 || width < 1)
            throw new ArgumentException(
                $"nothing is left of the output of an image {image} with padding 'same' and output padding {outputPadding}; use a larger one or none");
        if (height > int.MaxValue || width > int.MaxValue)
            throw new ArgumentException($"the output of an image {image} would have {height} rows and {width} columns");
        return Of(((int)height, (int)width), kernel, strides, dilation, ((int)top, (int)left), image);
    }

    private static Window2D Of(
        (int Height, int Width) input, (int Height, int Width) kernel, (int Height, int Width) strides, (int Height, int Width) dilation,
        (int Top, int Left) pad, (int Height, int Width) output) => new()
        {
            InputHeight = input.Height,
            InputWidth = input.Width,
            KernelHeight = kernel.Height,
            KernelWidth = kernel.Width,
            StrideHeight = strides.Height,
            StrideWidth = strides.Width,
            DilationHeight = dilation.Height,
            DilationWidth = dilation.Width,
            PadTop = pad.Top,
            PadLeft = pad.Left,
            OutputHeight = output.Height,
            OutputWidth = output.Width,
        };

    private static (long Image, long Before) TransposedAxis(int size, int kernel, int stride, int dilation, Padding padding, int? outputPadding)
    {
        var reach = Reach(kernel, dilation);
        var full = ((size - 1L) * stride) + reach;
        if (padding == Padding.Valid) return (full + (outputPadding ?? Math.Max(0, stride - reach)), 0);
        var image = outputPadding is { } more ? ((size - 1L) * stride) + (reach % 2) + more : (long)size * stride;
        return (image, Math.Max(0, full - image) / 2);
    }

    private static void CheckSizes((int Height, int Width) kernel, (int Height, int Width) strides, (int Height, int Width) dilation)
    {
        if (int.Min(kernel.Height, kernel.Width) >= 1 && int.Min(strides.Height, strides.Width) >= 1 && int.Min(dilation.Height, dilation.Width) >= 1) return;
        throw new ArgumentException($"kernel, strides and dilation must be at least 1; received kernel {kernel}, strides {strides}, dilation {dilation}");
    }

    private static (int Output, int Before) Axis(int size, int kernel, int stride, int dilation, Padding padding)
    {
        var reach = Reach(kernel, dilation);
        if (padding == Padding.Valid) return (size < reach ? 0 : ((size - (int)reach) / stride) + 1, 0);
        var output = ((size - 1) / stride) + 1;
        return (output, (int)(Math.Max(0, ((long)(output - 1) * stride) + reach - size) / 2));
    }

    /// <summary>The pixels that a kernel covers.</summary>
    private static long Reach(int kernel, int dilation) => ((kernel - 1L) * dilation) + 1;
}
