using System.Text.Json.Nodes;
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
public sealed record MinMaxNorm(float MinValue = 0, float MaxValue = 1, float Rate = 1) : NormConstraint
{
    /// <summary>The least length.</summary>
    public float MinValue { get; } = MinValue.AtLeast(0, "MinMaxNorm", "minValue");

    /// <summary>The greatest length.</summary>
    public float MaxValue { get; } = MaxValue.AtLeast(MinValue, "MinMaxNorm", "maxValue");

    /// <summary>How far a step goes.</summary>
    public float Rate { get; } = Rate.Within(0, 1, "MinMaxNorm", "rate");

    private protected override Node Wanted(Node norms) => (Rate * norms.Clip(MinValue, MaxValue)) + ((1 - Rate) * norms);

    private protected override (string ClassName, JsonObject Config)? Describe() => ("MinMaxNorm", new JsonObject
    {
        ["min_value"] = Config.Shortest(MinValue),
        ["max_value"] = Config.Shortest(MaxValue),
        ["rate"] = Config.Shortest(Rate),
        ["axis"] = AxesJson(),
    });
}
