namespace Fovea.Formats.Onnx;

/// <summary>Replaces calls of functions by their bodies, and an If whose condition is known by its branch.</summary>
internal static class OnnxInlining
{
    private const int MaxNodes = 200_000;
    private const int MaxNesting = 32;
    private const long MaxCharacters = 1 << 26;

    /// <summary>All nodes of a graph, with functions that the file defines replaced by their bodies.</summary>
    /// <exception cref="InvalidDataException">A function calls itself, or is called with inputs or attributes that it does not have.</exception>
    public static IReadOnlyList<OnnxNode> Expand(OnnxModel model)
    {
        if (model.Functions.Count == 0) return model.Graph.Nodes;
        var (result, open) = (new List<OnnxNode>(), new Stack<(OnnxNode Node, int Depth)>(model.Graph.Nodes.Reverse().Select(node => (node, 0))));
        var characters = 0L;
        while (open.TryPop(out var top))
        {
            var (node, depth) = top;
            if (!model.Functions.TryGetValue((node.Domain, node.OpType), out var function))
            {
                result.Add(node);
                continue;
            }

            if (depth == MaxNesting) throw new InvalidDataException($"its functions call each other more than {MaxNesting} deep");
            var body = Body(node, function);
            characters += body.Sum(inner => inner.Inputs.Concat(inner.Outputs).Sum(name => (long)name.Length));
            if (characters > MaxCharacters)
                throw new InvalidDataException($"its functions become nodes whose names have more than {MaxCharacters} characters");
            foreach (var inner in body.AsEnumerable().Reverse()) open.Push((inner, depth + 1));
            if (result.Count + open.Count > MaxNodes) throw new InvalidDataException($"its functions become more than {MaxNodes} nodes");
        }

        return result;
    }

    /// <summary>The nodes of a branch, which can use the values of the enclosing graph, and its constants under new names.</summary>
    public static (IReadOnlyList<OnnxNode> Nodes, IReadOnlyDictionary<string, StoredArray> Initializers) Branch(OnnxNode node, OnnxGraph branch)
    {
        if (branch.Outputs.Count != node.Outputs.Count)
            throw new InvalidDataException($"its branch has {branch.Outputs.Count} outputs; the node has {node.Outputs.Count}");
        var names = new Dictionary<string, string>();
        foreach (var name in branch.Nodes.SelectMany(inner => inner.Outputs).Concat(branch.Initializers.Keys))
            names[name] = name.Length == 0 ? "" : $"{node.Outputs[0]}/{name}";
        var nodes = branch.Nodes.Select(inner => Renamed(inner, names, null, inner.Opset ?? node.Opset)).ToList();
        foreach (var (inside, outside) in branch.Outputs.Zip(node.Outputs))
        {
            if (outside.Length > 0) nodes.Add(new OnnxNode("Identity", [names.GetValueOrDefault(inside.Name, inside.Name)], [outside]));
        }

        return (nodes, branch.Initializers.ToDictionary(entry => names[entry.Key], entry => entry.Value));
    }

    /// <summary>All values that a node reads, including those that the graphs in it read.</summary>
    public static IEnumerable<string> Reads(OnnxNode node) =>
        node.Inputs.Concat(
            node.Attributes.Values.Where(attribute => attribute.Graph is not null)
            .SelectMany(attribute => attribute.Graph!.Nodes.SelectMany(Reads).Concat(attribute.Graph.Outputs.Select(output => output.Name)))).Distinct();

    private static List<OnnxNode> Body(OnnxNode call, OnnxFunction function)
    {
        if (call.Inputs.Count > function.Inputs.Count || call.Outputs.Count > function.Outputs.Count)
            throw new InvalidDataException($"the function '{call.Domain}.{call.OpType}' is called with more inputs or outputs than it has");
        if (call.Attributes.Keys.FirstOrDefault(key => !function.Attributes.ContainsKey(key)) is { } unknown)
            throw new InvalidDataException($"the function '{call.Domain}.{call.OpType}' has no attribute '{unknown}'");
        var prefix = call.Outputs.FirstOrDefault(output => output.Length > 0) ?? "";
        var names = new Dictionary<string, string>();
        foreach (var name in function.Nodes.SelectMany(inner => inner.Outputs)) names[name] = name.Length == 0 ? "" : $"{prefix}/{name}";
        foreach (var (i, input) in function.Inputs.Index()) names[input] = i < call.Inputs.Count ? call.Inputs[i] : "";
        var attributes = function.Attributes.ToDictionary(entry => entry.Key, entry => call.Attributes.GetValueOrDefault(entry.Key) ?? entry.Value);
        var nodes = function.Nodes.Select(inner => Renamed(inner, names, attributes, inner.Opset ?? function.Opset ?? call.Opset)).ToList();
        foreach (var (inside, outside) in function.Outputs.Zip(call.Outputs))
        {
            if (outside.Length > 0) nodes.Add(new OnnxNode("Identity", [names.GetValueOrDefault(inside, inside)], [outside]));
        }

        return nodes;
    }

    private static OnnxNode Renamed(OnnxNode node, Dictionary<string, string> names, Dictionary<string, OnnxAttribute?>? given, long? opset) => node with
    {
        Inputs = [.. node.Inputs.Select(name => names.GetValueOrDefault(name, name))],
        Outputs = [.. node.Outputs.Select(name => names.GetValueOrDefault(name, name))],
        Opset = opset,
        Attributes = node.Attributes.Select(entry => (entry.Key, Value: Resolved(entry.Value, names, given, opset))).Where(entry => entry.Value is not null)
            .ToDictionary(entry => entry.Key, entry => entry.Value!),
    };

    /// <summary>An attribute of a node in the body of a function: the attribute of the function that it refers to; null if that has no value.</summary>
    private static OnnxAttribute? Resolved(OnnxAttribute attribute, Dictionary<string, string> names, Dictionary<string, OnnxAttribute?>? given, long? opset)
    {
        if (attribute.Reference is { } reference) return given?.GetValueOrDefault(reference);
        if (attribute.Graph is not { } graph) return attribute;
        var inside = names.Where(entry => !graph.Nodes.Any(node => node.Outputs.Contains(entry.Key)) && !graph.Initializers.ContainsKey(entry.Key))
            .ToDictionary();
        return attribute with
        {
            Graph = graph with
            {
                Nodes = [.. graph.Nodes.Select(node => Renamed(node, inside, given, opset))],
                Outputs = [.. graph.Outputs.Select(output => output with { Name = inside.GetValueOrDefault(output.Name, output.Name) })],
            },
        };
    }
}
