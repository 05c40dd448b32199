namespace Fovea.Engine.Simd;

/// <summary>
/// A range divided into parts of almost equal length. Parts begin at multiples of a grain, and their lengths differ by at most one grain; only the
/// last part may be shorter, where the range ends.
/// </summary>
internal readonly record struct Cut
{
    private readonly int grain;

    private Cut(int total, int parts, int grain) => (Total, Parts, this.grain) = (total, parts, grain);

    public int Total { get; }

    public int Parts { get; }

    /// <summary>An upper bound of the length of a part.</summary>
    public int MaxLength => Math.Min(Total, Ceiling(Grains, Parts) * grain);

    private int Grains => Ceiling(Total, grain);

    /// <summary>Divides into a number of parts, or into single grains if there are fewer.</summary>
    public static Cut Into(long parts, int total, int grain = 1) => new(total, (int)Math.Clamp(parts, 1, Math.Max(1, Ceiling(total, grain))), grain);

    /// <summary>Divides into the smallest number of parts of at most <paramref name="longest"/> elements, which must be a multiple of the grain.</summary>
    public static Cut AtMost(int longest, int total, int grain = 1) => Into(Ceiling(total, longest), total, grain);

    /// <summary>Divides into parts of a fixed length; only the last may be shorter.</summary>
    public static Cut Every(int length, int total) => Into(total, total, length);

    /// <summary>Where a part begins; it ends where the next one begins.</summary>
    public int Start(int part) => (int)Math.Min(Total, (long)Grains * part / Parts * grain);

    /// <summary>⌈total / length⌉.</summary>
    public static int Ceiling(int total, int length) => (total + length - 1) / length;
}
