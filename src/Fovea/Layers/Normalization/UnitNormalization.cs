using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Divides by the length over some dimensions, by default the channels, so that it is 1: x / √Σx²; <c>keras.layers.UnitNormalization</c>. A length
/// below 10⁻¹² counts as that, so zeros stay zeros.
/// </summary>
/// <param name="axis">The dimensions, counted with the batch, or from the innermost, −1, on.</param>
public sealed class UnitNormalization(params int[] axis) : Layer
{
    private const float LeastLength = 1e-12f;

    private readonly NormalizedAxes axes = new(axis, nameof(UnitNormalization));

    /// <summary>The innermost dimension.</summary>
    public UnitNormalization()
        : this(-1)
    {
    }

    /// <summary>The dimensions, counted with the batch, or from the innermost, −1, on.</summary>
    public IReadOnlyList<int> Axis => axes.AsGiven;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var normalized = axes.In(input.Shape, Subject);
        var count = normalized.Aggregate(1, (product, axis) => product * input.Shape[axis]);
        var squares = count * NormalizedAxes.Mean(input.Square(), normalized);
        return input / squares.Clip(LeastLength * LeastLength, float.MaxValue).Sqrt();
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => axes.Write(config);

    internal static UnitNormalization FromConfig(Config config) => new(NormalizedAxes.Read(config));
}
