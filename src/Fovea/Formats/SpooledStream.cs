namespace Fovea.Formats;

/// <summary>
/// A buffer for a stream that cannot seek: up to 64 MiB in memory, more in a temporary file, which is deleted when the buffer is disposed.
/// </summary>
internal sealed class SpooledStream : Stream
{
    private const int MemoryLimit = 64 << 20;
    private const int PieceBytes = 1 << 16;

    private Stream inner = new MemoryStream();

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (inner is MemoryStream && inner.Position + buffer.Length > MemoryLimit) GoToDisk();
        inner.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => inner.Read(buffer);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private void GoToDisk()
    {
        var path = Path.Combine(Path.GetTempPath(), $"fovea-{AtomicFile.FreshName()}.tmp");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, PieceBytes, FileOptions.DeleteOnClose);
        using var memory = (MemoryStream)inner;
        var position = memory.Position;
        memory.WriteTo(file);
        file.Position = position;
        inner = file;
    }
}
