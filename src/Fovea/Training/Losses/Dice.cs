using Fovea.Engine;

namespace Fovea;

/// <summary>1 − 2·Σ t·p / (Σ t + Σ p + 1e-7) for masks t of 0 and 1 and probabilities p; Milletari et al. 2016, <c>keras.losses.Dice</c>.</summary>
/// <param name="axis">The dimensions to sum over; null for all.</param>
public sealed class Dice(IReadOnlyList<int>? axis = null) : OverlapLoss(axis)
{
    /// <inheritdoc/>
    public override string Name => "dice";

    private protected override Node Overlap(Node expected, Node predicted, Func<Node, Node> sum) =>
        2 * sum(expected * predicted) / (sum(expected) + sum(predicted) + LossFormulas.Epsilon);

    internal static Dice FromConfig(Config config) => new(config.GetOptionalInts("axis"));
}
