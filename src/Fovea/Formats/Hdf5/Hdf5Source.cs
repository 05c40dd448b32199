namespace Fovea.Formats.Hdf5;

/// <summary>
/// The bytes of an untrusted HDF5 file. Each structure has a maximum size, and the total read for structures is limited to a multiple of the size of the
/// file, so that structures which refer to each other in a circle end in an exception.
/// </summary>
internal sealed class Hdf5Source : IDisposable
{
    private const int MaxStructureBytes = 16 * 1024 * 1024;

    private readonly Stream stream;
    private readonly Lock sync = new();
    private long structuresLeft;

    /// <summary>Takes over a stream; <paramref name="file"/> is the name for messages.</summary>
    public Hdf5Source(Stream stream, string file)
    {
        this.stream = stream;
        FilePath = file;
        Length = stream.Length;
        structuresLeft = MaxStructureBytes + (8 * Length);
    }

    /// <summary>The file, for messages.</summary>
    public string FilePath { get; }

    /// <summary>The number of bytes of the file.</summary>
    public long Length { get; }

    /// <summary>Reads a structure.</summary>
    public byte[] Structure(long address, long length)
    {
        if (length > MaxStructureBytes) throw new InvalidDataException($"a structure of {length} bytes is impossible");
        structuresLeft -= length + 16;
        if (structuresLeft < 0) throw new InvalidDataException("its parts refer to each other without end");
        return Bytes(address, length);
    }

    /// <summary>Reads bytes of an array, which do not count toward the limit.</summary>
    public byte[] Bytes(long address, long length)
    {
        RequireInside(address, length);
        var bytes = new byte[length];
        Read(address, bytes);
        return bytes;
    }

    /// <summary>Like <see cref="Bytes"/>, into existing memory.</summary>
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

    /// <summary>An exception with a sentence about this file.</summary>
    public ModelFormatException Error(string sentence) => ModelFormatException.About(FilePath, sentence);

    /// <summary>Runs an operation whose exceptions mean that the file is damaged.</summary>
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
