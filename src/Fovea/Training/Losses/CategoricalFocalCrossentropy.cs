using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Cross-entropy that counts easy samples less: −Σ α·(1 − p)^γ·t·ln p over the classes. Lin et al. 2018, eq. 5;
/// <c>keras.losses.CategoricalFocalCrossentropy</c>. Logits are not cut off at a probability of 1e-7 as in Keras.
/// </summary>
public sealed class CategoricalFocalCrossentropy : Loss
{
    /// <summary>Makes a loss in which all classes count the same.</summary>
    /// <param name="alpha">α, at least 0.</param>
    /// <param name="gamma">γ, at least 0; with 0 easy samples count as all others.</param>
    /// <exception cref="ArgumentException">An argument is negative.</exception>
    public CategoricalFocalCrossentropy(float alpha = 0.25f, float gamma = 2)
        : this([alpha], gamma)
    {
    }

    /// <summary>Makes a loss in which classes count differently.</summary>
    /// <param name="alpha">α of each class, at least 0; often the inverse of its frequency.</param>
    /// <param name="gamma">γ, at least 0; with 0 easy samples count as all others.</param>
    /// <exception cref="ArgumentException">An argument is negative, or there is no α.</exception>
    public CategoricalFocalCrossentropy(IReadOnlyList<float> alpha, float gamma = 2)
    {
        ArgumentNullException.ThrowIfNull(alpha);
        if (alpha.Count == 0) throw new ArgumentException($"{nameof(CategoricalFocalCrossentropy)}: expected an alpha for each class; received none.", nameof(alpha));
        Alpha = [.. alpha.Select(value => LossArguments.NotNegative(value, nameof(CategoricalFocalCrossentropy), nameof(alpha)))];
        Gamma = LossArguments.NotNegative(gamma, nameof(CategoricalFocalCrossentropy), nameof(gamma));
    }

    /// <inheritdoc/>
    public override string Name => "categorical_focal_crossentropy";

    /// <summary>How much each class counts; a single number counts for all.</summary>
    public IReadOnlyList<float> Alpha { get; }

    /// <summary>How much less easy samples count.</summary>
    public float Gamma { get; }

    /// <inheritdoc cref="CategoricalCrossentropy.LabelSmoothing"/>
    public float LabelSmoothing
    {
        get;
        init => field = LossArguments.InUnit(value, nameof(CategoricalFocalCrossentropy), nameof(LabelSmoothing));
    }

    /// <inheritdoc/>
    public override Node Call(Node prediction, Node target)
    {
        var logarithms = prediction.ClassLogarithms(FromLogits);
        var focal = (1 - logarithms.Exp()).Power(Gamma) * (target.Smooth(LabelSmoothing, 1f / prediction.Shape[^1]) * logarithms);
        return SumOutputs(-(Weights(prediction.Shape) * focal));
    }

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction) => FindOutside(target, 0, float.PositiveInfinity);

    internal override void WriteConfig(LayerConfig config)
    {
        config.Set("from_logits", FromLogits);
        config.Set("label_smoothing", LabelSmoothing);
        config.Set("axis", -1);
        if (Alpha is [var alpha]) config.Set("alpha", alpha);
        else config.Json["alpha"] = new JsonArray([.. Alpha.Select(value => (JsonNode)LayerConfig.Shortest(value))]);
        config.Set("gamma", Gamma);
    }

    private Node Weights(Shape prediction)
    {
        if (Alpha is [var alpha]) return Arithmetic.Constant(alpha);
        if (Alpha.Count != prediction[^1])
            throw new ShapeException(nameof(CategoricalFocalCrossentropy), $"expected an alpha for each of the {prediction[^1]} classes; received {Alpha.Count}.");
        var weights = new Variable("alpha", [Alpha.Count]);
        weights.Write([.. Alpha]);
        return new Node(new VariableOp(weights));
    }
}
