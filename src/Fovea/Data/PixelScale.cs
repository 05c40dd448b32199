using System.Globalization;

namespace Fovea;

/// <summary>
/// Converts the bytes of pixels to input values: (byte / divisor − mean) / deviation, computed in this order in float32. Mean and deviation are one
/// value for all channels or one for each, in the channel order of the network.
/// </summary>
/// <remarks>Immutable, and safe to use from several threads. Two scales are equal if they have the same settings.</remarks>
public sealed class PixelScale : IEquatable<PixelScale>
{
    private readonly float[] mean;
    private readonly float[] deviation;
    private readonly float[][] numbers;

    /// <summary>Creates a scale.</summary>
    /// <param name="divisor">The divisor of bytes; finite and above 0.</param>
    /// <param name="mean">The mean that is subtracted: one value for all channels, or one for each of three; finite.</param>
    /// <param name="deviation">The deviation that the difference is divided by: one value for all channels, or one for each of three; finite and above
    /// 0.</param>
    /// <exception cref="ArgumentException">A value is outside these bounds, or there are neither one nor three values.</exception>
    public PixelScale(float divisor, ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        if (!(divisor > 0 && float.IsFinite(divisor))) throw Wrong("a finite divisor above 0", Print(divisor), nameof(divisor));
        if (mean.Length is not (1 or 3)) throw Wrong("one mean, or one for each of three channels", Print(mean), nameof(mean));
        if (deviation.Length is not (1 or 3)) throw Wrong("one deviation, or one for each of three channels", Print(deviation), nameof(deviation));
        foreach (var value in mean)
            if (!float.IsFinite(value)) throw Wrong("finite means", Print(mean), nameof(mean));
        foreach (var value in deviation)
            if (!(value > 0 && float.IsFinite(value))) throw Wrong("finite deviations above 0", Print(deviation), nameof(deviation));
        Divisor = divisor;
        this.mean = mean.ToArray();
        this.deviation = deviation.ToArray();
        numbers = new float[Math.Max(mean.Length, deviation.Length)][];
        for (var channel = 0; channel < numbers.Length; channel++)
        {
            numbers[channel] = new float[256];
            for (var pixel = 0; pixel < 256; pixel++) numbers[channel][pixel] = ((pixel / divisor) - Of(this.mean, channel)) / Of(this.deviation, channel);
        }
    }

    /// <summary>From 0 to 1: the byte divided by 255.</summary>
    public static PixelScale ZeroToOne { get; } = new(255, [0], [1]);

    /// <summary>From 0 to 255: the byte itself.</summary>
    public static PixelScale ZeroTo255 { get; } = new(1, [0], [1]);

    /// <summary>From −1 to 1: the byte divided by 127.5, minus 1; mode <c>tf</c> of Keras' applications.</summary>
    public static PixelScale MinusOneToOne { get; } = new(127.5f, [1], [1]);

    /// <summary>
    /// (byte / 255 − mean) / deviation with ImageNet's means 0.485, 0.456, 0.406 and deviations 0.229, 0.224, 0.225 of red, green and blue, as PyTorch's
    /// networks expect; mode <c>torch</c> of Keras' applications.
    /// </summary>
    public static PixelScale ImageNet { get; } = new(255, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>
    /// The byte minus ImageNet's mean 103.939, 116.779, 123.68 of blue, green and red, for <see cref="ChannelOrder.Bgr"/>; mode <c>caffe</c> of Keras'
    /// applications.
    /// </summary>
    public static PixelScale Caffe { get; } = new(1, [103.939f, 116.779f, 123.68f], [1]);

    /// <summary>The divisor of bytes.</summary>
    public float Divisor { get; }

    /// <summary>The mean that is subtracted: one value for all channels, or one for each.</summary>
    public IReadOnlyList<float> Mean => mean;

    /// <summary>The deviation that the difference is divided by: one value for all channels, or one for each.</summary>
    public IReadOnlyList<float> Deviation => deviation;

    /// <summary>The scale of a range.</summary>
    public static implicit operator PixelScale(PixelRange range) => FromRange(range);

    /// <summary>Whether two scales have the same settings.</summary>
    public static bool operator ==(PixelScale? left, PixelScale? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two scales differ in a setting.</summary>
    public static bool operator !=(PixelScale? left, PixelScale? right) => !(left == right);

    /// <summary>The scale of a range.</summary>
    public static PixelScale FromRange(PixelRange range) => range switch
    {
        PixelRange.ZeroToOne => ZeroToOne,
        PixelRange.ZeroTo255 => ZeroTo255,
        PixelRange.MinusOneToOne => MinusOneToOne,
        _ => throw new ArgumentOutOfRangeException(nameof(range), $"PixelScale: expected a PixelRange; received {range}."),
    };

    /// <summary>The range that equals this scale; null if there is none.</summary>
    public PixelRange? ToRange() =>
        Equals(ZeroToOne) ? PixelRange.ZeroToOne : Equals(ZeroTo255) ? PixelRange.ZeroTo255 : Equals(MinusOneToOne) ? PixelRange.MinusOneToOne : null;

    /// <summary>Converts a byte to an input value.</summary>
    /// <param name="pixel">The byte.</param>
    /// <param name="channel">The channel of the network's input.</param>
    public float ToValue(byte pixel, int channel) => numbers[numbers.Length == 1 ? 0 : channel][pixel];

    /// <summary>Converts an input value back to a byte, from 0 to 255, not rounded.</summary>
    /// <param name="value">The input value.</param>
    /// <param name="channel">The channel of the network's input.</param>
    public float ToByte(float value, int channel) => ((value * Of(deviation, channel)) + Of(mean, channel)) * Divisor;

    /// <inheritdoc/>
    public bool Equals(PixelScale? other) => other is not null && Divisor == other.Divisor && mean.AsSpan().SequenceEqual(other.mean)
        && deviation.AsSpan().SequenceEqual(other.deviation);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PixelScale);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Divisor, mean[0], deviation[0]);

    /// <summary>The range, as in <c>0..255</c>, or the formula.</summary>
    public override string ToString() => ToRange() switch
    {
        PixelRange.ZeroToOne => "0..1",
        PixelRange.ZeroTo255 => "0..255",
        PixelRange.MinusOneToOne => "-1..1",
        _ => $"({(Divisor == 1 ? "byte" : $"byte / {Print(Divisor)}")} - {Print(mean)}) / {Print(deviation)}",
    };

    /// <summary>Converts pixels with interleaved channels in the order of the network.</summary>
    internal void ToValues(ReadOnlySpan<byte> pixels, Span<float> values, int channels)
    {
        values = values[..pixels.Length];
        if (numbers.Length == 1 || channels == 1)
        {
            var only = numbers[0];
            for (var i = 0; i < pixels.Length; i++) values[i] = only[pixels[i]];
            return;
        }

        var (first, second, third) = (numbers[0], numbers[1], numbers[2]);
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            values[i] = first[pixels[i]];
            values[i + 1] = second[pixels[i + 1]];
            values[i + 2] = third[pixels[i + 2]];
        }
    }

    /// <summary>The number of channels of the scale; 1 if it applies to any number of channels.</summary>
    internal int Channels => numbers.Length;

    private static float Of(float[] values, int channel) => values[values.Length == 1 ? 0 : channel];

    private static string Print(float value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Print(ReadOnlySpan<float> values) => values.Length == 1
        ? Print(values[0])
        : $"({string.Join(", ", values.ToArray().Select(value => Print(value)))})";

    private static ArgumentException Wrong(string expected, string received, string name) =>
        new($"PixelScale: expected {expected}; received {received}.", name);
}
