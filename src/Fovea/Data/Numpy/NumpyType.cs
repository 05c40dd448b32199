using System.Buffers.Binary;

namespace Fovea;

/// <summary>The type of the elements of an .npy file, such as <c>&lt;f4</c>: the byte order, the kind and the size in bytes.</summary>
internal readonly record struct NumpyType(bool IsBigEndian, char Kind, int Size)
{
    /// <summary>The floats of this machine, which need no conversion.</summary>
    public bool IsNativeFloat => (Kind, Size) == ('f', 4) && IsBigEndian != BitConverter.IsLittleEndian;

    /// <summary>Reads a type of numbers, such as <c>&lt;f4</c> or <c>|u1</c>.</summary>
    /// <returns>Null for text, dates, complex numbers, objects, structures and floats of other sizes.</returns>
    public static NumpyType? Parse(string text)
    {
        if (text.Length != 3 || text[0] is not ('<' or '>' or '|' or '=')) return null;
        var type = new NumpyType(text[0] == '>' || (text[0] == '=' && !BitConverter.IsLittleEndian), text[1], text[2] - '0');
        return type is ('b', 1) or ('i' or 'u', 1 or 2 or 4 or 8) or ('f', 2 or 4 or 8) ? type : null;
    }

    /// <summary>The kind and the size, without the byte order.</summary>
    public void Deconstruct(out char kind, out int size) => (kind, size) = (Kind, Size);

    /// <summary>Converts elements to float32.</summary>
    /// <param name="bytes">The elements.</param>
    /// <param name="values">Receives as many values.</param>
    /// <returns>The first value that float32 cannot represent: an integer that would be rounded, or a finite number that would be infinite; else
    /// null.</returns>
    public string? Convert(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var element = bytes.Slice(i * Size, Size);
            if (Kind == 'f')
            {
                var number = Float(element);
                values[i] = (float)number;
                if (double.IsFinite(number) && !float.IsFinite(values[i])) return FormattableString.Invariant($"{number}");
            }
            else
            {
                var number = Integer(element);
                values[i] = (float)number;
                if ((Int128)values[i] != number) return FormattableString.Invariant($"{number}");
            }
        }

        return null;
    }

    private double Float(ReadOnlySpan<byte> bytes) => (Size, IsBigEndian) switch
    {
        (2, false) => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        (2, true) => (double)BinaryPrimitives.ReadHalfBigEndian(bytes),
        (4, false) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (4, true) => BinaryPrimitives.ReadSingleBigEndian(bytes),
        (_, false) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (_, true) => BinaryPrimitives.ReadDoubleBigEndian(bytes),
    };

    private Int128 Integer(ReadOnlySpan<byte> bytes)
    {
        Span<byte> wide = stackalloc byte[8];
        var isNegative = Kind == 'i' && (bytes[IsBigEndian ? 0 : ^1] & 0x80) != 0;
        wide.Fill(isNegative ? (byte)0xFF : (byte)0);
        if (IsBigEndian) bytes.CopyTo(wide[(8 - Size)..]);
        else bytes.CopyTo(wide);
        if (Kind == 'b') return wide[0] != 0 ? 1 : 0;
        var number = IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(wide) : BinaryPrimitives.ReadInt64LittleEndian(wide);
        return Kind == 'i' ? number : (Int128)unchecked((ulong)number);
    }
}
