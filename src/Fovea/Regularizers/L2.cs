using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>factor · Σx²; <c>keras.regularizers.L2</c>. It keeps weights small: the classic weight decay.</summary>
/// <param name="Factor">The factor of the squares, at least 0.</param>
public sealed record L2(double Factor = 0.01) : Regularizer
{
    /// <summary>The factor of the squares.</summary>
    public double Factor { get; } = Factor.AtLeast(0, "L2", "factor");

    /// <inheritdoc/>
    public override Node Penalty(Node x) => (float)Factor * x.Square().Sum();

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("l2", Factor);

    internal static L2 FromConfig(Config config) => new(config.GetFloat("l2", 0.01f));
}
