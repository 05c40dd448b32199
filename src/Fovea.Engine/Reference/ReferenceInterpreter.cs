using Fovea.Engine.Ops;

namespace Fovea.Engine.Reference;

/// <summary>
/// Runs any graph in float64, one node after the other, by the reference of each op. It is slow and simple; the tests compare every kernel, fusion
/// and plan with it. Any thread may call it.
/// </summary>
public static class ReferenceInterpreter
{
    /// <summary>Computes the outputs of a graph, followed by the values of its updates. Variables are read, never written.</summary>
    /// <param name="graph">The graph to run.</param>
    /// <param name="inputs">The value of every input. A value for any other node, such as a variable, replaces the value of that node.</param>
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
