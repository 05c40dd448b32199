namespace Fovea.Formats.Hdf5;

/// <summary>
/// Lists the links of a group, in the form of HDF5 1.6 (a B-tree of symbol tables; the default of h5py) or of HDF5 1.8 (messages, or a heap for many
/// links). Soft and external links, which are only paths, are refused.
/// </summary>
internal static class Hdf5Links
{
    private const long Undefined = -1;
    private const int SymbolEntrySize = 40;
    private const int SoftSymbol = 2;
    private const int NameRecord = 5;
    private const int HashSize = 4;

    /// <summary>The names and header addresses of the children of a group; null if the header is not that of a group.</summary>
    public static IReadOnlyList<(string Name, long Address)>? Read(Hdf5Source source, Hdf5Header header)
    {
        var links = new List<(string Name, long Address)>();
        if (header.Find(Hdf5MessageType.SymbolTable) is { } symbols)
        {
            var cursor = new Hdf5Cursor(symbols);
            var (tree, heap) = (cursor.Int64(), cursor.Int64());
            ReadTree(source, tree, ReadNames(source, heap), null, links);
            return links;
        }

        if (header.Find(Hdf5MessageType.LinkInfo) is not { } info) return null;
        foreach (var message in header.FindAll(Hdf5MessageType.Link)) links.Add(ReadLink(message));
        links.AddRange(ReadHeap(source, info));
        return links;
    }

    /// <summary>The links of a group with many of them (more than eight by default), ordered by name.</summary>
    private static IEnumerable<(string Name, long Address)> ReadHeap(Hdf5Source source, byte[] info)
    {
        var cursor = new Hdf5Cursor(info);
        cursor.Version("link information", 0, 0);
        if ((cursor.Byte() & 1) != 0) cursor.Skip(8);
        var (heapAt, tree) = (cursor.Int64(), cursor.Int64());
        if (heapAt == Undefined) return [];
        var heap = new Hdf5Heap(source, heapAt);
        return Hdf5Tree.Read(source, tree, NameRecord).Select(record => ReadLink(heap.Read(record.AsSpan(HashSize))))
            .OrderBy(link => link.Name, StringComparer.Ordinal);
    }

    private static void ReadTree(Hdf5Source source, long address, byte[] names, int? expectedLevel, List<(string Name, long Address)> links)
    {
        var start = new Hdf5Cursor(source.Structure(address, 8));
        start.Expect("TREE");
        var (type, level, count) = (start.Byte(), start.Byte(), start.UInt16());
        if (type != 0 || (expectedLevel is { } expected && level != expected)) throw new InvalidDataException("the tree of a group is damaged");
        var cursor = new Hdf5Cursor(source.Structure(address + 24, 8 + (16L * count)));
        for (var i = 0; i < count; i++)
        {
            cursor.Skip(8);
            var child = cursor.Int64();
            if (level > 0)
                ReadTree(source, child, names, level - 1, links);
            else
                ReadSymbols(source, child, names, links);
        }
    }

    private static void ReadSymbols(Hdf5Source source, long address, byte[] names, List<(string Name, long Address)> links)
    {
        var start = new Hdf5Cursor(source.Structure(address, 8));
        start.Expect("SNOD");
        start.Version("a symbol table", 1, 1);
        start.Skip(1);
        var count = start.UInt16();
        var cursor = new Hdf5Cursor(source.Structure(address + 8, (long)SymbolEntrySize * count));
        for (var i = 0; i < count; i++)
        {
            var (nameAt, header, cached) = (cursor.Int64(), cursor.Int64(), cursor.UInt32());
            cursor.Skip(20);
            if (nameAt < 0 || nameAt >= names.Length) throw new InvalidDataException("a name lies outside the names of its group");
            var name = Hdf5Cursor.Text(names.AsSpan((int)nameAt));
            if (cached == SoftSymbol) throw new InvalidDataException($"'{name}' is a link, and links are not followed");
            links.Add((name, header));
        }
    }

    /// <summary>The local heap of a group, with its names; each ends with a zero byte.</summary>
    private static byte[] ReadNames(Hdf5Source source, long address)
    {
        var cursor = new Hdf5Cursor(source.Structure(address, 32));
        cursor.Expect("HEAP");
        cursor.Version("the names of a group", 0, 0);
        cursor.Skip(3);
        var length = cursor.Int64();
        cursor.Skip(8);
        return source.Structure(cursor.Int64(), length);
    }

    private static (string Name, long Address) ReadLink(byte[] message)
    {
        var cursor = new Hdf5Cursor(message);
        cursor.Version("a link", 1, 1);
        var flags = cursor.Byte();
        var type = (flags & 8) != 0 ? cursor.Byte() : 0;
        cursor.Skip(((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0));
        var name = Hdf5Cursor.Text(cursor.Bytes(cursor.Length(1 << (flags & 3))));
        return type == 0 ? (name, cursor.Int64()) : throw new InvalidDataException($"'{name}' is a link, and links are not followed");
    }
}
