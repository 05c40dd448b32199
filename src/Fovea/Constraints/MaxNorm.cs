using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Scales vectors that are longer than a maximum length to that length; <c>keras.constraints.MaxNorm</c>; Srivastava et al. 2014, section 5.1.
/// </summary>
/// <param name="MaxValue">The maximum length, at least 0.</param>
public sealed record MaxNorm(double MaxValue = 2) : NormConstraint
{
    /// <summary>The maximum length.</summary>
    public double MaxValue { get; } = MaxValue.AtLeast(0, "MaxNorm", "maxValue");

    private protected override Node Constrained(Node norms) => norms.Clip(0, (float)MaxValue);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("max_value", MaxValue);
        WriteAxes(config);
    }

    internal static MaxNorm FromConfig(Config config) => new(config.GetFloat("max_value", 2)) { Axes = ReadAxes(config) };
}
