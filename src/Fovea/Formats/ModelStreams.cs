namespace Fovea.Formats;

/// <summary>Models and weights to and from streams of any kind: a file is made whole before the first byte goes out, and taken whole before it is read.</summary>
internal static class ModelStreams
{
    /// <summary>The most that is taken from a stream that cannot seek, for it may have no end.</summary>
    private const long Limit = 4L << 30;

    /// <summary>Writes what <paramref name="write"/> gives, once it is whole.</summary>
    public static async Task Write(Stream stream, Action<Stream> write, bool leaveOpen, bool wait, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite) throw new ArgumentException("The stream cannot be written.", nameof(stream));
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await using var spool = new SpooledStream();
            write(spool);
            spool.Position = 0;
            if (wait)
            {
                await spool.CopyToAsync(stream, 1 << 16, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                spool.CopyTo(stream, 1 << 16);
                stream.Flush();
            }
        }
        finally
        {
            if (!leaveOpen) await stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
