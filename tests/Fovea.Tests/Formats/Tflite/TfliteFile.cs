using System.Globalization;
using System.Runtime.InteropServices;
using Google.FlatBuffers;

namespace Fovea.Tests.Formats.Tflite;

/// <summary>Writes TFLite files with Google's FlatBuffers, which Fovea's reader does not use.</summary>
internal sealed class TfliteFile
{
    private readonly List<(string Name, int Type, int[] Shape, int[]? Signature, byte[]? Data,
        (float[] Scales, long[] Zeros, int Axis)? Quantization)> tensors = [];
    private readonly List<(int Code, string? Custom, int[] Inputs, int[] Outputs, string Options)> operators = [];

    /// <summary>The identifier at the fifth byte.</summary>
    public string Identifier { get; init; } = "TFL3";

    /// <summary>The version of the schema.</summary>
    public uint Version { get; init; } = 3;

    /// <summary>Whether operators' codes have the newer field alone.</summary>
    public bool HasNewCodes { get; init; }

    /// <summary>The parts that metadata name.</summary>
    public IReadOnlyList<(string Name, byte[] Data)> Metadata { get; init; } = [];

    /// <summary>A small network with every kind of tensor and a good many settings.</summary>
    public static byte[] Example()
    {
        var (file, random) = (new TfliteFile { Metadata = [("TFLITE_METADATA", MetadataOf([127.5f], [127.5f], "labels.txt"))] }, new Random(3));
        var x = file.Tensor("x", 3, [1, 5, 5, 2], quantization: ([0.0078125f], [128], 0), signature: [-1, 5, 5, 2]);
        var kernel = file.Tensor("net/conv/kernel", 9, [3, 3, 3, 2], Bytes(54), ([0.01f, 0.02f, 0.03f], [0, 0, 0], 0));
        var bias = file.Tensor("net/conv/bias", 2, [3], Bytes(12), ([0.0001f, 0.0002f, 0.0003f], [0, 0, 0], 0));
        var convolved = file.Tensor("net/conv/Relu6", 3, [1, 5, 5, 3], quantization: ([6 / 255f], [0], 0));
        file.Operator(3, [x, kernel, bias], [convolved], "1 0b0 1i1 2i1 3b3 4i1 5i1");
        var (halves, wide) = (file.Tensor("net/depthwise/kernel", 1, [1, 3, 3, 3], new byte[54]), file.Tensor("net/depthwise/wide", 0, [1, 3, 3, 3]));
        file.Operator(6, [halves], [wide], "38");
        var deep = file.Tensor("net/depthwise/out", 0, [1, 3, 3, 3]);
        file.Operator(4, [convolved, wide, -1], [deep], "2 0b0 1i2 2i2 3i1");
        var (mean, joined) = (file.Tensor("net/mean", 0, [1, 3]), file.Tensor("net/joined", 0, [1, 30]));
        file.Operator(40, [deep, file.Whole("axes", 1, 2)], [mean], "27 0b0");
        var flat = file.Tensor("net/flat", 0, [1, 27]);
        file.Operator(22, [deep, file.Whole("shape", -1, 27)], [flat], "17 0l-1,27");
        file.Operator(2, [flat, mean], [joined], "10 0i-1 1b0");
        var scores = file.Tensor("net/dense", 0, [1, 4]);
        file.Operator(
            9, [joined, file.Floats("net/dense/kernel", [4, 30], new float[120]), file.Floats("net/dense/bias", [4], [1, 2, 3, 4])], [scores], "8 0b1 2b0");
        var y = file.Tensor("net/softmax", 0, [1, 4]);
        file.Operator(25, [scores], [y], "9 0f1");
        return file.Build([x], [y]);

        byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    /// <summary>TFLite Metadata: how images become the numbers of the only input, and which file has the names of the classes of the only output.</summary>
    public static byte[] MetadataOf(float[] mean, float[] deviation, string labels)
    {
        var builder = new FlatBufferBuilder(256);
        var (means, deviations) = (Floats(builder, mean), Floats(builder, deviation));
        builder.StartTable(2);
        Add(builder, 0, means);
        Add(builder, 1, deviations);
        var normalization = builder.EndTable();
        builder.StartTable(2);
        builder.AddByte(0, 1, 0);
        Add(builder, 1, normalization);
        var units = Vector(builder, [builder.EndTable()]);
        builder.StartTable(7);
        Add(builder, 4, units);
        var inputs = Vector(builder, [builder.EndTable()]);
        var name = builder.CreateString(labels);
        builder.StartTable(4);
        Add(builder, 0, name.Value);
        builder.AddByte(2, 2, 0);
        var files = Vector(builder, [builder.EndTable()]);
        builder.StartTable(7);
        Add(builder, 6, files);
        var outputs = Vector(builder, [builder.EndTable()]);
        builder.StartTable(5);
        Add(builder, 2, inputs);
        Add(builder, 3, outputs);
        var graphs = Vector(builder, [builder.EndTable()]);
        builder.StartTable(8);
        Add(builder, 3, graphs);
        builder.Finish(builder.EndTable(), "M001");
        return builder.SizedByteArray();
    }

    /// <summary>Adds a tensor and gives its number.</summary>
    public int Tensor(
        string name, int type, int[] shape, byte[]? data = null, (float[] Scales, long[] Zeros, int Axis)? quantization = null, int[]? signature = null)
    {
        tensors.Add((name, type, shape, signature, data, quantization));
        return tensors.Count - 1;
    }

    public int Floats(string name, int[] shape, float[] values) => Tensor(name, 0, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public int Whole(string name, params int[] values) => Tensor(name, 2, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>Adds an operator.</summary>
    /// <param name="code">Its number.</param>
    /// <param name="inputs">The tensors that it reads.</param>
    /// <param name="outputs">The tensors that it writes.</param>
    /// <param name="options">The number of its table of settings and the settings, as in <c>1 0b1 1i2</c>: field, kind (byte, int, float, list), value.</param>
    /// <param name="custom">The name of one that the schema does not know.</param>
    public void Operator(int code, int[] inputs, int[] outputs, string options = "", string? custom = null) =>
        operators.Add((code, custom, inputs, outputs, options));

    public byte[] Build(int[] inputs, int[] outputs)
    {
        var builder = new FlatBufferBuilder(1024);
        var codes = operators.Select(op => (op.Code, op.Custom)).Distinct().ToList();
        var buffers = new List<byte[]?> { null };
        buffers.AddRange(tensors.Select(tensor => tensor.Data));
        buffers.AddRange(Metadata.Select(entry => (byte[]?)entry.Data));
        var codeVector = Vector(builder, codes.Select(code => CodeOf(builder, code.Code, code.Custom)));
        var bufferVector = Vector(builder, buffers.Select(data => BufferOf(builder, data)));
        var tensorVector = Vector(builder, tensors.Select((tensor, i) => TensorOf(builder, tensor, i + 1)));
        var operatorVector = Vector(builder, operators.Select(op => OperatorOf(builder, op, codes.IndexOf((op.Code, op.Custom)))));
        var (inputVector, outputVector, name, description) =
            (Ints(builder, inputs), Ints(builder, outputs), builder.CreateString("graph"), builder.CreateString("made by a test"));
        builder.StartTable(5);
        Add(builder, 0, tensorVector);
        Add(builder, 1, inputVector);
        Add(builder, 2, outputVector);
        Add(builder, 3, operatorVector);
        Add(builder, 4, name.Value);
        var graphs = Vector(builder, [builder.EndTable()]);
        var metadata = Vector(builder, Metadata.Select((entry, i) => MetadataOf(builder, entry.Name, 1 + tensors.Count + i)));
        builder.StartTable(8);
        builder.AddUint(0, Version, 0);
        Add(builder, 1, codeVector);
        Add(builder, 2, graphs);
        Add(builder, 3, description.Value);
        Add(builder, 4, bufferVector);
        Add(builder, 6, metadata);
        builder.Finish(builder.EndTable(), Identifier);
        return builder.SizedByteArray();
    }

    private static int MetadataOf(FlatBufferBuilder builder, string name, int buffer)
    {
        var text = builder.CreateString(name);
        builder.StartTable(2);
        Add(builder, 0, text.Value);
        builder.AddUint(1, (uint)buffer, 0);
        return builder.EndTable();
    }

    private int CodeOf(FlatBufferBuilder builder, int code, string? custom)
    {
        var text = custom is null ? 0 : builder.CreateString(custom).Value;
        builder.StartTable(4);
        builder.AddSbyte(0, (sbyte)(HasNewCodes ? 0 : Math.Min(code, 127)), 0);
        if (text > 0) Add(builder, 1, text);
        if (HasNewCodes || code > 127) builder.AddInt(3, code, 0);
        return builder.EndTable();
    }

    private static int BufferOf(FlatBufferBuilder builder, byte[]? data)
    {
        var vector = 0;
        if (data is not null)
        {
            builder.StartVector(1, data.Length, 16);
            for (var i = data.Length - 1; i >= 0; i--) builder.AddByte(data[i]);
            vector = builder.EndVector().Value;
        }

        builder.StartTable(3);
        if (vector > 0) Add(builder, 0, vector);
        return builder.EndTable();
    }

    private static int TensorOf(
        FlatBufferBuilder builder,
        (string Name, int Type, int[] Shape, int[]? Signature, byte[]? Data, (float[] Scales, long[] Zeros, int Axis)? Quantization) tensor, int buffer)
    {
        var (shape, name, quantization) = (Ints(builder, tensor.Shape), builder.CreateString(tensor.Name), 0);
        var signature = tensor.Signature is null ? 0 : Ints(builder, tensor.Signature);
        if (tensor.Quantization is var (scales, zeros, axis))
        {
            builder.StartVector(4, scales.Length, 4);
            for (var i = scales.Length - 1; i >= 0; i--) builder.AddFloat(scales[i]);
            var scaleVector = builder.EndVector().Value;
            builder.StartVector(8, zeros.Length, 8);
            for (var i = zeros.Length - 1; i >= 0; i--) builder.AddLong(zeros[i]);
            var zeroVector = builder.EndVector().Value;
            builder.StartTable(7);
            Add(builder, 2, scaleVector);
            Add(builder, 3, zeroVector);
            builder.AddInt(6, axis, 0);
            quantization = builder.EndTable();
        }

        builder.StartTable(10);
        Add(builder, 0, shape);
        builder.AddSbyte(1, (sbyte)tensor.Type, 0);
        builder.AddUint(2, tensor.Data is null ? 0 : (uint)buffer, 0);
        Add(builder, 3, name.Value);
        if (quantization > 0) Add(builder, 4, quantization);
        if (signature > 0) Add(builder, 7, signature);
        return builder.EndTable();
    }

    private static int OperatorOf(FlatBufferBuilder builder, (int Code, string? Custom, int[] Inputs, int[] Outputs, string Options) op, int code)
    {
        var (inputs, outputs) = (Ints(builder, op.Inputs), Ints(builder, op.Outputs));
        var words = op.Options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var options = words.Length == 0 ? 0 : OptionsOf(builder, words[1..]);
        builder.StartTable(13);
        builder.AddUint(0, (uint)code, 0);
        Add(builder, 1, inputs);
        Add(builder, 2, outputs);
        if (options > 0)
        {
            builder.AddByte(3, byte.Parse(words[0], CultureInfo.InvariantCulture), 0);
            Add(builder, 4, options);
        }

        return builder.EndTable();
    }

    private static int OptionsOf(FlatBufferBuilder builder, string[] words)
    {
        var settings = words.Select(word =>
        {
            var place = word.IndexOfAny(['b', 'i', 'f', 'l']);
            return (Field: int.Parse(word[..place], CultureInfo.InvariantCulture), Kind: word[place], Text: word[(place + 1)..]);
        }).ToList();
        var lists = settings.Where(setting => setting.Kind == 'l')
            .ToDictionary(
            setting => setting.Field, setting => Ints(builder, [.. setting.Text.Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))]));
        builder.StartTable(settings.Count == 0 ? 1 : settings.Max(setting => setting.Field) + 1);
        foreach (var (field, kind, text) in settings)
        {
            if (kind == 'b') builder.AddByte(field, byte.Parse(text, CultureInfo.InvariantCulture), 255);
            if (kind == 'i') builder.AddInt(field, int.Parse(text, CultureInfo.InvariantCulture), int.MinValue);
            if (kind == 'f') builder.AddFloat(field, float.Parse(text, CultureInfo.InvariantCulture), float.MinValue);
            if (kind == 'l') Add(builder, field, lists[field]);
        }

        return builder.EndTable();
    }

    private static void Add(FlatBufferBuilder builder, int field, int offset) => builder.AddOffset(field, offset, 0);

    private static int Vector(FlatBufferBuilder builder, IEnumerable<int> tables)
    {
        var offsets = tables.ToArray();
        builder.StartVector(4, offsets.Length, 4);
        for (var i = offsets.Length - 1; i >= 0; i--) builder.AddOffset(offsets[i]);
        return builder.EndVector().Value;
    }

    private static int Floats(FlatBufferBuilder builder, float[] values)
    {
        builder.StartVector(4, values.Length, 4);
        for (var i = values.Length - 1; i >= 0; i--) builder.AddFloat(values[i]);
        return builder.EndVector().Value;
    }

    private static int Ints(FlatBufferBuilder builder, int[] values)
    {
        builder.StartVector(4, values.Length, 4);
        for (var i = values.Length - 1; i >= 0; i--) builder.AddInt(values[i]);
        return builder.EndVector().Value;
    }
}
