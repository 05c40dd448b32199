using System.Buffers.Binary;
using Fovea.Formats.FlatBuffers;
using Fovea.Formats.Onnx;

namespace Fovea.Formats.Tflite;

/// <summary>Reads the values of constant tensors: floats and quantized values as 32-bit floats, other integers as integers.</summary>
internal static class TfliteNumbers
{
    private const int PieceLength = 1 << 14;

    /// <summary>A tensor as a constant, whose floats are read on demand.</summary>
    /// <exception cref="InvalidDataException">The number of values does not match the shape, or the type is not supported.</exception>
    public static OnnxConstant Constant(TfliteTensor tensor, FlatBufferSource source)
    {
        if (tensor.Trouble is { } trouble) throw new InvalidDataException($"its input '{tensor.Name}' {trouble}, which is not supported");
        var count = tensor.Shape.Aggregate(1L, (product, size) => checked(product * size));
        if (count == 0 && tensor.Data is null) return OnnxConstant.Of([.. tensor.Shape.Select(size => (long)size)], Array.Empty<long>(), tensor.Name);
        if (tensor.Data is not { } data) throw new InvalidDataException($"nothing computes '{tensor.Name}'");
        var bytes = BytesOf(tensor.Type, count) ?? throw new InvalidDataException($"its input '{tensor.Name}' holds {tensor.Type}, which is not supported");
        if (data.Length != bytes)
            throw new InvalidDataException(
                $"its input '{tensor.Name}' ({string.Join(", ", tensor.Shape)}) {NameOf(tensor.Type)} has {data.Length} bytes; expected {bytes}");
        long[] dimensions = [.. tensor.Shape.Select(size => (long)size)];
        if (!IsReal(tensor)) return OnnxConstant.Of(dimensions, Integers(tensor.Type, source.Bytes(data.Position, bytes), (int)count), tensor.Name);
        return OnnxConstant.Of(new StoredArray(tensor.Name, new Shape(tensor.Shape), StoredType.Float32, (offset, target) =>
            Read(tensor, source, data.Position, offset / sizeof(float), target)));
    }

    /// <summary>Whether the values of a tensor are floats, or quantized floats.</summary>
    public static bool IsReal(TfliteTensor tensor) =>
        tensor.Quantization is not null || tensor.Type is TfliteType.Float32 or TfliteType.Float16 or TfliteType.BFloat16 or TfliteType.Float64;

    /// <summary>The name of a type in reports.</summary>
    public static string NameOf(TfliteType type) => type.ToString().ToLowerInvariant();

    private static long? BytesOf(TfliteType type, long count) => type switch
    {
        TfliteType.Int4 => (count + 1) / 2,
        TfliteType.UInt8 or TfliteType.Int8 or TfliteType.Bool => count,
        TfliteType.Float16 or TfliteType.BFloat16 or TfliteType.Int16 or TfliteType.UInt16 => 2 * count,
        TfliteType.Float32 or TfliteType.Int32 or TfliteType.UInt32 => 4 * count,
        TfliteType.Float64 or TfliteType.Int64 or TfliteType.UInt64 => 8 * count,
        _ => null,
    };

    private static long[] Integers(TfliteType type, byte[] bytes, int count)
    {
        var values = new long[count];
        for (var i = 0; i < count; i++) values[i] = Integer(type, bytes, i);
        return values;
    }

    private static long Integer(TfliteType type, ReadOnlySpan<byte> bytes, int i) => type switch
    {
        TfliteType.Int4 => (sbyte)(bytes[i / 2] << (i % 2 == 0 ? 4 : 0)) >> 4,
        TfliteType.UInt8 or TfliteType.Bool => bytes[i],
        TfliteType.Int8 => (sbyte)bytes[i],
        TfliteType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]),
        TfliteType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]),
        TfliteType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]),
        TfliteType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]),
        _ => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]),
    };

    private static double Real(TfliteType type, ReadOnlySpan<byte> bytes, int i) => type switch
    {
        TfliteType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
        TfliteType.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
        TfliteType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
        TfliteType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]),
        _ => Integer(type, bytes, i),
    };

    /// <summary>The values from index <paramref name="first"/> on, as little-endian floats.</summary>
    private static void Read(TfliteTensor tensor, FlatBufferSource source, long position, long first, Span<byte> target)
    {
        if (tensor is { Type: TfliteType.Float32, Quantization: null })
        {
            source.Read(position + (sizeof(float) * first), target);
            return;
        }

        var (quantization, count) = (tensor.Quantization, target.Length / sizeof(float));
        var run = quantization is null
            ? 1
            : tensor.Shape[(Math.Min(quantization.Axis, tensor.Shape.Length - 1) + 1)..].Aggregate(1L, (product, size) => product * size);
        var start = first - (first % 2);
        var piece = new byte[BytesOf(tensor.Type, Math.Min(PieceLength, count + 1))!.Value];
        for (var (done, at) = (0, start); done < count;)
        {
            var numbers = (int)Math.Min(PieceLength, first + count - at);
            var bytes = piece.AsSpan(0, (int)BytesOf(tensor.Type, numbers)!.Value);
            source.Read(position + BytesOf(tensor.Type, at)!.Value, bytes);
            for (var i = (int)Math.Max(0, first - at); i < numbers; i++)
            {
                var value = Real(tensor.Type, bytes, i);
                if (quantization is not null)
                {
                    var scale = quantization.Scales.Length == 1 ? 0 : (int)((at + i) / run % quantization.Scales.Length);
                    value = quantization.Scales[scale] * (value - quantization.Zeros[scale]);
                }

                BinaryPrimitives.WriteSingleLittleEndian(target[(sizeof(float) * done++)..], (float)value);
            }

            at += numbers;
        }
    }
}
