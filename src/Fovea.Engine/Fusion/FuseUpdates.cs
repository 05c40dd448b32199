using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses elementwise formulas whose only results are new values of variables. A weight and its optimizer slots become one formula with several
/// results, and all weights with equal formulas become one op, which computes them in one pass over memory. The rule depends on no optimizer:
/// the moving averages of batch normalizations are fused in the same way.
/// </summary>
internal static class FuseUpdates
{
    public static Graph Apply(Graph graph)
    {
        var formulas = Independent(graph, FindFormulas(graph));
        var parts = new Dictionary<Node, Node>();
        foreach (var group in formulas.Select(nodes => Describe(graph, nodes)).GroupBy(described => described.Formula))
        {
            var tensors = group.ToList();
            var op = new UpdateOp(group.Key, [.. tensors.Select(tensor => tensor.Results[0].Shape)]);
            var node = new Node(op, [.. tensors.SelectMany(tensor => tensor.Inputs)]);
            for (var t = 0; t < tensors.Count; t++)
            {
                for (var result = 0; result < tensors[t].Results.Count; result++) parts[tensors[t].Results[result]] = op.Part(node, t, result);
            }
        }

        return new Graph(graph.Outputs, [.. graph.Updates.Select(update => update with { Value = parts.GetValueOrDefault(update.Value, update.Value) })]);
    }

    /// <summary>
    /// The nodes of each formula in the graph's order. The users of a node are in the same formula; a node without users is a new value of a
    /// variable. Inputs have the node's number of elements, or one. So no other node depends on a formula, and formulas do not depend on each other.
    /// </summary>
    private static IEnumerable<List<Node>> FindFormulas(Graph graph)
    {
        var users = graph.FindUsers();
        var invariant = graph.FindInvariant();
        var updates = graph.Updates.ToLookup(update => update.Value);
        var formulas = new Dictionary<Node, List<Node>>();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (node.Op is not ElementwiseOp or BroadcastOp || invariant.Contains(node) || graph.Outputs.Contains(node) || updates[node].Count() > 1) continue;
            if (node.Inputs.Any(input => input.Shape.Count != node.Shape.Count && input.Shape.Count != 1)) continue;
            if (users[node].Any(user => !formulas.TryGetValue(user, out var formula) || formula[0].Shape != node.Shape)) continue;
            var joined = new List<Node> { node };
            foreach (var formula in users[node].Select(user => formulas[user]).Distinct()) joined.AddRange(formula);
            foreach (var member in joined) formulas[member] = joined;
        }

        return graph.Nodes.Where(formulas.ContainsKey).GroupBy(node => formulas[node]).Select(formula => formula.ToList());
    }

    /// <summary>Removes formulas whose variables are read by another formula, because these variables cannot be updated in place.</summary>
    private static List<List<Node>> Independent(Graph graph, IEnumerable<List<Node>> formulas)
    {
        var all = formulas.ToList();
        var targets = graph.Updates.ToLookup(update => update.Value, update => update.Variable);
        var readers = all.Select(nodes => nodes.SelectMany(node => node.Inputs).Select(ReadVariable).ToHashSet()).ToList();
        return [.. all.Where((nodes, i) => nodes.SelectMany(node => targets[node]).All(variable =>
            !readers.Where((read, k) => k != i && read.Contains(variable)).Any()))];
    }

    /// <summary>The variable whose memory holds a value; null if none does.</summary>
    private static Variable? ReadVariable(Node node) => node.Op switch
    {
        VariableOp op => op.Variable,
        { ViewOffset: not null } => ReadVariable(node.Inputs[0]),
        _ => null,
    };

    /// <summary>The formula of some nodes, with the nodes of its inputs and results.</summary>
    private static (UpdateFormula Formula, List<Node> Inputs, List<Node> Results) Describe(Graph graph, List<Node> nodes)
    {
        var inputs = nodes.SelectMany(node => node.Inputs).Where(input => !nodes.Contains(input)).Distinct().ToList();
        var isScalar = inputs.Select(input => input.Shape.Count < nodes[0].Shape.Count || input.Shape.Rank < Math.Min(1, nodes[0].Shape.Rank)).ToList();
        var steps = nodes.Select(node => new ElementwiseStep((ElementwiseOp)node.Op, [.. node.Inputs.Select(IndexOf)])).ToList();
        var targets = graph.Updates.Where(update => nodes.Contains(update.Value)).ToDictionary(update => update.Value, update => update.Variable);
        var results = nodes.Where(targets.ContainsKey).ToList();
        var kept = results.Select(result => new UpdateResult(nodes.IndexOf(result), IsReadAfter(result))).ToList();
        return (new UpdateFormula(isScalar, steps, kept), inputs, results);

        int IndexOf(Node operand) => nodes.Contains(operand) ? inputs.Count + nodes.IndexOf(operand) : inputs.IndexOf(operand);

        bool IsReadAfter(Node result) =>
            nodes.Skip(nodes.IndexOf(result) + 1).SelectMany(node => node.Inputs).Any(input => ReadVariable(input) == targets[result]);
    }
}
