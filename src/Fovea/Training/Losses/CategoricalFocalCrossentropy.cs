using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Cross-entropy in which easy samples have less weight: −Σ α·(1 − p)^γ·t·ln p over the classes. Lin et al. 2018, eq. 5;
/// <c>keras.losses.CategoricalFocalCrossentropy</c>. Unlike in Keras, logits are not clipped at a probability of 1e-7.
/// </summary>
/// <param name="alpha">α, the same for all classes, at least 0.</param>
/// <param name="gamma">γ, at least 0; with 0 all samples have the same weight.</param>
/// <exception cref="ArgumentException">An argument is out of its range.</exception>
public sealed class CategoricalFocalCrossentropy(double alpha = 0.25, double gamma = 2) : Loss
{
    /// <inheritdoc/>
    public override string Name => "categorical_focal_crossentropy";

    /// <summary>The weight of each class, at least 0, often the inverse of its frequency; or a single weight for all classes.</summary>
    /// <exception cref="ArgumentException">The list is empty, or a weight is negative.</exception>
    public IReadOnlyList<double> Alpha
    {
        get;
        init => field = value.NotNull("CategoricalFocalCrossentropy", nameof(Alpha)).Count > 0
            ? [.. value.Select(number => number.AtLeast(0, "CategoricalFocalCrossentropy", nameof(Alpha)))]
            : throw ArgumentRules.Wrong("CategoricalFocalCrossentropy", nameof(Alpha), $"given for each class", "none");
    } = [alpha.AtLeast(0, "CategoricalFocalCrossentropy", nameof(alpha))];

    /// <summary>The exponent γ, which lowers the weight of easy samples.</summary>
    public double Gamma { get; } = gamma.AtLeast(0, "CategoricalFocalCrossentropy", nameof(gamma));

    /// <inheritdoc cref="CategoricalCrossentropy.LabelSmoothing"/>
    public double LabelSmoothing
    {
        get;
        init => field = value.Within(0, 1, "CategoricalFocalCrossentropy", nameof(LabelSmoothing));
    }

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted)
    {
        var logarithms = predicted.ClassLogarithms(FromLogits);
        var focal = (1 - logarithms.Exp())
            .Power((float)Gamma) * (Matching(expected, predicted).Smooth((float)LabelSmoothing, 1f / predicted.Shape[^1]) * logarithms);
        return SumOutputs(-(Weights(predicted.Shape) * focal));
    }

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction) => FindOutside(target, 0, float.PositiveInfinity);

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("from_logits", FromLogits);
        config.Set("label_smoothing", LabelSmoothing);
        config.Set("axis", -1);
        config.Set("alpha", [.. Alpha.Select(number => (float)number)], [Alpha.Count]);
        config.Set("gamma", Gamma);
    }

    internal static CategoricalFocalCrossentropy FromConfig(Config config)
    {
        config.Require("axis", -1);
        return new(gamma: config.GetFloat("gamma", 2))
        {
            Alpha = config.GetDoubles("alpha") ?? [0.25],
            FromLogits = config.GetBool("from_logits", false),
            LabelSmoothing = config.GetFloat("label_smoothing", 0),
        };
    }

    private Node Weights(Shape prediction)
    {
        if (Alpha is [var one]) return Arithmetic.Constant((float)one);
        if (Alpha.Count != prediction[^1])
            throw new ShapeException(
                nameof(CategoricalFocalCrossentropy), $"expected an alpha for each of the {prediction[^1]} classes; received {Alpha.Count}.");
        return new Node(new VariableOp(Variable.Constant("alpha", [.. Alpha.Select(number => (float)number)])));
    }
}
