using Fovea.Engine;
using PureHDF;
using PureHDF.VOL.Native;

namespace Fovea.Formats.Hdf5;

/// <summary>A dataset of an HDF5 file.</summary>
internal sealed class Hdf5Array(Hdf5Reader reader, NativeDataset dataset, string name, string path)
{
    /// <summary>The last part of the path.</summary>
    public string Name => name;

    /// <summary>The dataset as an array whose numbers are read on demand. Shape, type and size are checked now.</summary>
    /// <param name="storedName">The name to give it, or null for its own.</param>
    public StoredArray ToStored(string? storedName = null)
    {
        var (shape, type) = reader.Read($"the array '{path}' cannot be read", () => (ReadShape(), ReadType()));
        var length = (long)shape.Count * StoredArray.SizeOf(type);
        return new StoredArray(storedName ?? name, shape, type, () => reader.ReadBytes(dataset, path, length));
    }

    private Shape ReadShape()
    {
        if (dataset.Layout.Class == H5DataLayoutClass.VirtualStorage)
            throw reader.Error($"the array '{path}' is virtual, made of other files, and those are not opened.");
        if (dataset.Space.Type == H5DataspaceType.Null) throw reader.Error($"the array '{path}' is empty; expected numbers.");
        var dimensions = dataset.Space.Type == H5DataspaceType.Scalar ? [] : dataset.Space.Dimensions;
        var count = 1.0;
        foreach (var dimension in dimensions) count *= dimension;
        if (count < 1 || count > int.MaxValue)
            throw reader.Error($"the array '{path}' has the shape ({string.Join(", ", dimensions)}); expected 1 to {int.MaxValue} numbers.");
        return new Shape([.. dimensions.Select(dimension => (int)dimension)]);
    }

    private StoredType ReadType()
    {
        var type = dataset.Type;
        var brain = type.Size == 2 && type.Class is H5DataTypeClass.Opaque or H5DataTypeClass.FloatingPoint
            && Hdf5Group.ReadText(reader, dataset, path, "dtype") == "bfloat16";
        return (type.Class, type.Size) switch
        {
            (H5DataTypeClass.Opaque or H5DataTypeClass.FloatingPoint, 2) when brain => StoredType.BFloat16,
            (H5DataTypeClass.FloatingPoint, 2) => StoredType.Float16,
            (H5DataTypeClass.FloatingPoint, 4) => StoredType.Float32,
            (H5DataTypeClass.FloatingPoint, 8) => StoredType.Float64,
            (H5DataTypeClass.Enumerated, 1) => StoredType.Bool,
            (H5DataTypeClass.FixedPoint, 1) => type.FixedPoint.IsSigned ? StoredType.Int8 : StoredType.UInt8,
            (H5DataTypeClass.FixedPoint, 2) => type.FixedPoint.IsSigned ? StoredType.Int16 : StoredType.UInt16,
            (H5DataTypeClass.FixedPoint, 4) => type.FixedPoint.IsSigned ? StoredType.Int32 : StoredType.UInt32,
            (H5DataTypeClass.FixedPoint, 8) => type.FixedPoint.IsSigned ? StoredType.Int64 : StoredType.UInt64,
            _ => throw reader.Error($"the array '{path}' holds {type.Class} of {type.Size} bytes; expected numbers of 1 to 8 bytes."),
        };
    }
}
