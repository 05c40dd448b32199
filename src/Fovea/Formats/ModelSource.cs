using Microsoft.Win32.SafeHandles;

namespace Fovea.Formats;

/// <summary>
/// The bytes that a model is read from: a file, or the rest of a stream that can seek. Any thread can read any part at any time.
/// </summary>
internal sealed class ModelSource : IDisposable
{
    private readonly SafeFileHandle? handle;
    private readonly Stream? stream;
    private readonly long start;
    private readonly Lock sync = new();
    private readonly CancellationToken cancellationToken;

    private ModelSource(string name, SafeFileHandle? handle, Stream? stream, long start, long length, CancellationToken cancellationToken)
    {
        Name = name;
        this.handle = handle;
        this.stream = stream;
        this.start = start;
        Length = length;
        this.cancellationToken = cancellationToken;
    }

    /// <summary>The path of the file, or the name of the stream for messages.</summary>
    public string Name { get; }

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    /// <summary>Whether it is a file. The folder of a file can contain more files of the model.</summary>
    public bool IsFile => handle is not null;

    /// <summary>Opens a file.</summary>
    /// <exception cref="ModelFormatException">It is a folder; the message describes its content and gives the fix.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">There is no permission to read it.</exception>
    public static ModelSource Open(string path, CancellationToken cancellationToken = default)
    {
        ForeignFiles.RefuseFolder(path);
        var handle = File.OpenHandle(path);
        try
        {
            return new ModelSource(path, handle, null, 0, RandomAccess.GetLength(handle), cancellationToken);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a stream from its current position. The stream stays open.</summary>
    public static ModelSource Of(Stream seekable, string name, CancellationToken cancellationToken = default) =>
        new(name, null, seekable, seekable.Position, Math.Max(0, seekable.Length - seekable.Position), cancellationToken);

    /// <summary>Reads bytes at an offset: up to the length of <paramref name="bytes"/>, fewer at the end. Returns how many were read.</summary>
    public int Read(long offset, Span<byte> bytes)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (handle is not null) return RandomAccess.Read(handle, bytes, offset);
        bytes = bytes[..(int)Math.Clamp(Length - offset, 0, bytes.Length)];
        lock (sync)
        {
            stream!.Position = start + offset;
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
    }

    /// <summary>The first bytes, by which a format is recognized: <paramref name="count"/> of them, or all of a shorter source.</summary>
    public byte[] Beginning(int count)
    {
        var bytes = new byte[count];
        var read = 0;
        for (int more; read < count && (more = Read(read, bytes.AsSpan(read))) > 0;) read += more;
        return bytes[..read];
    }

    /// <summary>The bytes as a stream that can seek. Disposing it leaves the source open.</summary>
    public Stream OpenStream() => new SourceStream(this);

    /// <inheritdoc/>
    public void Dispose() => handle?.Dispose();

    private sealed class SourceStream(ModelSource source) : ReadOnlyStream
    {
        public override long Length => source.Length;

        protected override int ReadAt(long offset, Span<byte> bytes) => source.Read(offset, bytes);
    }
}
