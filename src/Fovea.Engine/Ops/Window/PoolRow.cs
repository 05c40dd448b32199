using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>The windows of one output row of a pooling, clipped to the image.</summary>
internal readonly unsafe struct PoolRow
{
    /// <summary>The rows of each window inside the image.</summary>
    public readonly int Height;

    /// <summary>The distances of rows and of columns of a window, in floats.</summary>
    public readonly nint RowStep, ColumnStep;

    /// <summary>The windows in the row, and the channels of each position.</summary>
    public readonly int Count, Channels;

    /// <summary>The taps of a row of the window, inside the image or not.</summary>
    public readonly int RowTaps;

    private readonly float* rows;
    private readonly int firstTap, inputWidth, stride, dilation, padLeft;

    public PoolRow(in Window2D window, int channels, float* image, int outputRow)
    {
        var top = (outputRow * window.StrideHeight) - window.PadTop;
        var (first, end) = Taps.Inside(top, window.KernelHeight, window.DilationHeight, window.InputHeight);
        Height = end - first;
        RowStep = (nint)window.DilationHeight * window.InputWidth * channels;
        ColumnStep = (nint)window.DilationWidth * channels;
        Count = window.OutputWidth;
        Channels = channels;
        rows = image + ((nint)(top + (first * window.DilationHeight)) * window.InputWidth * channels);
        (inputWidth, RowTaps, firstTap) = (window.InputWidth, window.KernelWidth, first * window.KernelWidth);
        (stride, dilation, padLeft) = (window.StrideWidth, window.DilationWidth, window.PadLeft);
    }

    /// <summary>The first position of window <paramref name="j"/> inside the image, and the number of its columns inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Window(int j, out int width) => Window(j, out width, out _);

    /// <summary>The same, with the tap at that position, counted row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Window(int j, out int width, out int tap)
    {
        var left = (j * stride) - padLeft;
        var (first, end) = Taps.Inside(left, RowTaps, dilation, inputWidth);
        width = end - first;
        tap = firstTap + first;
        return rows + ((nint)(left + (first * dilation)) * Channels);
    }
}
