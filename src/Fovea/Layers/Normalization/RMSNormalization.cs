using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Divides by the root mean square over some dimensions, by default the channels, and multiplies by a learned scale: s·x / √(mean x² + ε).
/// <c>keras.layers.RMSNormalization</c>; Zhang and Sennrich 2019.
/// </summary>
/// <param name="axis">The dimensions that are normalized together; the batch is 0, the innermost −1.</param>
public sealed class RMSNormalization(params int[] axis) : Layer
{
    private readonly NormalizedAxes axes = new(axis, nameof(RMSNormalization));
    private Variable? scale;

    /// <summary>Normalizes over the innermost dimension.</summary>
    public RMSNormalization()
        : this(-1)
    {
    }

    /// <summary>The dimensions that are normalized together; the batch is 0, the innermost −1.</summary>
    public IReadOnlyList<int> Axis => axes.AsGiven;

    /// <summary>The number added to the mean square before the square root, so that it is never 0.</summary>
    public double Epsilon { get; init => field = value.AtLeast(0, nameof(RMSNormalization), nameof(Epsilon)); } = 1e-6;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs) => scale = AddWeight("scale", axes.WeightsFor(inputs[0], Subject), Initializer.Ones);

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var normalized = axes.In(input.Shape, Subject);
        var root = (NormalizedAxes.Mean(input.Square(), normalized) + (float)Epsilon).Sqrt();
        return input / root * NormalizedAxes.Spread(context.Read(scale!), normalized, input.Shape);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        axes.Write(config);
        config.Set("epsilon", Epsilon);
    }

    internal static RMSNormalization FromConfig(Config config) => new(NormalizedAxes.Read(config)) { Epsilon = config.GetDouble("epsilon", 1e-6) };
}
