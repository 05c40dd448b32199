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
    /// <param name="loss">A node with one element. It may contain gradients, as the gradient penalty of a WGAN-GP does.</param>
    /// <param name="targets">Any nodes, such as the weights of a model.</param>
    /// <exception cref="ShapeException">The loss is not a scalar.</exception>
    public static Node[] Gradients(Node loss, IReadOnlyList<Node> targets)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(targets);
        if (loss.Shape.Count != 1)
            throw new ShapeException("gradient", $"expected a scalar loss; received the shape {loss.Shape}. Sum or average it first.");

        var gradients = Sweep(loss, Arithmetic.Constant(1).BroadcastTo(loss.Shape), targets);
        return [.. targets.Zip(gradients, (target, gradient) => gradient ?? Arithmetic.Constant(0).BroadcastTo(target.Shape))];
    }

    /// <summary>
    /// Visits the nodes from the output to the targets and adds up the contributions to the gradient of each. Null for a target without a gradient.
    /// </summary>
    private static Node?[] Sweep(Node output, Node outputGradient, IReadOnlyList<Node> targets)
    {
        var order = new Graph([output]).Nodes;
        var wanted = ReachableFrom(order, targets);
        var gradients = new Dictionary<Node, Node> { [output] = outputGradient };
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var node = order[i];
            if (!wanted.Contains(node) || node.Inputs.Count == 0 || !gradients.TryGetValue(node, out var gradient)) continue;
            var contributions = node.Op is CompositeOp composite ? Contributions(composite, node, gradient) : node.Op.Gradient(node, gradient);
            for (var k = 0; k < node.Inputs.Count; k++)
            {
                var input = node.Inputs[k];
                if (contributions[k] is not { } contribution || !wanted.Contains(input)) continue;
                gradients[input] = gradients.TryGetValue(input, out var others) ? others + contribution : contribution;
            }
        }

        return [.. targets.Select(gradients.GetValueOrDefault)];
    }

    /// <summary>
    /// The gradient of a composite op with respect to each input. Placeholders replace the inputs during the sweep, because one input may depend on another.
    /// </summary>
    private static IReadOnlyList<Node?> Contributions(CompositeOp op, Node node, Node outputGradient)
    {
        var originals = new Dictionary<Node, Node>();
        var placeholders = node.Inputs.Select(Placeholder).ToArray();
        var swept = Sweep(op.Compose(placeholders), Placeholder(outputGradient), placeholders);
        var present = new Graph([.. swept.OfType<Node>()]).Rewrite((original, rebuilt) => originals.GetValueOrDefault(original, rebuilt)).Outputs;
        var next = 0;
        return [.. swept.Select(gradient => gradient is null ? null : present[next++])];

        Node Placeholder(Node original)
        {
            var placeholder = new Node(new InputOp("placeholder", original.Shape));
            originals[placeholder] = original;
            return placeholder;
        }
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
