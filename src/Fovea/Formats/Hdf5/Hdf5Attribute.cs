namespace Fovea.Formats.Hdf5;

/// <summary>An attribute of a group or dataset: a name and some elements.</summary>
internal sealed class Hdf5Attribute
{
    private const int HeapReferenceSize = 16;
    private const int HeapIdSize = 8;
    private const int NameRecord = 8;
    private readonly Hdf5Source source;
    private readonly Hdf5Type type;
    private readonly byte[] data;

    private Hdf5Attribute(Hdf5Source source, string name, Hdf5Type type, int count, byte[] data)
    {
        this.source = source;
        Name = name;
        this.type = type;
        Count = count;
        this.data = data;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The number of elements.</summary>
    public int Count { get; }

    /// <summary>Whether the elements are texts.</summary>
    public bool IsText => type.IsText;

    /// <summary>The class of the elements, for messages.</summary>
    public Hdf5TypeClass Class => type.Class;

    /// <summary>The attribute of a name; null if there is none.</summary>
    public static Hdf5Attribute? Find(Hdf5Source source, Hdf5Header header, string name) =>
        header.Attributes.Select(message => Read(source, message, name)).FirstOrDefault(attribute => attribute is not null);

    /// <summary>The attributes of an object with many or large ones, which are stored in a heap and not in its header.</summary>
    public static IEnumerable<byte[]> ReadHeap(Hdf5Source source, Hdf5Header header)
    {
        if (header.Find(Hdf5MessageType.AttributeInfo) is not { } info) yield break;
        var (heapAt, tree) = ReadInfo(info);
        if (heapAt == -1) yield break;
        var heap = new Hdf5Heap(source, heapAt);
        foreach (var record in Hdf5Tree.Read(source, tree, NameRecord))
        {
            if (record.Length < HeapIdSize + 1) throw new InvalidDataException("a tree of attributes is damaged");
            if ((record[HeapIdSize] & Hdf5Header.SharedMessage) != 0) throw new InvalidDataException("attributes that objects share are not supported");
            yield return heap.Read(record.AsSpan(0, HeapIdSize));
        }
    }

    /// <summary>The elements as texts, of fixed length or from the global heap.</summary>
    public string[] ReadTexts()
    {
        var texts = new string[Count];
        for (var i = 0; i < Count; i++)
        {
            var element = data.AsSpan(i * type.Size, type.Size);
            texts[i] = type.Class == Hdf5TypeClass.Text ? Hdf5Cursor.Text(element) : ReadFromHeap(element);
        }

        return texts;
    }

    private static (long Heap, long Tree) ReadInfo(byte[] info)
    {
        var cursor = new Hdf5Cursor(info);
        cursor.Version("attribute information", 0, 0);
        if ((cursor.Byte() & 1) != 0) cursor.Skip(2);
        return (cursor.Int64(), cursor.Int64());
    }

    private static Hdf5Attribute? Read(Hdf5Source source, byte[] message, string wanted)
    {
        var cursor = new Hdf5Cursor(message);
        var version = cursor.Version("an attribute", 1, 3);
        var flags = cursor.Byte();
        var (nameSize, typeSize, spaceSize) = (cursor.UInt16(), cursor.UInt16(), cursor.UInt16());
        if (version == 3) cursor.Skip(1);
        var name = Hdf5Cursor.Text(Padded(ref cursor, nameSize, version));
        if (name != wanted) return null;
        if (version > 1 && (flags & 3) != 0) throw new InvalidDataException("named types are not supported");
        var type = Hdf5Type.Read(Padded(ref cursor, typeSize, version));
        var count = Hdf5Dataspace.Count(Hdf5Dataspace.Read(Padded(ref cursor, spaceSize, version)));
        if (count * type.Size > cursor.Left) throw new InvalidDataException($"the attribute '{name}' ends early");
        if (type.Class == Hdf5TypeClass.Variable && type.Size != HeapReferenceSize) throw new InvalidDataException($"the attribute '{name}' is damaged");
        return new Hdf5Attribute(source, name, type, (int)count, cursor.Bytes((int)count * type.Size).ToArray());
    }

    /// <summary>In version 1 fields are padded to eight bytes.</summary>
    private static ReadOnlySpan<byte> Padded(ref Hdf5Cursor cursor, int size, int version)
    {
        var field = cursor.Bytes(size);
        if (version == 1) cursor.Skip(-size & 7);
        return field;
    }

    private string ReadFromHeap(ReadOnlySpan<byte> element)
    {
        var cursor = new Hdf5Cursor(element);
        var (length, address, wanted) = (cursor.Length(4), cursor.Int64(), cursor.UInt32());
        if (length == 0) return "";
        var start = new Hdf5Cursor(source.Structure(address, 16));
        start.Expect("GCOL");
        start.Version("a heap", 1, 1);
        start.Skip(3);
        var heap = new Hdf5Cursor(source.Structure(address, start.Int64()));
        heap.Skip(16);
        while (heap.Left >= 16)
        {
            var index = heap.UInt16();
            heap.Skip(6);
            var size = heap.Length(8);
            if (index == 0) break;
            var content = heap.Bytes(size);
            if (index == wanted) return Hdf5Cursor.Text(content[..Math.Min(length, size)]);
            heap.Skip(Math.Min(-size & 7, heap.Left));
        }

        throw new InvalidDataException($"the text of the attribute '{Name}' is missing");
    }
}
