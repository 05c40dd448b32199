using System.Numerics;

namespace Fovea.Engine.Ops;

/// <summary>Changes that read other values around a value. They keep what was overwritten in scratch, since an image may be changed in place.</summary>
internal sealed unsafe partial class PhotometricKernel
{
    /// <summary>Mixes with the gray image: gray + amount · (x − gray), clipped.</summary>
    private void BlendWithGray(float* image, float* output, float red, float amount, float* scratch)
    {
        if (channels == 1)
        {
            Map(image, output, new Shifted(0, range));
            return;
        }

        var (period, factor) = (Period, new Vector<float>(amount));
        var original = scratch + Margin;
        // The gray value of lane i is the weighted sum of the values i − 2 to i + 2, of which two are of other pixels and have the weight 0.
        var weights = stackalloc float[5 * period];
        for (var k = 0; k < period; k++)
        {
            for (var distance = -2; distance <= 2; distance++)
            {
                var channel = (k % 3) + distance;
                weights[((distance + 2) * period) + k] = channel switch { 0 => red, 1 => 0.587f, 2 => 0.114f, _ => 0 };
            }
        }

        new Span<float>(scratch, Block + (2 * Margin)).Clear();  // what is multiplied by 0 must be finite
        for (var start = 0; start < length; start += Block)
        {
            var count = Math.Min(Block, length - start);
            new ReadOnlySpan<float>(image + start, count).CopyTo(new Span<float>(original, count));
            original[count] = original[count + 1] = 0;
            for (var (i, lane) = (0, 0); i < count; i += Vector<float>.Count)
            {
                var gray = Vector<float>.Zero;
                for (var distance = -2; distance <= 2; distance++)
                    gray += Vector.Load(weights + ((distance + 2) * period) + lane) * Vector.Load(original + i + distance);
                var mixed = Clamp(gray + (factor * (Vector.Load(original + i) - gray)), range);
                if (i + Vector<float>.Count <= count) mixed.Store(output + start + i);
                else for (var k = 0; k < count - i; k++) output[start + i + k] = mixed[k];
                lane += Vector<float>.Count;
                if (lane == period) lane = 0;
            }
        }
    }

    /// <summary>Mixes with the smoothed image. Pixels of the border stay, or are sharpened with zeros outside the image.</summary>
    private void Sharpen(float* image, float* output, float amount, bool isPadded, float* scratch)
    {
        float* above = null, current = scratch;
        var sources = stackalloc float*[3];
        for (var y = 0; y < height; y++)
        {
            var row = image + ((nint)y * rowLength);
            var target = output + ((nint)y * rowLength);
            new ReadOnlySpan<float>(row, rowLength).CopyTo(new Span<float>(current, rowLength));
            var below = y < height - 1 ? row + rowLength : null;
            if (isPadded || (above != null && below != null))
            {
                var rows = 0;
                if (above != null) sources[rows++] = above;
                sources[rows++] = current;
                if (below != null) sources[rows++] = below;
                SharpenRow(sources, rows, current, target, amount, isPadded);
            }
            else new ReadOnlySpan<float>(current, rowLength).CopyTo(new Span<float>(target, rowLength));

            var free = above != null ? above : scratch + rowLength;
            above = current;
            current = free;
        }
    }

    private void SharpenRow(float** rows, int count, float* center, float* output, float amount, bool isPadded)
    {
        var (i, end) = (channels, rowLength - channels);
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            for (var row = 0; row < count; row++)
                sum = sum + Vector.Load(rows[row] + i - channels) + Vector.Load(rows[row] + i) + Vector.Load(rows[row] + i + channels);
            var value = Vector.Load(center + i);
            var smooth = (sum + (new Vector<float>(4) * value)) / new Vector<float>(13);
            Clamp(smooth + (new Vector<float>(amount) * (value - smooth)), range).Store(output + i);
        }

        for (var place = 0; place < rowLength; place++)
        {
            if (place == channels) place = Math.Max(i, place);  // what vectors have written
            if (place == rowLength) break;
            output[place] = isPadded || (place >= channels && place < end) ? Sharpened(rows, count, center, place, amount) : center[place];
        }
    }

    private float Sharpened(float** rows, int count, float* center, int place, float amount)
    {
        var sum = 0f;
        for (var row = 0; row < count; row++)
        {
            if (place >= channels) sum += rows[row][place - channels];
            sum += rows[row][place];
            if (place < rowLength - channels) sum += rows[row][place + channels];
        }

        var smooth = (sum + (4 * center[place])) / 13;
        return Math.Clamp(smooth + (amount * (center[place] - smooth)), range.Low, range.High);
    }
}
