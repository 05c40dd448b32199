using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>factor · Σ|x|; <c>keras.regularizers.L1</c>. It drives unimportant weights to 0.</summary>
/// <param name="Factor">The factor of the absolute values, at least 0.</param>
public sealed record L1(double Factor = 0.01) : Regularizer
{
    /// <summary>The factor of the absolute values.</summary>
    public double Factor { get; } = Factor.AtLeast(0, "L1", "factor");

    /// <inheritdoc/>
    public override Node Penalty(Node x) => (float)Factor * x.Abs().Sum();

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("l1", Factor);

    internal static L1 FromConfig(Config config) => new(config.GetFloat("l1", 0.01f));
}
