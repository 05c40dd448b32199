using System.Runtime.Intrinsics;

namespace Fovea.Engine.Ops;

/// <summary>
/// Reads images at other positions, pixel by pixel. Positions are computed in float64, as in the reference, so that both read the same pixels; values are
/// computed in float32. Vectors hold the positions of several pixels, then the channels of one. A unit is up to <see cref="RowsPerUnit"/> rows of one image.
/// </summary>
internal sealed unsafe partial class ImageSamplingKernel(int batch, int channels, ImageSampling sampling, float fillValue) : Kernel
{
    private const int RowsPerUnit = 16;

    private readonly int unitsPerImage = (sampling.OutputHeight + RowsPerUnit - 1) / RowsPerUnit;

    public override int Units(int phase) => batch * unitsPerImage;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (n, part) = Math.DivRem(unit, unitsPerImage);
        var parameters = buffers.Input(1) + ((nint)n * sampling.Parameters);
        var image = buffers.Input(0) + ((nint)n * sampling.Height * sampling.Width * channels);
        var end = buffers.Input(0) + ((nint)batch * sampling.Height * sampling.Width * channels);
        var memory = stackalloc double[Block.Doubles];
        var block = new Block(memory);
        Span<double> map = stackalloc double[8];
        if (sampling.Rule != PositionRule.Grid) ReadMap(parameters, sampling.Parameters, map);
        var (across, down) = sampling.Samples(map);
        for (var y = part * RowsPerUnit; y < Math.Min(sampling.OutputHeight, (part + 1) * RowsPerUnit); y++)
        {
            var output = buffers.Output + ((((nint)n * sampling.OutputHeight) + y) * sampling.OutputWidth * channels);
            if (sampling.Rule == PositionRule.Grid) GridRow(parameters + (2 * (nint)y * sampling.OutputWidth), image, end, block, output);
            else if (across * down == 1 && TryCopyRow(map, y, image, output)) continue;
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
            Pixels(image, end, block, count, output + ((nint)x * channels), isAdded: false);
        }
    }

    private void MappedRow(ReadOnlySpan<double> map, double start, double y, float* image, float* end, Block block, float* output, bool isAdded)
    {
        for (var x = 0; x < sampling.OutputWidth; x += Block.Size)
        {
            var count = Math.Min(Block.Size, sampling.OutputWidth - x);
            sampling.Positions(map, x + start, y, new Span<double>(block.Columns, count), new Span<double>(block.Rows, count));
            Pixels(image, end, block, count, output + ((nint)x * channels), isAdded);
        }
    }

    private void Pixels(float* image, float* end, Block block, int count, float* output, bool isAdded)
    {
        if (sampling.Interpolation == Interpolation.Nearest)
        {
            block.FindNearest(sampling, channels, count);
            NearestPixels(image, block, count, output);
        }
        else
        {
            block.FindCorners(sampling, channels, count);
            if (channels == 3) BilinearColors(image, end, block, count, output, isAdded);
            else BilinearPixels(image, block, count, output, isAdded);
        }
    }

    /// <summary>Pixels of three channels. Lane 3 of a vector belongs to the next pixel and is not stored.</summary>
    private void BilinearColors(float* image, float* end, Block block, int count, float* output, bool isAdded)
    {
        var stride = 3 * (nint)sampling.Width;
        var last = end - image - 4;  // the last position from which four floats can be read
        for (var i = 0; i < count; i++, output += 3)
        {
            var p00 = (nint)double.ConvertToIntegerNative<long>(block.Offsets[i]);
            nint p01 = p00 + 3, p10 = p00 + stride, p11 = p10 + 3;
            if (p00 < 0)
            {
                if (TryFill(block, i, output, isAdded)) continue;
                var (row0, row1, column0, column1) = Around(block.Rows[i], block.Columns[i]);
                (p00, p01) = ((row0 * stride) + (3 * column0), (row0 * stride) + (3 * column1));
                (p10, p11) = ((row1 * stride) + (3 * column0), (row1 * stride) + (3 * column1));
                if ((row0 | row1 | column0 | column1) < 0) p11 = nint.MaxValue;
                else p11 = Math.Max(Math.Max(p00, p01), Math.Max(p10, p11)) > last ? nint.MaxValue : p11;
            }

            if (p11 > last)
            {
                Pixel(image, block, i, output, isAdded);
                continue;
            }

            var mean = (block.Weights[i] * Vector128.Load(image + p00)) + (block.Weights[Block.Size + i] * Vector128.Load(image + p01))
                + (block.Weights[(2 * Block.Size) + i] * Vector128.Load(image + p10)) + (block.Weights[(3 * Block.Size) + i] * Vector128.Load(image + p11));
            if (isAdded) mean += Vector128.Create(output[0], output[1], output[2], 0);
            *(double*)output = mean.AsDouble().ToScalar();
            output[2] = mean.GetElement(2);
        }
    }

    private void BilinearPixels(float* image, Block block, int count, float* output, bool isAdded)
    {
        var stride = (nint)sampling.Width * channels;
        for (var i = 0; i < count; i++, output += channels)
        {
            if (block.Offsets[i] < 0)
            {
                if (TryFill(block, i, output, isAdded)) continue;
                Pixel(image, block, i, output, isAdded);
                continue;
            }

            var pixel = image + (nint)block.Offsets[i];
            var (w00, w01, w10, w11) = block.WeightsOf(i);
            var channel = 0;
            for (; channel <= channels - 4; channel += 4)
            {
                var tap = pixel + channel;
                var mean = (w00 * Vector128.Load(tap)) + (w01 * Vector128.Load(tap + channels)) + (w10 * Vector128.Load(tap + stride))
                    + (w11 * Vector128.Load(tap + stride + channels));
                if (isAdded) mean += Vector128.Load(output + channel);
                mean.Store(output + channel);
            }

            for (; channel < channels; channel++)
            {
                var tap = pixel + channel;
                var mean = (w00 * *tap) + (w01 * tap[channels]) + (w10 * tap[stride]) + (w11 * tap[stride + channels]);
                output[channel] = isAdded ? output[channel] + mean : mean;
            }
        }
    }

    /// <summary>Writes the fill value if all pixels around a position are outside the image.</summary>
    private bool TryFill(Block block, int i, float* output, bool isAdded)
    {
        if (block.Offsets[i] != Block.Outside || sampling.FillMode != FillMode.Constant) return false;
        for (var channel = 0; channel < channels; channel++) output[channel] = isAdded ? output[channel] + fillValue : fillValue;
        return true;
    }

    /// <summary>A pixel of which some of the four pixels around it may be outside the image.</summary>
    private void Pixel(float* image, Block block, int i, float* output, bool isAdded)
    {
        var (row0, row1, column0, column1) = Around(block.Rows[i], block.Columns[i]);
        var (w00, w01, w10, w11) = block.WeightsOf(i);
        var (above, below) = ((nint)row0 * sampling.Width, (nint)row1 * sampling.Width);
        for (var channel = 0; channel < channels; channel++)
        {
            var (p00, p01, p10, p11) = (fillValue, fillValue, fillValue, fillValue);
            if (row0 >= 0 && column0 >= 0) p00 = image[((above + column0) * channels) + channel];
            if (row0 >= 0 && column1 >= 0) p01 = image[((above + column1) * channels) + channel];
            if (row1 >= 0 && column0 >= 0) p10 = image[((below + column0) * channels) + channel];
            if (row1 >= 0 && column1 >= 0) p11 = image[((below + column1) * channels) + channel];
            var mean = (w00 * p00) + (w01 * p01) + (w10 * p10) + (w11 * p11);
            output[channel] = isAdded ? output[channel] + mean : mean;
        }
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
