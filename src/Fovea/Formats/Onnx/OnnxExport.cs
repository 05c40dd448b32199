using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Formats.Onnx;

/// <summary>
/// Converts a model to an ONNX graph. It converts the graph of ops for predictions and not the layers, so that every layer can be written, custom ones
/// included, and augmentation is left out. Values that depend on weights alone are computed and written as constants.
/// </summary>
/// <remarks>
/// Images have their channels last at the inputs and outputs of the model, as in Keras, and first in between, as in ONNX, so that a convnet has one transpose
/// at its beginning. Features flattened from an image keep ONNX's order, and the rows of the next matrix are permuted. ONNX, "Operator Schemas", version 17,
/// the first with LayerNormalization, which ONNX Runtime reads since 1.12.
/// </remarks>
internal sealed partial class OnnxExport
{
    /// <summary>The producer name of files by Fovea, whose images have the channels last.</summary>
    public const string Producer = "Fovea";

    private const int Opset = 17;
    private const int IrVersion = 8;
    private static readonly int[] ChannelsFirst = [0, 3, 1, 2];

    private readonly List<OnnxNode> nodes = [];
    private readonly Dictionary<string, StoredArray> constants = [];
    private readonly Dictionary<Node, ExportedValue> values = [];
    private readonly Dictionary<Node, Shape> shapesOfTwo = [];
    private Dictionary<Node, List<Node>> users = [];
    private readonly Dictionary<Node, string> names = [];
    private readonly Dictionary<Variable, string> variableNames = [];
    private readonly Dictionary<Node, float[]> computed = [];
    private readonly Dictionary<(string, string), string> permuted = [];
    private readonly Dictionary<(Node, string), string> written = [];
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly HashSet<Node> results = [];

    /// <exception cref="NotSupportedException">ONNX has no counterpart for a part of the model; the message names the layer.</exception>
    public static OnnxModel Run(Model model) => new OnnxExport().Export(model);

    private OnnxModel Export(Model model)
    {
        if (model.Topology.IsOpen)
            throw new NotSupportedException(
                $"{model.Name}: an ONNX file is written for one size of images; the model takes any, {string.Join(" and ", model.Inputs)}. Fix it: "
                + "model.WithInput(224, 224, 3).Save(path), or --input-shape 224,224,3.");
        var (one, two) = (new ModelGraph(model, 1), new ModelGraph(model, 2));
        Name(model, one);
        var graph = new Graph(one.Outputs);
        foreach (var (left, right) in graph.Nodes.Zip(new Graph(two.Outputs).Nodes)) shapesOfTwo[left] = right.Shape;
        users = graph.FindUsers();
        results.UnionWith(one.Outputs);
        ComputeConstants(graph);
        var inputs = new List<OnnxValue>();
        foreach (var (layer, node) in model.Topology.Inputs.Zip(one.Inputs))
        {
            var name = Unique(layer.Layer.Name);
            values[node] = new ExportedValue(name, false, 0);
            inputs.Add(new OnnxValue(name, OnnxSchema.DataType.Float, [null, .. node.Shape.Dimensions[1..].ToArray().Select(size => (long?)size)]));
        }

        foreach (var node in graph.Nodes)
        {
            if (!computed.ContainsKey(node) && !values.ContainsKey(node)) values[node] = Emit(node);
        }

        var outputs = new List<OnnxValue>();
        foreach (var (symbolic, node) in model.Topology.Outputs.Zip(one.Outputs))
        {
            var from = computed.ContainsKey(node)
                ? throw new NotSupportedException($"{model.Name}: the output of {symbolic.Layer.Subject} does not depend on the input.")
                : Plain(node);
            var name = Unique(symbolic.Layer.Name, "output");
            nodes.Add(new OnnxNode("Identity", [from], [name]) { Name = name });
            outputs.Add(new OnnxValue(name, OnnxSchema.DataType.Float, [null, .. node.Shape.Dimensions[1..].ToArray().Select(size => (long?)size)]));
        }

        var metadata = new Dictionary<string, string>();
        if (model.ClassNames.Count > 0) metadata[OnnxFormat.ClassNamesKey] = new JsonArray([.. model.ClassNames.Select(name => (JsonNode)name)]).ToJsonString();
        if (model.ImageInput is { } images) metadata[OnnxFormat.ImageInputKey] = ImageInputJson.Write(images).ToJsonString();
        if (model.Outputs.Count == 1) metadata[OnnxFormat.OutputKindKey] = ImageInputJson.Write(model.OutputKind).ToJsonString();
        if (model.Temperature is { } temperature) metadata[OnnxFormat.TemperatureKey] = JsonValue.Create(temperature).ToJsonString();
        if (model.LabelThresholds.Count > 0) metadata[OnnxFormat.LabelThresholdsKey] = ImageInputJson.Write(model.LabelThresholds).ToJsonString();
        if (model.ValueNames.Count > 0) metadata[OnnxFormat.ValueNamesKey] = new JsonArray([.. model.ValueNames.Select(name => (JsonNode)name)]).ToJsonString();
        return new OnnxModel(new OnnxGraph(model.Name, nodes, inputs, outputs, constants))
        {
            IrVersion = IrVersion,
            ProducerName = Producer,
            ProducerVersion = typeof(Model).Assembly.GetName().Version!.ToString(3),
            Opsets = new Dictionary<string, long> { [""] = Opset },
            Metadata = metadata,
        };
    }

    /// <summary>Names values after the layers that compute them, and weights after the layers that have them.</summary>
    private void Name(Model model, ModelGraph graph)
    {
        foreach (var value in graph.Layers)
        {
            names.TryAdd(value.Node, value.Path);
            foreach (var weight in value.Layer.Weights) variableNames.TryAdd(weight.Variable, $"{value.Path}/{weight.Name}");
        }

        foreach (var leaf in model.Leaves)
        {
            foreach (var weight in leaf.Weights) variableNames.TryAdd(weight.Variable, $"{leaf.Name}/{weight.Name}");
        }
    }

    /// <summary>Computes the values that depend on weights alone.</summary>
    private void ComputeConstants(Graph graph)
    {
        var constant = graph.FindIndependentOfInputs();

        // Only those that other nodes read are computed; the rest are intermediate values.
        var needed = constant.Where(node => node.Op is not (VariableOp or ConstantOp)
            && (results.Contains(node) || users[node].Exists(user => !constant.Contains(user)))).ToList();
        if (needed.Count > 0)
        {
            var plan = Plan.Compile(new Graph(needed));
            plan.Run();
            foreach (var (i, node) in needed.Index()) computed[node] = plan.Output(i).ToArray();
        }

        foreach (var node in constant) computed.TryAdd(node, node.Op is ConstantOp scalar ? [scalar.Value] : []);
    }

    private float[] Numbers(Node node) => node.Op is VariableOp variable ? variable.Variable.Values.ToArray() : computed[node];

    private string Unique(string name, string suffix = "")
    {
        var unique = name;
        if (suffix.Length > 0 && taken.Contains(unique)) unique = $"{name}_{suffix}";
        for (var i = 1; !taken.Add(unique); i++) unique = $"{name}_{i}";
        return unique;
    }

    private string NameOf(Node node) => Unique(names.GetValueOrDefault(node) ?? $"{Near(node)}{node.Op.Name}");

    /// <summary>The layer that a node probably belongs to: that of the next value with a name.</summary>
    private string Near(Node node)
    {
        for (var i = 0; i < 32 && users.GetValueOrDefault(node) is [var user, ..]; i++, node = user)
        {
            if (names.TryGetValue(user, out var path)) return $"{path}/";
        }

        return "";
    }

    private NotSupportedException Refused(Node node, string what) =>
        new($"{(Near(node) is { Length: > 0 } layer ? $"the layer '{layer[..^1]}'" : "the model")} {what}, which cannot be written as ONNX.");

    private string Constant(string name, Shape shape, Func<float[]> numbers)
    {
        var unique = Unique(name);
        constants[unique] = new StoredArray(unique, shape, StoredType.Float32, () => StoredArray.From(unique, shape, numbers()).ReadBytes());
        return unique;
    }

    private string Constant(string name, params long[] values)
    {
        var unique = Unique(name);
        constants[unique] = values.Length == 0
            ? StoredArray.Empty(unique, StoredType.Int64)
            : new StoredArray(unique, new Shape(values.Length), StoredType.Int64, () =>
        {
            var bytes = new byte[values.Length * sizeof(long)];
            for (var i = 0; i < values.Length; i++) System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), values[i]);
            return bytes;
        });
        return unique;
    }

    /// <summary>A weight, or a value computed from weights, with its dimensions permuted.</summary>
    private string Weight(Node node, IReadOnlyList<int>? order = null, Shape? shape = null)
    {
        var key = (node, $"{string.Join(",", order ?? [])}:{shape}");
        if (written.TryGetValue(key, out var made)) return made;
        var from = node.Shape;
        var to = shape ?? (order is null ? from : new Shape([.. order.Select(axis => from[axis])]));
        return written[key] = Constant(
            NameOfConstant(node), to, () => order is null
            ? Numbers(node)
            : OnnxConstant.Transpose(Numbers(node), [.. from.Dimensions.ToArray().Select(size => (long)size)], order));
    }

    private string Add(string type, string name, IReadOnlyList<string> inputs, params (string Name, OnnxAttribute Value)[] attributes)
    {
        nodes.Add(new OnnxNode(type, inputs, [name]) { Name = name, Attributes = attributes.ToDictionary(entry => entry.Name, entry => entry.Value) });
        return name;
    }

    private static OnnxAttribute Integers(params long[] values) => new() { Integers = values };

    private static OnnxAttribute Integer(long value) => new() { Integer = value };

    /// <summary>A value with its dimensions in Fovea's order.</summary>
    private string Plain(Node node)
    {
        var value = values[node];
        if (value.IsChannelsFirst) return Permuted(value.Name, "last", [0, 2, 3, 1]);
        if (value.FlattenedChannels == 0) return value.Name;
        var key = (value.Name, "unflattened");
        if (permuted.TryGetValue(key, out var made)) return made;
        long channels = value.FlattenedChannels, pixels = node.Shape[^1] / channels;
        var image = Add("Reshape", Unique($"{value.Name}_channels"), [value.Name, Constant($"{value.Name}_channels_shape", 0, channels, pixels)]);
        var last = Add("Transpose", Unique($"{value.Name}_channels_last"), [image], ("perm", Integers(0, 2, 1)));
        return permuted[key] = Add("Reshape", Unique($"{value.Name}_features"), [last, Constant($"{value.Name}_features_shape", 0, channels * pixels)]);
    }

    /// <summary>An image with its channels first.</summary>
    private string First(Node node) => values[node] is { IsChannelsFirst: true } value ? value.Name : Permuted(Plain(node), "first", [0, 3, 1, 2]);

    private string Permuted(string name, string how, long[] order)
    {
        if (permuted.TryGetValue((name, how), out var made)) return made;
        return permuted[(name, how)] = Add("Transpose", Unique($"{name}_channels_{how}"), [name], ("perm", Integers(order)));
    }

    private bool IsConstant(Node node) => computed.ContainsKey(node);

    /// <summary>The bias of a value: a constant vector that its only user adds.</summary>
    private (Node Vector, Node Sum)? BiasOf(Node node)
    {
        if (results.Contains(node) || users.GetValueOrDefault(node) is not [{ Op: AddOp } sum]) return null;
        var other = sum.Inputs[0] == node ? sum.Inputs[1] : sum.Inputs[0];
        return IsConstant(other) && other.Shape.Rank == 1 && other.Shape[0] == node.Shape[^1] && sum.Shape == node.Shape ? (other, sum) : null;
    }
}

/// <summary>A value that has been written.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsChannelsFirst">Whether it is an image with its channels first.</param>
/// <param name="FlattenedChannels">For features flattened from such an image, the number of its channels; otherwise 0.</param>
internal sealed record ExportedValue(string Name, bool IsChannelsFirst, int FlattenedChannels);
