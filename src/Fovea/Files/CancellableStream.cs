namespace Fovea;

/// <summary>A stream that passes everything on to another. Once it is cancelled, it throws before each read and write. The other stream stays open.</summary>
internal sealed class CancellableStream(Stream stream, CancellationToken cancellationToken) : Stream
{
    public override bool CanRead => stream.CanRead;

    public override bool CanSeek => stream.CanSeek;

    public override bool CanWrite => stream.CanWrite;

    public override long Length => stream.Length;

    public override long Position
    {
        get => stream.Position;
        set => stream.Position = value;
    }

    /// <summary>The stream itself if the token cannot be cancelled, else one that stops when it is.</summary>
    public static Stream Of(Stream stream, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? new CancellableStream(stream, cancellationToken) : stream;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        cancellationToken.ThrowIfCancellationRequested();
        stream.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return stream.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);

    public override void SetLength(long value) => stream.SetLength(value);

    public override void Flush() => stream.Flush();
}
