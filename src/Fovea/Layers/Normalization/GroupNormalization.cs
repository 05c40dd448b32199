using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Normalizes each group of channels of each sample to mean 0 and variance 1 over all positions, then multiplies each channel by a learned scale, gamma, and
/// adds a learned offset, beta. <c>keras.layers.GroupNormalization</c>; Wu and He 2018. With one group it is a <see cref="LayerNormalization"/> of the whole
/// sample; with a group per channel, −1, it is the instance normalization of Ulyanov et al. 2016.
/// </summary>
/// <param name="groups">The number of groups into which the channels (the innermost dimension) are divided, in order; −1 for one per channel.</param>
/// <param name="epsilon">The number added to the variance before the square root, so that it is never 0.</param>
public sealed class GroupNormalization(int groups = 32, double epsilon = 1e-3) : ScaledNormalization
{
    private Variable? gamma;
    private Variable? beta;

    /// <summary>The number of groups into which the channels are divided; −1 for one per channel.</summary>
    public int Groups { get; } = groups is >= 1 or -1
        ? groups
        : throw ArgumentRules.Wrong(nameof(GroupNormalization), nameof(groups), $"at least 1, or -1 for a group for each channel", groups);

    /// <summary>The number added to the variance before the square root, so that it is never 0.</summary>
    public double Epsilon { get; } = epsilon.AtLeast(0, nameof(GroupNormalization), nameof(epsilon));

    /// <summary>The axis that a file names; the batch is 0. Only the last one is supported.</summary>
    internal int Axis { get; init; } = -1;

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank < 1) throw new ShapeException(Subject, "expected inputs of at least one dimension besides the batch; received (None).");
        if (Axis != -1 && Axis != inputs[0].Rank)
            throw new ShapeException(Subject, $"expected the last axis, -1 or {inputs[0].Rank}, to be normalized; received {Axis}.");
        var channels = inputs[0][^1];
        if (Groups > 0 && channels % Groups != 0)
            throw new ShapeException(Subject, $"channels must be divisible by groups; received {channels} channels and {Groups} groups.");
        if (Scale) gamma = AddWeight("gamma", [channels], Gamma);
        if (Center) beta = AddWeight("beta", [channels], Beta);
    }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var (batch, channels) = (input.Shape[0], input.Shape[^1]);
        if (Groups > 0 && channels % Groups != 0)
            throw new ShapeException(Subject, $"channels must be divisible by groups; received {channels} channels and {Groups} groups.");
        var groups = Groups > 0 ? Groups : channels;
        var x = input.Reshape([batch, input.Shape.Count / batch / channels, channels]);
        var centered = x - Mean(x);
        var factor = Arithmetic.Constant(1) / (Mean(centered.Square()) + (float)Epsilon).Sqrt();
        if (gamma is not null) factor *= context.Read(gamma);
        x = centered * factor;
        return (beta is null ? x : x + context.Read(beta)).Reshape(input.Shape);

        // First the sum of each channel over all positions, which is fast, then the sum over the channels of a group. The mean is repeated for each channel.
        Node Mean(Node values)
        {
            var sums = values.SumRange(1, 1).Reshape([batch, groups, channels / groups]).SumRange(2, 1).Reshape([batch, groups, 1]);
            return (sums / (values.Shape[1] * (channels / groups))).BroadcastTo([batch, groups, channels / groups]).Reshape([batch, 1, channels]);
        }
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("groups", Groups);
        config.Set("axis", -1);
        config.Set("epsilon", Epsilon);
        config.Set("center", Center);
        config.Set("scale", Scale);
        config.SetWeights(Beta, Gamma);
    }

    internal static GroupNormalization FromConfig(Config config) => new(config.GetInt("groups", 32), config.GetFloat("epsilon", 1e-3f))
    {
        Axis = config.GetAxis("axis", -1),
        Center = config.GetBool("center", true),
        Scale = config.GetBool("scale", true),
        Beta = config.GetWeight(WeightSpec.Beta),
        Gamma = config.GetWeight(WeightSpec.Gamma),
    };
}
