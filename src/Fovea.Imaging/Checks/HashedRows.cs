using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Fovea.Imaging;

/// <summary>Computes a hash of the pixels of an image while something else reads its rows, each once and from top to bottom.</summary>
internal sealed class HashedRows : IPixelRows, IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IPixelRows source;
    private int next;

    public HashedRows(IPixelRows source)
    {
        this.source = source;
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, source.Height);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], source.Width);
        hash.AppendData(size);
    }

    public int Height => source.Height;

    public int Width => source.Width;

    public int Channels => source.Channels;

    public void ReadRow(int y, Span<byte> row)
    {
        source.ReadRow(y, row);
        if (y != next) return;
        hash.AppendData(row);
        next++;
    }

    /// <summary>The hash of the size and of all pixels. Rows that were not read are read now.</summary>
    public ContentHash Finish()
    {
        var row = new byte[Width * Channels];
        while (next < Height) ReadRow(next, row);
        return ContentHash.Of(hash.GetHashAndReset());
    }

    public void Dispose() => hash.Dispose();
}

/// <summary>The first 128 bits of a SHA-256: equal contents have equal hashes, and different contents practically never do.</summary>
internal readonly record struct ContentHash(UInt128 Bits)
{
    /// <summary>The hash of a file's bytes.</summary>
    public static ContentHash OfBytes(ReadOnlySpan<byte> content) => Of(SHA256.HashData(content));

    public static ContentHash Of(ReadOnlySpan<byte> sha256) => new(BinaryPrimitives.ReadUInt128BigEndian(sha256));
}
