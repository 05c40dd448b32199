using System.Runtime.Intrinsics;

namespace Fovea.Engine.Ops;

/// <summary>
/// Reads images at other positions, pixel by pixel. Positions are computed in float64, as in the reference, so that both read the same pixels; values are
/// computed in float32. A vector holds the channels of a pixel. A unit is up to <see cref="RowsPerUnit"/> rows of one image.
/// </summary>
internal sealed unsafe partial class ImageSamplingKernel(int batch, int channels, ImageSampling sampling, float fillValue) : Kernel
{
    private const int RowsPerUnit = 16;

    /// <summary>The number of pixels whose positions are computed together.</summary>
    private const int Chunk = 64;

    private readonly int unitsPerImage = (sampling.OutputHeight + RowsPerUnit - 1) / RowsPerUnit;

    public override int Units(int phase) => batch * unitsPerImage;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var (n, part) = Math.DivRem(unit, unitsPerImage);
        var parameters = buffers.Input(1) + ((nint)n * sampling.Parameters);
        var image = buffers.Input(0) + ((nint)n * sampling.Height * sampling.Width * channels);
        var end = buffers.Input(0) + ((nint)batch * sampling.Height * sampling.Width * channels);
        var positions = stackalloc double[2 * Chunk];
        Span<double> map = stackalloc double[8];
        if (sampling.Rule != PositionRule.Grid) ReadMap(parameters, sampling.Parameters, map);
        var (across, down) = sampling.Samples(map);
        for (var y = part * RowsPerUnit; y < Math.Min(sampling.OutputHeight, (part + 1) * RowsPerUnit); y++)
        {
            var output = buffers.Output + ((((nint)n * sampling.OutputHeight) + y) * sampling.OutputWidth * channels);
            if (sampling.Rule == PositionRule.Grid) GridRow(parameters + (2 * (nint)y * sampling.OutputWidth), image, end, positions, output);
            else if (across * down == 1 && TryCopyRow(map, y, image, output)) continue;
            else
            {
                for (var sample = 0; sample < across * down; sample++)
                {
                    var (x, row) = (ImageSampling.Between(sample % across, across), y + ImageSampling.Between(sample / across, down));
                    MappedRow(map, x, row, image, end, positions, output, isAdded: sample > 0);
                }

                if (across * down > 1) Scale(output, sampling.OutputWidth * channels, 1f / (across * down));
            }
        }
    }

    internal static void ReadMap(float* parameters, int count, Span<double> map)
    {
        for (var i = 0; i < count; i++) map[i] = parameters[i];
    }

    private void GridRow(float* grid, float* image, float* end, double* positions, float* output)
    {
        for (var x = 0; x < sampling.OutputWidth; x += Chunk)
        {
            var count = Math.Min(Chunk, sampling.OutputWidth - x);
            for (var i = 0; i < count; i++) (positions[i], positions[Chunk + i]) = (grid[2 * (x + i)], grid[(2 * (x + i)) + 1]);
            Pixels(image, end, positions, count, output + ((nint)x * channels), isAdded: false);
        }
    }

    private void MappedRow(ReadOnlySpan<double> map, double start, double y, float* image, float* end, double* positions, float* output, bool isAdded)
    {
        for (var x = 0; x < sampling.OutputWidth; x += Chunk)
        {
            var count = Math.Min(Chunk, sampling.OutputWidth - x);
            sampling.Positions(map, x + start, y, new Span<double>(positions, count), new Span<double>(positions + Chunk, count));
            Pixels(image, end, positions, count, output + ((nint)x * channels), isAdded);
        }
    }

    private void Pixels(float* image, float* end, double* positions, int count, float* output, bool isAdded)
    {
        if (sampling.Interpolation == Interpolation.Nearest) NearestPixels(image, positions, count, output);
        else BilinearPixels(image, end, positions, count, output, isAdded);
    }

    private void BilinearPixels(float* image, float* end, double* positions, int count, float* output, bool isAdded)
    {
        var (lastColumn, lastRow, stride) = (sampling.Width - 1, sampling.Height - 1, (nint)sampling.Width * channels);
        for (var i = 0; i < count; i++, output += channels)
        {
            var (x, y) = (positions[i], positions[Chunk + i]);
            var (left, top) = (Math.Floor(x), Math.Floor(y));
            if (!(left >= 0 && top >= 0 && left < lastColumn && top < lastRow))
            {
                BorderPixel(image, sampling.At(x, y), output, isAdded);
                continue;
            }

            var (u, v) = ((float)(x - left), (float)(y - top));
            var pixel = image + ((nint)top * stride) + ((nint)left * channels);
            var (w00, w01, w10, w11) = ((1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u);
            var channel = 0;
            if (channels == 3 && end - pixel > stride + 6)
            {
                // Lane 3 of each load belongs to the next pixel and is not stored.
                var mean = (w00 * Vector128.Load(pixel)) + (w01 * Vector128.Load(pixel + 3)) + (w10 * Vector128.Load(pixel + stride))
                    + (w11 * Vector128.Load(pixel + stride + 3));
                if (isAdded) mean += Vector128.Create(output[0], output[1], output[2], 0);
                *(double*)output = mean.AsDouble().ToScalar();
                output[2] = mean.GetElement(2);
                continue;
            }

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

    /// <summary>A pixel of which some of the four pixels around it may be outside the image.</summary>
    private void BorderPixel(float* image, ImageSampling.Sample sample, float* output, bool isAdded)
    {
        var (v, u) = ((float)sample.Row1Weight, (float)sample.Column1Weight);
        var (row0, row1) = ((nint)sample.Row0 * sampling.Width, (nint)sample.Row1 * sampling.Width);
        var (w00, w01, w10, w11) = ((1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u);
        for (var channel = 0; channel < channels; channel++)
        {
            var (p00, p01, p10, p11) = (fillValue, fillValue, fillValue, fillValue);
            if (sample.Row0 >= 0 && sample.Column0 >= 0) p00 = image[((row0 + sample.Column0) * channels) + channel];
            if (sample.Row0 >= 0 && sample.Column1 >= 0) p01 = image[((row0 + sample.Column1) * channels) + channel];
            if (sample.Row1 >= 0 && sample.Column0 >= 0) p10 = image[((row1 + sample.Column0) * channels) + channel];
            if (sample.Row1 >= 0 && sample.Column1 >= 0) p11 = image[((row1 + sample.Column1) * channels) + channel];
            var mean = (w00 * p00) + (w01 * p01) + (w10 * p10) + (w11 * p11);
            output[channel] = isAdded ? output[channel] + mean : mean;
        }
    }

    private void NearestPixels(float* image, double* positions, int count, float* output)
    {
        for (var i = 0; i < count; i++, output += channels)
        {
            var sample = sampling.At(positions[i], positions[Chunk + i]);
            WritePixel(image, sample.Row0, sample.Column0, output);
        }
    }

    /// <summary>Copies a pixel; the fill value for a row or column of −1.</summary>
    private void WritePixel(float* image, int row, int column, float* output)
    {
        var pixel = image + ((((nint)row * sampling.Width) + column) * channels);
        var isInside = row >= 0 && column >= 0;
        for (var channel = 0; channel < channels; channel++) output[channel] = isInside ? pixel[channel] : fillValue;
    }

    private static void Scale(float* output, int count, float factor)
    {
        for (var i = 0; i < count; i++) output[i] *= factor;
    }
}
