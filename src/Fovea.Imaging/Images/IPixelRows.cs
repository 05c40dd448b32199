namespace Fovea.Imaging;

/// <summary>An image that is read row by row, so that a large image needs no second copy.</summary>
internal interface IPixelRows
{
    int Height { get; }

    int Width { get; }

    /// <summary>1 for grey, 3 for red, green and blue.</summary>
    int Channels { get; }

    /// <summary>Reads a row into Width × Channels bytes, with interleaved channels, red first.</summary>
    void ReadRow(int y, Span<byte> row);
}

/// <summary>An image in memory: bytes in row-major order with interleaved channels.</summary>
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
