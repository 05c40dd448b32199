using System.Globalization;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, sets each input to 0 with a given probability and scales the others by 1 / (1 − rate), so that the expected sum stays the same. In inference it
/// returns its input. <c>keras.layers.Dropout</c>; Srivastava et al. 2014.
/// </summary>
/// <param name="rate">The probability of dropping an input, from 0 up to but not including 1.</param>
public sealed class Dropout(double rate) : Layer
{
    /// <summary>The probability of dropping an input.</summary>
    public double Rate { get; } = rate.Rate(nameof(Dropout), nameof(rate));

    /// <summary>
    /// The shape of the random mask with the batch, which is repeated to the shape of the input; null for the shape of the input. A size of null is that of the
    /// input: <c>[null, 1, 1, 1]</c> drops whole samples of images, as stochastic depth does (Huang et al. 2016).
    /// </summary>
    public IReadOnlyList<int?>? NoiseShape
    {
        get;
        init => field = value is null || (value.Count > 0 && value.All(size => size is null or > 0))
            ? value?.ToArray()
            : throw ArgumentRules.Wrong(
                nameof(Dropout), nameof(NoiseShape), $"sizes of at least 1, or null", Print(value));
    }

    /// <inheritdoc/>
    public override bool ActsOnlyInTraining => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        var mask = MaskShape(input.Shape);
        return context.Training && Rate != 0
            ? (input * Arithmetic.Constant(1 / (1 - (float)Rate))).Mask(context.RandomKept(mask, (float)Rate))
            : input;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("rate", Rate);
        config.SetNull("seed");
        config.Set("noise_shape", NoiseShape);
    }

    internal static Dropout FromConfig(Config config) => new(config.GetFloat("rate")) { NoiseShape = config.GetOpenInts("noise_shape") };

    private Shape MaskShape(Shape input)
    {
        if (NoiseShape is null) return input;
        return NoiseShape.Count == input.Rank && NoiseShape.Index().All(size => size.Item is null or 1 || size.Item == input[size.Index])
            ? new Shape([.. NoiseShape.Select((size, axis) => size ?? input[axis])])
            : throw new ShapeException(
                Subject, $"the noise shape {Print(NoiseShape)} does not broadcast to inputs {SymbolicTensor.Print(input[1..])}.");
    }

    private static string Print(IReadOnlyList<int?> shape) =>
        $"[{string.Join(", ", shape.Select(size => size?.ToString(CultureInfo.InvariantCulture) ?? "null"))}]";
}
