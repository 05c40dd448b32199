using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Concatenates several values along one dimension, the channels by default. <c>keras.layers.Concatenate</c>.</summary>
/// <param name="axis">The dimension; the batch is 0, the innermost −1. In all other dimensions the values have the same size.</param>
public sealed class Concatenate(int axis = -1) : Layer
{
    /// <summary>The dimension; the batch is 0, the innermost −1.</summary>
    public int Axis { get; } = axis.NotTheBatch(nameof(Concatenate), nameof(axis));

    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context)
    {
        var axis = inputs.AtLeastTwo(Subject)[0].Shape.AxisOf(Axis, Subject);
        if (inputs.Any(input => input.Shape.Rank != inputs[0].Shape.Rank || !IsEqualExcept(axis, input.Shape, inputs[0].Shape)))
            throw new ShapeException(Subject, $"expected inputs that differ only along axis {axis}; received {Merging.Print(inputs)}.");
        return Concatenation.Concatenate(axis, [.. inputs]);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("axis", Axis);

    internal static Concatenate FromConfig(Config config) => new(config.GetInt("axis", -1));

    private static bool IsEqualExcept(int axis, Shape left, Shape right) =>
        Enumerable.Range(0, left.Rank).All(other => other == axis || left[other] == right[other]);
}
