namespace Fovea.Formats.Hdf5;

/// <summary>The class of an HDF5 datatype.</summary>
internal enum Hdf5TypeClass
{
    /// <summary>Integers.</summary>
    Integer = 0,

    /// <summary>Floating-point numbers.</summary>
    Float = 1,

    /// <summary>Texts of a fixed length.</summary>
    Text = 3,

    /// <summary>Bytes that HDF5 does not interpret.</summary>
    Opaque = 5,

    /// <summary>Named integers, which h5py uses for bool.</summary>
    Enumeration = 8,

    /// <summary>Texts or lists of any length.</summary>
    Variable = 9,
}

/// <summary>The type of the elements of a dataset or an attribute.</summary>
/// <param name="Class">The class.</param>
/// <param name="Size">The size of an element in bytes.</param>
/// <param name="IsSigned">Whether an integer is signed.</param>
/// <param name="IsBigEndian">Whether the most significant byte comes first.</param>
/// <param name="IsText">Whether elements are texts.</param>
/// <param name="ExponentBits">The width of the exponent of a floating-point number.</param>
internal sealed record Hdf5Type(Hdf5TypeClass Class, int Size, bool IsSigned, bool IsBigEndian, bool IsText, int ExponentBits)
{
    /// <summary>Reads a datatype message.</summary>
    public static Hdf5Type Read(ReadOnlySpan<byte> message)
    {
        var cursor = new Hdf5Cursor(message);
        var type = (Hdf5TypeClass)(cursor.Byte() & 15);
        var flags = cursor.Byte();
        cursor.Skip(2);
        var size = cursor.Length(4);
        if (size == 0) throw new InvalidDataException("a type has no size");
        var exponentBits = 0;
        if (type == Hdf5TypeClass.Float)
        {
            cursor.Skip(5);
            exponentBits = cursor.Byte();
        }

        // An enumeration has the byte order of its base type, which does not matter for the one-byte type of bool.
        var variableText = type == Hdf5TypeClass.Variable && (flags & 15) == 1;
        return new Hdf5Type(type, size, (flags & 8) != 0, type is Hdf5TypeClass.Integer or Hdf5TypeClass.Float && (flags & 1) != 0,
            type == Hdf5TypeClass.Text || variableText, exponentBits);
    }
}

/// <summary>The dimensions of a dataset or an attribute.</summary>
internal static class Hdf5Dataspace
{
    /// <summary>Reads a dataspace message: no dimensions for a scalar, null for a space without elements.</summary>
    public static long[]? Read(ReadOnlySpan<byte> message)
    {
        var cursor = new Hdf5Cursor(message);
        var version = cursor.Version("a dataspace", 1, 2);
        var rank = cursor.Byte();
        cursor.Skip(1);
        var isNull = version == 2 && cursor.Byte() == 2;
        if (version == 1) cursor.Skip(5);
        if (isNull) return null;
        var dimensions = new long[rank];
        for (var i = 0; i < rank; i++) dimensions[i] = cursor.Int64();
        return dimensions.Any(dimension => dimension < 0) ? throw new InvalidDataException("a dimension is negative") : dimensions;
    }

    /// <summary>The number of elements, as a double, since a damaged file can have any number.</summary>
    public static double Count(long[]? dimensions) => dimensions is null ? 0 : dimensions.Aggregate(1.0, (count, dimension) => count * dimension);
}
