namespace Fovea.Imaging;

/// <summary>Something that gives the pixels of a picture row by row, so that no second copy of a large picture is needed.</summary>
internal interface IPixelRows
{
    int Height { get; }

    int Width { get; }

    /// <summary>1 for grey, 3 for red, green and blue.</summary>
    int Channels { get; }

    /// <summary>Writes a row: Width × Channels numbers from 0 to 1, the channels of a pixel together.</summary>
    void ReadRow(int y, Span<float> row);
}

/// <summary>A picture in memory: numbers from 0 to 1, row after row, the channels of a pixel together.</summary>
internal sealed record Picture(float[] Pixels, int Height, int Width, int Channels) : IPixelRows
{
    /// <summary>Copies all rows.</summary>
    public static Picture Of(IPixelRows source)
    {
        var row = source.Width * source.Channels;
        var pixels = new float[source.Height * row];
        for (var y = 0; y < source.Height; y++) source.ReadRow(y, pixels.AsSpan(y * row, row));
        return new Picture(pixels, source.Height, source.Width, source.Channels);
    }

    public void ReadRow(int y, Span<float> row) => Pixels.AsSpan(y * Width * Channels, Width * Channels).CopyTo(row);
}

/// <summary>A rectangle of another picture.</summary>
internal sealed class PicturePart(IPixelRows whole, int top, int left, int height, int width) : IPixelRows
{
    private readonly float[] wholeRow = new float[whole.Width * whole.Channels];

    public int Height => height;

    public int Width => width;

    public int Channels => whole.Channels;

    public void ReadRow(int y, Span<float> row)
    {
        whole.ReadRow(top + y, wholeRow);
        wholeRow.AsSpan(left * whole.Channels, width * whole.Channels).CopyTo(row);
    }
}
