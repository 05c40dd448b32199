using Fovea.Engine;

namespace Fovea;

/// <summary>Returns its input and adds the penalty l1 Σ|x| + l2 Σx² to the loss. <c>keras.layers.ActivityRegularization</c>.</summary>
/// <param name="l1">The factor of the sum of absolute values, at least 0.</param>
/// <param name="l2">The factor of the sum of squares, at least 0.</param>
public sealed class ActivityRegularization(double l1 = 0, double l2 = 0) : Layer
{
    /// <summary>The factor of the sum of absolute values.</summary>
    public double L1 { get; } = l1.AtLeast(0, nameof(ActivityRegularization), nameof(l1));

    /// <summary>The factor of the sum of squares.</summary>
    public double L2 { get; } = l2.AtLeast(0, nameof(ActivityRegularization), nameof(l2));

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        context.AddSumOverSamples(new L1L2(L1, L2).Penalty(input));
        return input;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("l1", L1);
        config.Set("l2", L2);
    }

    internal static ActivityRegularization FromConfig(Config config) => new(config.GetFloat("l1", 0), config.GetFloat("l2", 0));
}
