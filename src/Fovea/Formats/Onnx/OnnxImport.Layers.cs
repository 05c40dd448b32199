namespace Fovea.Formats.Onnx;

/// <content>The inputs of nodes, the layers that nodes become, and their weights.</content>
internal sealed partial class OnnxImport
{
    /// <summary>Operators that move or select elements and compute none: a quantized value stays quantized.</summary>
    private static readonly HashSet<string> Moving =
    [
        "Identity", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "MaxPool", "GlobalMaxPool", "Slice", "Split", "Gather",
        "DepthToSpace", "SpaceToDepth",
    ];

    private static ConstantOperand Known(OnnxConstant constant) => new(constant);

    /// <summary>A value of the network. A quantized value is returned in the units of the file, except for operators that only move elements.</summary>
    private TensorOperand TensorOf(OnnxNodeReader node, int input = 0) =>
        Moving.Contains(node.OpType) ? StoredTensorOf(node, input) : InStoredUnits(StoredTensorOf(node, input));

    /// <summary>A value of the network in the form in which it is kept.</summary>
    private TensorOperand StoredTensorOf(OnnxNodeReader node, int input) =>
        values[node.Input(input) ?? throw Refused(node, $"lacks its input {input}")] as TensorOperand
            ?? throw Refused(node, $"takes the constant '{node.Inputs[input]}' where a value of the network is expected");

    private OnnxConstant? Constant(OnnxNodeReader node, int input)
    {
        if (node.Input(input) is not { } name) return null;
        return values[name] is ConstantOperand known
            ? known.Constant
            : throw Refused(node, $"takes the value '{name}' of the network as its input {input}, which is expected to be a constant");
    }

    private OnnxConstant RequireConstant(OnnxNodeReader node, int input) => Constant(node, input) ?? throw Refused(node, $"lacks its input {input}");

    /// <summary>A list that is an attribute in older versions of an operator, and an input since version <paramref name="sinceInput"/>.</summary>
    private long[]? IntegersOf(OnnxNodeReader node, string attribute, int input, int sinceInput) => opset < sinceInput
        ? node.Integers(attribute)
        : Constant(node, input)?.Integers;

    /// <summary>Adds a layer, named after its weight or after the node.</summary>
    private SymbolicTensor Add(Layer layer, OnnxNodeReader node, OnnxConstant? weight, params ReadOnlySpan<SymbolicTensor> inputs)
    {
        if (!layer.IsNamed && NameOf(node, weight) is { Length: > 0 } name) layer.Name = layerNames.Unique(name);
        return layer.Call(inputs);
    }

    /// <summary>Adds a layer without a name, for a step of a conversion.</summary>
    private static SymbolicTensor Apply(Layer layer, SymbolicTensor input) => layer.Call(input);

    private void Fill(Layer layer, string weight, OnnxConstant source, float[] values, string? note = null) =>
        Fill(layer, weight, source, values.Length, target => values.CopyTo(target), note);

    /// <summary>Fills a weight in place, so that large constants are not held twice.</summary>
    private void Fill(Layer layer, string weight, OnnxConstant source, Action<Span<float>> write, string? note) =>
        Fill(layer, weight, source, source.Count, write, note);

    private void Fill(Layer layer, string weight, OnnxConstant source, long count, Action<Span<float>> write, string? note)
    {
        var target = layer.Weights.First(candidate => candidate.Name == weight);
        if (count != target.Shape.Count)
            throw new InvalidDataException($"'{source.Source}' has {count} values; the {weight} has the shape {target.Shape}");
        target.Fill(write);
        if (source.Stored is not { } stored) return;
        used.Add(stored);
        var (from, to) = (stored.Name.Length > 0 ? stored.Name : source.Source, layer.IsNamed ? layer.Name : layer.ClassName);
        report.Loaded(from, stored.Shape, WeightFilling.NameOf(stored.Type), $"{to}/{target.Name}", target.Shape, note);
    }

    private void Uses(OnnxConstant? constant)
    {
        if (constant?.Stored is { } stored && used.Add(stored))
            report.Loaded(
                stored.Name.Length > 0 ? stored.Name : constant.Source, stored.Shape, WeightFilling.NameOf(stored.Type), "a setting of a layer", stored.Shape);
    }

    private static string NameOf(OnnxNodeReader node, OnnxConstant? weight)
    {
        var module = weight?.Stored?.Name ?? "";
        var cut = module.LastIndexOfAny(['.', '/']);
        var isOfModule = cut > 0 && module[(cut + 1)..] is "weight" or "kernel" or "bias" or "Conv2D" or "W" or "gamma";
        return LayerNames.Sanitize(isOfModule ? module[..cut] : node.Node.Name);
    }

    /// <summary>Permutes the dimensions to ONNX's order, for operators that require it.</summary>
    private static TensorOperand InOnnxOrder(TensorOperand x)
    {
        if (x.FlattenedChannels is var channels and > 0)
            return TensorOperand.Plain(
                Apply(new Flatten(), Apply(new Permute(2, 1), Apply(new Reshape(x.Tensor.Shape.Count / channels, channels), x.Tensor))));
        if (x.IsPlain) return x;
        if (x.Order[0] != 0) throw new InvalidDataException("the batch is not the first dimension");
        return TensorOperand.Plain(Apply(new Permute([.. x.Order.Skip(1)]), x.Tensor));
    }

    /// <summary>Moves the channels, ONNX's second dimension, last.</summary>
    private TensorOperand AsImage(OnnxNodeReader node, TensorOperand x)
    {
        if (x.IsImage) return x;
        if (x.Rank != 4) throw Refused(node, $"has an input of the shape {Print(x.Dimensions)}; expected a batch of images of 2 dimensions and channels");
        if (x.Order[0] != 0) throw Refused(node, "takes a value whose first dimension is not the batch");
        return TensorOperand.ImageOf(Apply(new Permute(x.Order[2], x.Order[3], x.Order[1]), x.Tensor));
    }
}
