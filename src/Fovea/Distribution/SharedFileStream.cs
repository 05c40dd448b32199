namespace Fovea;

/// <summary>
/// A file of the first process, as a stream that every process reads from its beginning. The first process reads the next piece of the file and sends it to the
/// others, so all must read on together.
/// </summary>
internal sealed class SharedFileStream : Stream
{
    private const int PieceBytes = 1 << 22;

    private readonly Agreement agreement;
    private readonly FileStream? file;
    private readonly byte[] buffer = [];
    private ReadOnlyMemory<byte> piece;
    private bool isAtEnd;

    /// <exception cref="IOException">The first process cannot open the file.</exception>
    /// <exception cref="TrainingException">It cannot, in the other processes.</exception>
    public SharedFileStream(string path, IProcessGroup processes)
    {
        agreement = new Agreement(processes);
        FileStream? opened = null;
        agreement.Together(() => opened = processes.Rank == 0 ? File.OpenRead(path) : null);
        file = opened;
        if (file is not null) buffer = new byte[Math.Min(PieceBytes, Math.Max(1, file.Length))];
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> destination)
    {
        if (destination.Length == 0) return 0;
        if (piece.Length == 0 && !isAtEnd) Next();
        var count = Math.Min(destination.Length, piece.Length);
        piece.Span[..count].CopyTo(destination);
        piece = piece[count..];
        return count;
    }

    public override int Read(byte[] destination, int offset, int count) => Read(destination.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override void Write(byte[] source, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) file?.Dispose();
        base.Dispose(disposing);
    }

    private void Next()
    {
        var count = 0;
        agreement.Together(() => count = file?.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) ?? 0);
        piece = agreement.FromFirst(buffer.AsSpan(0, count));
        isAtEnd = piece.Length == 0;
    }
}
