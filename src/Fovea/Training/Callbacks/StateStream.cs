using System.Runtime.InteropServices;

namespace Fovea;

/// <summary>Arrays of values in the binary states of callbacks and trainings, little-endian.</summary>
internal static class StateStream
{
    /// <summary>The number of values that are written at once, since a large array has more bytes than a span can have.</summary>
    private const int Piece = 1 << 20;

    public static void Write(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        writer.Write(values.Length);
        for (; values.Length > 0; values = values[Math.Min(values.Length, Piece)..])
            writer.Write(MemoryMarshal.AsBytes(values[..Math.Min(values.Length, Piece)]));
    }

    public static float[] ReadFloats(BinaryReader reader)
    {
        var values = new float[reader.ReadInt32()];
        for (var start = 0; start < values.Length; start += Piece)
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(Piece, values.Length - start))));
        return values;
    }

    /// <summary>Whether a file begins with a signature and ends with the CRC-32 of everything before.</summary>
    public static bool IsSound(FileStream file, ulong signature)
    {
        if (file.Length < sizeof(ulong) + sizeof(uint)) return false;
        using var reader = new BinaryReader(file, System.Text.Encoding.UTF8, leaveOpen: true);
        if (reader.ReadUInt64() != signature) return false;
        file.Position = 0;
        var checksum = ChecksumStream.Of(file, file.Length - sizeof(uint));
        return reader.ReadUInt32() == checksum;
    }
}
