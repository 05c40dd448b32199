using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// Fuses the head of a classifier in training: the loss −Σ t·ln softmax(x) with all sums and factors up to the scalar, its gradient with respect to the logits
/// x, and the softmax. The fused op reads the logits once. It takes class numbers directly, without one-hot encoding.
/// </summary>
internal static class FuseCrossentropy
{
    public static Graph Apply(Graph graph)
    {
        while (FindHead(graph) is { } head) graph = graph.Rewrite((original, node) => head.GetValueOrDefault(original, node));
        return graph;
    }

    /// <summary>The nodes of a head, each with its replacement; null if there is no head.</summary>
    private static Dictionary<Node, Node>? FindHead(Graph graph)
    {
        var users = graph.FindUsers();
        foreach (var kept in graph.Outputs.Concat(graph.Updates.Select(update => update.Value))) users[kept].Clear();  // sums must not be followed beyond it
        return graph.Nodes.Select(node => Match(node, graph, users)).FirstOrDefault(head => head is not null);
    }

    /// <summary>Matches a head from its gradient, s·t − softmax(x)·Σ s·t, the gradient of the log softmax.</summary>
    private static Dictionary<Node, Node>? Match(Node gradient, Graph graph, Dictionary<Node, List<Node>> users)
    {
        if (gradient is not
            {
                Op: SubtractOp,
                Inputs: [{ Op: MultiplyOp, Inputs: [{ Op: ConstantOp { Value: var scale } }, var target] } scaled,
                { Op: MultiplyOp, Inputs: [var softmax, var spread] }]
            }) return null;
        if (softmax is not { Op: SoftmaxOp, Inputs: [var logits] }
            || spread is not { Op: ReshapeOp, Inputs: [{ Op: SumOp { AxisCount: 1 } sum, Inputs: [var summed] }] }) return null;
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

    /// <summary>Follows sums and factors of a value as long as nothing else uses them. Returns the last node and the product of the factors.</summary>
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
