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
    public override Node Call(Node prediction, Node target) => MeanOutputs(Margin(prediction, target));

    /// <summary>max(1 − t·p, 0) of each output.</summary>
    internal static Node Margin(Node prediction, Node target)
    {
        var t = target.Reshape(prediction.Shape);
        var isBinary = 1 - (t * (t - 1)).Square().Sum().IsNotZero();
        return (1 - ((t + (isBinary * (t - 1))) * prediction)).Relu();
    }
}

/// <summary>max(1 − t·p, 0)², averaged over the outputs; with the targets of <see cref="Hinge"/>. <c>keras.losses.SquaredHinge</c>.</summary>
public sealed class SquaredHinge : Loss
{
    /// <inheritdoc/>
    public override string Name => "squared_hinge";

    /// <inheritdoc/>
    public override Node Call(Node prediction, Node target) => MeanOutputs(Hinge.Margin(prediction, target).Square());
}

/// <summary>max(1 + max (1 − t)·p − Σ t·p, 0) over the classes, for one-hot targets; <c>keras.losses.CategoricalHinge</c>.</summary>
public sealed class CategoricalHinge : Loss
{
    /// <inheritdoc/>
    public override string Name => "categorical_hinge";

    /// <inheritdoc/>
    public override Node Call(Node prediction, Node target)
    {
        var classes = prediction.Shape[^1];
        Shape rows = [prediction.Shape.Count / classes, classes];
        var (p, t) = (prediction.Reshape(rows), target.Reshape(rows));

        // The maximum of a row, by max-pooling over a column of one channel.
        var others = ((1 - t) * p).Reshape([rows[0], classes, 1, 1]).MaxPool2D((classes, 1), (1, 1), Padding.Valid);
        var margins = (others.Reshape([rows[0], 1]) - (t * p).SumTo([rows[0], 1]) + 1).Relu();
        return SumOutputs(margins.Reshape([.. prediction.Shape.Dimensions[..^1], 1]));
    }
}
