using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Finds the kind of a model's outputs from the ops that compute them. It goes from the last op back, through ops that keep probabilities probabilities, to a
/// softmax, a sigmoid, a matrix product, or another op.
/// </summary>
internal static class OutputAnalysis
{
    private enum Origin
    {
        /// <summary>A softmax or sigmoid: a value from 0 to 1.</summary>
        Squashed,

        /// <summary>A matrix product, a convolution or a batch normalization, which give any value, or a logarithm of probabilities.</summary>
        Linear,

        /// <summary>Something else.</summary>
        Other,
    }

    /// <summary>The kind of the first output.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ofLoss">The kind that the loss takes; it decides if the last ops are neither softmax nor sigmoid.</param>
    public static OutputKind Of(Model model, OutputKind? ofLoss)
    {
        var (origin, factor) = Trace(ModelGraph.Example(model).Output, []);
        if (origin == Origin.Squashed) return Math.Abs(factor - 1) < 1e-3 ? OutputKind.Probabilities : OutputKind.Values;
        return ofLoss ?? (origin == Origin.Linear ? OutputKind.Logits : OutputKind.Values);
    }

    /// <summary>The origin of a value, and its factor: a mean of softmaxes consists of sums and factors whose product is 1.</summary>
    private static (Origin Origin, double Factor) Trace(Node node, Dictionary<Node, (Origin, double)> known)
    {
        if (known.TryGetValue(node, out var before)) return before;
        return known[node] = node.Op switch
        {
            SoftmaxOp or SigmoidOp => (Origin.Squashed, 1),
            ClipOp { Low: 0, High: var high and < float.MaxValue } => (Origin.Squashed, high),  // hard sigmoids: relu6 times a sixth
            LogSoftmaxOp => (Origin.Linear, 1),
            SumOp => Times(Trace(node.Inputs[0], known), (double)node.Inputs[0].Shape.Count / node.Shape.Count),
            AddOp => Sum(Trace(node.Inputs[0], known), Trace(node.Inputs[1], known), node),
            SubtractOp => IsOne(node.Inputs[0]) && Trace(node.Inputs[1], known) is (Origin.Squashed, 1) and var rest
                ? rest
                : Sum(Trace(node.Inputs[0], known), Trace(node.Inputs[1], known), node),
            NegateOp => Trace(node.Inputs[0], known).Origin == Origin.Linear ? (Origin.Linear, 1) : (Origin.Other, 1),
            MultiplyOp => ConstantOf(node.Inputs[0]) is { } left ? Times(Trace(node.Inputs[1], known), left)
                : ConstantOf(node.Inputs[1]) is { } right ? Times(Trace(node.Inputs[0], known), right)
                : Product(node, known),
            DivideOp => ConstantOf(node.Inputs[1]) is { } divisor ? Times(Trace(node.Inputs[0], known), 1 / divisor) : Product(node, known),
            MatMulOp or Conv2DOp or Conv2DInputGradientOp or DepthwiseConv2DOp or VariableOp or ConstantOp => (Origin.Linear, 1),
            ConcatenateOp => node.Inputs.Select(input => Trace(input, known)).Aggregate((all, next) => all == next ? all : (Origin.Other, 1)),
            BroadcastOp => Trace(node.Inputs[0], known),
            ClipOp => (Origin.Other, 1),
            ElementwiseOp or RowOp => (Origin.Other, 1),
            _ => node.Inputs.Count > 0 ? Trace(node.Inputs[0], known) : (Origin.Other, 1),
        };
    }

    private static (Origin, double) Times((Origin Origin, double Factor) value, double factor) => (value.Origin, value.Factor * factor);

    private static (Origin, double) Sum((Origin Origin, double Factor) left, (Origin Origin, double Factor) right, Node node)
    {
        if (DoesNotDependOnInput(node.Inputs[1])) return left.Origin == Origin.Linear ? left : (Origin.Other, 1);
        if (DoesNotDependOnInput(node.Inputs[0])) return right.Origin == Origin.Linear ? right : (Origin.Other, 1);
        return left.Origin == right.Origin && node.Op is AddOp ? (left.Origin, left.Factor + right.Factor)
            : left.Origin == Origin.Linear && right.Origin == Origin.Linear ? (Origin.Linear, 1) : (Origin.Other, 1);
    }

    /// <summary>A weight times a linear value is linear too, as in a batch normalization.</summary>
    private static (Origin, double) Product(Node node, Dictionary<Node, (Origin, double)> known) =>
        (DoesNotDependOnInput(node.Inputs[1]) && Trace(node.Inputs[0], known).Origin == Origin.Linear)
        || (node.Op is MultiplyOp && DoesNotDependOnInput(node.Inputs[0]) && Trace(node.Inputs[1], known).Origin == Origin.Linear)
            ? (Origin.Linear, 1)
            : (Origin.Other, 1);

    private static bool IsOne(Node node) => ConstantOf(node) == 1;

    private static double? ConstantOf(Node node) => node.Op switch
    {
        ConstantOp constant => constant.Value,
        BroadcastOp or ReshapeOp => ConstantOf(node.Inputs[0]),
        _ => null,
    };

    private static bool DoesNotDependOnInput(Node node) => node.Op switch
    {
        InputOp => false,
        _ => node.Inputs.All(DoesNotDependOnInput),
    };
}
