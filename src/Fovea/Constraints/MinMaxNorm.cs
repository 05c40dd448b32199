using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Scales vectors of length n to the length (1 − rate)·n + rate·min(max(n, minimum), maximum); <c>keras.constraints.MinMaxNorm</c>. With a rate of 1 the
/// bounds hold strictly; with a lower rate lengths approach them step by step.
/// </summary>
/// <param name="MinValue">The minimum length, at least 0.</param>
/// <param name="MaxValue">The maximum length, not below the minimum.</param>
/// <param name="Rate">The share of the correction made in each step, from 0 to 1.</param>
public sealed record MinMaxNorm(double MinValue = 0, double MaxValue = 1, double Rate = 1) : NormConstraint
{
    /// <summary>The minimum length.</summary>
    public double MinValue { get; } = MinValue.AtLeast(0, "MinMaxNorm", "minValue");

    /// <summary>The maximum length.</summary>
    public double MaxValue { get; } = MaxValue.AtLeast((float)MinValue, "MinMaxNorm", "maxValue");

    /// <summary>The share of the correction made in each step.</summary>
    public double Rate { get; } = Rate.Within(0, 1, "MinMaxNorm", "rate");

    private protected override Node Constrained(Node norms)
    {
        var rate = (float)Rate;
        return (rate * norms.Clip((float)MinValue, (float)MaxValue)) + ((1 - rate) * norms);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("min_value", MinValue);
        config.Set("max_value", MaxValue);
        config.Set("rate", Rate);
        WriteAxes(config);
    }

    internal static MinMaxNorm FromConfig(Config config) =>
        new(config.GetFloat("min_value", 0), config.GetFloat("max_value", 1), config.GetFloat("rate", 1)) { Axes = ReadAxes(config) };
}
