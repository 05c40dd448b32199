using System.Runtime.CompilerServices;

namespace Fovea.Engine.Ops;

/// <summary>The windows of one output row of a pooling, as far as they lie inside the image.</summary>
internal readonly unsafe struct PoolRow
{
    /// <summary>Rows of each window inside the image.</summary>
    public readonly int Height;

    /// <summary>Floats between rows of a window, and between its columns.</summary>
    public readonly nint RowStep, ColumnStep;

    /// <summary>Windows in the row, and channels of each position.</summary>
    public readonly int Count, Channels;

    /// <summary>Taps of a row of the window, inside or not.</summary>
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

    /// <summary>The first position of window <paramref name="j"/> inside the image, and how many columns of the window are inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Window(int j, out int width) => Window(j, out width, out _);

    /// <summary>The same, and the number of the tap there, counted row by row.</summary>
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
