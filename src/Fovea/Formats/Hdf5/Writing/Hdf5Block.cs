using System.Buffers.Binary;
using System.Text;

namespace Fovea.Formats.Hdf5.Writing;

/// <summary>Writes little-endian fields in sequence: a structure of an HDF5 file, or all structures.</summary>
internal sealed class Hdf5Block
{
    /// <summary>The undefined address.</summary>
    public const long Undefined = -1;

    private const int Alignment = 8;
    private byte[] bytes = new byte[256];

    /// <summary>The number of bytes, which is the offset of the next field.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written so far.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, Length);

    /// <summary>Adds bytes.</summary>
    public void Add(params ReadOnlySpan<byte> values) => values.CopyTo(Extend(values.Length));

    /// <summary>Adds an integer of two bytes.</summary>
    public void AddUInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Extend(sizeof(ushort)), checked((ushort)value));

    /// <summary>Adds an integer of four bytes.</summary>
    public void AddUInt32(long value) => BinaryPrimitives.WriteUInt32LittleEndian(Extend(sizeof(uint)), checked((uint)value));

    /// <summary>Adds an address or a length, of eight bytes.</summary>
    public void AddInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Extend(sizeof(long)), value);

    /// <summary>Adds the letters of a signature.</summary>
    public void AddSignature(string signature) => Encoding.Latin1.GetBytes(signature, Extend(signature.Length));

    /// <summary>Adds zeros.</summary>
    public void AddZeros(int count) => Extend(count).Clear();

    /// <summary>Adds zeros up to the next multiple of eight.</summary>
    public void Align() => AddZeros(-Length & (Alignment - 1));

    /// <summary>Replaces the address or length at an offset.</summary>
    public void SetInt64(int position, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(position, sizeof(long)), value);

    /// <summary>Replaces bytes at an offset.</summary>
    public void Overwrite(int position, ReadOnlySpan<byte> values) => values.CopyTo(bytes.AsSpan(position, Length - position));

    private Span<byte> Extend(int count)
    {
        if (count > bytes.Length - Length) Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * bytes.Length, (long)Length + count)));
        Length += count;
        return bytes.AsSpan(Length - count, count);
    }
}
