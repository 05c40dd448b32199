using System.Text.RegularExpressions;
using Fovea.Formats.Onnx;

namespace Fovea.Formats.Tflite;

/// <content>The layers that operators become, their names and their weights.</content>
internal sealed partial class TfliteImport
{
    /// <summary>Adds a layer, named after the output of its operator.</summary>
    private SymbolicTensor Add(Layer layer, TfliteNode node, params ReadOnlySpan<SymbolicTensor> inputs)
    {
        if (!layer.IsNamed && NameOf(file.Tensors[node.Outputs[0]].Name) is { Length: > 0 } name) layer.Name = layerNames.Unique(name);
        return layer.Call(inputs);
    }

    /// <summary>Adds a layer without a name, for a step of a conversion.</summary>
    private static SymbolicTensor Apply(Layer layer, SymbolicTensor input) => layer.Call(input);

    /// <summary>Records the output of an operator.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="value">The output.</param>
    /// <param name="min">A lower bound of its elements.</param>
    /// <param name="max">An upper bound of its elements.</param>
    private void Give(TfliteNode node, SymbolicTensor value, float min = -Unbounded, float max = Unbounded)
    {
        var output = node.Outputs[0];
        if (file.Tensors[output].Trouble is { } trouble) throw Refused(node, $"gives a tensor that {trouble}, which is not supported");
        bounds[output] = (min, max);
        values[output] = value;
    }

    /// <summary>
    /// Records the output of an operator that can have an activation. If it has none and its quantized range begins at zero, the converter has removed an
    /// activation as redundant. It is restored: a relu up to the largest quantized value.
    /// </summary>
    /// <param name="node">The operator.</param>
    /// <param name="value">The output, with the activation applied.</param>
    /// <param name="activation">The activation; null for none.</param>
    /// <param name="min">A lower bound of the elements before the activation.</param>
    private void GiveActivated(TfliteNode node, SymbolicTensor value, FusedActivation? activation, float min = -Unbounded)
    {
        if (activation is null && min < 0 && file.Tensors[node.Outputs[0]].Range is { Min: 0, Max: var max })
            (value, activation) = (Clipped(value, 0, max), new FusedActivation(Activation.Relu, 0, max));
        Give(node, value, activation?.Min ?? min, activation?.Max ?? Unbounded);
    }

    /// <summary>As <c>Give</c>, for an operator that only moves elements of its inputs.</summary>
    private void Pass(TfliteNode node, SymbolicTensor value)
    {
        var given = node.Inputs.Where(input => input >= 0 && values.ContainsKey(input))
            .Select(input => bounds.GetValueOrDefault(input, (-Unbounded, Unbounded))).ToList();
        Give(node, value, given.Min(pair => pair.Item1), given.Max(pair => pair.Item2));
    }

    private void Fill(Layer layer, string weight, OnnxConstant source, IReadOnlyList<int> order, string? note = null)
    {
        var target = layer.Weights.First(candidate => candidate.Name == weight);
        if (source.Count != target.Shape.Count)
            throw new InvalidDataException($"'{source.Source}' has {source.Count} values; the {weight} has the shape {target.Shape}");
        target.Fill(values => source.WriteTo(values, order));
        if (source.Stored is not { } stored || !used.Add(stored)) return;
        var name = layer.IsNamed ? layer.Name : layer.ClassName;
        report.Loaded(source.Source, stored.Shape, StoredAs(stored), $"{name}/{target.Name}", target.Shape, NoteOf(stored, note));
    }

    private void Uses(OnnxConstant constant)
    {
        if (constant.Stored is { } stored && used.Add(stored))
            report.Loaded(constant.Source, stored.Shape, StoredAs(stored), "a setting of a layer", stored.Shape, NoteOf(stored, null));
    }

    private string StoredAs(StoredArray stored) => sources.TryGetValue(stored, out var tensor)
        ? TfliteNumbers.NameOf(tensor.Type)
        : WeightFilling.NameOf(stored.Type);

    private string? NoteOf(StoredArray stored, string? note)
    {
        var dequantized = sources.GetValueOrDefault(stored) switch
        {
            { Quantization: { } quantization } => $"{quantization}",
            { Type: not TfliteType.Float32 } => $"{StoredAs(stored)} to float32",
            _ => null,
        };
        return note is null ? dequantized : dequantized is null ? note : $"{dequantized}, {note}";
    }

    /// <summary>The modules that the names of all values begin with, such as <c>MobilenetV1</c>, which names of layers omit.</summary>
    private static string[] CommonModules(string[] names)
    {
        if (names.Length < 2) return [];
        var common = names[0].Split('/')[..^1];
        foreach (var name in names)
        {
            var modules = name.Split(';')[0].Split('/');
            var shared = 0;
            while (shared < common.Length && shared < modules.Length - 1 && modules[shared] == common[shared]) shared++;
            common = common[..shared];
        }

        return common;
    }

    private string NameOf(string tensor)
    {
        var modules = tensor.Split(';')[0].Split('/');
        if (modules.Length > commonModules.Length && modules.AsSpan(0, commonModules.Length).SequenceEqual(commonModules))
            modules = modules[commonModules.Length..];
        while (modules.Length > 1 && OperatorWord().IsMatch(modules[^1])) modules = modules[..^1];
        var name = LayerNames.Sanitize(string.Join('_', modules));
        return name.Length <= 80 ? name : name[^80..].TrimStart('_');
    }

    [GeneratedRegex(
        "^(Relu6?|BiasAdd|BiasAdd_add_fold|Conv2D|Conv2D_Fold|depthwise|separable_conv2d|DepthwiseConv2dNative|FusedBatchNorm(V3)?|MatMul|add(_fold)?|"
        + "Add(V2)?|mul(_fold)?|Mul|Softmax|AvgPool|MaxPool|Mean|batchnorm|[A-Za-z]+_[0-9]*FakeQuant.*|FakeQuant.*)$")]
    private static partial Regex OperatorWord();
}
