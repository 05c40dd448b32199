using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fovea.Engine.Ops;

/// <summary>
/// Maps along the axes, such as a zoom or a shift: all pixels of an output row are read from the same two rows, and each output column from the same two
/// columns in every row. So two rows are mixed with vectors of values first, and then columns of the mixed row.
/// </summary>
internal sealed unsafe partial class ImageSamplingKernel
{
    public override int WorkerScratchFloats =>
        sampling is { Interpolation: Interpolation.Bilinear, Rule: not PositionRule.Grid } ? Axes.Floats(sampling, channels) : 0;

    private bool IsAlongAxes(ReadOnlySpan<double> map) =>
        sampling is { Interpolation: Interpolation.Bilinear, Rule: not PositionRule.Grid } && map[1] == 0 && map[3] == 0
            && (sampling.Rule == PositionRule.Affine || (map[6] == 0 && map[7] == 0));

    /// <summary>Reads a row by a map along the axes.</summary>
    private void RowAlongAxes(ReadOnlySpan<double> map, int y, float* image, ref Axes axes, float* output)
    {
        if (!axes.IsReady) FindColumns(map, ref axes);
        var (above, below, weight) = Around((map[4] * y) + map[5], sampling.Height);
        MixRows(RowOf(image, above), RowOf(image, below), weight, axes.Mixed);
        if (channels == 3) MixColors(axes, output);
        else MixColumns(axes, output);
    }

    private float* RowOf(float* image, int row) => row < 0 ? null : image + ((nint)row * sampling.Width * channels);

    private void FindColumns(ReadOnlySpan<double> map, ref Axes axes)
    {
        var outside = sampling.Width * channels;
        for (var x = 0; x < sampling.OutputWidth; x++)
        {
            var (first, second, weight) = Around((map[0] * x) + map[2], sampling.Width);
            axes.Firsts[x] = first < 0 ? outside : first * channels;
            axes.Seconds[x] = second < 0 ? outside : second * channels;
            axes.Weights[x] = weight;
        }

        new Span<float>(axes.Mixed + outside, channels + Axes.Padding).Fill(fillValue);
        axes.IsReady = true;
    }

    /// <summary>The two rows or columns around a position (−1: outside the image), and the weight of the second.</summary>
    private (int First, int Second, float Weight) Around(double position, int length)
    {
        position = position >= -ImageSampling.Farthest ? Math.Min(position, ImageSampling.Farthest) : -ImageSampling.Farthest;
        var first = Math.Floor(position);
        return (sampling.Inside((int)first, length), sampling.Inside((int)first + 1, length), (float)(position - first));
    }

    /// <summary>The weighted mean of two rows; null is a row of the fill value.</summary>
    private void MixRows(float* above, float* below, float weight, float* mixed)
    {
        var (i, count) = (0, sampling.Width * channels);
        var (weights, fill) = (new Vector<float>(weight), new Vector<float>(fillValue));
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (top, bottom) = (above is null ? fill : Vector.Load(above + i), below is null ? fill : Vector.Load(below + i));
            Vector.MultiplyAddEstimate(weights, bottom - top, top).Store(mixed + i);
        }

        for (; i < count; i++)
        {
            var (top, bottom) = (above is null ? fillValue : above[i], below is null ? fillValue : below[i]);
            mixed[i] = float.MultiplyAddEstimate(weight, bottom - top, top);
        }
    }

    /// <summary>Pixels of three channels. Lane 3 belongs to the next pixel, which overwrites it.</summary>
    private void MixColors(in Axes axes, float* output)
    {
        float* mixed = axes.Mixed, weights = axes.Weights;
        int* firsts = axes.Firsts, seconds = axes.Seconds;
        var last = sampling.OutputWidth - 1;
        for (var x = 0; x < last; x++, output += 3) Mix(mixed + firsts[x], mixed + seconds[x], weights[x]).Store(output);
        var pixel = Mix(mixed + firsts[last], mixed + seconds[last], weights[last]);
        for (var channel = 0; channel < 3; channel++) output[channel] = pixel[channel];
    }

    private void MixColumns(in Axes axes, float* output)
    {
        for (var x = 0; x < sampling.OutputWidth; x++, output += channels)
        {
            float* first = axes.Mixed + axes.Firsts[x], second = axes.Mixed + axes.Seconds[x];
            var (weight, channel) = (axes.Weights[x], 0);
            for (; channel <= channels - Vector128<float>.Count; channel += Vector128<float>.Count)
                Mix(first + channel, second + channel, weight).Store(output + channel);
            for (; channel < channels; channel++)
                output[channel] = float.MultiplyAddEstimate(weight, second[channel] - first[channel], first[channel]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Mix(float* first, float* second, float weight)
    {
        var values = Vector128.Load(first);
        return Vector128.MultiplyAddEstimate(Vector128.Create(weight), Vector128.Load(second) - values, values);
    }

    /// <summary>
    /// The columns of a map along the axes: where in a mixed row the two pixels of each output column begin, and the weight of the second. A pixel of the fill
    /// value follows the row.
    /// </summary>
    private struct Axes(float* memory, in ImageSampling sampling, int channels)
    {
        /// <summary>Vectors may be read beyond the last pixel.</summary>
        public const int Padding = 16;

        private readonly int width = sampling.OutputWidth;
        private readonly float* columns = memory + ((sampling.Width + 1) * channels) + Padding;

        /// <summary>Whether the columns were found.</summary>
        public bool IsReady { get; set; }

        public readonly float* Mixed => memory;

        public readonly int* Firsts => (int*)columns;

        public readonly int* Seconds => (int*)columns + width;

        public readonly float* Weights => columns + (2 * width);

        /// <summary>The memory that is needed.</summary>
        public static int Floats(in ImageSampling sampling, int channels) => ((sampling.Width + 1) * channels) + Padding + (3 * sampling.OutputWidth);
    }
}
