using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Σ t·ln(t / p) over the innermost dimension, with both clipped to 1e-7 … 1: the divergence of the distribution p from t. Kullback and Leibler 1951,
/// <c>keras.losses.KLDivergence</c>.
/// </summary>
public sealed class KLDivergence : Loss
{
    /// <inheritdoc/>
    public override string Name => "kl_divergence";

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted)
    {
        var (p, t) = (predicted.Clip(LossFormulas.Epsilon, 1), Matching(expected, predicted).Clip(LossFormulas.Epsilon, 1));
        return SumOutputs(t * (t / p).Log());
    }

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction) => FindOutside(target, 0, float.PositiveInfinity);
}

/// <summary>p − t·ln(p + 1e-7), averaged over the outputs, for counts t and predicted rates p ≥ 0; <c>keras.losses.Poisson</c>.</summary>
public sealed class Poisson : Loss
{
    /// <inheritdoc/>
    public override string Name => "poisson";

    internal override OutputKind? ModelOutputs => OutputKind.Values;

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted) =>
        MeanOutputs(predicted - (Matching(expected, predicted) * (predicted + LossFormulas.Epsilon).Log()));

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction) => FindOutside(target, 0, float.PositiveInfinity);
}
