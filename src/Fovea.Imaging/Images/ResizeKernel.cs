using System.Collections.Concurrent;

namespace Fovea.Imaging;

/// <summary>The source pixels, in one direction, of a new pixel with their weights.</summary>
/// <param name="First">The first source pixel.</param>
/// <param name="Weights">
/// The weights in fixed point, with 22 fraction bits as in Pillow. They add up to 1 unless black was added; there are none if the pixel is black.
/// </param>
internal readonly record struct PixelTaps(int First, int[] Weights)
{
    private const int Precision = 22;

    /// <summary>The pixel after the last one.</summary>
    public int End => First + Weights.Length;

    /// <summary>The weight of a source pixel.</summary>
    public bool TryWeightAt(int pixel, out int weight)
    {
        var place = pixel - First;
        var isInside = (uint)place < (uint)Weights.Length;
        weight = isInside ? Weights[place] : 0;
        return isInside;
    }

    /// <summary>Converts a sum of bytes that were weighted in one or two directions to a byte; halves are rounded up.</summary>
    public static byte ToByte(long sum, int directions) => (byte)Math.Clamp((sum + (1L << ((directions * Precision) - 1))) >> (directions * Precision), 0, 255);

    public static int ToFixedPoint(double weight) => (int)((weight * (1 << Precision)) + (weight < 0 ? -0.5 : 0.5));
}

/// <summary>An interpolation kernel: the weight of a pixel by its distance from the center of the new one.</summary>
/// <param name="Reach">The radius of the kernel.</param>
/// <param name="WeightAt">The weight at a distance.</param>
internal sealed record ResizeKernel(double Reach, Func<double, double> WeightAt)
{
    private const int MaxKnown = 256;
    private static readonly ConcurrentDictionary<TapsKey, PixelTaps[]> Known = new();

    private static readonly ResizeKernel Triangle = new(1, distance => Math.Max(0, 1 - Math.Abs(distance)));
    private static readonly ResizeKernel Cubic = new(2, Keys);
    private static readonly ResizeKernel Windowed = new(3, distance => Math.Abs(distance) < 3 ? Sinc(distance) * Sinc(distance / 3) : 0);
    private static readonly ResizeKernel Nearest = new(0, _ => 1);
    private static readonly ResizeKernel Area = new(0.5, _ => 1);

    /// <exception cref="ArgumentOutOfRangeException">There is no such method.</exception>
    public static ResizeKernel Of(ResizeMethod method) => method switch
    {
        ResizeMethod.Bilinear => Triangle,
        ResizeMethod.Bicubic => Cubic,
        ResizeMethod.Lanczos => Windowed,
        ResizeMethod.Nearest => Nearest,
        ResizeMethod.Area => Area,
        _ => throw new ArgumentOutOfRangeException(
            nameof(method), $"ImageInput: expected bilinear, nearest, bicubic, area or lanczos for Resize; received {method}."),
    };

    /// <summary>The source pixels of each new pixel in one direction.</summary>
    /// <param name="size">The number of source pixels.</param>
    /// <param name="window">The interval of the source that is resized; outside of the source it is black.</param>
    /// <param name="to">The number of new pixels.</param>
    /// <param name="antialias">Whether the kernel is widened when shrinking.</param>
    public PixelTaps[] Taps(int size, SourceWindow window, int to, bool antialias)
    {
        // Most images of a data set have one of a few sizes.
        var key = new TapsKey(this, size, window, to, antialias);
        if (Known.TryGetValue(key, out var known)) return known;
        if (Known.Count >= MaxKnown) Known.Clear();
        return Known[key] = ComputeTaps(size, window, to, antialias);
    }

    private PixelTaps[] ComputeTaps(int size, SourceWindow window, int to, bool antialias)
    {
        var taps = new PixelTaps[to];
        var scale = (double)window.Length / to;

        // The centers are accumulated as in Pillow: the rounding of the sums decides which pixel is nearest.
        var centre = scale * 0.5;
        for (var output = 0; output < to; output++, centre += scale)
            taps[output] = Within(size, window, this == Nearest ? (Math.Min(window.Length - 1, (int)centre), [1]) : Tap(window.Length, to, output, antialias));
        return taps;
    }

    /// <summary>The nearest source pixel of each new pixel in one direction; −1 outside of the source.</summary>
    /// <param name="size">The number of source pixels.</param>
    /// <param name="window">The interval of the source that is resized.</param>
    /// <param name="nearest">Receives the index for each new pixel.</param>
    public static void NearestPixels(int size, SourceWindow window, Span<int> nearest)
    {
        var taps = Nearest.Taps(size, window, nearest.Length, antialias: false);
        for (var i = 0; i < nearest.Length; i++) nearest[i] = taps[i].Weights.Length == 0 ? -1 : taps[i].First;
    }

    private (int First, double[] Weights) Tap(int from, int to, int output, bool antialias)
    {
        // Without resizing in this direction the pixel is copied; Pillow omits the pass.
        if (from == to) return (output, [1]);
        var scale = (double)from / to;
        var centre = (output + 0.5) * scale;
        if (this == Area) return Covered(from, output * scale, (output + 1) * scale);
        var widening = antialias ? Math.Max(1, scale) : 1;
        var reach = Reach * widening;
        var first = Math.Max(0, (int)(centre - reach + 0.5));
        var end = Math.Min(from, (int)(centre + reach + 0.5));
        var weights = new double[Math.Max(1, end - first)];
        for (var i = 0; i < weights.Length; i++) weights[i] = WeightAt((first + i - centre + 0.5) * (1 / widening));
        var sum = weights.Sum();
        for (var i = 0; i < weights.Length; i++) weights[i] /= sum;
        return (first, weights);
    }

    /// <summary>Weights pixels by the share of them that lies in an interval.</summary>
    private static (int First, double[] Weights) Covered(int from, double begin, double end)
    {
        var first = Math.Min(from - 1, (int)begin);
        var last = Math.Min(from - 1, Math.Max(first, (int)Math.Ceiling(end) - 1));
        var weights = new double[last - first + 1];
        for (var i = 0; i < weights.Length; i++) weights[i] = (Math.Min(end, first + i + 1) - Math.Max(begin, first + i)) / (end - begin);
        return (first, weights);
    }

    /// <summary>Restricts the weights to pixels of the source. Black outside of it contributes nothing, and the other weights stay.</summary>
    private static PixelTaps Within(int size, SourceWindow window, (int First, double[] Weights) tap)
    {
        var first = tap.First + window.Start;
        var (start, end) = (Math.Max(0, first), Math.Min(size, first + tap.Weights.Length));
        return new PixelTaps(Math.Min(start, size), start < end ? Array.ConvertAll(tap.Weights[(start - first)..(end - first)], PixelTaps.ToFixedPoint) : []);
    }

    /// <summary>Keys 1981, "Cubic convolution interpolation for digital image processing", with a = −0.5.</summary>
    private static double Keys(double distance)
    {
        const double A = -0.5;
        var x = Math.Abs(distance);
        if (x < 1) return ((((A + 2) * x) - (A + 3)) * x * x) + 1;
        return x < 2 ? ((((x - 5) * x) + 8) * x - 4) * A : 0;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);

    private readonly record struct TapsKey(ResizeKernel Kernel, int Size, SourceWindow Window, int To, bool Antialias);
}
