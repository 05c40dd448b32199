namespace Fovea;

/// <summary>Converts pixels between bytes, values from 0 to 1, and the values of a <see cref="PixelRange"/>.</summary>
public static class PixelRangeConversion
{
    private static readonly float[] ToOne = Numbers(255, 0);
    private static readonly float[] To255 = Numbers(1, 0);
    private static readonly float[] FromMinusOne = Numbers(127.5f, 1);

    /// <summary>Converts bytes to the values of a range.</summary>
    /// <param name="range">The range.</param>
    /// <param name="pixels">From 0 (black) to 255 (full).</param>
    /// <param name="values">Receives as many values.</param>
    /// <exception cref="ArgumentException">There is not enough space for them.</exception>
    public static void FromBytes(this PixelRange range, ReadOnlySpan<byte> pixels, Span<float> values)
    {
        if (values.Length < pixels.Length)
            throw new ArgumentException($"PixelRange: expected a span for {pixels.Length} values; received one of {values.Length}.", nameof(values));
        var numbers = range switch
        {
            PixelRange.ZeroTo255 => To255,
            PixelRange.MinusOneToOne => FromMinusOne,
            _ => ToOne,
        };
        values = values[..pixels.Length];
        for (var i = 0; i < pixels.Length; i++) values[i] = numbers[pixels[i]];
    }

    /// <summary>The value of each byte: a table, because divisions would take as long as the rest of a small network's step.</summary>
    private static float[] Numbers(float divisor, float offset) => [.. Enumerable.Range(0, 256).Select(pixel => (pixel / divisor) - offset)];

    /// <summary>Converts values from 0 to 1 to those of a range, in place.</summary>
    /// <param name="range">The range.</param>
    /// <param name="values">From 0 (black) to 1 (full).</param>
    public static void FromUnit(this PixelRange range, Span<float> values)
    {
        if (range == PixelRange.ZeroToOne) return;
        var (factor, offset) = range == PixelRange.ZeroTo255 ? (255f, 0f) : (2f, 1f);
        foreach (ref var value in values) value = (factor * value) - offset;
    }

    /// <summary>Converts a value of a range to one from 0 (black) to 1 (full).</summary>
    /// <param name="range">The range.</param>
    /// <param name="value">The value in the range.</param>
    public static float ToUnit(this PixelRange range, float value) => range switch
    {
        PixelRange.ZeroTo255 => value / 255,
        PixelRange.MinusOneToOne => (value + 1) / 2,
        _ => value,
    };
}
