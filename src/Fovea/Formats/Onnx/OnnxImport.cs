namespace Fovea.Formats.Onnx;

/// <summary>
/// Converts an ONNX graph to a model of Fovea's layers. Nodes are visited in the order in which the outputs need them. A node that depends on constants
/// alone is computed (<see cref="OnnxFolding"/>); every other node becomes a layer, with its weights in Fovea's order.
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
    private readonly LayerNames layerNames = new();
    private readonly HashSet<StoredArray> used = [];
    private readonly HashSet<string> outputNames;
    private readonly bool isByFovea;
    private long? declaredBatch;
    private long opset;

    public OnnxImport(OnnxModel file, LoadReport report)
    {
        graph = file.Graph;
        this.report = report;
        initializers = graph.Initializers.ToDictionary();
        isByFovea = file.ProducerName == OnnxExport.Producer;
        modelOpset = file.Opsets.GetValueOrDefault("", 1);
        opset = modelOpset;
        if (opset is < OldestOpset or > NewestOpset)
            report.Note($"the operators are of version {opset}; versions {OldestOpset} to {NewestOpset} are supported, and it is read as the nearest of them.");
        outputNames = [.. graph.Outputs.Select(output => output.Name)];
        try
        {
            foreach (var node in OnnxInlining.Expand(file)) Enter(node);
        }
        catch (InvalidDataException error)
        {
            throw ModelFormatException.About(report.FilePath, $"it is not a sound ONNX file: {error.Message}.", error);
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
            if (values[output.Name] is not TensorOperand flowing)
                throw ModelFormatException.About(
                    report.FilePath,
                    $"the output '{output.Name}' {(values[output.Name] is RowsOperand ? "does not have the batch as its first dimension" : "is a constant")}.");
            if (flowing.Order[0] != 0)
                throw ModelFormatException.About(report.FilePath, $"the output '{output.Name}' does not have the batch as its first dimension.");
            if (flowing.Quantized is not null) report.Note($"the output '{output.Name}' is quantized in the file; here it is not rounded.");
            flowing = InStoredUnits(flowing);
            if (isByFovea || !flowing.IsImage) flowing = InOnnxOrder(flowing);
            if (!flowing.IsPlain)
                report.Note($"the output '{output.Name}' {Print(flowing.Dimensions)} is {SymbolicTensor.Print(flowing.Tensor.Shape)} here, the channels last.");
            outputs.Add(flowing.Tensor);
        }

        foreach (var (name, stored) in initializers)
        {
            if (!used.Contains(stored) && !values.ContainsKey(name))
                report.Ignored(name, stored.Shape, WeightFilling.NameOf(stored.Type), "no output depends on it");
        }

        var model = new Model(inputs, outputs, LayerNames.Sanitize(graph.Name) is { Length: > 0 } given ? given : null);
        return model;
    }

    private ModelFormatException Refused(OnnxNodeReader node, string sentence) =>
        ModelFormatException.About(
            report.FilePath, $"the node {(node.Node.Name.Length > 0 ? $"'{node.Node.Name}'" : $"of '{(node.Outputs.Count > 0 ? node.Outputs[0] : "")}'")} "
            + $"({node.OpType}) {sentence}.");

    private static string Print(IEnumerable<long> dimensions) =>
        $"({string.Join(", ", dimensions.Select(size => size == OnnxConstant.Batch ? "None" : $"{size}"))})";

    /// <summary>An input with its channels last.</summary>
    private TensorOperand CreateInput(OnnxValue input)
    {
        if (input.Dimensions is not { Count: >= 2 } dimensions)
            throw ModelFormatException.About(
                report.FilePath, $"the input '{input.Name}' "
                + $"has {(input.Dimensions is null ? "no shape" : $"the shape ({string.Join(", ", input.Dimensions)})")}; expected a batch and the dimensions "
                + "of a sample.");
        var sample = dimensions.Skip(1).ToList();
        var isChannelsLast = dimensions.Count == 4 && (isByFovea || HasChannelsLast(input.Name, dimensions));
        var kind = KindOf(input);
        if (sample.Exists(size => size > 1 << 20)) throw ModelFormatException.About(report.FilePath, $"the input '{input.Name}' is too large.");
        declaredBatch ??= dimensions[0];
        var isChannelsFirst = sample.Count == 3 && !isChannelsLast;
        int?[] known = [.. sample.Select(size => (int?)size)];
        if (isChannelsFirst) known = [known[1], known[2], known[0]];
        var isOnly = graph.Inputs.Count(other => !graph.Initializers.ContainsKey(other.Name)) == 1;
        var layer = new Input(OpenSizes.Close(report, input.Name, known, isOnly).Dimensions);
        int[] sizes = isChannelsFirst ? [layer.Shape[2], layer.Shape[0], layer.Shape[1]] : layer.Shape.Dimensions.ToArray();
        layer.Name = layerNames.Unique(LayerNames.Sanitize(input.Name));
        if (isChannelsFirst)
            report.Note($"the input '{input.Name}' {Print([OnnxConstant.Batch, .. sizes])} is {SymbolicTensor.Print(layer.Shape)} here, the channels last.");
        var operand = isChannelsFirst ? TensorOperand.ImageOf(layer.Output) : TensorOperand.Plain(layer.Output);
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
    /// Whether an input has its channels last. It does if the first operator after any arithmetic moves its last dimension to the second position, as
    /// converters from Keras write, or if no operator depends on the order and the sizes suggest it.
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

    /// <summary>Computes a value and all values that it depends on.</summary>
    private void Evaluate(string wanted)
    {
        var path = new Stack<string>([wanted]);
        var open = new HashSet<string>(path);
        while (path.TryPeek(out var name))
        {
            if (values.ContainsKey(name) || initializers.ContainsKey(name))
            {
                if (!values.ContainsKey(name)) values[name] = new ConstantOperand(OnnxConstant.Of(initializers[name]));
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

    /// <summary>Adds a node to the producers and consumers of values.</summary>
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

    /// <summary>Computes the outputs of a node; false if other nodes have replaced it.</summary>
    private bool Run(OnnxNode raw)
    {
        var (node, outer) = (new OnnxNodeReader(raw), opset);
        opset = raw.Opset ?? modelOpset;
        if (raw.Outputs.Count == 0) throw Refused(node, "has no output");
        try
        {
            if (node.OpType == "If") return Branched(node);
            if (raw.Inputs.All(input => input.Length == 0 || values[input] is ConstantOperand))
            {
                var known = OnnxFolding.Run(node, [.. raw.Inputs.Select(input => input.Length == 0 ? null : ((ConstantOperand)values[input]).Constant)], opset)
                    ?? throw Refused(node, "has only constant inputs, for which the operator is not supported");
                foreach (var (output, constant) in raw.Outputs.Zip(known)) values[output] = new ConstantOperand(constant);
            }
            else
            {
                values[raw.Outputs[0]] = raw.Inputs.Any(input => input.Length > 0 && values[input] is RowsOperand) ? OnRows(node) : Import(node);
                if (Moving.Contains(node.OpType) && values[raw.Inputs[0]] is TensorOperand { Quantized: { } step })
                {
                    foreach (var output in raw.Outputs.Where(values.ContainsKey)) values[output] = (TensorOperand)values[output] with { Quantized = step };
                }
            }

            if (node.Unread(opset) is { } unread) throw Refused(node, unread);
            return true;
        }
#pragma warning disable CA1031 // Any exception that a damaged setting causes becomes an error about its node.
        catch (Exception error) when (error is not (ModelFormatException or IOException or OperationCanceledException))
#pragma warning restore CA1031
        {
            throw Refused(node, $"cannot be read: {error.Message.TrimEnd('.')}");
        }
        finally
        {
            opset = outer;
        }
    }

    /// <summary>Replaces an If, whose condition must be known, by the nodes of its branch.</summary>
    private bool Branched(OnnxNodeReader node)
    {
        if (node.Input(0) is not { } name || values[name] is not ConstantOperand { Constant: { Count: 1 } condition })
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
        "ArgMax" or "ArgMin" => IndexOfExtremum(node),
        "LRN" => LocallyNormalized(node),
        "Equal" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual" or "And" or "Or" or "Xor" => Compared(node),
        "Where" => Selected(node),
        "Gather" => Gathered(node),
        "Tile" => Tiled(node),
        "Loop" or "Scan" => throw Refused(node, "is a loop, which is not supported"),
        "Add" or "Sub" or "Mul" or "Div" => Arithmetic(node),
        "Sum" or "Mean" or "Max" or "Min" => Merged(node),
        "Pow" => Power(node),
        "Concat" => Joined(node),
        "Reshape" when RowsOf(node) is { } rows => rows,
        "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" => Reshaped(node),
        "Transpose" => Transposed(node),
        "Shape" => Known(OnnxFolding.Part(node, OnnxConstant.Of([StoredTensorOf(node, 0).Rank], StoredTensorOf(node, 0).Dimensions, node.Outputs[0]))),
        "Size" => throw Refused(node, "needs the size of the batch, which is not supported"),
        "Pad" => Padded(node),
        "Slice" => Sliced(node),
        "Split" => SplitUp(node),
        "Resize" or "Upsample" => Resized(node),
        "DepthToSpace" or "SpaceToDepth" => DepthAndSpaceMoved(node),
        "Softmax" or "LogSoftmax" => SoftmaxOf(node),
        "PRelu" => ParametricRelu(node),
        "Clip" => Clipped(node),
        "Identity" or "Dropout" => DropoutOf(node),
        "Cast" => CastTo(node),
        "Erf" => Gelu(node),
        "Expand" => Expanded(node),
        _ => Quantized(node) ?? Activated(node),
    };
}
