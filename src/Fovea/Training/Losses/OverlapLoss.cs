using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Extending;

/// <summary>One minus the overlap of predicted and true masks, with sums over <see cref="Axis"/>: <see cref="Dice"/>, <see cref="Tversky"/>.</summary>
public abstract class OverlapLoss : Loss
{
    private protected OverlapLoss(IReadOnlyList<int>? axis) => Axis = axis;

    /// <summary>
    /// The dimensions to sum over; 0 is the batch, negative numbers count from the last, null means all. (1, 2, 3) computes an overlap for each image, (1, 2)
    /// one for each class of each image, and null one for the whole batch, which is the loss of every sample.
    /// </summary>
    public IReadOnlyList<int>? Axis { get; }

    internal override bool IsByPosition => false;

    private bool IsOfBatch => Axis is null || Axis.Contains(0);

    /// <inheritdoc/>
    public sealed override Node Call(Node expected, Node predicted)
    {
        var kept = Kept(predicted.Shape);
        var losses = 1 - Overlap(Matching(expected, predicted), predicted, x => x.SumTo(kept));
        return SumOutputs(losses.Reshape([.. kept.Dimensions, 1])).BroadcastTo([predicted.Shape[0]]);
    }

    /// <summary>As for all losses, except that the overlap of a whole batch is not summed over the samples unless they have weights.</summary>
    public sealed override Node Reduce(Node perSample, Node? weights = null) => IsOfBatch && weights is null
        ? perSample.Mean()
        : base.Reduce(perSample, weights);

    /// <summary>Computes the overlap, from 0 to 1 for probabilities.</summary>
    private protected abstract Node Overlap(Node expected, Node predicted, Func<Node, Node> sum);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("axis", Axis);

    /// <summary>The shape after the sums, in which the summed dimensions are 1.</summary>
    private Shape Kept(Shape shape)
    {
        var kept = shape.Dimensions.ToArray();
        foreach (var axis in Axis ?? [.. Enumerable.Range(0, shape.Rank)])
        {
            if (axis <= -shape.Rank || axis >= shape.Rank)
                throw new ShapeException(GetType().Name, $"the axis {axis} is not in the predictions {shape}; the batch is 0.");
            kept[axis < 0 ? axis + shape.Rank : axis] = 1;
        }

        return new Shape(kept);
    }
}
