using System.IO.Compression;

namespace Fovea.Formats.Hdf5;

/// <summary>
/// Reads a dataset in chunks, plain or with the filters DEFLATE, byte shuffling and checksum. Keras does not write chunks; tools that compress a file do.
/// A B-tree has the addresses of the chunks, or since HDF5 1.10 one of several indexes.
/// </summary>
internal sealed class Hdf5Chunks
{
    private const int Deflate = 1;
    private const int Shuffle = 2;
    private const int Checksum = 3;
    private const int MaxChunkBytes = 256 * 1024 * 1024;

    // The kinds of index, the types of the records of a tree, and flags.
    private const int SingleChunk = 1;
    private const int Implicit = 2;
    private const int FixedArray = 3;
    private const int Tree = 5;
    private const int TreeRecord = 10;
    private const int FilteredTreeRecord = 11;
    private const int UnfilteredEdges = 1;
    private const int FilteredSingleChunk = 2;

    private readonly Hdf5Source source;
    private readonly long[] shape;
    private readonly long[] chunk;
    private readonly int elementSize;
    private readonly int[] filters;
    private readonly byte[] destination;
    private readonly int chunkBytes;

    private Hdf5Chunks(Hdf5Source source, long[] shape, long[] chunk, int elementSize, int[] filters, byte[] destination)
    {
        this.source = source;
        this.shape = shape;
        this.chunk = chunk;
        this.elementSize = elementSize;
        this.filters = filters;
        this.destination = destination;
        var bytes = Hdf5Dataspace.Count(chunk) * elementSize;
        if (bytes is < 1 or > MaxChunkBytes) throw new InvalidDataException($"a chunk of {bytes:0} bytes is not read");
        chunkBytes = (int)bytes;
    }

    /// <summary>Reads the values. Chunks that were never written are zero.</summary>
    /// <param name="source">The file.</param>
    /// <param name="version">The version of the layout message: 3, or 4 since HDF5 1.10.</param>
    /// <param name="layout">The rest of that message, after the kind of layout.</param>
    /// <param name="filters">The filter message; null if there is none.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="elementSize">The size of an element in bytes.</param>
    /// <param name="length">The size of the dataset in bytes.</param>
    public static byte[] Read(Hdf5Source source, int version, Hdf5Cursor layout, byte[]? filters, long[] shape, int elementSize, long length)
    {
        var flags = version == 3 ? 0 : layout.Byte();
        if (layout.Byte() != shape.Length + 1 || shape.Length == 0) throw new InvalidDataException("the chunks have other dimensions than the array");
        var tree = version == 3 ? layout.Int64() : -1;
        var size = version == 3 ? sizeof(uint) : layout.Byte();
        var chunk = new long[shape.Length];
        for (var i = 0; i < chunk.Length; i++) chunk[i] = layout.Number(size);
        var destination = new byte[length];
        var reading = new Hdf5Chunks(source, shape, chunk, elementSize, ReadFilters(filters), destination);
        if (version > 3)
        {
            layout.Skip(size);
            reading.ReadIndex(flags, layout);
        }
        else if (tree != -1)
        {
            reading.ReadTree(tree, null);
        }

        return destination;
    }

    private static int[] ReadFilters(byte[]? message)
    {
        if (message is null) return [];
        var cursor = new Hdf5Cursor(message);
        var version = cursor.Version("a filter list", 1, 2);
        var filters = new int[cursor.Byte()];
        if (version == 1) cursor.Skip(6);
        for (var i = 0; i < filters.Length; i++)
        {
            filters[i] = cursor.UInt16();
            var nameSize = version == 1 || filters[i] >= 256 ? cursor.UInt16() : 0;
            cursor.Skip(2);
            var values = cursor.UInt16();
            cursor.Skip(version == 1 ? (nameSize + 7) & ~7 : nameSize);
            cursor.Skip(4 * (version == 1 ? (values + 1) & ~1 : values));
            if (filters[i] is not (Deflate or Shuffle or Checksum))
                throw new InvalidDataException($"the filter {filters[i]} is not supported; gzip and shuffle are");
        }

        return filters;
    }

    private void ReadTree(long address, int? expectedLevel)
    {
        var start = new Hdf5Cursor(source.Structure(address, 8));
        start.Expect("TREE");
        var (type, level, count) = (start.Byte(), start.Byte(), start.UInt16());
        if (type != 1 || (expectedLevel is { } expected && level != expected)) throw new InvalidDataException("the tree of an array is damaged");
        var keySize = 8 + (8 * (shape.Length + 1));
        var cursor = new Hdf5Cursor(source.Structure(address + 24, ((long)keySize * (count + 1)) + (8L * count)));
        var offset = new long[shape.Length];
        for (var i = 0; i < count; i++)
        {
            var (size, skippedFilters) = (cursor.UInt32(), cursor.UInt32());
            for (var d = 0; d < offset.Length; d++) offset[d] = cursor.Int64();
            cursor.Skip(8);
            var child = cursor.Int64();
            if (level > 0)
                ReadTree(child, level - 1);
            else
                CopyChunk(Unpack(source.Structure(child, size), skippedFilters), offset);
        }
    }

    /// <summary>Reads the chunks by an index of HDF5 1.10 (HDF5 file format, VII.A to VII.E).</summary>
    private void ReadIndex(int flags, Hdf5Cursor layout)
    {
        var grid = Enumerable.Range(0, shape.Length).Select(d => (shape[d] + chunk[d] - 1) / chunk[d]).ToArray();
        var index = layout.Byte();
        switch (index)
        {
            case SingleChunk:
                var filtered = (flags & FilteredSingleChunk) != 0;
                var (size, skipped) = filtered ? (layout.Int64(), layout.UInt32()) : (chunkBytes, 0);
                ReadChunk(layout.Int64(), size, skipped, new long[shape.Length], flags);
                break;
            case Implicit:
                var start = layout.Int64();
                if (start == -1) return;
                for (long i = 0; i < (long)Hdf5Dataspace.Count(grid); i++) ReadChunk(start + (i * chunkBytes), chunkBytes, 0, At(i, grid), flags);
                break;
            case FixedArray:
                layout.Skip(1);
                ReadFixedArray(layout.Int64(), grid, flags);
                break;
            case Tree:
                layout.Skip(6);
                foreach (var record in Hdf5Tree.Read(source, layout.Int64(), TreeRecord, FilteredTreeRecord)) ReadRecord(record, flags);
                break;
            default:
                throw new InvalidDataException("the index of its chunks is of a kind that is not supported (an extensible array)");
        }
    }

    private void ReadFixedArray(long address, long[] grid, int flags)
    {
        if (address == -1) return;
        var cursor = new Hdf5Cursor(source.Structure(address, 24));
        cursor.Expect("FAHD");
        cursor.Version("an index of chunks", 0, 0);
        cursor.Skip(1);
        var (entrySize, pageBits, count, block) = (cursor.Byte(), cursor.Byte(), cursor.Int64(), cursor.Int64());
        if (block == -1) return;
        if (pageBits > 30 || count < Hdf5Dataspace.Count(grid)) throw new InvalidDataException("an index of chunks is damaged");
        var perPage = 1L << pageBits;
        var pages = count > perPage ? (count + perPage - 1) / perPage : 0;
        var header = 14 + ((pages + 7) / 8);
        var start = new Hdf5Cursor(source.Structure(block, header));
        start.Expect("FADB");
        start.Skip(10);
        var written = start.Bytes((int)(pages + 7) / 8);
        for (long i = 0; i < (long)Hdf5Dataspace.Count(grid); i++)
        {
            var page = (int)(i / perPage);
            if (pages > 0 && (written[page / 8] & (0x80 >> (page % 8))) == 0)
            {
                i = ((page + 1) * perPage) - 1;
                continue;
            }

            var at = block + header + (i * entrySize) + (pages > 0 ? 4 + (page * 4L) : 0);
            ReadEntry(new Hdf5Cursor(source.Structure(at, entrySize)), At(i, grid), flags);
        }
    }

    private void ReadEntry(Hdf5Cursor entry, long[] offset, int flags)
    {
        var address = entry.Int64();
        var sizeBytes = entry.Left - sizeof(uint);
        var (size, skipped) = sizeBytes > 0 ? (entry.Number(sizeBytes), entry.UInt32()) : (chunkBytes, 0);
        ReadChunk(address, size, skipped, offset, flags);
    }

    private void ReadRecord(byte[] record, int flags)
    {
        var positions = shape.Length * sizeof(long);
        if (record.Length < sizeof(long) + positions) throw new InvalidDataException("the index of an array is damaged");
        var scaled = new Hdf5Cursor(record.AsSpan(record.Length - positions));
        var offset = new long[shape.Length];
        for (var d = 0; d < offset.Length; d++) offset[d] = scaled.Number(sizeof(long)) * chunk[d];
        ReadEntry(new Hdf5Cursor(record.AsSpan(0, record.Length - positions)), offset, flags);
    }

    private long[] At(long index, long[] grid)
    {
        var offset = new long[grid.Length];
        for (var d = grid.Length - 1; d >= 0; d--)
        {
            offset[d] = index % grid[d] * chunk[d];
            index /= grid[d];
        }

        return offset;
    }

    private void ReadChunk(long address, long size, uint skippedFilters, long[] offset, int flags)
    {
        if (address == -1) return;
        var partial = offset.Select((start, d) => start + chunk[d] > shape[d]).Any(over => over);
        var skipped = partial && (flags & UnfilteredEdges) != 0 ? uint.MaxValue : skippedFilters;
        CopyChunk(Unpack(source.Structure(address, size), skipped), offset);
    }

    private byte[] Unpack(byte[] bytes, uint skipped)
    {
        for (var i = filters.Length - 1; i >= 0; i--)
        {
            if (((skipped >> i) & 1) != 0) continue;
            bytes = filters[i] switch
            {
                Deflate => Inflate(bytes),
                Shuffle => Unshuffle(bytes),
                _ => bytes.Length >= 4 ? bytes[..^4] : throw new InvalidDataException("a chunk ends early"),
            };
        }

        return bytes.Length == chunkBytes ? bytes : throw new InvalidDataException($"a chunk has {bytes.Length} bytes, not {chunkBytes}");
    }

    private byte[] Inflate(byte[] packed)
    {
        using var stream = new ZLibStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress);
        var bytes = new byte[chunkBytes + 4];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..count];
    }

    private byte[] Unshuffle(byte[] bytes)
    {
        var count = bytes.Length / elementSize;
        var result = (byte[])bytes.Clone();
        for (var b = 0; b < elementSize; b++)
        {
            for (var i = 0; i < count; i++) result[(i * elementSize) + b] = bytes[(b * count) + i];
        }

        return result;
    }

    /// <summary>Copies the rows of a chunk that are within the array. Chunks at the edge extend beyond it.</summary>
    private void CopyChunk(byte[] bytes, long[] offset)
    {
        for (var d = 0; d < offset.Length; d++)
        {
            if (offset[d] < 0 || offset[d] >= shape[d]) throw new InvalidDataException("a chunk lies outside its array");
        }

        var last = shape.Length - 1;
        var run = (int)(Math.Min(chunk[last], shape[last] - offset[last]) * elementSize);
        var rows = chunkBytes / (chunk[last] * elementSize);
        for (long row = 0; row < rows; row++)
        {
            var (rest, position, stride, inside) = (row, offset[last], shape[last], true);
            for (var d = last - 1; d >= 0; d--)
            {
                var at = offset[d] + (rest % chunk[d]);
                rest /= chunk[d];
                inside &= at < shape[d];
                position += at * stride;
                stride *= shape[d];
            }

            if (inside) bytes.AsSpan((int)(row * chunk[last] * elementSize), run).CopyTo(destination.AsSpan((int)(position * elementSize)));
        }
    }
}
