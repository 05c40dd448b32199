using Fovea.Engine.Ops;

namespace Fovea.Engine.Reference;

/// <summary>
/// Runs any graph in float64 from the definitions of its ops, one node after the other: slow, obvious, and what every kernel, fusion
/// and plan is checked against.
/// Any thread may call it.
/// </summary>
public static class ReferenceInterpreter
{
    /// <summary>Computes the graph's outputs followed by the values of its updates. Variables are read, never written.</summary>
    /// <param name="graph">What to compute.</param>
    /// <param name="inputs">A value for every input; one given for any other node, a variable for instance, takes its place.</param>
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
