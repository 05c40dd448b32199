namespace Fovea.Engine.Simd;

/// <summary>
/// A range cut into parts that are as equal as whole grains allow: no part is more than a grain longer than another, and the last ends with
/// the range.
/// </summary>
internal readonly record struct Cut
{
    private readonly int grain;

    private Cut(int total, int parts, int grain) => (Total, Parts, this.grain) = (total, parts, grain);

    public int Total { get; }

    public int Parts { get; }

    /// <summary>The largest possible length of a part.</summary>
    public int MaxLength => Math.Min(Total, Ceiling(Grains, Parts) * grain);

    private int Grains => Ceiling(Total, grain);

    /// <summary>Cuts into so many parts, or as many as there are grains.</summary>
    public static Cut Into(long parts, int total, int grain = 1) => new(total, (int)Math.Clamp(parts, 1, Math.Max(1, Ceiling(total, grain))), grain);

    /// <summary>Cuts into the fewest parts that are not longer than <paramref name="longest"/>, a multiple of the grain.</summary>
    public static Cut AtMost(int longest, int total, int grain = 1) => Into(Ceiling(total, longest), total, grain);

    /// <summary>Cuts into parts of one length; only the last may be shorter.</summary>
    public static Cut Every(int length, int total) => Into(total, total, length);

    /// <summary>Where a part begins; the next begins where it ends.</summary>
    public int Start(int part) => (int)Math.Min(Total, (long)Grains * part / Parts * grain);

    /// <summary>How many parts of a length it takes to cover a range.</summary>
    public static int Ceiling(int total, int length) => (total + length - 1) / length;
}
