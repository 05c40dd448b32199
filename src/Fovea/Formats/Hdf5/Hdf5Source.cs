namespace Fovea.Formats.Hdf5;

/// <summary>
/// The bytes of an HDF5 file that nobody vouches for. Structures are read in bounded pieces, and in all not much more often
/// than a sound file needs, so that parts which refer to each other in a circle end in an exception.
/// </summary>
internal sealed class Hdf5Source : IDisposable
{
    private const int MaximumStructure = 16 * 1024 * 1024;

    private readonly Stream stream;
    private readonly Lock sync = new();
    private long structuresLeft;

    /// <summary>Takes over a stream; <paramref name="file"/> is the name for messages.</summary>
    public Hdf5Source(Stream stream, string file)
    {
        this.stream = stream;
        FilePath = file;
        Length = stream.Length;
        structuresLeft = MaximumStructure + 8 * Length;
    }

    /// <summary>The file, for messages.</summary>
    public string FilePath { get; }

    /// <summary>How many bytes the file has.</summary>
    public long Length { get; }

    /// <summary>Reads a structure.</summary>
    public byte[] Structure(long address, long length)
    {
        if (length > MaximumStructure) throw new InvalidDataException($"a structure of {length} bytes is impossible");
        structuresLeft -= length + 16;
        if (structuresLeft < 0) throw new InvalidDataException("its parts refer to each other without end");
        return Bytes(address, length);
    }

    /// <summary>Reads numbers.</summary>
    public byte[] Bytes(long address, long length)
    {
        RequireInside(address, length);
        var bytes = new byte[length];
        Read(address, bytes);
        return bytes;
    }

    /// <summary>Reads numbers into memory that is there already.</summary>
    public void Read(long address, Span<byte> bytes)
    {
        RequireInside(address, bytes.Length);
        lock (sync)
        {
            stream.Position = address;
            stream.ReadExactly(bytes);
        }
    }

    private void RequireInside(long address, long length)
    {
        if (address < 0 || length < 0 || length > Array.MaxLength || address > Length - length)
            throw new InvalidDataException($"bytes {address} to {(decimal)address + length} are not in a file of {Length}");
    }

    /// <summary>A sentence about this file.</summary>
    public ModelFormatException Error(string sentence) => ModelFormatException.About(FilePath, sentence);

    /// <summary>Runs an operation whose failures are damage of the file.</summary>
    public T Guard<T>(string failure, Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or OverflowException or ArgumentException or ShapeException
            or OutOfMemoryException)
        {
            throw ModelFormatException.About(FilePath, $"{failure}: {error.Sentence().TrimEnd('.')}.", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
