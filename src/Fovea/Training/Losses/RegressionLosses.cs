using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>(p − t)², averaged over the outputs; <c>keras.losses.MeanSquaredError</c>.</summary>
public sealed class MeanSquaredError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean_squared_error";

    internal override OutputKind? ModelOutputs => OutputKind.Values;

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted) => MeanOutputs((predicted - Matching(expected, predicted)).Square());
}

/// <summary>|p − t|, averaged over the outputs; <c>keras.losses.MeanAbsoluteError</c>.</summary>
public sealed class MeanAbsoluteError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean_absolute_error";

    internal override OutputKind? ModelOutputs => OutputKind.Values;

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted) => MeanOutputs((predicted - Matching(expected, predicted)).Absolute());
}

/// <summary>100·|p − t| / |t|, averaged over the outputs, where |t| is at least 1e-7; <c>keras.losses.MeanAbsolutePercentageError</c>.</summary>
public sealed class MeanAbsolutePercentageError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean_absolute_percentage_error";

    internal override OutputKind? ModelOutputs => OutputKind.Values;

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted)
    {
        expected = Matching(expected, predicted);
        return 100 * MeanOutputs((predicted - expected).Absolute() / expected.Absolute().AtLeast(LossFormulas.Epsilon));
    }
}

/// <summary>(ln(p + 1) − ln(t + 1))², averaged over the outputs, where p and t are at least 1e-7; <c>keras.losses.MeanSquaredLogarithmicError</c>.</summary>
public sealed class MeanSquaredLogarithmicError : Loss
{
    /// <inheritdoc/>
    public override string Name => "mean_squared_logarithmic_error";

    internal override OutputKind? ModelOutputs => OutputKind.Values;

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted) =>
        MeanOutputs(
            ((predicted.AtLeast(LossFormulas.Epsilon) + 1).Log() - (Matching(expected, predicted).AtLeast(LossFormulas.Epsilon) + 1).Log()).Square());
}

/// <summary>½·e² of errors e = p − t up to δ and δ·|e| − ½·δ² beyond, averaged over the outputs; Huber 1964, <c>keras.losses.Huber</c>.</summary>
/// <param name="delta">δ, the error up to which the loss is quadratic; above 0.</param>
/// <exception cref="ArgumentException">δ is not above 0.</exception>
public sealed class Huber(double delta = 1) : Loss
{
    /// <inheritdoc/>
    public override string Name => "huber_loss";

    internal override OutputKind? ModelOutputs => OutputKind.Values;

    /// <summary>The error up to which the loss is quadratic; beyond it is linear.</summary>
    public double Delta { get; } = delta.AboveZero("Huber", nameof(delta));

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted)
    {
        var error = predicted - Matching(expected, predicted);
        var clipped = error.Clip(-(float)Delta, (float)Delta);
        return MeanOutputs(clipped * (error - (0.5f * clipped)));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("delta", Delta);

    internal static Huber FromConfig(Config config) => new(config.GetFloat("delta", 1));
}

/// <summary>ln cosh(p − t), averaged over the outputs: ½·e² of small errors, |e| − ln 2 of large ones; <c>keras.losses.LogCosh</c>.</summary>
public sealed class LogCosh : Loss
{
    /// <inheritdoc/>
    public override string Name => "log_cosh";

    internal override OutputKind? ModelOutputs => OutputKind.Values;

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted)
    {
        // ln cosh e = |e| + ln(1 + e^−2|e|) − ln 2, which does not overflow
        var error = predicted - Matching(expected, predicted);
        return MeanOutputs(error + (-2 * error).Softplus() - MathF.Log(2));
    }
}

/// <summary>
/// −cos of the angle between prediction and target along the innermost dimension, from −1 (the same direction) to 1; 0 if one is all zeros.
/// <c>keras.losses.CosineSimilarity</c>.
/// </summary>
public sealed class CosineSimilarity : Loss
{
    /// <inheritdoc/>
    public override string Name => "cosine_similarity";

    internal override OutputKind? ModelOutputs => OutputKind.Values;

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted) => SumOutputs(-(Direction(predicted) * Direction(Matching(expected, predicted))));

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config) => config.Set("axis", -1);

    internal static CosineSimilarity FromConfig(Config config)
    {
        config.Require("axis", -1);
        return new();
    }

    private static Node Direction(Node x) => x / x.Square().SumTo([.. x.Shape.Dimensions[..^1], 1]).AtLeast(LossFormulas.Epsilon * LossFormulas.Epsilon).Sqrt();
}
