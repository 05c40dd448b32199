using System.Numerics;

namespace Fovea.Engine.Ops;

/// <summary>
/// Changes images of one or three channels with vectors of adjacent values. Where channels differ, vectors repeat after three of them: lane i of vector v is of
/// channel (v · width + i) mod 3. A unit is an image.
/// </summary>
internal sealed unsafe partial class PhotometricKernel : Kernel
{
    /// <summary>The values that are processed together: whole pixels, and a multiple of all periods of vectors.</summary>
    private const int Block = 768;

    /// <summary>Room for vectors that run beyond a block or a row.</summary>
    private const int Margin = 64;

    private readonly int batch;
    private readonly int height;
    private readonly int channels;
    private readonly int length;
    private readonly int rowLength;
    private readonly (float Low, float High) range;
    private readonly float scale;

    public PhotometricKernel(Shape images, float low, float high)
    {
        (batch, height, channels, length, rowLength) = (images[0], images[1], images[3], images[1..].Count, images[2] * images[3]);
        (range, scale) = ((low, high), (PhotometricChange.Levels - 1) / (high - low));
    }

    /// <summary>The levels of a block, a block between margins, or two rows.</summary>
    public override int WorkerScratchFloats => Math.Max(Block + (2 * Margin), 2 * rowLength);

    public override bool CanOverwrite(int input) => input == 0;

    public override int Units(int phase) => batch;

    /// <summary>The number of values after which vectors hold the same channels again.</summary>
    private int Period => channels * Vector<float>.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var image = buffers.Input(0) + ((nint)unit * length);
        var output = buffers.Output + ((nint)unit * length);
        var change = buffers.Input(1) + (3 * unit);
        var amount = change[1];
        switch ((PhotometricKind)change[0])
        {
            case PhotometricKind.Brightness:
                Map(image, output, new Stretched(range.Low, amount, range.Low, range));
                break;
            case PhotometricKind.Color:
                BlendWithGray(image, output, 0.299f, amount, buffers.WorkerScratch);
                break;
            case PhotometricKind.GrayBlend:
                BlendWithGray(image, output, 0.2989f, 1 - amount, buffers.WorkerScratch);
                break;
            case PhotometricKind.Contrast:
                var gray = MeanGray(image);
                Map(image, output, new Stretched(gray, amount, gray, range));
                break;
            case PhotometricKind.ChannelContrast:
                SpreadChannels(image, output, amount);
                break;
            case PhotometricKind.Sharpness:
            case PhotometricKind.PaddedSharpness:
                Sharpen(image, output, amount, isPadded: (PhotometricKind)change[0] == PhotometricKind.PaddedSharpness, buffers.WorkerScratch);
                break;
            case PhotometricKind.Posterize:
                Map(image, output, new Posterized(range.Low, scale, 1 << Math.Clamp(8 - (int)amount, 0, 8)));
                break;
            case PhotometricKind.Solarize:
                Map(image, output, new Solarized(range, scale, amount));
                break;
            case PhotometricKind.ShiftedSolarize:
                Map(image, output, new ShiftedSolarized(range.Low, scale, amount, change[2]));
                break;
            case PhotometricKind.AutoContrast:
                StretchChannels(image, output);
                break;
            case PhotometricKind.Equalize:
            case PhotometricKind.ExactEqualize:
                Equalize(image, output, isExact: (PhotometricKind)change[0] == PhotometricKind.ExactEqualize, (int*)buffers.WorkerScratch);
                break;
            case PhotometricKind.Invert:
                Map(image, output, new Inverted(range));
                break;
            case PhotometricKind.Shift:
                Map(image, output, new Shifted(amount, range));
                break;
            default:
                if (output != image) new ReadOnlySpan<float>(image, length).CopyTo(new Span<float>(output, length));
                break;
        }
    }

    /// <summary>Changes each value of an image.</summary>
    private void Map<TChange>(float* image, float* output, TChange change)
        where TChange : struct, IChange
    {
        var (i, lane, period) = (0, 0, Period);
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            change.Apply(Vector.Load(image + i), lane).Store(output + i);
            lane += Vector<float>.Count;
            if (lane == period) lane = 0;
        }

        if (i == length) return;
        var rest = stackalloc float[Vector<float>.Count];
        new ReadOnlySpan<float>(image + i, length - i).CopyTo(new Span<float>(rest, Vector<float>.Count));
        change.Apply(Vector.Load(rest), lane).Store(rest);
        new ReadOnlySpan<float>(rest, length - i).CopyTo(new Span<float>(output + i, length - i));
    }

    /// <summary>The change of a vector of values.</summary>
    private interface IChange
    {
        /// <param name="values">The values.</param>
        /// <param name="lane">The index of the first of them in a period.</param>
        Vector<float> Apply(Vector<float> values, int lane);
    }

    private static Vector<float> Clamp(Vector<float> values, (float Low, float High) range) =>
        Vector.Min(Vector.Max(values, new Vector<float>(range.Low)), new Vector<float>(range.High));

    /// <summary>target + amount · (x − source), clipped.</summary>
    private readonly struct Stretched(float source, float amount, float target, (float Low, float High) range) : IChange
    {
        public Vector<float> Apply(Vector<float> values, int lane) =>
            Clamp(new Vector<float>(target) + (new Vector<float>(amount) * (values - new Vector<float>(source))), range);
    }

    private readonly struct Shifted(float amount, (float Low, float High) range) : IChange
    {
        public Vector<float> Apply(Vector<float> values, int lane) => Clamp(values + new Vector<float>(amount), range);
    }

    private readonly struct Inverted((float Low, float High) range) : IChange
    {
        public Vector<float> Apply(Vector<float> values, int lane) => new Vector<float>(range.Low + range.High) - values;
    }

    private readonly struct Posterized(float low, float scale, float step) : IChange
    {
        public Vector<float> Apply(Vector<float> values, int lane)
        {
            var tolerance = new Vector<float>(0.001f);  // a level that was scaled to another range may have been rounded down
            var level = Vector.Floor((((values - new Vector<float>(low)) * scale) + tolerance) / new Vector<float>(step));
            return new Vector<float>(low) + (level * step / new Vector<float>(scale));
        }
    }

    private readonly struct Solarized((float Low, float High) range, float scale, float threshold) : IChange
    {
        public Vector<float> Apply(Vector<float> values, int lane) => Vector.ConditionalSelect(
            Vector.LessThan((values - new Vector<float>(range.Low)) * scale, new Vector<float>(threshold)), values,
            new Vector<float>(range.Low + range.High) - values);
    }

    private readonly struct ShiftedSolarized(float low, float scale, float threshold, float added) : IChange
    {
        public Vector<float> Apply(Vector<float> values, int lane)
        {
            var level = Clamp(((values - new Vector<float>(low)) * scale) + new Vector<float>(added), (0, PhotometricChange.Levels - 1));
            var isBelow = Vector.LessThan(level, new Vector<float>(threshold));
            var changed = Vector.ConditionalSelect(isBelow, level, new Vector<float>(PhotometricChange.Levels - 1) - level);
            return new Vector<float>(low) + (changed / new Vector<float>(scale));
        }
    }
}
