using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses the head of a classifier in training into one op, which reads the logits x from memory once. The head is the loss −Σ t·ln softmax(x)
/// with all sums and factors up to the scalar, its gradient with respect to x, and the softmax. Class numbers are used directly, without
/// one-hot rows.
/// </summary>
internal static class FuseCrossentropy
{
    public static Graph Apply(Graph graph)
    {
        while (FindHead(graph) is { } head) graph = graph.Rewrite((original, node) => head.GetValueOrDefault(original, node));
        return graph;
    }

    /// <summary>The nodes of a head, each with its replacement; null if the graph has no head.</summary>
    private static Dictionary<Node, Node>? FindHead(Graph graph)
    {
        var users = graph.FindUsers();

        // A chain of sums ends at an output or an update's value, since the run needs that value itself.
        foreach (var kept in graph.Outputs.Concat(graph.Updates.Select(update => update.Value))) users[kept].Clear();
        return graph.Nodes.Select(node => Match(node, graph, users)).FirstOrDefault(head => head is not null);
    }

    /// <summary>
    /// Matches a head by its gradient, s·t − softmax(x)·Σ s·t: <see cref="LogSoftmaxOp"/> has this gradient where that of its output is s·t.
    /// </summary>
    private static Dictionary<Node, Node>? Match(Node gradient, Graph graph, Dictionary<Node, List<Node>> users)
    {
        if (gradient is not
            {
                Op: SubtractOp,
                Inputs: [{ Op: MultiplyOp, Inputs: [{ Op: ConstantOp { Value: var scale } }, var target] } scaled,
                { Op: MultiplyOp, Inputs: [var softmax, var broadcast] }]
            }) return null;
        if (softmax is not { Op: SoftmaxOp, Inputs: [var logits] }
            || broadcast is not { Op: ReshapeOp, Inputs: [{ Op: SumOp { AxisCount: 1 } sum, Inputs: [var summed] }] }) return null;
        if (summed != scaled || sum.FirstAxis != logits.Shape.Rank - 1 || target.Shape != logits.Shape) return null;

        var logarithms = graph.Nodes.FirstOrDefault(node => node.Op is LogSoftmaxOp && node.Inputs[0] == logits);
        if (logarithms is null || users[logarithms] is not [{ Op: MultiplyOp } product] || !product.Inputs.Contains(target)) return null;

        var (loss, lossScale) = FollowSums(product, users);
        if (loss.Shape.Count > 1) return null;
        var isSparse = target.Op is OneHotOp;
        var head = new Node(new CrossentropyOp(lossScale, scale, isSparse), logits, isSparse ? target.Inputs[0] : target);
        return new Dictionary<Node, Node>
        {
            [softmax] = CrossentropyOp.Probabilities(head),
            [gradient] = CrossentropyOp.Gradient(head),
            [loss] = CrossentropyOp.Loss(head, loss.Shape),
        };
    }

    /// <summary>
    /// Follows the sums and constant factors that are applied to a node, up to the first value that does not have exactly one user of this kind.
    /// </summary>
    /// <returns>The last node of this chain, and the product of its factors.</returns>
    private static (Node Sum, float Factor) FollowSums(Node node, Dictionary<Node, List<Node>> users)
    {
        var factor = 1.0;
        while (users[node] is [var user] && FactorOf(user) is { } next)
        {
            factor *= next;
            node = user;
        }

        return (node, (float)factor);
    }

    /// <summary>The factor by which a node multiplies its input, 1 for a sum; null if it does something else.</summary>
    private static double? FactorOf(Node node) => node switch
    {
        { Op: SumOp or ReshapeOp } => 1,
        { Op: NegateOp } => -1,
        { Op: DivideOp, Inputs: [_, { Op: ConstantOp { Value: var divisor } }] } => 1.0 / divisor,
        { Op: MultiplyOp, Inputs: [_, { Op: ConstantOp { Value: var factor } }] } => factor,
        { Op: MultiplyOp, Inputs: [{ Op: ConstantOp { Value: var factor } }, _] } => factor,
        _ => null,
    };
}
