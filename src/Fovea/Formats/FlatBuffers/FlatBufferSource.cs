using System.Buffers.Binary;

namespace Fovea.Formats.FlatBuffers;

/// <summary>
/// The bytes of an untrusted FlatBuffer on disk. Structures are read through a small cache of pages. The values of tensors bypass it, so that the weights of
/// a model are not in memory before they are used. Every offset is checked, and the total read for structures is limited, since a damaged file can have
/// structures that overlap.
/// </summary>
/// <remarks>
/// Google.FlatBuffers is not used: it reads a whole file into memory, and follows offsets and lengths without checking them.
/// </remarks>
internal sealed class FlatBufferSource
{
    private const int PageBytes = 1 << 14;
    private const int MaxPages = 64;
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

    public byte Byte(long position) => Small(position, sizeof(byte))[0];

    public ushort UInt16(long position) => BinaryPrimitives.ReadUInt16LittleEndian(Small(position, sizeof(ushort)));

    public int Int32(long position) => BinaryPrimitives.ReadInt32LittleEndian(Small(position, sizeof(int)));

    public uint UInt32(long position) => BinaryPrimitives.ReadUInt32LittleEndian(Small(position, sizeof(uint)));

    public ulong UInt64(long position) => BinaryPrimitives.ReadUInt64LittleEndian(Small(position, sizeof(ulong)));

    /// <summary>Reads bytes at an offset, which must be within the file.</summary>
    public void Read(long position, Span<byte> bytes)
    {
        RequireWithin(position, bytes.Length);
        for (var done = 0; done < bytes.Length;)
        {
            var read = file.Read(position + done, bytes[done..]);
            if (read == 0) throw new InvalidDataException("it ends early");
            done += read;
        }
    }

    /// <summary>Like <see cref="Read"/>, into new memory.</summary>
    public byte[] Bytes(long position, long length)
    {
        RequireWithin(position, length);
        Charge(length);
        var bytes = new byte[length];
        Read(position, bytes);
        return bytes;
    }

    /// <summary>Throws if a range is not within the file.</summary>
    public void RequireWithin(long position, long length)
    {
        if (position < 0 || length < 0 || position > Length - length)
            throw new InvalidDataException($"{length} bytes from {position} on are not within its {Length} bytes");
    }

    private void Charge(long bytes)
    {
        budget -= bytes;
        if (budget < 0) throw new InvalidDataException("its structures overlap");
    }

    private ReadOnlySpan<byte> Small(long position, int size)
    {
        RequireWithin(position, size);
        Charge(size);
        for (var i = 0; i < size; i++) number[i] = Page((position + i) / PageBytes)[(position + i) % PageBytes];
        return number.AsSpan(0, size);
    }

    private byte[] Page(long index)
    {
        if (pages.TryGetValue(index, out var page)) return page;
        if (pages.Count >= MaxPages) pages.Clear();
        page = new byte[PageBytes];
        Read(index * PageBytes, page.AsSpan(0, (int)Math.Min(PageBytes, Length - (index * PageBytes))));
        return pages[index] = page;
    }
}
