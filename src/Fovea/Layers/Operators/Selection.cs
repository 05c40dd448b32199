using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Gathers the listed indices of one dimension, in that order; an index may occur several times. So it computes slices with steps, flips, permuted channels and
/// mirrored borders. Files in Keras' formats name it <c>Selection</c>, which Keras cannot load.
/// </summary>
internal sealed class Selection : Layer
{
    private readonly int[] indices;

    /// <param name="axis">The dimension; the batch is 0.</param>
    /// <param name="indices">The indices, from 0.</param>
    internal Selection(int axis, IReadOnlyList<int> indices)
    {
        if (axis < 1) throw ArgumentRules.Wrong(nameof(Selection), nameof(axis), $"at least 1", axis);
        if (indices.Count == 0 || indices.Any(index => index < 0))
            throw ArgumentRules.Wrong(nameof(Selection), nameof(indices), $"one or several indices of at least 0", string.Join(", ", indices));
        (Axis, this.indices) = (axis, [.. indices]);
    }

    /// <summary>The dimension; the batch is 0.</summary>
    public int Axis { get; }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var shape = input.Shape;
        if (Axis >= shape.Rank || indices.Max() >= shape[Axis])
            throw new ShapeException(
                Subject, $"expected more than {indices.Max()} elements in the dimension {Axis}; received {SymbolicTensor.Print(shape[1..])}.");
        return input.Gather(Axis, indices);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("axis", Axis);
        config.Set("indices", indices);
    }

    internal static Selection FromConfig(Config config) => new(config.GetInt("axis"), config.GetInts("indices"));
}
