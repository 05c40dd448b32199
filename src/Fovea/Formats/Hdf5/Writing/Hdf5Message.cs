using System.Text;

namespace Fovea.Formats.Hdf5.Writing;

/// <summary>The messages of object headers in the form of HDF5 1.6, which every reader supports (HDF5 file format, IV.A.2).</summary>
internal static class Hdf5Message
{
    // A type begins with its class and version 1.
    private const byte Version1 = 0x10;
    private const byte NullPadded = 1;
    private const byte Utf8 = 0x10;

    /// <summary>The dimensions of an array; none for a scalar.</summary>
    public static byte[] Dataspace(params ReadOnlySpan<long> dimensions)
    {
        var block = new Hdf5Block();
        block.Add(1, (byte)dimensions.Length);
        block.AddZeros(6);
        foreach (var dimension in dimensions) block.AddInt64(dimension);
        return block.Bytes.ToArray();
    }

    /// <summary>The type of the elements of an array.</summary>
    /// <exception cref="NotSupportedException">HDF5 has no such type.</exception>
    public static byte[] Datatype(StoredType type, string array) => type switch
    {
        StoredType.Float16 => Float(2, 10, 5),
        StoredType.Float32 => Float(4, 23, 8),
        StoredType.Float64 => Float(8, 52, 11),
        StoredType.Int8 or StoredType.Int16 or StoredType.Int32 or StoredType.Int64 => Integer(StoredArray.SizeOf(type), isSigned: true),
        StoredType.UInt8 or StoredType.UInt16 or StoredType.UInt32 or StoredType.UInt64 => Integer(StoredArray.SizeOf(type), isSigned: false),
        _ => throw new NotSupportedException($"The array '{array}' holds {type}; integers and floats of 16, 32 and 64 bits are written."),
    };

    /// <summary>The type of texts of at most <paramref name="size"/> bytes.</summary>
    public static byte[] Texts(int size, bool isAscii)
    {
        var block = new Hdf5Block();
        block.Add(Version1 | (byte)Hdf5TypeClass.Text, (byte)(isAscii ? NullPadded : NullPadded | Utf8), 0, 0);
        block.AddUInt32(size);
        return block.Bytes.ToArray();
    }

    /// <summary>The type of a text of any length, in UTF-8, which is stored in the global heap.</summary>
    public static byte[] AnyText()
    {
        var block = new Hdf5Block();
        block.Add(Version1 | (byte)Hdf5TypeClass.Variable, 1, 1, 0);
        block.AddUInt32(16);
        block.Add(Integer(1, isSigned: false));
        return block.Bytes.ToArray();
    }

    /// <summary>An attribute: its name, type, shape and elements.</summary>
    public static byte[] Attribute(string name, byte[] type, byte[] space, ReadOnlySpan<byte> elements)
    {
        var block = new Hdf5Block();
        var text = Encoding.UTF8.GetBytes(name + '\0');
        block.Add(1, 0);
        block.AddUInt16(text.Length);
        block.AddUInt16(type.Length);
        block.AddUInt16(space.Length);
        foreach (var part in (byte[][])[text, type, space])
        {
            block.Add(part);
            block.Align();
        }

        block.Add(elements);
        return block.Bytes.ToArray();
    }

    /// <summary>Zero as the value of elements that were never written.</summary>
    public static byte[] FillValue() => [2, 2, 2, 1, 0, 0, 0, 0];

    /// <summary>The layout of contiguous values, with their address.</summary>
    public static byte[] Contiguous(long address, long length)
    {
        var block = new Hdf5Block();
        block.Add(3, 1);
        block.AddInt64(address);
        block.AddInt64(length);
        return block.Bytes.ToArray();
    }

    /// <summary>The addresses of the links of a group.</summary>
    public static byte[] SymbolTable(long tree, long names)
    {
        var block = new Hdf5Block();
        block.AddInt64(tree);
        block.AddInt64(names);
        return block.Bytes.ToArray();
    }

    private static byte[] Integer(int size, bool isSigned)
    {
        var block = new Hdf5Block();
        block.Add(Version1 | (byte)Hdf5TypeClass.Integer, (byte)(isSigned ? 8 : 0), 0, 0);
        block.AddUInt32(size);
        block.AddUInt16(0);
        block.AddUInt16(8 * size);
        return block.Bytes.ToArray();
    }

    /// <summary>An IEEE 754 float: sign, exponent, and mantissa without its leading one.</summary>
    private static byte[] Float(int size, byte mantissa, byte exponent)
    {
        const byte LeadingOneIsImplied = 0x20;
        var block = new Hdf5Block();
        block.Add(Version1 | (byte)Hdf5TypeClass.Float, LeadingOneIsImplied, (byte)((8 * size) - 1), 0);
        block.AddUInt32(size);
        block.AddUInt16(0);
        block.AddUInt16(8 * size);
        block.Add(mantissa, exponent, 0, mantissa);
        block.AddUInt32((1 << (exponent - 1)) - 1);
        return block.Bytes.ToArray();
    }
}
