using System.Buffers.Binary;

namespace Fovea.Formats.FlatBuffers;

/// <summary>
/// The bytes of a FlatBuffer on disk. Structures are read through a few pages that are kept, numbers of tensors past them, so that the weights of a model are
/// not in
/// memory before they are used. Every place is checked, and structures that are read again and again, which a damaged file can ask for, are limited.
/// </summary>
/// <remarks>
/// Of our own: Google.FlatBuffers reads a whole file into memory and follows offsets without looking where they lead; a vector that claims two thousand million
/// elements
/// is believed.
/// </remarks>
internal sealed class FlatBufferSource
{
    private const int PageBytes = 1 << 14;
    private const int MostPages = 64;
    private readonly ModelSource file;
    private readonly Dictionary<long, byte[]> pages = [];
    private readonly byte[] number = new byte[sizeof(ulong)];
    private long budget;

    public FlatBufferSource(ModelSource file)
    {
        this.file = file;
        budget = (1 << 20) + (16 * Length);
    }

    public string FilePath => file.Name;

    public long Length => file.Length;

    public byte Byte(long place) => Small(place, sizeof(byte))[0];

    public ushort UInt16(long place) => BinaryPrimitives.ReadUInt16LittleEndian(Small(place, sizeof(ushort)));

    public int Int32(long place) => BinaryPrimitives.ReadInt32LittleEndian(Small(place, sizeof(int)));

    public uint UInt32(long place) => BinaryPrimitives.ReadUInt32LittleEndian(Small(place, sizeof(uint)));

    public ulong UInt64(long place) => BinaryPrimitives.ReadUInt64LittleEndian(Small(place, sizeof(ulong)));

    /// <summary>Some bytes, from anywhere in the file; they must lie within it.</summary>
    public void Read(long place, Span<byte> bytes)
    {
        RequireWithin(place, bytes.Length);
        for (var done = 0; done < bytes.Length;)
        {
            var read = file.Read(place + done, bytes[done..]);
            if (read == 0) throw new InvalidDataException("it ends early");
            done += read;
        }
    }

    /// <summary>As <see cref="Read"/>, into memory of its own.</summary>
    public byte[] Bytes(long place, long length)
    {
        RequireWithin(place, length);
        Charge(length);
        var bytes = new byte[length];
        Read(place, bytes);
        return bytes;
    }

    /// <summary>Refuses a range that reaches out of the file.</summary>
    public void RequireWithin(long place, long length)
    {
        if (place < 0 || length < 0 || place > Length - length)
            throw new InvalidDataException($"{length} bytes from {place} on reach out of its {Length} bytes");
    }

    private void Charge(long bytes)
    {
        budget -= bytes;
        if (budget < 0) throw new InvalidDataException("its structures overlap");
    }

    private ReadOnlySpan<byte> Small(long place, int size)
    {
        RequireWithin(place, size);
        Charge(size);
        for (var i = 0; i < size; i++) number[i] = Page((place + i) / PageBytes)[(place + i) % PageBytes];
        return number.AsSpan(0, size);
    }

    private byte[] Page(long index)
    {
        if (pages.TryGetValue(index, out var page)) return page;
        if (pages.Count >= MostPages) pages.Clear();
        page = new byte[PageBytes];
        Read(index * PageBytes, page.AsSpan(0, (int)Math.Min(PageBytes, Length - (index * PageBytes))));
        return pages[index] = page;
    }
}
