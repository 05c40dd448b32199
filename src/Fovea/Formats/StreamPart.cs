namespace Fovea.Formats;

/// <summary>A part of a stream as a separate stream that can be read and can seek. Disposing it leaves the whole stream open.</summary>
internal sealed class StreamPart(Stream whole, long start, long length) : ReadOnlyStream
{
    public override long Length => length;

    protected override int ReadAt(long offset, Span<byte> bytes)
    {
        whole.Position = start + offset;
        return whole.Read(bytes);
    }
}
