using System.Text.RegularExpressions;

namespace Fovea.Formats.Onnx;

/// <summary>
/// Turns an ONNX graph into a model of Fovea's layers. Nodes are visited in the order in which the outputs need them; what depends on constants
/// alone is computed on the way (<see cref="OnnxFolding"/>), everything else becomes a layer, with its weights in Fovea's order.
/// </summary>
/// <remarks>ONNX, "Operator Schemas", versions 1 to 24.</remarks>
internal sealed partial class OnnxImport
{
    private const int OldestOpset = 1;
    private const int NewestOpset = 24;

    private readonly OnnxGraph graph;
    private readonly LoadReport report;
    private readonly long modelOpset;
    private readonly Dictionary<string, OnnxNode> producers = [];
    private readonly Dictionary<string, List<OnnxNode>> consumers = [];
    private readonly Dictionary<string, OnnxOperand> values = [];
    private readonly Dictionary<string, StoredArray> initializers;
    private readonly HashSet<string> layerNames = new(StringComparer.Ordinal);
    private readonly HashSet<StoredArray> used = [];
    private readonly HashSet<string> outputNames;
    private readonly bool isOwn;
    private long? declaredBatch;
    private long opset;

    public OnnxImport(OnnxModel file, LoadReport report)
    {
        graph = file.Graph;
        this.report = report;
        initializers = graph.Initializers.ToDictionary();
        isOwn = file.ProducerName == OnnxExport.Producer;
        modelOpset = file.Opsets.GetValueOrDefault("", 1);
        opset = modelOpset;
        if (opset is < OldestOpset or > NewestOpset)
            report.Note($"the operators are of version {opset}; those of {OldestOpset} to {NewestOpset} are known, others are read as the nearest of them.");
        outputNames = [.. graph.Outputs.Select(output => output.Name)];
        try
        {
            foreach (var node in OnnxInlining.Expand(file)) Enter(node);
        }
        catch (InvalidDataException error)
        {
            throw ModelFormatException.About(report.FilePath, $"it is no sound ONNX file: {error.Message}.", error);
        }
    }

    public Model Run()
    {
        var inputs = new List<SymbolicTensor>();
        foreach (var input in graph.Inputs.Where(input => !graph.Initializers.ContainsKey(input.Name)))
        {
            var operand = CreateInput(input);
            values[input.Name] = operand;
            inputs.Add(operand.Tensor);
        }

        if (inputs.Count == 0) throw ModelFormatException.About(report.FilePath, "the graph has no input.");
        if (graph.Outputs.Count == 0) throw ModelFormatException.About(report.FilePath, "the graph has no output.");
        var outputs = new List<SymbolicTensor>();
        foreach (var output in graph.Outputs)
        {
            Evaluate(output.Name);
            if (values[output.Name] is not FlowingOperand flowing)
                throw ModelFormatException.About(
                    report.FilePath, "the output "
                    + $"'{output.Name}' {(values[output.Name] is RowsOperand ? "has the batch not as its first dimension" : "is a constant")}.");
            if (flowing.Order[0] != 0)
                throw ModelFormatException.About(report.FilePath, $"the output '{output.Name}' has the batch not as its first dimension.");
            if (flowing.Quantized is not null) report.Note($"the output '{output.Name}' is in whole numbers there; here it is not rounded.");
            flowing = Materialized(flowing);
            if (isOwn || !flowing.IsImage) flowing = InOnnxOrder(flowing);
            if (!flowing.IsPlain)
                report.Note($"the output '{output.Name}' {Print(flowing.Dimensions)} is {SymbolicTensor.Print(flowing.Tensor.Shape)} here, the channels last.");
            outputs.Add(flowing.Tensor);
        }

        foreach (var (name, stored) in initializers)
        {
            if (!used.Contains(stored) && !values.ContainsKey(name))
                report.Ignored(name, stored.Shape, WeightFilling.NameOf(stored.Type), "no output depends on it");
        }

        var model = new Model(inputs, outputs, Sanitized(graph.Name) is { Length: > 0 } given ? given : null);
        return model;
    }

    private ModelFormatException Refused(OnnxNodeReader node, string sentence) =>
        ModelFormatException.About(
            report.FilePath, $"the node {(node.Node.Name.Length > 0 ? $"'{node.Node.Name}'" : $"of '{(node.Outputs.Count > 0 ? node.Outputs[0] : "")}'")} "
            + $"({node.OpType}) {sentence}.");

    private static string Print(IEnumerable<long> dimensions) =>
        $"({string.Join(", ", dimensions.Select(size => size == OnnxConstant.Batch ? "None" : $"{size}"))})";

    /// <summary>An input, its channels last.</summary>
    private FlowingOperand CreateInput(OnnxValue input)
    {
        if (input.Dimensions is not { Count: >= 2 } dimensions)
            throw ModelFormatException.About(
                report.FilePath, $"the input '{input.Name}' "
                + $"has {(input.Dimensions is null ? "no shape" : $"the shape ({string.Join(", ", input.Dimensions)})")}; expected a batch and the dimensions "
                + "of a sample.");
        var sample = dimensions.Skip(1).ToList();
        var isChannelsLast = dimensions.Count == 4 && (isOwn || HasChannelsLast(input.Name, dimensions));
        var kind = KindOf(input);
        if (sample.Exists(size => size > 1 << 20)) throw ModelFormatException.About(report.FilePath, $"the input '{input.Name}' is too large.");
        declaredBatch ??= dimensions[0];
        var isChannelsFirst = sample.Count == 3 && !isChannelsLast;
        int?[] known = [.. sample.Select(size => (int?)size)];
        var layer =
            new Input(
            OpenSizes.Close(
            report, input.Name, isChannelsFirst
            ? [known[1], known[2], known[0]]
            : known, isOnly: graph.Inputs.Count(other => !graph.Initializers.ContainsKey(other.Name)) == 1).Dimensions);
        int[] sizes = isChannelsFirst ? [layer.Shape[2], layer.Shape[0], layer.Shape[1]] : layer.Shape.Dimensions.ToArray();
        layer.Name = Unique(Sanitized(input.Name));
        if (isChannelsFirst)
            report.Note($"the input '{input.Name}' {Print([OnnxConstant.Batch, .. sizes])} is {SymbolicTensor.Print(layer.Shape)} here, the channels last.");
        var operand = isChannelsFirst ? FlowingOperand.ImageOf(layer.Output) : FlowingOperand.Plain(layer.Output);
        return operand with { IsWhole = kind != ElementKind.Float };
    }

    private ElementKind KindOf(OnnxValue input)
    {
        try
        {
            return input.ElementType == 0 ? ElementKind.Float : OnnxTypes.Kind(input.ElementType);
        }
        catch (InvalidDataException error)
        {
            throw ModelFormatException.About(report.FilePath, $"the input '{input.Name}': {error.Message}.", error);
        }
    }

    /// <summary>
    /// Whether an input has its channels last: the first thing that is done to it, arithmetic aside, puts its last dimension second, as converters from Keras
    /// do; or it is nothing
    /// that minds, such as flattening, and the sizes look like it.
    /// </summary>
    private bool HasChannelsLast(string name, IReadOnlyList<long?> dimensions)
    {
        for (var i = 0; i < 16; i++)
        {
            var users = consumers.GetValueOrDefault(name) ?? [];
            if (users.Exists(user => user.OpType == "Transpose" && user.Attributes.GetValueOrDefault("perm")?.Integers?.SequenceEqual([0L, 3, 1, 2]) == true))
                return true;
            if (users.Exists(
                user => user.OpType is "Conv" or "ConvTranspose" or "MaxPool" or "AveragePool" or "GlobalAveragePool" or "GlobalMaxPool" or "BatchNormalization"
                or "InstanceNormalization" or "Resize" or "Upsample" or "PRelu" or "QLinearConv" or "ConvInteger")) return false;
            if (users is not [{ OpType: "Add" or "Sub" or "Mul" or "Div" or "Cast" or "Identity" or "Clip" or "QuantizeLinear" or "DequantizeLinear" } only])
                break;
            name = only.Outputs[0];
        }

        return dimensions[3] is 1 or 3 or 4 && dimensions[1] is not (1 or 3 or 4);
    }

    /// <summary>Computes a value and everything that it needs.</summary>
    private void Evaluate(string wanted)
    {
        var path = new Stack<string>([wanted]);
        var open = new HashSet<string>(path);
        while (path.TryPeek(out var name))
        {
            if (values.ContainsKey(name) || initializers.ContainsKey(name))
            {
                if (!values.ContainsKey(name)) values[name] = new KnownOperand(OnnxConstant.Of(initializers[name]));
                open.Remove(path.Pop());
                continue;
            }

            if (!producers.TryGetValue(name, out var node)) throw ModelFormatException.About(report.FilePath, $"nothing computes '{name}'.");
            if (node.Inputs.FirstOrDefault(input => input.Length > 0 && !values.ContainsKey(input)) is { } missing)
            {
                if (!open.Add(missing)) throw ModelFormatException.About(report.FilePath, $"'{missing}' is computed from itself.");
                path.Push(missing);
                continue;
            }

            if (!Run(node)) continue;
            if (!values.ContainsKey(name)) throw Refused(new OnnxNodeReader(node), $"has the output '{name}', which is not supported");
        }
    }

    /// <summary>Adds a node to those that values are computed by.</summary>
    private void Enter(OnnxNode node)
    {
        foreach (var output in node.Outputs)
        {
            if (output.Length > 0 && !producers.TryAdd(output, node)) throw ModelFormatException.About(report.FilePath, $"two nodes compute '{output}'.");
        }

        foreach (var input in OnnxInlining.Reads(node))
        {
            if (!consumers.TryGetValue(input, out var users)) consumers[input] = users = [];
            users.Add(node);
        }
    }

    /// <summary>Computes a node's outputs; false where other nodes came in its place.</summary>
    private bool Run(OnnxNode raw)
    {
        var (node, outer) = (new OnnxNodeReader(raw), opset);
        opset = raw.Opset ?? modelOpset;
        if (raw.Outputs.Count == 0) throw Refused(node, "has no output");
        try
        {
            if (node.OpType == "If") return Branched(node);
            if (raw.Inputs.All(input => input.Length == 0 || values[input] is KnownOperand))
            {
                var known = OnnxFolding.Run(node, [.. raw.Inputs.Select(input => input.Length == 0 ? null : ((KnownOperand)values[input]).Constant)], opset)
                    ?? throw Refused(node, "depends on constants alone and is none of the operators that are computed while a file is read");
                foreach (var (output, constant) in raw.Outputs.Zip(known)) values[output] = new KnownOperand(constant);
            }
            else
            {
                values[raw.Outputs[0]] = raw.Inputs.Any(input => input.Length > 0 && values[input] is RowsOperand) ? OnRows(node) : Import(node);
                if (Moving.Contains(node.OpType) && values[raw.Inputs[0]] is FlowingOperand { Quantized: { } step })
                {
                    foreach (var output in raw.Outputs.Where(values.ContainsKey)) values[output] = (FlowingOperand)values[output] with { Quantized = step };
                }
            }

            if (node.Unread(opset) is { } unread) throw Refused(node, unread);
            return true;
        }
#pragma warning disable CA1031 // Whatever a damaged setting leads to is said of its node.
        catch (Exception error) when (error is not (ModelFormatException or IOException))
#pragma warning restore CA1031
        {
            throw Refused(node, $"cannot be read: {error.Message.TrimEnd('.')}");
        }
        finally
        {
            opset = outer;
        }
    }

    /// <summary>An If whose condition is known is the branch that it takes.</summary>
    private bool Branched(OnnxNodeReader node)
    {
        if (node.Input(0) is not { } name || values[name] is not KnownOperand { Constant: { Count: 1 } condition })
            throw Refused(node, "has a condition that depends on the input, which is not supported");
        node.Ignore("then_branch", "else_branch");
        if (node.Unread(opset) is { } unread) throw Refused(node, unread);
        var branch = node.Graph(condition.Integers[0] != 0 ? "then_branch" : "else_branch") ?? throw Refused(node, "lacks a branch");
        foreach (var output in node.Outputs) producers.Remove(output);
        foreach (var input in OnnxInlining.Reads(node.Node)) consumers[input].Remove(node.Node);
        var (nodes, constants) = OnnxInlining.Branch(node.Node, branch);
        foreach (var (key, value) in constants) initializers[key] = value;
        foreach (var inner in nodes) Enter(inner);
        return false;
    }

    private OnnxOperand Import(OnnxNodeReader node) => node.OpType switch
    {
        "Conv" => Convolution(node),
        "ConvTranspose" => TransposedConvolution(node),
        "Gemm" => Gemm(node),
        "MatMul" => MatrixProduct(node),
        "BatchNormalization" => BatchNormalized(node),
        "InstanceNormalization" or "GroupNormalization" => GroupNormalized(node),
        "LayerNormalization" => LayerNormalized(node),
        "MaxPool" or "AveragePool" => Pooled(node),
        "GlobalAveragePool" or "GlobalMaxPool" => GloballyPooled(node),
        "ReduceMean" or "ReduceMax" or "ReduceSum" or "ReduceMin" or "ReduceL1" or "ReduceL2" or "ReduceSumSquare" or "ReduceLogSum" or "ReduceLogSumExp" =>
            Reduced(node),
        "ArgMax" or "ArgMin" => Place(node),
        "LRN" => LocallyNormalized(node),
        "Equal" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual" or "And" or "Or" or "Xor" => Compared(node),
        "Where" => Chosen(node),
        "Gather" => Gathered(node),
        "Tile" => Tiled(node),
        "Loop" or "Scan" => throw Refused(node, "repeats a graph of its own, which is not supported"),
        "Add" or "Sub" or "Mul" or "Div" => Arithmetic(node),
        "Sum" or "Mean" or "Max" or "Min" => Merged(node),
        "Pow" => Power(node),
        "Concat" => Joined(node),
        "Reshape" when RowsOf(node) is { } rows => rows,
        "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" => Reshaped(node),
        "Transpose" => Transposed(node),
        "Shape" => Known(OnnxFolding.Part(node, OnnxConstant.Of([Taken(node, 0).Rank], Taken(node, 0).Dimensions, node.Outputs[0]))),
        "Size" => throw Refused(node, "counts the batch, which is not supported"),
        "Pad" => Padded(node),
        "Slice" => Sliced(node),
        "Split" => SplitUp(node),
        "Resize" or "Upsample" => Resized(node),
        "DepthToSpace" or "SpaceToDepth" => BlocksMoved(node),
        "Softmax" or "LogSoftmax" => SoftmaxOf(node),
        "PRelu" => ParametricRelu(node),
        "Clip" => Clipped(node),
        "Identity" or "Dropout" => DropoutOf(node),
        "Cast" => CastTo(node),
        "Erf" => Gelu(node),
        "Expand" => Expanded(node),
        _ => Quantized(node) ?? Activated(node),
    };

    /// <summary>Operators that move or pick numbers and make none: what is quantized stays so.</summary>
    private static readonly HashSet<string> Moving =
        ["Identity", "Dropout", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "MaxPool", "GlobalMaxPool", "Slice", "Split", "Gather",
        "DepthToSpace", "SpaceToDepth"];

    private static KnownOperand Known(OnnxConstant constant) => new(constant);

    /// <summary>A value of the network; one that is quantized as the whole numbers that the file has, but for operators that only move numbers.</summary>
    private FlowingOperand Flowing(OnnxNodeReader node, int input = 0) => Moving.Contains(node.OpType) ? Taken(node, input) : Materialized(Taken(node, input));

    /// <summary>A value of the network as it is kept here.</summary>
    private FlowingOperand Taken(OnnxNodeReader node, int input) =>
        values[node.Input(input) ?? throw Refused(node, $"lacks its input {input}")] as FlowingOperand
            ?? throw Refused(node, $"takes the constant '{node.Inputs[input]}' where a value of the network is expected");

    private OnnxConstant? Constant(OnnxNodeReader node, int input)
    {
        if (node.Input(input) is not { } name) return null;
        return values[name] is KnownOperand known
            ? known.Constant
            : throw Refused(node, $"takes the value '{name}' of the network as its input {input}, which is expected to be a constant");
    }

    private OnnxConstant RequireConstant(OnnxNodeReader node, int input) => Constant(node, input) ?? throw Refused(node, $"lacks its input {input}");

    /// <summary>A list that was an attribute in older versions of an operator and is an input from one on.</summary>
    private long[]? IntegersOf(OnnxNodeReader node, string attribute, int input, int sinceInput) => opset < sinceInput
        ? node.Integers(attribute)
        : Constant(node, input)?.Integers;

    /// <summary>Adds a layer, named after the weight that it has or after the node.</summary>
    private SymbolicTensor Add(Layer layer, OnnxNodeReader node, OnnxConstant? weight, params ReadOnlySpan<SymbolicTensor> inputs)
    {
        if (!layer.IsNamed && NameOf(node, weight) is { Length: > 0 } name) layer.Name = Unique(name);
        return layer.Call(inputs);
    }

    /// <summary>A layer of the network's own making around another, without a name.</summary>
    private static SymbolicTensor Helper(Layer layer, SymbolicTensor input) => layer.Call(input);

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
        report.Loaded(
            stored.Name.Length > 0
            ? stored.Name
            : source.Source, stored.Shape, WeightFilling.NameOf(stored.Type),
            $"{(layer.IsNamed ? layer.Name : layer.ClassName)}/{target.Name}", target.Shape, note);
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
        return Sanitized(cut > 0 && module[(cut + 1)..] is "weight" or "kernel" or "bias" or "Conv2D" or "W" or "gamma" ? module[..cut] : node.Node.Name);
    }

    private static string Sanitized(string name) => NoName().Replace(name, "_").Trim('_');

    private string Unique(string name)
    {
        var unique = name.Length == 0 ? "input" : name;
        for (var i = 1; !layerNames.Add(unique); i++) unique = $"{name}_{i}";
        return unique;
    }

    /// <summary>Puts the dimensions into ONNX's order, for what cannot do without.</summary>
    private static FlowingOperand InOnnxOrder(FlowingOperand x)
    {
        if (x.FlattenedChannels is var channels and > 0)
            return FlowingOperand.Plain(
                Helper(new Flatten(), Helper(new Permute(2, 1), Helper(new Reshape(x.Tensor.Shape.Count / channels, channels), x.Tensor))));
        if (x.IsPlain) return x;
        if (x.Order[0] != 0) throw new InvalidDataException("the batch is not the first dimension");
        return FlowingOperand.Plain(Helper(new Permute([.. x.Order.Skip(1)]), x.Tensor));
    }

    /// <summary>Puts the channels, ONNX's second dimension, last.</summary>
    private FlowingOperand AsImage(OnnxNodeReader node, FlowingOperand x)
    {
        if (x.IsImage) return x;
        if (x.Rank != 4) throw Refused(node, $"takes {Print(x.Dimensions)}; expected a batch of images of 2 dimensions and channels");
        if (x.Order[0] != 0) throw Refused(node, "takes a value whose first dimension is not the batch");
        return FlowingOperand.ImageOf(Helper(new Permute(x.Order[2], x.Order[3], x.Order[1]), x.Tensor));
    }

    [GeneratedRegex("[^A-Za-z0-9_.-]+")]
    private static partial Regex NoName();
}
