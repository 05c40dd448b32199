namespace Fovea;

/// <summary>Pixels as bytes, as parts of 1, and as the numbers of a <see cref="PixelRange"/>.</summary>
public static class PixelRangeConversion
{
    private static readonly float[] ToOne = Numbers(255, 0);
    private static readonly float[] To255 = Numbers(1, 0);
    private static readonly float[] FromMinusOne = Numbers(127.5f, 1);

    /// <summary>Writes the numbers that stand for bytes.</summary>
    /// <param name="range">Which numbers.</param>
    /// <param name="pixels">From 0 (black) to 255 (full).</param>
    /// <param name="values">Receives as many numbers.</param>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public static void FromBytes(this PixelRange range, ReadOnlySpan<byte> pixels, Span<float> values)
    {
        if (values.Length < pixels.Length)
            throw new ArgumentException($"PixelRange: expected room for {pixels.Length} numbers; received {values.Length}.", nameof(values));
        var numbers = range switch
        {
            PixelRange.ZeroTo255 => To255,
            PixelRange.MinusOneToOne => FromMinusOne,
            _ => ToOne,
        };
        values = values[..pixels.Length];
        for (var i = 0; i < pixels.Length; i++) values[i] = numbers[pixels[i]];
    }

    /// <summary>The number of each byte: a table, since the division would cost as much as the rest of a small network's step.</summary>
    private static float[] Numbers(float divisor, float offset) => [.. Enumerable.Range(0, 256).Select(pixel => (pixel / divisor) - offset)];

    /// <summary>Turns numbers from 0 to 1 into those of a range, in place.</summary>
    /// <param name="range">Which numbers.</param>
    /// <param name="values">From 0 (black) to 1 (full).</param>
    public static void FromUnit(this PixelRange range, Span<float> values)
    {
        if (range == PixelRange.ZeroToOne) return;
        var (factor, offset) = range == PixelRange.ZeroTo255 ? (255f, 0f) : (2f, 1f);
        foreach (ref var value in values) value = (factor * value) - offset;
    }

    /// <summary>The number from 0 (black) to 1 (full) that one of a range stands for.</summary>
    /// <param name="range">Which numbers.</param>
    /// <param name="value">One of them.</param>
    public static float ToUnit(this PixelRange range, float value) => range switch
    {
        PixelRange.ZeroTo255 => value / 255,
        PixelRange.MinusOneToOne => (value + 1) / 2,
        _ => value,
    };
}
