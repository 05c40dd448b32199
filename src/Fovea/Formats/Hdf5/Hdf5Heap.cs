using System.Numerics;

namespace Fovea.Formats.Hdf5;

/// <summary>
/// A fractal heap (HDF5 file format, III.G), in which groups of HDF5 1.8 store links and attributes that are many or large.
/// Small objects are stored in blocks, whose sizes double from row to row; each large object is stored separately in the file.
/// </summary>
internal sealed class Hdf5Heap
{
    private const int Managed = 0;
    private const int Huge = 1;
    private const int HugeRecord = 1;
    private const int MaxDepth = 64;

    private readonly Hdf5Source source;
    private readonly int width;
    private readonly long startingBlock;
    private readonly long largestDirectBlock;
    private readonly int offsetSize;
    private readonly int lengthSize;
    private readonly long root;
    private readonly int rootRows;
    private readonly Lazy<Dictionary<long, (long Address, long Length)>> huge;

    /// <summary>Reads the description of the heap at an address.</summary>
    public Hdf5Heap(Hdf5Source source, long address)
    {
        this.source = source;
        var cursor = new Hdf5Cursor(source.Structure(address, 142));
        cursor.Expect("FRHP");
        cursor.Version("a heap", 0, 0);
        cursor.Skip(2);
        if (cursor.UInt16() != 0) throw new InvalidDataException("a heap is compressed, which is not supported");
        cursor.Skip(1);
        var largestManaged = cursor.UInt32();
        cursor.Skip(8);
        var hugeTree = cursor.Int64();
        cursor.Skip(80);
        width = cursor.UInt16();
        (startingBlock, largestDirectBlock) = (cursor.Int64(), cursor.Int64());
        var bits = cursor.UInt16();
        cursor.Skip(2);
        (root, rootRows) = (cursor.Int64(), cursor.UInt16());
        if (width == 0 || !BitOperations.IsPow2(startingBlock) || !BitOperations.IsPow2(largestDirectBlock) || bits is 0 or > 64)
            throw new InvalidDataException("a heap is damaged");
        offsetSize = (bits + 7) / 8;
        lengthSize = Math.Min(BytesFor(largestDirectBlock), BytesFor(largestManaged));
        huge = new(() => ReadHuge(source, hugeTree));
    }

    /// <summary>The object with an identifier.</summary>
    public byte[] Read(ReadOnlySpan<byte> id)
    {
        var cursor = new Hdf5Cursor(id);
        var first = cursor.Byte();
        switch (first >> 4)
        {
            case Managed:
                var (offset, length) = (cursor.Number(offsetSize), cursor.Number(lengthSize));
                return source.Structure(rootRows == 0 ? Inside(root, offset, startingBlock) : Find(root, rootRows, 0, offset, 0), length);
            case Huge when huge.Value.TryGetValue(cursor.Number(Math.Min(sizeof(long), cursor.Left)), out var position):
                return source.Structure(position.Address, position.Length);
            default:
                throw new InvalidDataException("an object of a heap is missing or of a kind that is not known");
        }
    }

    /// <summary>The file address of an offset in the heap, within the indirect block at an address, whose first offset is <paramref name="begin"/>.</summary>
    private long Find(long address, int rows, long begin, long offset, int depth)
    {
        if (depth > MaxDepth) throw new InvalidDataException("the blocks of a heap lie in each other without end");
        var header = 5 + sizeof(long) + offsetSize;
        var cursor = new Hdf5Cursor(source.Structure(address, header + ((long)rows * width * sizeof(long))));
        cursor.Expect("FHIB");
        cursor.Skip(header - 4);
        for (var row = 0; row < rows; row++)
        {
            var size = row == 0 ? startingBlock : startingBlock << Math.Min(row - 1, 62 - BitOperations.Log2((ulong)startingBlock));
            for (var column = 0; column < width; column++)
            {
                var child = cursor.Int64();
                if (offset - begin < size)
                {
                    return size <= largestDirectBlock
                        ? Inside(child, offset - begin, size)
                        : Find(child, BitOperations.Log2((ulong)size) - BitOperations.Log2((ulong)(startingBlock * width)) + 1, begin, offset, depth + 1);
                }

                begin += size;
            }
        }

        throw new InvalidDataException("an object lies outside its heap");
    }

    private static long Inside(long block, long offset, long size) =>
        block >= 0 && offset >= 0 && offset < size ? block + offset : throw new InvalidDataException("an object lies outside its heap");

    private static Dictionary<long, (long Address, long Length)> ReadHuge(Hdf5Source source, long tree)
    {
        var positions = new Dictionary<long, (long Address, long Length)>();
        foreach (var record in Hdf5Tree.Read(source, tree, HugeRecord))
        {
            var cursor = new Hdf5Cursor(record);
            var (address, length) = (cursor.Int64(), cursor.Int64());
            positions[cursor.Int64()] = (address, length);
        }

        return positions;
    }

    private static int BytesFor(long size) => (BitOperations.Log2((ulong)size) + 7) / 8;
}
