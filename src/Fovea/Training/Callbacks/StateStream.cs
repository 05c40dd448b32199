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
}
