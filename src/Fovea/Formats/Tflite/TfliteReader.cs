using Fovea.Formats.FlatBuffers;

namespace Fovea.Formats.Tflite;

/// <summary>Reads the structure of a TFLite file. The values of its tensors stay in the file until they are needed.</summary>
/// <remarks>TensorFlow, tensorflow/compiler/mlir/lite/schema/schema.fbs, version 3c.</remarks>
internal sealed class TfliteReader
{
    /// <summary>The identifier at the fifth byte of every file.</summary>
    public static ReadOnlySpan<byte> Identifier => "TFL3"u8;

    private const int Version = 3;
    private const int LastOfFirstCodes = 127;
    private const int Custom = 32;
    private readonly FlatBufferSource source;

    private TfliteReader(FlatBufferSource source) => this.source = source;

    /// <summary>The content of the file.</summary>
    public TfliteModel Model { get; private set; } = new([], [], [], []);

    /// <summary>The bytes of the file.</summary>
    public FlatBufferSource Source => source;

    /// <exception cref="ModelFormatException">It is damaged, or not a TFLite file of version 3.</exception>
    public static TfliteReader Open(ModelSource file)
    {
        var reader = new TfliteReader(new FlatBufferSource(file));
        try
        {
            reader.Model = reader.Read();
            return reader;
        }
        catch (Exception error) when (error is InvalidDataException or OverflowException or ShapeException)
        {
            throw ModelFormatException.About(file.Name, $"the file is damaged: {error.Message.TrimEnd('.')}.", error);
        }
    }

    private TfliteModel Read()
    {
        var start = new byte[Math.Min(8, source.Length)];
        source.Read(0, start);
        if (start.Length < 8 || !start.AsSpan(4).SequenceEqual(Identifier)) throw Refused("expected a TFLite file, which has TFL3 at its fifth byte");
        var root = FlatTable.RootOf(source);
        if (root.UInt(0) != Version) throw Refused($"the file is of version {root.UInt(0)} of TFLite's schema; expected 3");
        List<(int Code, string? Custom)> codes = [.. root.Tables(1).Select(CodeOf)];
        List<FlatTable> graphs = [.. root.Tables(2)];
        List<(long, long)> buffers = [.. root.Tables(4).Select(BufferOf)];
        if (graphs.Count == 0) throw Refused("the file has no graph");
        var graph = graphs[0];
        List<TfliteTensor> tensors = [.. graph.Tables(0).Select(tensor => TensorOf(tensor, buffers))];
        List<TfliteOperator> operators = [.. graph.Tables(3).Select(table => OperatorOf(table, codes, tensors.Count))];
        int[] inputs = graph.Ints(1), outputs = graph.Ints(2);
        RequireTensors(inputs, tensors.Count, min: 0);
        RequireTensors(outputs, tensors.Count, min: 0);
        return new TfliteModel(tensors, operators, inputs, outputs)
        {
            Name = graph.Text(4),
            Description = root.Text(3),
            Metadata = MetadataOf(root, buffers),
        };
    }

    private static Dictionary<string, (long, long)> MetadataOf(FlatTable root, List<(long Position, long Length)> buffers)
    {
        var metadata = new Dictionary<string, (long, long)>();
        foreach (var entry in root.Tables(6))
        {
            if (entry.UInt(1) is var buffer && buffer < buffers.Count) metadata[entry.Text(0)] = buffers[(int)buffer];
        }

        return metadata;
    }

    // Codes above 127 have a separate field; the first field then has 127.
    private static (int, string?) CodeOf(FlatTable table)
    {
        var code = Math.Max((int)(sbyte)table.Byte(0), table.Int(3));
        if (table.Byte(0) > LastOfFirstCodes || code < 0) throw new InvalidDataException($"an operator has the code {table.Byte(0)}");
        return (code, code == Custom ? table.Text(1) : null);
    }

    private (long, long) BufferOf(FlatTable table)
    {
        var (position, count) = table.Vector(0, 1);
        var (far, size) = (table.ULong(1), table.ULong(2));
        if (far <= 1) return (position, count);
        if (count > 0 || far > long.MaxValue || size > long.MaxValue) throw new InvalidDataException("a buffer is both inside and outside of the FlatBuffer");
        source.RequireWithin((long)far, (long)size);
        return ((long)far, (long)size);
    }

    private static TfliteTensor TensorOf(FlatTable table, List<(long Position, long Length)> buffers)
    {
        var (name, type, shape, signature) = (table.Text(3), (TfliteType)table.Byte(1), table.Ints(0), table.Ints(7));
        if (shape.Length > 8 || Array.Exists(shape, size => size < 0))
            throw new InvalidDataException($"the tensor '{name}' has the shape ({string.Join(", ", shape)})");
        if (signature.Length != shape.Length) signature = shape;
        var buffer = table.UInt(2);
        if (buffer >= buffers.Count && buffer != 0) throw new InvalidDataException($"the tensor '{name}' has its values in buffer {buffer} of {buffers.Count}");
        var data = buffer == 0 ? default : buffers[(int)buffer];

        // Tensors of floats can have a quantization, which is then meaningless.
        var isQuantized = type is TfliteType.UInt8 or TfliteType.Int8 or TfliteType.Int16 or TfliteType.Int32 or TfliteType.Int64 or TfliteType.Int4
            or TfliteType.UInt16;
        var (quantization, trouble) = isQuantized ? QuantizationOf(table.Table(4), shape) : default;
        if (table.Byte(5) != 0) trouble = "is a variable, which keeps its value between runs";
        if (table.Has(6)) trouble ??= "is stored as a sparse tensor";
        if (table.Vector(9, sizeof(uint)).Count > 0) trouble ??= "holds tensors";
        return new TfliteTensor(name, type, shape, signature, quantization) { Data = data.Length > 0 ? data : null, Trouble = trouble };
    }

    private static (TfliteQuantization? Quantization, string? Trouble) QuantizationOf(FlatTable? given, int[] shape)
    {
        if (given is not { } table) return default;
        if (table.Byte(4) != 0 || table.Has(5)) return (null, "has a custom quantization");
        var (scales, zeros, axis) = (table.Floats(2), table.Longs(3), table.Int(6));
        if (scales.Length == 0) return default;
        if (Array.Exists(scales, scale => !float.IsFinite(scale) || scale < 0)) return (null, $"is quantized with a scale that is not finite or below zero");
        if (zeros.Length == 0) zeros = [0];
        if (zeros.Length == 1 && scales.Length > 1) zeros = [.. Enumerable.Repeat(zeros[0], scales.Length)];
        if (zeros.Length != scales.Length || Array.Exists(zeros, zero => zero is < int.MinValue or > int.MaxValue))
            return (null, $"is quantized with {scales.Length} scales and {zeros.Length} zeros");
        if (scales.Length == 1) return (new TfliteQuantization(scales, zeros, 0), null);

        // A vector has a single dimension. The biases of depthwise convolutions state the dimension of their kernels instead.
        if (shape.Length == 1) axis = 0;
        return axis >= 0 && axis < shape.Length && shape[axis] == scales.Length
            ? (new TfliteQuantization(scales, zeros, axis), null)
            : (null, $"is quantized with {scales.Length} scales for dimension {axis} of ({string.Join(", ", shape)})");
    }

    private static TfliteOperator OperatorOf(FlatTable table, List<(int Code, string? Custom)> codes, int tensors)
    {
        var index = table.UInt(0);
        if (index >= codes.Count) throw new InvalidDataException($"an operator has the code index {index} of {codes.Count}");
        int[] inputs = table.Ints(1), outputs = table.Ints(2);
        RequireTensors(inputs, tensors, min: -1);
        RequireTensors(outputs, tensors, min: 0);
        var (code, custom) = codes[(int)index];
        return new TfliteOperator(code, custom, inputs, outputs, table.Byte(3), table.Table(4))
        {
            HasOtherOptions = table.Byte(11) != 0,
            Mutates = table.Bytes(7).Contains((byte)1),
        };
    }

    private static void RequireTensors(int[] indices, int count, int min)
    {
        foreach (var index in indices)
            if (index < min || index >= count) throw new InvalidDataException($"it names tensor {index} of {count}");
    }

    private ModelFormatException Refused(string sentence) => ModelFormatException.About(source.FilePath, $"{sentence}.");
}
