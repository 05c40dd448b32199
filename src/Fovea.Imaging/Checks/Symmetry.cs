namespace Fovea.Imaging;

/// <summary>The eight symmetries of the square as numbers: a transpose (4), then a vertical flip (2), then a horizontal flip (1).</summary>
internal static class Symmetry
{
    public static bool IsTransposed(int symmetry) => (symmetry & 4) != 0;

    public static bool IsFlippedVertically(int symmetry) => (symmetry & 2) != 0;

    public static bool IsFlippedHorizontally(int symmetry) => (symmetry & 1) != 0;

    /// <summary>The index in a square image whose pixel a symmetry moves to a row and a column.</summary>
    public static int Source(int symmetry, int side, int row, int column)
    {
        if (IsFlippedVertically(symmetry)) row = side - 1 - row;
        if (IsFlippedHorizontally(symmetry)) column = side - 1 - column;
        return IsTransposed(symmetry) ? (column * side) + row : (row * side) + column;
    }

    /// <summary>Applies a symmetry to a square image with interleaved channels.</summary>
    public static byte[] Apply(ReadOnlySpan<byte> image, int symmetry, int side, int channels = 1)
    {
        var result = new byte[image.Length];
        for (var place = 0; place < side * side; place++)
        {
            var source = Source(symmetry, side, place / side, place % side);
            image.Slice(source * channels, channels).CopyTo(result.AsSpan(place * channels));
        }

        return result;
    }

    /// <summary>How a copy differs from the first image, such as "mirrored"; empty for a copy of the same orientation.</summary>
    public static string Describe(int symmetry) => symmetry switch
    {
        1 => "mirrored",
        2 => "upside down and mirrored",
        3 => "rotated by 180°",
        5 or 6 => "rotated by 90°",
        4 or 7 => "rotated by 90° and mirrored",
        _ => "",
    };
}
