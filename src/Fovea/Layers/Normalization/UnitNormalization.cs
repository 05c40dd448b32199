using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Divides by the Euclidean length over some dimensions, by default the channels, so that it becomes 1: x / √Σx². <c>keras.layers.UnitNormalization</c>. A
/// length below 10⁻¹² is taken as 10⁻¹², so zeros stay zeros.
/// </summary>
/// <param name="axis">The dimensions that are normalized together; the batch is 0, the innermost −1.</param>
public sealed class UnitNormalization(params int[] axis) : Layer
{
    private const float MinLength = 1e-12f;

    private readonly NormalizedAxes axes = new(axis, nameof(UnitNormalization));

    /// <summary>Normalizes over the innermost dimension.</summary>
    public UnitNormalization()
        : this(-1)
    {
    }

    /// <summary>The dimensions that are normalized together; the batch is 0, the innermost −1.</summary>
    public IReadOnlyList<int> Axis => axes.AsGiven;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var normalized = axes.In(input.Shape, Subject);
        var count = normalized.Aggregate(1, (product, axis) => product * input.Shape[axis]);
        var squares = count * NormalizedAxes.Mean(input.Square(), normalized);
        return input / squares.Clip(MinLength * MinLength, float.MaxValue).Sqrt();
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => axes.Write(config);

    internal static UnitNormalization FromConfig(Config config) => new(NormalizedAxes.Read(config));
}
