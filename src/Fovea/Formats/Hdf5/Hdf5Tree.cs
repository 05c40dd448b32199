namespace Fovea.Formats.Hdf5;

/// <summary>Lists the records of a B-tree of HDF5 1.8 (HDF5 file format, III.A.2), with the addresses of links, attributes, large objects or chunks.</summary>
internal sealed class Hdf5Tree
{
    private const int NodeOverhead = 10;
    private const int MaxDepth = 16;

    private readonly Hdf5Source source;
    private readonly int nodeSize;
    private readonly int recordSize;
    private readonly int countSize;
    private readonly int[] totalSizes;
    private readonly List<byte[]> records = [];

    private Hdf5Tree(Hdf5Source source, int nodeSize, int recordSize, int depth)
    {
        this.source = source;
        this.nodeSize = nodeSize;
        this.recordSize = recordSize;
        if (recordSize == 0 || nodeSize < NodeOverhead + recordSize || depth > MaxDepth) throw new InvalidDataException("a tree is damaged");
        double maxRecords = (nodeSize - NodeOverhead) / recordSize;
        countSize = BytesFor(maxRecords);
        totalSizes = new int[depth + 1];
        for (var level = 1; level <= depth; level++)
        {
            var pointer = sizeof(long) + countSize + totalSizes[level - 1];
            var own = (nodeSize - NodeOverhead - pointer) / (recordSize + pointer);
            maxRecords = own + ((own + 1) * maxRecords);
            totalSizes[level] = BytesFor(maxRecords);
        }
    }

    /// <summary>The records of the tree at an address, in order; none if the address is undefined.</summary>
    public static IReadOnlyList<byte[]> Read(Hdf5Source source, long address, params ReadOnlySpan<int> types)
    {
        if (address == -1) return [];
        var cursor = new Hdf5Cursor(source.Structure(address, 38));
        cursor.Expect("BTHD");
        cursor.Version("a tree", 0, 0);
        var type = cursor.Byte();
        if (!types.Contains(type)) throw new InvalidDataException($"a tree holds records of type {type}; expected {string.Join(" or ", types.ToArray())}");
        var (nodeSize, recordSize, depth) = (cursor.Length(4), cursor.UInt16(), cursor.UInt16());
        cursor.Skip(2);
        var (root, count) = (cursor.Int64(), cursor.UInt16());
        var tree = new Hdf5Tree(source, nodeSize, recordSize, depth);
        if (root != -1) tree.ReadNode(root, count, depth);
        return tree.records;
    }

    private void ReadNode(long address, int count, int level)
    {
        var childSize = level == 0 ? 0 : sizeof(long) + countSize + totalSizes[level - 1];
        var length = 6 + ((long)count * recordSize) + (level == 0 ? 0 : (count + 1L) * childSize);
        if (length > nodeSize) throw new InvalidDataException("a node of a tree is larger than it can be");
        var cursor = new Hdf5Cursor(source.Structure(address, length));
        cursor.Expect(level == 0 ? "BTLF" : "BTIN");
        cursor.Skip(2);
        var own = new byte[count][];
        for (var i = 0; i < count; i++) own[i] = cursor.Bytes(recordSize).ToArray();
        for (var i = 0; i <= count; i++)
        {
            if (level > 0)
            {
                var (child, children) = (cursor.Int64(), (int)cursor.Number(countSize));
                cursor.Skip(totalSizes[level - 1]);
                ReadNode(child, children, level - 1);
            }

            if (i < count) records.Add(own[i]);
        }
    }

    private static int BytesFor(double limit) => 1 + ((int)Math.Log2(Math.Max(1, limit)) / 8);
}
