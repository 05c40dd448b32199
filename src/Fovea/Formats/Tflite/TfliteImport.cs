using System.Globalization;
using Fovea.Formats.Onnx;

namespace Fovea.Formats.Tflite;

/// <summary>
/// Converts the graph of a TFLite file to a model of Fovea's layers; both have the channels last. Operators are visited in the order in which they run, without
/// those that no output needs. An operator that depends on constants alone is computed (<see cref="TfliteFolding"/>). Quantized networks become networks of
/// 32-bit floats: constants are dequantized, and values between layers are neither rounded nor clipped, except where the range of a value replaces an
/// activation.
/// </summary>
internal sealed partial class TfliteImport
{
    private const float Unbounded = float.PositiveInfinity;
    private const int ArgMax = 56;
    private readonly TfliteReader reader;
    private readonly TfliteModel file;
    private readonly LoadReport report;
    private readonly Dictionary<int, OnnxConstant> constants = [];
    private readonly Dictionary<int, SymbolicTensor> values = [];
    private readonly Dictionary<int, (float Min, float Max)> bounds = [];
    private readonly Dictionary<StoredArray, TfliteTensor> sources = [];
    private readonly HashSet<StoredArray> used = [];
    private readonly LayerNames layerNames = new();
    private readonly string[] commonModules;
    private readonly IReadOnlyList<int> outputs;
    private bool isOpen;

    public TfliteImport(TfliteReader reader, LoadReport report)
    {
        this.reader = reader;
        this.report = report;
        file = reader.Model;
        outputs = [.. file.Outputs.Select(ScoresOf).Distinct()];
        commonModules = CommonModules(
            [.. file.Operators.SelectMany(op => op.Outputs).Select(output => file.Tensors[output].Name)
            .Where(name => name.Contains('/', StringComparison.Ordinal))]);
    }

    public Model Run()
    {
        if (outputs.Count == 0) throw Refused("the graph has no output");
        var inputs = file.Inputs.Where(input => file.Tensors[input].Data is null).Select(CreateInput).ToList();
        if (inputs.Count == 0) throw Refused("the graph has no input");
        var needed = Needed();
        foreach (var (op, _) in file.Operators.Zip(needed).Where(pair => pair.Second)) Run(op);
        var results = outputs.Select(OutputOf).ToList();
        if (needed.Count(isNeeded => !isNeeded) is var others and > 0) report.Note($"{others} operators that no output needs are left out.");
        foreach (var tensor in outputs.Select(output => file.Tensors[output]))
            if (tensor.Range is not null)
                report.Note($"the output '{tensor.Name}' is {TfliteNumbers.NameOf(tensor.Type)} in the file, {tensor.Quantization}, and float32 here, neither "
                    + "rounded nor clipped.");
        return new Model(inputs, results, LayerNames.Sanitize(file.Name) is { Length: > 0 } name && name != "main" ? name : null);
    }

    /// <summary>The scores whose ARG_MAX is an output, instead of the output; any other output unchanged.</summary>
    private int ScoresOf(int output)
    {
        var argMax = file.Operators.FirstOrDefault(op => op.Code == ArgMax && op.Outputs is [var index] && index == output);
        if (argMax is not { Inputs: [>= 0 and var scores, ..] }) return output;
        report.Note($"the output '{file.Tensors[output].Name}' is the ARG_MAX of '{file.Tensors[scores].Name}' in the file; here it is the scores themselves.");
        return scores;
    }

    private SymbolicTensor OutputOf(int output)
    {
        if (values.TryGetValue(output, out var tensor)) return Unblocked(output, tensor);
        throw Refused(file.Tensors[output].Data is null
            ? $"nothing computes the output '{file.Tensors[output].Name}'"
            : $"the output '{file.Tensors[output].Name}' is a constant");
    }

    /// <summary>The operators that the outputs depend on. Each value must be written by one operator, before it is read.</summary>
    private bool[] Needed()
    {
        var written = new HashSet<int>(file.Inputs);
        foreach (var output in file.Operators.SelectMany(op => op.Outputs))
            if (!written.Add(output)) throw Refused($"two operators write '{file.Tensors[output].Name}'");
        var wanted = new HashSet<int>(outputs);
        var needed = new bool[file.Operators.Count];
        for (var i = needed.Length - 1; i >= 0; i--)
        {
            needed[i] = Array.Exists(file.Operators[i].Outputs, wanted.Contains);
            if (needed[i]) wanted.UnionWith(file.Operators[i].Inputs.Where(input => input >= 0));
        }

        return needed;
    }

    private SymbolicTensor CreateInput(int index)
    {
        var tensor = file.Tensors[index];
        if (tensor.Trouble is { } trouble) throw Refused($"the input '{tensor.Name}' {trouble}, which is not supported");
        if (tensor.Type is not (TfliteType.Float32 or TfliteType.Float16 or TfliteType.UInt8 or TfliteType.Int8 or TfliteType.Int16 or TfliteType.Int32
            or TfliteType.Int64)) throw Refused($"the input '{tensor.Name}' holds {TfliteNumbers.NameOf(tensor.Type)}; expected numbers");
        if (tensor.Shape.Length < 2)
            throw Refused($"the input '{tensor.Name}' has the shape {Print(tensor.Signature)}; expected a batch and the dimensions of a sample");
        if (tensor.Shape[0] > 1 && tensor.Signature[0] > 1)
            report.Note($"the file fixes the size of the batch to {tensor.Shape[0]}; here any size is possible.");
        int?[] sizes = [.. tensor.Signature.Skip(1).Select(size => size < 0 ? null : (int?)size)];
        var sample = OpenSizes.Close(report, tensor.Name, sizes, isOnly: file.Inputs.Count == 1);
        if (tensor.Signature.Any(size => size < -1)) throw Refused($"the input '{tensor.Name}' has the shape {Print(tensor.Signature)}");
        isOpen |= tensor.Signature.Skip(1).Any(size => size < 0);
        var layer = new Input(sample.Dimensions) { Name = layerNames.Unique(LayerNames.Sanitize(tensor.Name)) };
        if (tensor is { Quantization: { } quantization, Range: { } range })
        {
            report.Note(string.Create(
                CultureInfo.InvariantCulture,
                $"the input '{tensor.Name}' is {TfliteNumbers.NameOf(tensor.Type)} in the file and float32 here, {quantization}, from {range.Min} "
                + $"to {range.Max}."));
            bounds[index] = range;
        }

        return values[index] = layer.Output;
    }

    private void Run(TfliteOperator op)
    {
        var name = TfliteOperators.NameOf(op);
        var node = new TfliteNode(name, op.Inputs, op.Outputs, new TfliteOptions(op.Options));
        try
        {
            if (op.Custom is not null) throw Refused(node, "is a custom operator, which is not supported");
            if (op.HasOtherOptions || op.Mutates) throw Refused(node, "is not supported");
            if (op.OptionsType != 0 && TfliteOperators.OptionsTypeOf(name) is var own and > 0 && op.OptionsType != own)
                throw Refused(node, $"has options of an unexpected type, number {op.OptionsType}");
            if (op.Inputs.Length > 0 && Array.TrueForAll(op.Inputs, input => !values.ContainsKey(input))) Fold(node);
            else Import(node);
            if (Array.FindIndex(op.Outputs, output => !values.ContainsKey(output) && !constants.ContainsKey(output)) is var missing and >= 0)
                throw Refused(node, $"has the output '{file.Tensors[op.Outputs[missing]].Name}', which is not supported");
            if (node.Options.Unread is { } field) throw Refused(node, $"has the option {field}, which is not known");
            foreach (var output in op.Outputs) RequireShape(node, output);
        }
#pragma warning disable CA1031 // Any exception that a damaged setting causes becomes an error about its operator.
        catch (Exception error) when (error is not (ModelFormatException or IOException or OperationCanceledException))
#pragma warning restore CA1031
        {
            throw Refused(node, $"cannot be read: {error.Message.TrimEnd('.')}");
        }
    }

    private void Import(TfliteNode node)
    {
        if (node.Name is not ("CONV_2D" or "DEPTHWISE_CONV_2D" or "BATCH_TO_SPACE_ND" or "RELU" or "RELU6" or "QUANTIZE" or "DEQUANTIZE")
            && Array.Exists(node.Inputs, blocks.ContainsKey))
            throw Refused(node, "is within a dilated convolution, which is not supported");
        switch (node.Name)
        {
            case "CONV_2D": Convolution(node); break;
            case "DEPTHWISE_CONV_2D": DepthwiseConvolution(node); break;
            case "TRANSPOSE_CONV": TransposedConvolution(node); break;
            case "FULLY_CONNECTED": FullyConnected(node); break;
            case "BATCH_MATMUL": MatrixProduct(node); break;
            case "SPACE_TO_BATCH_ND": SpaceToBatch(node); break;
            case "BATCH_TO_SPACE_ND": BatchToSpace(node); break;
            case "AVERAGE_POOL_2D" or "MAX_POOL_2D" or "L2_POOL_2D": Pooled(node); break;
            case "MEAN" or "SUM" or "REDUCE_MAX" or "REDUCE_MIN": Reduced(node); break;
            case "ADD" or "SUB" or "MUL" or "DIV" or "MAXIMUM" or "MINIMUM" or "SQUARED_DIFFERENCE" or "POW": Arithmetic(node); break;
            case "SQUARE": Give(node, Squared(node, TensorOf(node)), 0); break;
            case "ABS": Give(node, Add(new Maximum(), node, TensorOf(node), Apply(new Rescaling(-1), TensorOf(node))), 0); break;
            case "ADD_N" when node.Inputs.Length == 1: Give(node, TensorOf(node)); break;
            case "ADD_N": Give(node, Add(new Add(), node, [.. node.Inputs.Select((_, i) => TensorOf(node, i))])); break;
            case "LOCAL_RESPONSE_NORMALIZATION": NormalizedLocally(node); break;
            case "MIRROR_PAD": Mirrored(node); break;
            case "REVERSE_V2": Reversed(node); break;
            case "PRELU": ParametricRelu(node); break;
            case "SOFTMAX" or "LOG_SOFTMAX": SoftmaxOf(node); break;
            case "L2_NORMALIZATION": Normalized(node); break;
            case "RESHAPE": Reshaped(node); break;
            case "SQUEEZE": Squeezed(node); break;
            case "EXPAND_DIMS": Expanded(node); break;
            case "TRANSPOSE": Transposed(node); break;
            case "CONCATENATION": Joined(node); break;
            case "PACK": Packed(node); break;
            case "UNPACK": Unpacked(node); break;
            case "SPLIT" or "SPLIT_V": SplitUp(node); break;
            case "SLICE": Sliced(node); break;
            case "STRIDED_SLICE": StridedSlice(node); break;
            case "GATHER": Gathered(node); break;
            case "TILE" or "BROADCAST_TO": Repeated(node); break;
            case "PAD" or "PADV2": Padded(node); break;
            case "RESIZE_BILINEAR" or "RESIZE_NEAREST_NEIGHBOR": Resized(node); break;
            case "DEPTH_TO_SPACE" or "SPACE_TO_DEPTH": DepthAndSpaceMoved(node); break;
            case "SHAPE":
                node.Options.Ignore(0);
                constants[node.Outputs[0]] = OnnxConstant.Of([TensorOf(node).Shape.Rank + 1], DimensionsOf(TensorOf(node)), file.Tensors[node.Outputs[0]].Name);
                break;
            case "QUANTIZE" or "DEQUANTIZE" or "CAST":
                if (node.Name == "CAST")
                {
                    node.Options.Ignore(0, 1);
                    if (!TfliteNumbers.IsReal(file.Tensors[node.Outputs[0]]) && TfliteNumbers.IsReal(file.Tensors[node.Inputs[0]]))
                        throw Refused(node, "casts floats to integers, which is not supported");
                }

                if (blocks.TryGetValue(node.Inputs[0], out var block)) blocks[node.Outputs[0]] = block;
                Pass(node, TensorOf(node));
                break;
            default: Activated(node); break;
        }
    }

    /// <summary>A tensor as a constant: one computed from constants, or stored in the file; null for a value of the network.</summary>
    private OnnxConstant? Known(int index)
    {
        if (index < 0 || values.ContainsKey(index)) return null;
        if (constants.TryGetValue(index, out var constant)) return constant;
        constant = TfliteNumbers.Constant(file.Tensors[index], reader.Source);
        if (constant.Stored is { } stored) sources[stored] = file.Tensors[index];
        return constants[index] = constant;
    }

    private void Fold(TfliteNode node)
    {
        var inputs = node.Inputs.Select(Known).ToList();
        var results = TfliteFolding.Run(node, inputs)
            ?? throw Refused(node, "has only constant inputs, for which the operator is not supported");
        foreach (var (output, result) in node.Outputs.Zip(results)) constants[output] = result;
    }

    /// <summary>Throws if the shape of a value differs from the one in the file.</summary>
    private void RequireShape(TfliteNode node, int output)
    {
        var tensor = file.Tensors[output];
        if (!values.TryGetValue(output, out var value) || blocks.ContainsKey(output) || tensor.Signature.Length == 0 || isOpen) return;
        var shape = value.Shape.Dimensions;
        var fits = tensor.Signature.Length == shape.Length + 1;
        for (var axis = 0; fits && axis < shape.Length; axis++) fits = tensor.Signature[axis + 1] < 0 || tensor.Signature[axis + 1] == shape[axis];
        if (!fits) throw Refused(node, $"gives {SymbolicTensor.Print(value.Shape)}; the file has {Print(tensor.Signature)}");
    }

    private ModelFormatException Refused(string sentence) => ModelFormatException.About(report.FilePath, $"{sentence}.");

    private ModelFormatException Refused(TfliteNode node, string sentence) =>
        Refused($"the operator {node.Name}{(node.Outputs.Length > 0 ? $" of '{file.Tensors[node.Outputs[0]].Name}'" : "")} {sentence}");

    private static string Print(IEnumerable<int> sizes) => $"({string.Join(", ", sizes.Select((size, i) => i == 0 || size < 0 ? "None" : $"{size}"))})";

    private static string Print(IEnumerable<long> sizes) => $"({string.Join(", ", sizes.Select(size => size == OnnxConstant.Batch ? "None" : $"{size}"))})";

    private SymbolicTensor TensorOf(TfliteNode node, int input = 0)
    {
        if (!node.Has(input)) throw Refused(node, $"lacks its input {input}");
        return values.GetValueOrDefault(node.Inputs[input])
            ?? throw Refused(node, $"takes the constant '{file.Tensors[node.Inputs[input]].Name}' where a value of the network is expected");
    }

    private SymbolicTensor Image(TfliteNode node, int input = 0)
    {
        var x = TensorOf(node, input);
        return x.Shape.Rank == 3 ? x : throw Refused(node, $"has an input of the shape {SymbolicTensor.Print(x.Shape)}; expected a batch of images");
    }

    private OnnxConstant Constant(TfliteNode node, int input)
    {
        if (!node.Has(input)) throw Refused(node, $"lacks its input {input}");
        return Known(node.Inputs[input]) ?? throw Refused(node, $"computes '{file.Tensors[node.Inputs[input]].Name}', which is expected to be a constant");
    }

    /// <summary>The integers of a constant: sizes, axes, indices.</summary>
    private long[] Whole(TfliteNode node, int input)
    {
        var constant = Constant(node, input);
        if (constant.IsFloat) throw Refused(node, $"has the floats '{constant.Source}' where integers are expected");
        return constant.Integers;
    }

    /// <summary>The axis of a value as a non-negative index, where 0 is the batch. The batch itself is refused.</summary>
    private int Axis(TfliteNode node, SymbolicTensor x, long given)
    {
        var axis = given < 0 ? given + x.Shape.Rank + 1 : given;
        if (axis < 0 || axis > x.Shape.Rank) throw Refused(node, $"has the dimension {given} for {SymbolicTensor.Print(x.Shape)}");
        return axis > 0 ? (int)axis : throw Refused(node, "works along the batch, which is not supported");
    }

    private static long[] DimensionsOf(SymbolicTensor x) => [OnnxConstant.Batch, .. x.Shape.Dimensions.ToArray().Select(size => (long)size)];
}
