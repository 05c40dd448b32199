using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Makes one number of those along some dimensions, for which Keras has no layer. Files of Keras' formats name it <c>Reduction</c>, which Keras itself does not
/// know.
/// </summary>
internal sealed class Reduction : Layer
{
    private static readonly Dictionary<string, Func<Node, CallContext, Node>> Functions = new()
    {
        ["sum"] = (x, _) => x.Sum(2, 1),
        ["mean"] = (x, _) => x.Sum(2, 1) / x.Shape[2],
        ["max"] = (x, _) => Maximum(x),
        ["min"] = (x, _) => -Maximum(-x),
        ["l1"] = (x, _) => x.Abs().Sum(2, 1),
        ["l2"] = (x, _) => x.Square().Sum(2, 1).Sqrt(),
        ["sum_square"] = (x, _) => x.Square().Sum(2, 1),
        ["log_sum"] = (x, _) => x.Sum(2, 1).Log(),
        ["log_sum_exp"] = (x, _) => LogSumExp(x),
        ["argmax"] = (x, context) => Place(x, context, last: false),
        ["argmax_last"] = (x, context) => Place(x, context, last: true),
        ["argmin"] = (x, context) => Place(-x, context, last: false),
        ["argmin_last"] = (x, context) => Place(-x, context, last: true),
    };

    private readonly int[] axes;

    /// <param name="function">Which number.</param>
    /// <param name="axes">The dimensions, counted with the batch.</param>
    /// <param name="keepDimensions">Whether they stay, with a size of 1.</param>
    internal Reduction(string function, IReadOnlyList<int> axes, bool keepDimensions)
    {
        if (!Functions.ContainsKey(function)) throw ArgumentRules.Wrong(nameof(Reduction), nameof(function), $"one of {string.Join(", ", Functions.Keys)}", function);
        if (axes.Count == 0 || axes.Any(axis => axis < 1) || axes.Distinct().Count() != axes.Count)
            throw ArgumentRules.Wrong(nameof(Reduction), nameof(axes), $"different dimensions behind the batch", string.Join(", ", axes));
        (Function, this.axes, KeepDimensions) = (function, [.. axes.Order()], keepDimensions);
    }

    /// <summary>Which number.</summary>
    public string Function { get; }

    /// <summary>Whether the dimensions stay, with a size of 1.</summary>
    public bool KeepDimensions { get; }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var shape = input.Shape;
        if (axes[^1] >= shape.Rank)
            throw new ShapeException(Subject, $"expected {axes[^1]} dimensions beside the batch; received {SymbolicTensor.Print(shape[1..])}.");
        int[] kept = [.. Enumerable.Range(1, shape.Rank - 1).Except(axes)];
        int[] order = [0, .. kept, .. axes];
        var left = new Shape([.. kept.Select(axis => shape[axis])]);
        var turned = order.Index().All(entry => entry.Index == entry.Item) ? input : input.Transpose(order);
        var result = Functions[Function](turned.Reshape([shape[0], left.Count, shape[1..].Count / left.Count]), context);
        return result.Reshape(
            KeepDimensions ? new Shape([.. Enumerable.Range(0, shape.Rank).Select(axis => axes.Contains(axis) ? 1 : shape[axis])]) : left.Prepend(shape[0]));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("function", Function);
        config.Set("axes", axes);
        config.Set("keepdims", KeepDimensions);
    }

    internal static Reduction FromConfig(Config config) => new(config.GetText("function", ""), config.GetInts("axes"), config.GetBool("keepdims", false));

    /// <summary>Over the last of three dimensions.</summary>
    private static Node Maximum(Node x)
    {
        var rows = x.Reshape([x.Shape[0], x.Shape[1], x.Shape[2], 1]);
        return rows.MaxPool2D((1, x.Shape[2]), (1, x.Shape[2]), Padding.Valid).Reshape(x.Shape[..2]);
    }

    private static Node LogSumExp(Node x)
    {
        var most = Maximum(x);
        return (x - most.Reshape([.. x.Shape.Dimensions[..2], 1])).Exp().Sum(2, 1).Log() + most;
    }

    /// <summary>The place of the greatest number, the first or the last of several.</summary>
    private static Node Place(Node x, CallContext context, bool last)
    {
        var count = x.Shape[2];
        var matches = Truth.NotZero(x - Maximum(x).Reshape([.. x.Shape.Dimensions[..2], 1])).Not();
        var found = Maximum(matches * AffineAugmentation.Vector(context, [.. Enumerable.Range(0, count).Select(i => (float)(last ? i + 1 : count - i))]));
        return last ? found - 1 : count - found;
    }
}
