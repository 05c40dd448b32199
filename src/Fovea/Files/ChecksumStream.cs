namespace Fovea;

/// <summary>A stream that writes to another stream and computes the CRC-32 of what is written. It leaves the other stream open.</summary>
internal sealed class ChecksumStream(Stream stream) : Stream
{
    private const int PieceBytes = 1 << 16;

    /// <summary>The checksum of all bytes that were written.</summary>
    public uint Checksum { get; private set; }

    /// <summary>The number of bytes that were written.</summary>
    public long Bytes { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Computes the checksum of the next bytes of a stream.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static uint Of(Stream stream, long bytes)
    {
        var piece = new byte[PieceBytes];
        var checksum = 0u;
        for (var left = bytes; left > 0; left -= Math.Min(left, PieceBytes))
        {
            var read = piece.AsSpan(0, (int)Math.Min(left, PieceBytes));
            stream.ReadExactly(read);
            checksum = Crc32.Append(checksum, read);
        }

        return checksum;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Checksum = Crc32.Append(Checksum, buffer);
        Bytes += buffer.Length;
        stream.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => stream.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
