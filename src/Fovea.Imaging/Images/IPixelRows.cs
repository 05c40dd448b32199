namespace Fovea.Imaging;

/// <summary>Something that gives the pixels of a picture row by row, so that no second copy of a large picture is needed.</summary>
internal interface IPixelRows
{
    int Height { get; }

    int Width { get; }

    /// <summary>1 for grey, 3 for red, green and blue.</summary>
    int Channels { get; }

    /// <summary>Writes a row: Width × Channels bytes, the channels of a pixel together, red first.</summary>
    void ReadRow(int y, Span<byte> row);
}

/// <summary>A picture in memory: bytes, row after row, the channels of a pixel together.</summary>
internal sealed record ByteImage(byte[] Pixels, int Height, int Width, int Channels) : IPixelRows
{
    /// <summary>Copies all rows.</summary>
    public static ByteImage Of(IPixelRows source)
    {
        var row = source.Width * source.Channels;
        var pixels = new byte[source.Height * row];
        for (var y = 0; y < source.Height; y++) source.ReadRow(y, pixels.AsSpan(y * row, row));
        return new ByteImage(pixels, source.Height, source.Width, source.Channels);
    }

    public void ReadRow(int y, Span<byte> row) => Pixels.AsSpan(y * Width * Channels, Width * Channels).CopyTo(row);
}
