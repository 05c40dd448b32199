using Fovea.Engine.Ops;

namespace Fovea.Engine.Fusion;

/// <summary>
/// The head of a classifier in training, −Σ t·ln softmax(x) with all sums and factors up to the scalar, its gradient with respect to the logits x and
/// the softmax itself become one op, which passes over the logits once. Class numbers are taken as they are, without the rows of zeros and ones.
/// </summary>
internal static class FuseCrossentropy
{
    public static Graph Apply(Graph graph)
    {
        while (FindHead(graph) is { } head) graph = graph.Rewrite((original, node) => head.GetValueOrDefault(original, node));
        return graph;
    }

    /// <summary>The nodes of a head with what stands for each; null if there is none.</summary>
    private static Dictionary<Node, Node>? FindHead(Graph graph)
    {
        var users = graph.FindUsers();
        foreach (var kept in graph.Outputs.Concat(graph.Updates.Select(update => update.Value))) users[kept].Clear();  // nothing goes beyond it
        return graph.Nodes.Select(node => Match(node, graph, users)).FirstOrDefault(head => head is not null);
    }

    /// <summary>Begins at the gradient: s·t − softmax(x)·Σ s·t, as the logarithm of the softmax hands it on.</summary>
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

    /// <summary>The last node, and its factor, that is a factor times a sum of a value which nothing else needs.</summary>
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
