namespace Fovea.Formats.Hdf5;

/// <summary>The type of a message of an object header (HDF5 file format, IV.A.2).</summary>
internal enum Hdf5MessageType
{
    /// <summary>The dimensions of a dataset.</summary>
    Dataspace = 0x01,

    /// <summary>The addresses of the links of a new-style group.</summary>
    LinkInfo = 0x02,

    /// <summary>The type of the elements.</summary>
    Datatype = 0x03,

    /// <summary>The value of elements that were never written.</summary>
    FillValue = 0x05,

    /// <summary>A link of a new-style group.</summary>
    Link = 0x06,

    /// <summary>A list of files that hold the data.</summary>
    ExternalFiles = 0x07,

    /// <summary>The layout and the address of the data.</summary>
    Layout = 0x08,

    /// <summary>The filters of the data, such as compression.</summary>
    Filters = 0x0B,

    /// <summary>An attribute.</summary>
    Attribute = 0x0C,

    /// <summary>The address of more messages.</summary>
    Continuation = 0x10,

    /// <summary>The addresses of the links of an old-style group.</summary>
    SymbolTable = 0x11,

    /// <summary>The addresses of the attributes of an object with many of them.</summary>
    AttributeInfo = 0x15,
}

/// <summary>The messages that make up a group or a dataset.</summary>
internal sealed class Hdf5Header
{
    /// <summary>The flag of a message whose content is stored elsewhere.</summary>
    public const int SharedMessage = 2;

    private const int MaxBlocks = 4096;

    private readonly List<(Hdf5MessageType Type, byte[] Data)> messages = [];
    private readonly Queue<(long Address, long Length)> continuations = new();
    private readonly Lazy<IReadOnlyList<byte[]>> attributes;

    /// <summary>Reads the header at an address, in the form of HDF5 1.6 (version 1) or of 1.8 (version 2).</summary>
    public Hdf5Header(Hdf5Source source, long address)
    {
        Address = address;
        attributes = new(() => [.. FindAll(Hdf5MessageType.Attribute), .. Hdf5Attribute.ReadHeap(source, this)]);
        var start = source.Structure(address, 8);
        if (start[0] == (byte)'O')
            ReadVersion2(source, address);
        else
            ReadVersion1(source, address);
    }

    /// <summary>The address of the header, which is unique to the object.</summary>
    public long Address { get; }

    /// <summary>The messages of the object's attributes, from the header and the heap.</summary>
    public IReadOnlyList<byte[]> Attributes => attributes.Value;

    /// <summary>The content of the first message of a type; null if there is none.</summary>
    public byte[]? Find(Hdf5MessageType type) => messages.Find(message => message.Type == type).Data;

    /// <summary>The contents of all messages of a type.</summary>
    public IEnumerable<byte[]> FindAll(Hdf5MessageType type) => messages.Where(message => message.Type == type).Select(message => message.Data);

    private void ReadVersion1(Hdf5Source source, long address)
    {
        var start = new Hdf5Cursor(source.Structure(address, 16));
        start.Version("an object header", 1, 1);
        start.Skip(7);
        continuations.Enqueue((address + 16, start.UInt32()));
        for (var blocks = 0; continuations.TryDequeue(out var block); blocks++)
        {
            RequireFew(blocks);
            var cursor = new Hdf5Cursor(source.Structure(block.Address, block.Length));
            while (cursor.Left >= 8)
            {
                var (type, length, flags) = (cursor.UInt16(), cursor.UInt16(), cursor.Byte());
                cursor.Skip(3);
                Add(type, flags, cursor.Bytes(length));
            }
        }
    }

    private void ReadVersion2(Hdf5Source source, long address)
    {
        var start = new Hdf5Cursor(source.Structure(address, Math.Min(34, source.Length - address)));
        start.Expect("OHDR");
        start.Version("an object header", 2, 2);
        var flags = start.Byte();
        start.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
        var length = start.Length(1 << (flags & 3));
        var ordered = (flags & 4) != 0;
        ReadMessages(new Hdf5Cursor(source.Structure(address + start.Position, length)), ordered);
        for (var blocks = 0; continuations.TryDequeue(out var block); blocks++)
        {
            RequireFew(blocks);
            var bytes = source.Structure(block.Address, block.Length);
            var cursor = new Hdf5Cursor(bytes.AsSpan(0, Math.Max(0, bytes.Length - 4)));
            cursor.Expect("OCHK");
            ReadMessages(cursor, ordered);
        }
    }

    private void ReadMessages(Hdf5Cursor cursor, bool ordered)
    {
        var prefix = ordered ? 6 : 4;
        while (cursor.Left >= prefix)
        {
            var (type, length, flags) = (cursor.Byte(), cursor.UInt16(), cursor.Byte());
            if (ordered) cursor.Skip(2);
            Add(type, flags, cursor.Bytes(length));
        }
    }

    private void Add(int type, byte flags, ReadOnlySpan<byte> data)
    {
        if (type == (int)Hdf5MessageType.Continuation)
        {
            var cursor = new Hdf5Cursor(data);
            continuations.Enqueue((cursor.Int64(), cursor.Int64()));
        }
        else if (type != 0)
        {
            if ((flags & SharedMessage) != 0 && type is (int)Hdf5MessageType.Datatype or (int)Hdf5MessageType.Dataspace)
                throw new InvalidDataException("named types are not supported");
            messages.Add(((Hdf5MessageType)type, data.ToArray()));
        }
    }

    private static void RequireFew(int blocks)
    {
        if (blocks > MaxBlocks) throw new InvalidDataException("an object header continues without end");
    }
}
