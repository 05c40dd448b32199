using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>
/// Copies the part of an image that a band of output rows reads, with its padding of zeros, so that kernels need not treat borders. The copy is negligible:
/// one move per kernelHeight · outputChannels multiply-adds.
/// </summary>
internal readonly struct PaddedBand(Window2D window, int channels)
{
    /// <summary>The columns of the copy.</summary>
    public int Width { get; } = ((window.OutputWidth - 1) * window.StrideWidth) + ((window.KernelWidth - 1) * window.DilationWidth) + 1;

    /// <summary>The rows of the copy for a band of <paramref name="outputRows"/> rows.</summary>
    public int Height(int outputRows) => ((outputRows - 1) * window.StrideHeight) + ((window.KernelHeight - 1) * window.DilationHeight) + 1;

    /// <summary>Copies the part of <paramref name="image"/> that the output rows from <paramref name="firstRow"/> on read.</summary>
    public unsafe void Copy(float* image, int firstRow, int outputRows, float* copy) =>
        CopyRows(image, firstRow * window.StrideHeight, Height(outputRows), copy);

    /// <summary>Copies some rows of the padded image, counted from the top of the padding.</summary>
    public unsafe void CopyRows(float* image, int firstRow, int height, float* copy)
    {
        var top = firstRow - window.PadTop;
        var left = window.PadLeft * channels;
        var width = Width * channels;
        var inside = Math.Max(0, Math.Min(window.InputWidth * channels, width - left));
        for (var row = 0; row < height; row++, copy += width)
        {
            var target = new Span<float>(copy, width);
            if ((uint)(top + row) >= (uint)window.InputHeight || inside == 0)
            {
                target.Clear();
                continue;
            }

            target[..left].Clear();
            new ReadOnlySpan<float>(image + ((nint)(top + row) * window.InputWidth * channels), inside).CopyTo(target[left..]);
            target[(left + inside)..].Clear();
        }
    }

    /// <summary>
    /// The reverse: copies some rows of an image from its padded copy, with zeros where that ends, or adds them.
    /// </summary>
    public unsafe void Inside(float* copy, float* image, int firstRow, int endRow, bool adds)
    {
        var height = Height(window.OutputHeight);
        var inside = Math.Max(0, Math.Min(window.InputWidth, Width - window.PadLeft)) * channels;
        var length = window.InputWidth * channels;
        for (var row = firstRow; row < endRow; row++)
        {
            var target = new Span<float>(image + ((nint)row * length), length);
            var source = new ReadOnlySpan<float>(
                copy + (((((nint)row + window.PadTop) * Width) + window.PadLeft) * channels), row + window.PadTop < height ? inside : 0);
            if (adds)
            {
                TensorPrimitives.Add(target[..source.Length], source, target);
                continue;
            }

            source.CopyTo(target);
            target[source.Length..].Clear();
        }
    }
}
