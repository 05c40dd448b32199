using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// max(1 − t·p, 0), averaged over the outputs, for targets −1 and 1; in a batch whose targets are all 0 or 1, 0 becomes −1. <c>keras.losses.Hinge</c>.
/// </summary>
public sealed class Hinge : Loss
{
    /// <inheritdoc/>
    public override string Name => "hinge";

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted) => MeanOutputs(Margin(Matching(expected, predicted), predicted));

    /// <summary>max(1 − t·p, 0) of each output, for targets t and predictions p of one shape.</summary>
    internal static Node Margin(Node t, Node p)
    {
        var isBinary = 1 - (t * (t - 1)).Square().Sum().IsNotZero();
        return (1 - ((t + (isBinary * (t - 1))) * p)).Relu();
    }
}

/// <summary>max(1 − t·p, 0)², averaged over the outputs; with the targets of <see cref="Hinge"/>. <c>keras.losses.SquaredHinge</c>.</summary>
public sealed class SquaredHinge : Loss
{
    /// <inheritdoc/>
    public override string Name => "squared_hinge";

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted) => MeanOutputs(Hinge.Margin(Matching(expected, predicted), predicted).Square());
}

/// <summary>max(1 + max (1 − t)·p − Σ t·p, 0) over the classes, for one-hot targets; <c>keras.losses.CategoricalHinge</c>.</summary>
public sealed class CategoricalHinge : Loss
{
    /// <inheritdoc/>
    public override string Name => "categorical_hinge";

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted)
    {
        var classes = predicted.Shape[^1];
        Shape rows = [predicted.Shape.Count / classes, classes];
        var (p, t) = (predicted.Reshape(rows), Matching(expected, predicted).Reshape(rows));

        // The maximum of a row, by max-pooling over a column of one channel.
        var others = ((1 - t) * p).Reshape([rows[0], classes, 1, 1]).MaxPool2D((classes, 1), (1, 1), Padding.Valid);
        var margins = (others.Reshape([rows[0], 1]) - (t * p).SumTo([rows[0], 1]) + 1).Relu();
        return SumOutputs(margins.Reshape([.. predicted.Shape.Dimensions[..^1], 1]));
    }
}
