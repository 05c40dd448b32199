using Fovea.Engine;

namespace Fovea;

/// <summary>
/// 1 − Σ t·p / (Σ t·p + α·Σ (1 − t)·p + β·Σ t·(1 − p) + 1e-7): α weights false positives, β false negatives. Salehi et al. 2017,
/// eq. 3; <c>keras.losses.Tversky</c>. Older versions of Keras exchange α and β. With ½ and ½ it is <see cref="Dice"/>.
/// </summary>
/// <param name="alpha">α, at least 0.</param>
/// <param name="beta">β, at least 0.</param>
/// <param name="axis">The dimensions to sum over; null for all.</param>
/// <exception cref="ArgumentException">A coefficient is negative.</exception>
public sealed class Tversky(double alpha = 0.5, double beta = 0.5, IReadOnlyList<int>? axis = null) : OverlapLoss(axis)
{
    /// <inheritdoc/>
    public override string Name => "tversky";

    /// <summary>The weight of false positives.</summary>
    public double Alpha { get; } = alpha.AtLeast(0, "Tversky", nameof(alpha));

    /// <summary>The weight of false negatives.</summary>
    public double Beta { get; } = beta.AtLeast(0, "Tversky", nameof(beta));

    private protected override Node Overlap(Node expected, Node predicted, Func<Node, Node> sum)
    {
        var both = sum(expected * predicted);
        return both / (both + ((float)Alpha * sum((1 - expected) * predicted)) + ((float)Beta * sum(expected * (1 - predicted))) + LossFormulas.Epsilon);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("alpha", Alpha);
        config.Set("beta", Beta);
        base.WriteConfig(config);
    }

    internal static Tversky FromConfig(Config config) => new(config.GetFloat("alpha", 0.5f), config.GetFloat("beta", 0.5f), config.GetOptionalInts("axis"));
}
