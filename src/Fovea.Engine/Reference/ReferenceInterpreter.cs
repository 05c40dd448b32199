using Fovea.Engine.Ops;

namespace Fovea.Engine.Reference;

/// <summary>
/// Runs any graph in float64 by the definitions of its ops, one node after the other. Kernels, fusion and plans are tested against it. Thread-safe.
/// </summary>
public static class ReferenceInterpreter
{
    /// <summary>Computes the graph's outputs, followed by the values of its updates. Variables are read but never written.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">The value of every input. A value for another node, such as a variable, replaces that node's own value.</param>
    public static double[][] Run(Graph graph, IReadOnlyDictionary<Node, double[]> inputs)
    {
        var values = new Dictionary<Node, double[]>();
        foreach (var node in graph.Nodes) values[node] = inputs.TryGetValue(node, out var given) ? given : Compute(node, values);
        return [.. graph.Outputs.Concat(graph.Updates.Select(update => update.Value)).Select(node => values[node])];
    }

    private static double[] Compute(Node node, Dictionary<Node, double[]> values)
    {
        if (node.Op is VariableOp { Variable: var variable }) return Array.ConvertAll(variable.Values.ToArray(), value => (double)value);
        var output = new double[node.Shape.Count];
        node.Op.Reference(new ReferenceCall(
            [.. node.Inputs.Select(input => values[input])], [.. node.Inputs.Select(input => input.Shape)], output, node.Shape));
        return output;
    }
}
