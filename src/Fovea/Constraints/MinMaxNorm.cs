using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Lengths n become (1 − rate)·n + rate·min(max(n, least), greatest); <c>keras.constraints.MinMaxNorm</c>. A rate of 1 holds strictly; below 1
/// vectors move there step by step.
/// </summary>
/// <param name="MinValue">The least length, at least 0.</param>
/// <param name="MaxValue">The greatest length, at least the least.</param>
/// <param name="Rate">How far a step goes, from 0 to 1.</param>
public sealed record MinMaxNorm(double MinValue = 0, double MaxValue = 1, double Rate = 1) : NormConstraint
{
    /// <summary>The least length.</summary>
    public double MinValue { get; } = Config.Shortest(MinValue.AtLeast(0, "MinMaxNorm", "minValue"));

    /// <summary>The greatest length.</summary>
    public double MaxValue { get; } = Config.Shortest(MaxValue.AtLeast((float)MinValue, "MinMaxNorm", "maxValue"));

    /// <summary>How far a step goes.</summary>
    public double Rate { get; } = Config.Shortest(Rate.Within(0, 1, "MinMaxNorm", "rate"));

    private protected override Node Wanted(Node norms)
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
