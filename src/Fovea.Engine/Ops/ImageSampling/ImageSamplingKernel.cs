using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Reads images at other positions, pixel by pixel. Positions are computed in float64, as in the reference, so that both read the same pixels; values are
/// computed in float32. Vectors hold the positions of several pixels, then the channels of one. A unit is up to <see cref="RowsPerUnit"/> rows of one image.
/// </summary>
internal sealed unsafe partial class ImageSamplingKernel(int batch, int channels, ImageSampling sampling, float fillValue) : Kernel
{
    private const int RowsPerUnit = 16;
    private const int MaxPrefetchedFloats = 128 * 1024;  // half of a small L2 cache

    private readonly int unitsPerImage = (sampling.OutputHeight + RowsPerUnit - 1) / RowsPerUnit;

    public override int Units(int phase) => batch * unitsPerImage;

    [SkipLocalsInit]
    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (n, part) = Math.DivRem(unit, unitsPerImage);
        var parameters = buffers.Input(1) + ((nint)n * sampling.Parameters);
        var image = buffers.Input(0) + ((nint)n * sampling.Height * sampling.Width * channels);
        var end = buffers.Input(0) + ((nint)batch * sampling.Height * sampling.Width * channels);
        var memory = stackalloc double[Block.Doubles];
        var block = new Block(memory);
        Span<double> map = stackalloc double[8];
        map.Clear();
        if (sampling.Rule != PositionRule.Grid) ReadMap(parameters, sampling.Parameters, map);
        var (across, down) = sampling.Samples(map);
        var isAlongAxes = across * down == 1 && IsAlongAxes(map);
        if (!isAlongAxes && sampling.Rule != PositionRule.Grid) PrefetchNext(n, part, image);
        var axes = new Axes(buffers.WorkerScratch, sampling, channels);
        var (start, stop) = (part * RowsPerUnit, Math.Min(sampling.OutputHeight, (part + 1) * RowsPerUnit));
        var output = buffers.Output + ((((nint)n * sampling.OutputHeight) + start) * sampling.OutputWidth * channels);
        if (IsIdentity(map))
        {
            var count = (stop - start) * sampling.Width * channels;
            new ReadOnlySpan<float>(image + ((nint)start * sampling.Width * channels), count).CopyTo(new Span<float>(output, count));
            return;
        }

        for (var y = start; y < stop; y++, output += sampling.OutputWidth * channels)
        {
            if (sampling.Rule == PositionRule.Grid) GridRow(parameters + (2 * (nint)y * sampling.OutputWidth), image, end, block, output);
            else if (across * down == 1 && TryCopyRow(map, y, image, output)) continue;
            else if (isAlongAxes) RowAlongAxes(map, y, image, ref axes, output);
            else
            {
                for (var sample = 0; sample < across * down; sample++)
                {
                    var (x, row) = (ImageSampling.Between(sample % across, across), y + ImageSampling.Between(sample / across, down));
                    MappedRow(map, x, row, image, end, block, output, isAdded: sample > 0);
                }

                if (across * down > 1) Scale(output, sampling.OutputWidth * channels, 1f / (across * down));
            }
        }
    }

    /// <summary>
    /// Prefetches a part of the next image. The rows of a slanted map cross the rows of the image, so that the processor does not prefetch them itself.
    /// </summary>
    private void PrefetchNext(int n, int part, float* image)
    {
        var floats = sampling.Height * sampling.Width * channels;
        if (n + 1 == batch || floats > MaxPrefetchedFloats) return;
        var end = image + floats + ((long)floats * (part + 1) / unitsPerImage);
        for (var line = image + floats + ((long)floats * part / unitsPerImage); line < end; line += AlignedBuffer.FloatsPerLine)
            Prefetching.Fetch((byte*)line);
    }

    internal static void ReadMap(float* parameters, int count, Span<double> map)
    {
        for (var i = 0; i < count; i++) map[i] = parameters[i];
    }

    private void GridRow(float* grid, float* image, float* end, Block block, float* output)
    {
        for (var x = 0; x < sampling.OutputWidth; x += Block.Size)
        {
            var count = Math.Min(Block.Size, sampling.OutputWidth - x);
            for (var i = 0; i < count; i++) (block.Columns[i], block.Rows[i]) = (grid[2 * (x + i)], grid[(2 * (x + i)) + 1]);
            Pixels(image, end, block, count, output + ((nint)x * channels), isAdded: false, isLast: x + count == sampling.OutputWidth);
        }
    }

    private void MappedRow(ReadOnlySpan<double> map, double start, double y, float* image, float* end, Block block, float* output, bool isAdded)
    {
        for (var x = 0; x < sampling.OutputWidth; x += Block.Size)
        {
            var count = Math.Min(Block.Size, sampling.OutputWidth - x);
            sampling.Positions(map, x + start, y, new Span<double>(block.Columns, count), new Span<double>(block.Rows, count));
            Pixels(image, end, block, count, output + ((nint)x * channels), isAdded, isLast: x + count == sampling.OutputWidth);
        }
    }

    private void Pixels(float* image, float* end, Block block, int count, float* output, bool isAdded, bool isLast)
    {
        if (sampling.Interpolation == Interpolation.Nearest)
        {
            block.FindNearest(sampling, channels, count);
            NearestPixels(image, block, count, output);
        }
        else
        {
            block.FindCorners(sampling, channels, count);
            if (channels == 3) BilinearColors(image, end, block, count, output, isAdded, isLast);
            else BilinearPixels(image, block, count, output, isAdded);
        }
    }

    /// <summary>Pixels of three channels. Lane 3 of a vector belongs to the next pixel, which overwrites it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="end">The end of all images.</param>
    /// <param name="block">The pixels.</param>
    /// <param name="count">The number of pixels.</param>
    /// <param name="output">The output.</param>
    /// <param name="isAdded">Whether they are added to the output.</param>
    /// <param name="isLast">Whether the last pixel ends a row of the output, so that the pixel after it belongs to another unit.</param>
    private void BilinearColors(float* image, float* end, Block block, int count, float* output, bool isAdded, bool isLast)
    {
        var last = (nint)(end - image - 4);  // the last position from which four floats can be read
        var joined = isAdded || !isLast ? count : count - 1;
        for (var i = 0; i < count; i++)
        {
            i = InsideColors(image, last, block, i, joined, output, isAdded);
            i = ReflectedColors(image, last, block, i, joined, output, isAdded);
            if (i < count) Pixel(image, block, i, output + (3 * i), isAdded);
        }
    }

    /// <summary>Computes pixels of three channels as long as all pixels around their positions are inside the image.</summary>
    /// <returns>The first pixel that is left.</returns>
    private int InsideColors(float* image, nint last, Block block, int i, int end, float* output, bool isAdded)
    {
        var stride = 3 * (nint)sampling.Width;
        var lastOffset = last - stride - 3;
        for (; i < end; i++)
        {
            var offset = (nint)double.ConvertToIntegerNative<long>(block.Offsets[i]);
            if (offset < 0 || offset > lastOffset) break;
            var pixel = image + offset;
            Store(Mix(pixel, pixel + 3, pixel + stride, pixel + stride + 3, block.Right[i], block.Down[i]), output + (3 * (nint)i), isAdded);
        }

        return i;
    }

    /// <summary>Computes pixels of three channels as long as pixels around their positions are reflected.</summary>
    /// <returns>The first pixel that is left.</returns>
    private static int ReflectedColors(float* image, nint last, Block block, int i, int end, float* output, bool isAdded)
    {
        for (; i < end && block.Offsets[i] == Block.Reflected; i++)
        {
            nint left = block.Corner(0, i), right = block.Corner(1, i), top = block.Corner(2, i), bottom = block.Corner(3, i);
            if (Math.Max(left, right) + Math.Max(top, bottom) > last) break;
            Store(
                Mix(image + top + left, image + top + right, image + bottom + left, image + bottom + right, block.Right[i], block.Down[i]),
                output + (3 * (nint)i), isAdded);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> pixel, float* output, bool isAdded)
    {
        if (isAdded)
        {
            pixel += Vector128.Create(output[0], output[1], output[2], 0);
            *(double*)output = pixel.AsDouble().ToScalar();
            output[2] = pixel.GetElement(2);
        }
        else pixel.Store(output);
    }

    private void BilinearPixels(float* image, Block block, int count, float* output, bool isAdded)
    {
        var stride = (nint)sampling.Width * channels;
        for (var i = 0; i < count; i++, output += channels)
        {
            if (block.Offsets[i] < 0)
            {
                Pixel(image, block, i, output, isAdded);
                continue;
            }

            var pixel = image + (nint)block.Offsets[i];
            var (right, down, channel) = (block.Right[i], block.Down[i], 0);
            for (; channel <= channels - 4; channel += 4)
            {
                var tap = pixel + channel;
                var mean = Mix(tap, tap + channels, tap + stride, tap + stride + channels, right, down);
                if (isAdded) mean += Vector128.Load(output + channel);
                mean.Store(output + channel);
            }

            for (; channel < channels; channel++)
            {
                var tap = pixel + channel;
                var mean = Mix(tap[0], tap[channels], tap[stride], tap[stride + channels], right, down);
                output[channel] = isAdded ? output[channel] + mean : mean;
            }
        }
    }

    /// <summary>A pixel of which some of the four pixels around it may be outside the image.</summary>
    private void Pixel(float* image, Block block, int i, float* output, bool isAdded)
    {
        var (row0, row1, column0, column1) = Around(block.Rows[i], block.Columns[i]);
        var (above, below) = ((nint)row0 * sampling.Width, (nint)row1 * sampling.Width);
        for (var channel = 0; channel < channels; channel++)
        {
            var (p00, p01, p10, p11) = (fillValue, fillValue, fillValue, fillValue);
            if (row0 >= 0 && column0 >= 0) p00 = image[((above + column0) * channels) + channel];
            if (row0 >= 0 && column1 >= 0) p01 = image[((above + column1) * channels) + channel];
            if (row1 >= 0 && column0 >= 0) p10 = image[((below + column0) * channels) + channel];
            if (row1 >= 0 && column1 >= 0) p11 = image[((below + column1) * channels) + channel];
            var mean = Mix(p00, p01, p10, p11, block.Right[i], block.Down[i]);
            output[channel] = isAdded ? output[channel] + mean : mean;
        }
    }

    /// <summary>The mean of four pixels, weighted along columns first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Mix(float* topLeft, float* topRight, float* bottomLeft, float* bottomRight, float right, float down)
    {
        var (weights, a, b) = (Vector128.Create(down), Vector128.Load(topLeft), Vector128.Load(topRight));
        a = Vector128.MultiplyAddEstimate(weights, Vector128.Load(bottomLeft) - a, a);
        b = Vector128.MultiplyAddEstimate(weights, Vector128.Load(bottomRight) - b, b);
        return Vector128.MultiplyAddEstimate(Vector128.Create(right), b - a, a);
    }

    /// <inheritdoc cref="Mix(float*, float*, float*, float*, float, float)"/>
    private static float Mix(float topLeft, float topRight, float bottomLeft, float bottomRight, float right, float down)
    {
        var a = float.MultiplyAddEstimate(down, bottomLeft - topLeft, topLeft);
        var b = float.MultiplyAddEstimate(down, bottomRight - topRight, topRight);
        return float.MultiplyAddEstimate(right, b - a, a);
    }

    /// <summary>The two rows and the two columns around a position, from its whole parts; −1 outside the image.</summary>
    private (int Row0, int Row1, int Column0, int Column1) Around(double top, double left)
    {
        var (row, column) = (double.ConvertToIntegerNative<int>(top), double.ConvertToIntegerNative<int>(left));
        return (sampling.Inside(row, sampling.Height), sampling.Inside(row + 1, sampling.Height), sampling.Inside(column, sampling.Width),
            sampling.Inside(column + 1, sampling.Width));
    }

    private void NearestPixels(float* image, Block block, int count, float* output)
    {
        for (var i = 0; i < count; i++, output += channels)
        {
            if (block.Offsets[i] < 0)
                WritePixel(image, sampling.Inside((int)block.Rows[i], sampling.Height), sampling.Inside((int)block.Columns[i], sampling.Width), output);
            else CopyPixel(image + double.ConvertToIntegerNative<long>(block.Offsets[i]), output);
        }
    }

    /// <summary>Copies a pixel; the fill value for a row or column of −1.</summary>
    private void WritePixel(float* image, int row, int column, float* output)
    {
        if (row >= 0 && column >= 0) CopyPixel(image + ((((nint)row * sampling.Width) + column) * channels), output);
        else for (var channel = 0; channel < channels; channel++) output[channel] = fillValue;
    }

    private void CopyPixel(float* pixel, float* output)
    {
        if (channels == 3)
        {
            *(double*)output = *(double*)pixel;
            output[2] = pixel[2];
        }
        else for (var channel = 0; channel < channels; channel++) output[channel] = pixel[channel];
    }

    private static void Scale(float* output, int count, float factor)
    {
        for (var i = 0; i < count; i++) output[i] *= factor;
    }
}
