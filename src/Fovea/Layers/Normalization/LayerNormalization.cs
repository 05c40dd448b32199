using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Normalizes each sample to mean 0 and variance 1 over some of its dimensions, by default over the channels at each position, then applies a scale, gamma, and
/// an offset, beta, that are learned for each index of these dimensions: γ·(x − mean) / √(variance + ε) + β. <c>keras.layers.LayerNormalization</c>; Ba, Kiros
/// and Hinton 2016. It computes the same in training and inference.
/// </summary>
/// <param name="axis">The dimensions that are normalized together; the batch is 0, the innermost −1.</param>
public sealed class LayerNormalization(params int[] axis) : ScaledNormalization
{
    private readonly NormalizedAxes axes = new(axis, nameof(LayerNormalization));
    private Variable? gamma;
    private Variable? beta;

    /// <summary>Normalizes over the innermost dimension.</summary>
    public LayerNormalization()
        : this(-1)
    {
    }

    /// <summary>The dimensions that are normalized together; the batch is 0, the innermost −1.</summary>
    public IReadOnlyList<int> Axis => axes.AsGiven;

    /// <summary>The number added to the variance before the square root, so that it is never 0.</summary>
    public double Epsilon { get; init => field = value.AtLeast(0, nameof(LayerNormalization), nameof(Epsilon)); } = 1e-3;

    /// <summary>
    /// Whether γ·x / √(variance + ε) is computed instead, without subtracting the mean and without an offset; Keras' deprecated argument <c>rms_scaling</c>. To
    /// divide by the root mean square, use <see cref="RMSNormalization"/>.
    /// </summary>
    public bool RmsScaling { get; init; }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        var shape = axes.WeightsFor(inputs[0], Subject);
        if (Scale || RmsScaling) gamma = AddWeight("gamma", shape, Gamma);
        if (Center && !RmsScaling) beta = AddWeight("beta", shape, Beta);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var normalized = axes.In(input.Shape, Subject);
        var x = Normalize(input, normalized);
        if (gamma is not null) x *= NormalizedAxes.Spread(context.Read(gamma), normalized, input.Shape);
        return beta is null ? x : x + NormalizedAxes.Spread(context.Read(beta), normalized, input.Shape);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        axes.Write(config);
        config.Set("epsilon", Epsilon);
        config.Set("center", Center);
        config.Set("scale", Scale);
        config.Set("rms_scaling", RmsScaling);
        config.SetWeights(Beta, Gamma);
    }

    internal static LayerNormalization FromConfig(Config config) => new(NormalizedAxes.Read(config))
    {
        Epsilon = config.GetDouble("epsilon", 1e-3),
        Center = config.GetBool("center", true),
        Scale = config.GetBool("scale", true),
        RmsScaling = config.GetBool("rms_scaling", false),
        Beta = config.GetWeight(WeightSpec.Beta),
        Gamma = config.GetWeight(WeightSpec.Gamma),
    };

    private Node Normalize(Node x, int[] normalized)
    {
        // The innermost dimensions are rows, for which there is a kernel.
        if (!RmsScaling && normalized[0] == x.Shape.Rank - normalized.Length) return x.NormalizeRows(normalized.Length, (float)Epsilon);
        var centered = x - NormalizedAxes.Mean(x, normalized);
        return (RmsScaling ? x : centered) / (NormalizedAxes.Mean(centered.Square(), normalized) + (float)Epsilon).Sqrt();
    }
}
