using Fovea.Engine.Ops;

namespace Fovea.Engine.Autodiff;

/// <summary>
/// Reverse-mode differentiation of graphs. The gradients of a scalar are nodes, which can be fused, planned and differentiated again like all
/// others. Any thread may call it.
/// </summary>
public static class Differentiation
{
    /// <summary>
    /// The gradient of <paramref name="loss"/> with respect to each of <paramref name="targets"/>, in the target's shape. It is zero for a target
    /// that the loss does not depend on.
    /// </summary>
    /// <param name="loss">A node with one element.</param>
    /// <param name="targets">Any nodes, such as the weights of a model.</param>
    /// <exception cref="ShapeException">The loss is not a scalar.</exception>
    public static Node[] Gradients(Node loss, IReadOnlyList<Node> targets)
    {
        if (loss.Shape.Count != 1)
            throw new ShapeException("gradient", $"expected a scalar loss; received the shape {loss.Shape}. Sum or average it first.");

        var order = new Graph([loss]).Nodes;
        var wanted = ReachableFrom(order, targets);
        var gradients = new Dictionary<Node, Node> { [loss] = Arithmetic.Constant(1).BroadcastTo(loss.Shape) };
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var node = order[i];
            if (!wanted.Contains(node) || node.Inputs.Count == 0 || !gradients.TryGetValue(node, out var outputGradient)) continue;
            var contributions = node.Op.Gradient(node, outputGradient);
            for (var k = 0; k < node.Inputs.Count; k++)
            {
                var input = node.Inputs[k];
                if (contributions[k] is not { } contribution || !wanted.Contains(input)) continue;
                gradients[input] = gradients.TryGetValue(input, out var others) ? others + contribution : contribution;
            }
        }

        return [.. targets.Select(target => gradients.TryGetValue(target, out var gradient) ? gradient : Arithmetic.Constant(0).BroadcastTo(target.Shape))];
    }

    /// <summary>The targets and all nodes that depend on them. Only these need a gradient.</summary>
    private static HashSet<Node> ReachableFrom(IReadOnlyList<Node> order, IReadOnlyList<Node> targets)
    {
        var reachable = new HashSet<Node>(targets);
        foreach (var node in order)
        {
            if (node.Inputs.Any(reachable.Contains)) reachable.Add(node);
        }

        return reachable;
    }
}
