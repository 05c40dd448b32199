using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>e^xᵢ / Σⱼ e^xⱼ along a dimension: numbers from 0 to 1 whose sum is 1; <c>keras.layers.Softmax</c>.</summary>
/// <param name="axis">The dimension, counted with the batch, or from the innermost, −1, on.</param>
public sealed class Softmax(int axis = -1) : Layer
{
    /// <summary>The dimension, counted with the batch, or from the innermost, −1, on.</summary>
    public int Axis { get; } = axis.NotTheBatch("Softmax", nameof(axis));

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
