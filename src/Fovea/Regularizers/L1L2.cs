using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>l1 Σ|x| + l2 Σx²; <c>keras.regularizers.L1L2</c>.</summary>
/// <param name="L1">The factor of the absolute values, at least 0.</param>
/// <param name="L2">The factor of the squares, at least 0.</param>
public sealed record L1L2(double L1 = 0, double L2 = 0) : Regularizer
{
    /// <summary>The factor of the absolute values.</summary>
    public double L1 { get; } = L1.AtLeast(0, "L1L2", "l1");

    /// <summary>The factor of the squares.</summary>
    public double L2 { get; } = L2.AtLeast(0, "L1L2", "l2");

    /// <inheritdoc/>
    public override Node Penalty(Node x) => ((float)L1, (float)L2) switch
    {
        (var l1, 0) => l1 * x.Abs().Sum(),
        (0, var l2) => l2 * x.Square().Sum(),
        var (l1, l2) => (l1 * x.Abs().Sum()) + (l2 * x.Square().Sum()),
    };

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("l1", L1);
        config.Set("l2", L2);
    }

    internal static L1L2 FromConfig(Config config) => new(config.GetFloat("l1", 0), config.GetFloat("l2", 0));

    /// <summary>The function <c>l1_l2</c> of Keras 2, whose factors are 0.01 if they are not given.</summary>
    internal static L1L2 FromFunction(Config config) => new(config.GetFloat("l1", 0.01f), config.GetFloat("l2", 0.01f));
}
