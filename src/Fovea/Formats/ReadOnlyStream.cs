namespace Fovea.Formats;

/// <summary>A stream that can be read and can seek, but cannot be written.</summary>
internal abstract class ReadOnlyStream : Stream
{
    private long position;

    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => true;

    public sealed override bool CanWrite => false;

    public sealed override long Position
    {
        get => position;
        set => position = value >= 0 ? value : throw new IOException("The position is before the beginning of the stream.");
    }

    public sealed override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Clamp(Length - position, 0, buffer.Length);
        if (count == 0) return 0;
        var read = ReadAt(position, buffer[..count]);
        position += read;
        return read;
    }

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public sealed override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => position,
        _ => Length,
    };

    public sealed override void Flush()
    {
    }

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Reads bytes at an offset, all within the length. Returns how many were read: at least one, unless the stream has become shorter.</summary>
    protected abstract int ReadAt(long offset, Span<byte> bytes);
}
