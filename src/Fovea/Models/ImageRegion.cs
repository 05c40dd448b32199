namespace Fovea.Explain;

/// <summary>A rectangle of pixels. It may reach over the border of its image: rows above and columns left of it are negative.</summary>
/// <param name="Top">The first row.</param>
/// <param name="Left">The first column.</param>
/// <param name="Height">The number of rows.</param>
/// <param name="Width">The number of columns.</param>
public readonly record struct ImageRegion(int Top, int Left, int Height, int Width)
{
    /// <summary>The row below the last one.</summary>
    public int Bottom => Top + Height;

    /// <summary>The column to the right of the last one.</summary>
    public int Right => Left + Width;

    /// <summary>The part of the region that lies in an image of this size; its height or width is 0 if there is none.</summary>
    public ImageRegion Within(int height, int width)
    {
        var (top, left) = (Math.Clamp(Top, 0, height), Math.Clamp(Left, 0, width));
        return new ImageRegion(top, left, Math.Max(0, Math.Min(Bottom, height) - top), Math.Max(0, Math.Min(Right, width) - left));
    }

    /// <summary>Whether all of an image of this size lies in the region.</summary>
    public bool Covers(int height, int width) => Top <= 0 && Left <= 0 && Bottom >= height && Right >= width;

    /// <summary>As in <c>rows 3–5, columns 7–9</c>.</summary>
    public override string ToString() => $"{Range("row", Top, Height)}, {Range("column", Left, Width)}";

    private static string Range(string name, int start, int count) => count == 1
        ? $"{name} {Number(start)}"
        : $"{name}s {Number(start)}–{Number(start + count - 1)}";

    private static string Number(int number) => number < 0 ? $"−{-number}" : $"{number}";
}
