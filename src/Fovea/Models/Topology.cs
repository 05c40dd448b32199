using Fovea.Engine;
using Fovea.Formats.Keras;

namespace Fovea;

/// <summary>How the layers of a model are connected, and how that becomes a graph of ops.</summary>
internal sealed class Topology
{
    public Topology(SymbolicTensor input, SymbolicTensor output)
    {
        if (input.Layer is not Fovea.Input) throw new ArgumentException($"Model: expected the output of an Input; received that of a {input.Layer.ClassName}.", nameof(input));
        Input = input;
        Output = output;
        Calls = Order(output);
        if (!Calls.Contains(input)) throw new ArgumentException("Model: the outputs do not depend on the inputs.", nameof(output));
        foreach (var call in Calls)
        {
            if (call.Layer is Fovea.Input && call != input) throw new ArgumentException($"Model: the outputs depend on another input, {call.Layer.Subject}, that is not given.", nameof(output));
        }

        Layers = [.. Calls.Select(call => call.Layer).Distinct()];
        NameLayers(Layers);
    }

    public SymbolicTensor Input { get; }

    public SymbolicTensor Output { get; }

    /// <summary>Every use of a layer, each after what it needs.</summary>
    public IReadOnlyList<SymbolicTensor> Calls { get; }

    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Names layers that have no name after their class, as Keras does: conv2d, conv2d_1, …</summary>
    /// <exception cref="ArgumentException">Two layers have one name.</exception>
    public static void NameLayers(IReadOnlyList<Layer> layers)
    {
        var taken = new HashSet<string>();
        foreach (var layer in layers)
        {
            if (layer.IsNamed && !taken.Add(layer.Name!))
                throw new ArgumentException($"Model: two layers are named '{layer.Name}'; names must be unique.");
        }

        foreach (var layer in layers.Where(layer => !layer.IsNamed))
        {
            var stem = layer.DefaultName ?? WeightPaths.SnakeCase(layer.ClassName);
            var name = stem;
            for (var number = 1; !taken.Add(name); number++) name = $"{stem}_{number}";
            layer.Name = name;
        }
    }

    /// <summary>Adds all layers to a graph and gives the value of each use of a layer.</summary>
    public Dictionary<SymbolicTensor, Node> Trace(Node input, CallContext context)
    {
        var values = new Dictionary<SymbolicTensor, Node> { [Input] = input };
        foreach (var call in Calls)
        {
            if (call != Input) values[call] = call.Layer.Trace([.. call.Inputs.Select(tensor => values[tensor])], context, call.Training);
        }

        return values;
    }

    private static List<SymbolicTensor> Order(SymbolicTensor output)
    {
        var order = new List<SymbolicTensor>();
        var seen = new HashSet<SymbolicTensor> { output };
        var path = new Stack<(SymbolicTensor Tensor, int Next)>([(output, 0)]);
        while (path.TryPop(out var top))
        {
            if (top.Next == top.Tensor.Inputs.Count)
            {
                order.Add(top.Tensor);
                continue;
            }

            path.Push((top.Tensor, top.Next + 1));
            if (seen.Add(top.Tensor.Inputs[top.Next])) path.Push((top.Tensor.Inputs[top.Next], 0));
        }

        return order;
    }
}
