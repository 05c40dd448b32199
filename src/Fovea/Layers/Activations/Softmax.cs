using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The softmax along a dimension, e^xᵢ / Σⱼ e^xⱼ: values from 0 to 1 whose sum is 1. <c>keras.layers.Softmax</c>.</summary>
/// <param name="axis">The dimension; the batch is 0, the innermost −1.</param>
public sealed class Softmax(int axis = -1) : Layer
{
    /// <summary>The dimension; the batch is 0, the innermost −1.</summary>
    public int Axis { get; } = axis.NotTheBatch(nameof(Softmax), nameof(axis));

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var (axis, last) = (input.Shape.AxisOf(Axis, Subject), input.Shape.Rank - 1);
        return input.MoveAxis(axis, last).Softmax().MoveAxis(last, axis);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("axis", Axis);

    internal static Softmax FromConfig(Config config) => new(config.GetAxis("axis", -1));
}
