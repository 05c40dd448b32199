namespace Fovea.Formats;

/// <summary>
/// Reads and writes models and weights on streams of any kind. A file is complete before its first byte is written to the stream. A stream that cannot
/// seek is read to its end before its content is interpreted (<see cref="SpooledStream"/>).
/// </summary>
internal static class ModelStreams
{
    /// <summary>The largest number of bytes read from a stream that cannot seek, since it may have no end.</summary>
    private const long Limit = 2L << 30;

    private const int PieceBytes = 1 << 16;

    /// <summary>Runs <paramref name="write"/>, and copies its whole output to the stream.</summary>
    public static void Write(Stream stream, Action<Stream> write, bool leaveOpen, CancellationToken cancellationToken)
    {
        RequireWritable(stream);
        try
        {
            using var spool = Spool(write, cancellationToken);
            CancellableStream.Of(spool, cancellationToken).CopyTo(stream, PieceBytes);
            stream.Flush();
        }
        finally
        {
            if (!leaveOpen) stream.Dispose();
        }
    }

    /// <summary>Runs <paramref name="write"/>, and copies its whole output to the stream asynchronously.</summary>
    public static async Task WriteAsync(Stream stream, Action<Stream> write, bool leaveOpen, CancellationToken cancellationToken)
    {
        RequireWritable(stream);
        try
        {
            using var spool = Spool(write, cancellationToken);
            await spool.CopyToAsync(stream, PieceBytes, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!leaveOpen) await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reads a stream from its position to its end. A stream that can seek is not copied.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="requireKnown">Throws if no format recognizes the first bytes.</param>
    /// <param name="read">Interprets the content.</param>
    /// <param name="leaveOpen">Whether the stream stays open.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static T Read<T>(
        Stream stream, string name, Action<byte[]> requireKnown, Func<ModelSource, T> read, bool leaveOpen, CancellationToken cancellationToken)
    {
        RequireReadable(stream, name);
        try
        {
            if (stream.CanSeek)
            {
                var result = read(ModelSource.Of(stream, name, cancellationToken));
                if (leaveOpen) stream.Position = stream.Length;
                return result;
            }

            using var spool = new SpooledStream();
            var piece = new byte[PieceBytes];
            var count = stream.ReadAtLeast(piece, ForeignFiles.StartBytes, throwOnEndOfStream: false);
            requireKnown(piece[..Math.Min(count, ForeignFiles.StartBytes)]);
            for (; count > 0; count = stream.Read(piece))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Take(spool, piece.AsSpan(0, count), name);
            }

            return Finish(spool, name, read, cancellationToken);
        }
        finally
        {
            if (!leaveOpen) stream.Dispose();
        }
    }

    /// <summary>Like <see cref="Read"/>, asynchronously.</summary>
    public static async Task<T> ReadAsync<T>(
        Stream stream, string name, Action<byte[]> requireKnown, Func<ModelSource, T> read, bool leaveOpen, CancellationToken cancellationToken)
    {
        RequireReadable(stream, name);
        try
        {
            using var spool = new SpooledStream();
            var piece = new byte[PieceBytes];
            var count = await stream.ReadAtLeastAsync(piece, ForeignFiles.StartBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            requireKnown(piece[..Math.Min(count, ForeignFiles.StartBytes)]);
            for (; count > 0; count = await stream.ReadAsync(piece, cancellationToken).ConfigureAwait(false)) Take(spool, piece.AsSpan(0, count), name);
            return Finish(spool, name, read, cancellationToken);
        }
        finally
        {
            if (!leaveOpen) await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static SpooledStream Spool(Action<Stream> write, CancellationToken cancellationToken)
    {
        var spool = new SpooledStream();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            write(CancellableStream.Of(spool, cancellationToken));
            spool.Position = 0;
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    private static void Take(SpooledStream spool, ReadOnlySpan<byte> bytes, string name)
    {
        if (spool.Length + bytes.Length > Limit)
            throw ModelFormatException.About(
                name, $"it has more than {Limit} bytes, the maximum for a stream that cannot seek; load it from a file.");
        spool.Write(bytes);
    }

    private static T Finish<T>(SpooledStream spool, string name, Func<ModelSource, T> read, CancellationToken cancellationToken)
    {
        spool.Position = 0;
        return read(ModelSource.Of(spool, name, cancellationToken));
    }

    private static void RequireWritable(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite) throw new ArgumentException("expected a stream that can be written; this one cannot, or is closed.", nameof(stream));
    }

    private static void RequireReadable(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!stream.CanRead) throw new ArgumentException("expected a stream that can be read; this one cannot, or is closed.", nameof(stream));
    }
}
