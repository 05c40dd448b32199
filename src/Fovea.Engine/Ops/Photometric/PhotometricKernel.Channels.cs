using System.Numerics;

namespace Fovea.Engine.Ops;

/// <summary>Changes that depend on the mean, the extrema or the histogram of each channel.</summary>
internal sealed unsafe partial class PhotometricKernel
{
    /// <summary>The number of periods whose sums are added in float32; they are added up in float64.</summary>
    private const int PeriodsPerSum = 32;

    /// <summary>The mean gray value of an image.</summary>
    private float MeanGray(float* image)
    {
        var sums = stackalloc double[channels];
        AddChannels(image, sums);
        var sum = channels == 3 ? (0.299f * sums[0]) + (0.587f * sums[1]) + (0.114f * sums[2]) : sums[0];
        return (float)(sum * channels / length);
    }

    /// <summary>Multiplies the distance of the values from the mean of their channel.</summary>
    private void SpreadChannels(float* image, float* output, float amount)
    {
        var sums = stackalloc double[channels];
        AddChannels(image, sums);
        var means = stackalloc float[Period];
        for (var i = 0; i < Period; i++) means[i] = (float)(sums[i % channels] * channels / length);
        Map(image, output, new ChannelSpread(means, amount, range));
    }

    /// <summary>The sum of each channel.</summary>
    private void AddChannels(float* image, double* sums)
    {
        var period = Period;
        var lanes = stackalloc float[period];
        new Span<double>(sums, channels).Clear();
        for (var start = 0; start < length; start += PeriodsPerSum * period)
        {
            var end = Math.Min(length, start + (PeriodsPerSum * period));
            new Span<float>(lanes, period).Clear();
            var (i, lane) = (start, 0);
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
            {
                (Vector.Load(lanes + lane) + Vector.Load(image + i)).Store(lanes + lane);
                lane += Vector<float>.Count;
                if (lane == period) lane = 0;
            }

            for (; i < end; i++) lanes[lane++] += image[i];
            for (var k = 0; k < period; k++) sums[k % channels] += lanes[k];
        }
    }

    /// <summary>Stretches each channel to the whole range. A channel of one value stays as it is.</summary>
    private void StretchChannels(float* image, float* output)
    {
        var period = Period;
        var lowest = stackalloc float[4 * period];
        float* highest = lowest + period, scales = highest + period, targets = scales + period;
        for (var k = 0; k < period; k++) lowest[k] = highest[k] = image[k % channels];
        var (i, lane) = (0, 0);
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var values = Vector.Load(image + i);
            Vector.Min(Vector.Load(lowest + lane), values).Store(lowest + lane);
            Vector.Max(Vector.Load(highest + lane), values).Store(highest + lane);
            lane += Vector<float>.Count;
            if (lane == period) lane = 0;
        }

        for (; i < length; i++, lane++) (lowest[lane], highest[lane]) = (Math.Min(lowest[lane], image[i]), Math.Max(highest[lane], image[i]));
        for (var k = 0; k < channels; k++)
        {
            for (var other = k + channels; other < period; other += channels)
                (lowest[k], highest[k]) = (Math.Min(lowest[k], lowest[other]), Math.Max(highest[k], highest[other]));
        }

        for (var k = 0; k < period; k++)
        {
            var (darkest, brightest) = (lowest[k % channels], highest[k % channels]);
            (lowest[k], scales[k], targets[k]) = brightest > darkest
                ? (darkest, (range.High - range.Low) / (brightest - darkest), range.Low)
                : (darkest, 1, darkest);
        }

        Map(image, output, new ChannelStretch(lowest, scales, targets));
    }

    /// <summary>Counts the levels of each channel, and looks up their new values.</summary>
    private void Equalize(float* image, float* output, bool isExact, int* levels)
    {
        const int Levels = PhotometricChange.Levels;
        var counts = stackalloc int[channels * Levels];
        new Span<int>(counts, channels * Levels).Clear();
        for (var start = 0; start < length; start += Block)
        {
            var count = FindLevels(image + start, Math.Min(Block, length - start), isExact, levels);
            for (var i = 0; i < count; i += channels)
            {
                for (var channel = 0; channel < channels; channel++) counts[(channel * Levels) + levels[i + channel]]++;
            }
        }

        var table = stackalloc float[channels * Levels];
        var isChanged = stackalloc bool[channels];
        for (var channel = 0; channel < channels; channel++)
        {
            var histogram = new Span<int>(counts + (channel * Levels), Levels);
            var values = new Span<float>(table + (channel * Levels), Levels);
            isChanged[channel] = isExact ? PhotometricChange.ExactLevels(histogram, values) : PhotometricChange.LibraryLevels(histogram, values);
            foreach (ref var value in values) value = range.Low + (value / scale);
        }

        for (var start = 0; start < length; start += Block)
        {
            var count = FindLevels(image + start, Math.Min(Block, length - start), isExact, levels);
            for (var i = 0; i < count; i += channels)
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    var place = start + i + channel;
                    output[place] = isChanged[channel] ? table[(channel * Levels) + levels[i + channel]] : image[place];
                }
            }
        }
    }

    /// <summary>Computes the level of each value, from 0 to 255.</summary>
    private int FindLevels(float* values, int count, bool isExact, int* levels)
    {
        var (low, largest) = (new Vector<float>(range.Low), new Vector<float>(PhotometricChange.Levels - 1));
        var rounding = new Vector<float>(isExact ? 0.001f : 0.5f);
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) Find(Vector.Load(values + i)).Store(levels + i);
        if (i == count) return count;
        var rest = stackalloc float[Vector<float>.Count];
        new ReadOnlySpan<float>(values + i, count - i).CopyTo(new Span<float>(rest, Vector<float>.Count));
        Find(Vector.Load(rest)).Store(levels + i);
        return count;

        Vector<int> Find(Vector<float> vector)
        {
            var level = (vector - low) * scale;
            var isPositive = Vector.GreaterThanOrEqual(level, Vector<float>.Zero);  // false for NaN, as in the reference
            return Vector.ConvertToInt32(Vector.ConditionalSelect(isPositive, Vector.Min(level + rounding, largest), Vector<float>.Zero));
        }
    }

    /// <summary>mean + amount · (x − mean), clipped, with the mean of each channel.</summary>
    private readonly struct ChannelSpread(float* means, float amount, (float Low, float High) range) : IChange
    {
        public Vector<float> Apply(Vector<float> values, int lane)
        {
            var mean = Vector.Load(means + lane);
            return Clamp(mean + (new Vector<float>(amount) * (values - mean)), range);
        }
    }

    /// <summary>target + scale · (x − lowest) of each channel.</summary>
    private readonly struct ChannelStretch(float* lowest, float* scales, float* targets) : IChange
    {
        public Vector<float> Apply(Vector<float> values, int lane) =>
            Vector.Load(targets + lane) + ((values - Vector.Load(lowest + lane)) * Vector.Load(scales + lane));
    }
}
