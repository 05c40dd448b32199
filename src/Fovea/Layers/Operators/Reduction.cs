using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Reduces some dimensions to one value, such as a sum or an argmax, for which Keras has no layer. Files in Keras' formats name it <c>Reduction</c>, which
/// Keras cannot load.
/// </summary>
internal sealed class Reduction : Layer
{
    private static readonly Dictionary<string, Func<Node, CallContext, Node>> Functions = new()
    {
        ["sum"] = (x, _) => x.SumRange(2, 1),
        ["mean"] = (x, _) => x.SumRange(2, 1) / x.Shape[2],
        ["max"] = (x, _) => Maximum(x),
        ["min"] = (x, _) => -Maximum(-x),
        ["l1"] = (x, _) => x.Abs().SumRange(2, 1),
        ["l2"] = (x, _) => x.Square().SumRange(2, 1).Sqrt(),
        ["sum_square"] = (x, _) => x.Square().SumRange(2, 1),
        ["log_sum"] = (x, _) => x.SumRange(2, 1).Log(),
        ["log_sum_exp"] = (x, _) => LogSumExp(x),
        ["argmax"] = (x, context) => ArgMax(x, context, last: false),
        ["argmax_last"] = (x, context) => ArgMax(x, context, last: true),
        ["argmin"] = (x, context) => ArgMax(-x, context, last: false),
        ["argmin_last"] = (x, context) => ArgMax(-x, context, last: true),
    };

    private readonly int[] axes;

    /// <param name="function">The name of the function.</param>
    /// <param name="axes">The dimensions; the batch is 0.</param>
    /// <param name="keepDimensions">Whether they remain, with size 1.</param>
    internal Reduction(string function, IReadOnlyList<int> axes, bool keepDimensions)
    {
        if (!Functions.ContainsKey(function))
            throw ArgumentRules.Wrong(nameof(Reduction), nameof(function), $"one of {string.Join(", ", Functions.Keys)}", function);
        if (axes.Count == 0 || axes.Any(axis => axis < 1) || axes.Distinct().Count() != axes.Count)
            throw ArgumentRules.Wrong(nameof(Reduction), nameof(axes), $"different dimensions other than the batch, 0", string.Join(", ", axes));
        (Function, this.axes, KeepDimensions) = (function, [.. axes.Order()], keepDimensions);
    }

    /// <summary>The name of the function.</summary>
    public string Function { get; }

    /// <summary>Whether the dimensions remain, with size 1.</summary>
    public bool KeepDimensions { get; }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var shape = input.Shape;
        if (axes[^1] >= shape.Rank)
            throw new ShapeException(Subject, $"expected {axes[^1]} dimensions besides the batch; received {SymbolicTensor.Print(shape[1..])}.");
        int[] kept = [.. Enumerable.Range(1, shape.Rank - 1).Except(axes)];
        int[] order = [0, .. kept, .. axes];
        var left = new Shape([.. kept.Select(axis => shape[axis])]);
        var permuted = order.Index().All(entry => entry.Index == entry.Item) ? input : input.Transpose(order);
        var result = Functions[Function](permuted.Reshape([shape[0], left.Count, shape[1..].Count / left.Count]), context);
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

    /// <summary>The maximum over the last of three dimensions.</summary>
    private static Node Maximum(Node x) => x.Max(2);

    private static Node LogSumExp(Node x)
    {
        var maximum = Maximum(x);
        return (x - maximum.Reshape([.. x.Shape.Dimensions[..2], 1])).Exp().SumRange(2, 1).Log() + maximum;
    }

    /// <summary>The index of the maximum: the first or the last if it occurs several times.</summary>
    private static Node ArgMax(Node x, CallContext context, bool last)
    {
        var count = x.Shape[2];
        var matches = x.EqualTo(Maximum(x).Reshape([.. x.Shape.Dimensions[..2], 1]));
        var found = Maximum(matches * AffineAugmentation.Vector(context, [.. Enumerable.Range(0, count).Select(i => (float)(last ? i + 1 : count - i))]));
        return last ? found - 1 : count - found;
    }
}
