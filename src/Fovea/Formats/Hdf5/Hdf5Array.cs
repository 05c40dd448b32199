namespace Fovea.Formats.Hdf5;

/// <summary>A dataset of an HDF5 file.</summary>
internal sealed class Hdf5Array(Hdf5Source source, Hdf5Header header, string name, string path)
{
    private const int Compact = 0;
    private const int Contiguous = 1;
    private const int Chunked = 2;

    /// <summary>The last part of the path.</summary>
    public string Name => name;

    /// <summary>The dataset as an array whose values are read on demand. Shape, type and size are checked now.</summary>
    /// <param name="storedName">The name of the array; null for that of the dataset.</param>
    public StoredArray ToStored(string? storedName = null) => source.Guard($"the array '{path}' is damaged", () =>
    {
        var dimensions = Hdf5Dataspace.Read(Require(Hdf5MessageType.Dataspace)) ?? [0];
        var count = Hdf5Dataspace.Count(dimensions);
        if (count > int.MaxValue || dimensions.Length > 32)
            throw Unusual();
        var type = Hdf5Type.Read(Require(Hdf5MessageType.Datatype));
        var stored = ToStored(type);
        if (count == 0) return StoredArray.Empty(storedName ?? name, stored, () => throw Unusual());
        RequireStorable((long)count * type.Size);
        var shape = new Shape([.. dimensions.Select(dimension => (int)dimension)]);
        return ContiguousAt(shape.Count * (long)type.Size) is { } address && !type.IsBigEndian
            ? new StoredArray(storedName ?? name, shape, stored, (offset, bytes) => ReadContiguous(address + offset, bytes))
            : new StoredArray(storedName ?? name, shape, stored, () => ReadBytes(dimensions, type));

        ModelFormatException Unusual() =>
            source.Error($"the array '{path}' has the shape ({string.Join(", ", dimensions)}); expected 1 to {int.MaxValue} elements.");
    });

    /// <summary>The address of values that are contiguous, as Keras writes them; null if they are not, or are damaged.</summary>
    private long? ContiguousAt(long length)
    {
        var layout = new Hdf5Cursor(Require(Hdf5MessageType.Layout));
        if (layout.Byte() is not (3 or 4) || layout.Byte() != Contiguous) return null;
        var (address, stored) = (layout.Int64(), layout.Int64());
        return address >= 0 && stored == length ? address : null;
    }

    // A lambda cannot capture a span, so the exception is passed to Guard.
    private void ReadContiguous(long address, Span<byte> bytes)
    {
        try
        {
            source.Read(address, bytes);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            source.Guard<bool>($"the array '{path}' cannot be read", () => throw error);
        }
    }

    private byte[] Require(Hdf5MessageType type) => header.Find(type) ?? throw source.Error($"the array '{path}' has no {type}.");

    private StoredType ToStored(Hdf5Type type)
    {
        var isBFloat16 = type.Size == 2 && (type is { Class: Hdf5TypeClass.Float, ExponentBits: 8 }
            || (type.Class == Hdf5TypeClass.Opaque && Hdf5Attribute.Find(source, header, "dtype") is { IsText: true, Count: 1 } said
                && said.ReadTexts()[0] == "bfloat16"));
        return (type.Class, type.Size) switch
        {
            (_, 2) when isBFloat16 => StoredType.BFloat16,
            (Hdf5TypeClass.Float, 2) when type.ExponentBits == 5 => StoredType.Float16,
            (Hdf5TypeClass.Float, 4) when type.ExponentBits == 8 => StoredType.Float32,
            (Hdf5TypeClass.Float, 8) when type.ExponentBits == 11 => StoredType.Float64,
            (Hdf5TypeClass.Enumeration, 1) => StoredType.Bool,
            (Hdf5TypeClass.Integer, 1) => type.IsSigned ? StoredType.Int8 : StoredType.UInt8,
            (Hdf5TypeClass.Integer, 2) => type.IsSigned ? StoredType.Int16 : StoredType.UInt16,
            (Hdf5TypeClass.Integer, 4) => type.IsSigned ? StoredType.Int32 : StoredType.UInt32,
            (Hdf5TypeClass.Integer, 8) => type.IsSigned ? StoredType.Int64 : StoredType.UInt64,
            _ => throw source.Error(
                $"the array '{path}' holds elements of {type.Size} bytes of the HDF5 class {type.Class}; expected integers or floats of 1 to 8 bytes."),
        };
    }

    /// <summary>Requires a size that the file can hold. A compressed array can be larger than its file by the factor 1032 of DEFLATE.</summary>
    private void RequireStorable(long length)
    {
        var layout = Require(Hdf5MessageType.Layout);
        var chunked = layout.Length > 1 && layout[1] == Chunked;
        var limit = Math.Min(Array.MaxLength, chunked ? source.Length * 1032.0 : source.Length);
        if (length > limit)
            throw source.Error($"the array '{path}' claims {length} bytes; a file of {source.Length} bytes can hold at most {limit:0}.");
        if (header.Find(Hdf5MessageType.ExternalFiles) is not null)
            throw source.Error($"the array '{path}' keeps its values in other files, which Fovea does not open.");
    }

    private byte[] ReadBytes(long[] dimensions, Hdf5Type type) => source.Guard($"the array '{path}' cannot be read", () =>
    {
        var length = (long)Hdf5Dataspace.Count(dimensions) * type.Size;
        var layout = new Hdf5Cursor(Require(Hdf5MessageType.Layout));
        var version = layout.Version("a layout", 3, 4);
        var kind = layout.Byte();
        var bytes = kind switch
        {
            Compact => layout.Bytes(layout.UInt16()).ToArray(),
            Contiguous => ReadContiguous(layout, length),
            Chunked => Hdf5Chunks.Read(source, version, layout, header.Find(Hdf5MessageType.Filters), dimensions, type.Size, length),
            _ => throw new InvalidDataException("it is virtual, assembled from other arrays, which is not supported"),
        };
        if (bytes.Length != length) throw new InvalidDataException($"it has {bytes.Length} bytes, not {length}");
        if (type.IsBigEndian) Reverse(bytes, type.Size);
        return bytes;
    });

    private byte[] ReadContiguous(Hdf5Cursor layout, long length)
    {
        var (address, stored) = (layout.Int64(), layout.Int64());
        if (address == -1) throw new InvalidDataException("its values were never written");
        if (stored != length) throw new InvalidDataException($"it has {stored} bytes, not {length}");
        return source.Bytes(address, length);
    }

    private static void Reverse(byte[] bytes, int size)
    {
        for (var i = 0; i < bytes.Length; i += size) bytes.AsSpan(i, size).Reverse();
    }
}
