using System.Runtime.CompilerServices;

namespace Fovea.Formats.Hdf5;

/// <summary>
/// Stands between a file that nobody vouches for and the HDF5 reader: every operation may read only so much and so often,
/// never runs out of stack, and never gets to follow a link out of the file. A damaged structure that points at itself thus
/// ends in an exception, not in a hang.
/// </summary>
internal sealed class BoundedStream(Stream inner) : Stream
{
    private const int LinkMessageVersion = 1;
    private const int LinkTypeIsPresent = 8;
    private const int FirstUnusedLinkFlag = 32;
    private const int ExternalLinkType = 64;

    private long readsLeft;
    private long bytesLeft;
    private int window;
    private long windowEnd = -1;

    /// <summary>How many bytes were read since <see cref="Begin"/>.</summary>
    public long BytesRead { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => inner.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => inner.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Starts an operation with a fresh allowance: the whole file a few times over.</summary>
    public void Begin()
    {
        BytesRead = 0;
        readsLeft = 2_000_000 + Length / 16;
        bytesLeft = 16 * 1024 * 1024 + 4 * Length;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (--readsLeft < 0 || bytesLeft < 0)
            throw new InvalidDataException("its parts refer to each other without end");
        var position = inner.Position;
        var count = inner.Read(buffer);
        bytesLeft -= count;
        BytesRead += count;
        if (buffer.Length == 1 && count == 1) RefuseExternalLink(position, buffer[0]);
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => inner.Position + offset,
            _ => inner.Length + offset,
        };
        if (target < 0 || target > inner.Length) throw new InvalidDataException($"it points to byte {target} of {inner.Length}");
        return inner.Seek(target, SeekOrigin.Begin);
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// PureHDF follows an external link while it lists a group and offers no way to forbid it. A link message begins with
    /// three single bytes, its version, flags and type, so the third is the moment to refuse (HDF5 file format, IV.A.2.g).
    /// </summary>
    private void RefuseExternalLink(long position, byte value)
    {
        window = position == windowEnd ? (window << 8) | value : value;
        windowEnd = position + 1;
        var (version, flags, type) = ((window >> 16) & 0xFF, (window >> 8) & 0xFF, window & 0xFF);
        if (version == LinkMessageVersion && (flags & LinkTypeIsPresent) != 0 && flags < FirstUnusedLinkFlag && type == ExternalLinkType)
            throw new InvalidDataException("it has a link to another file, and those are not followed");
    }
}
