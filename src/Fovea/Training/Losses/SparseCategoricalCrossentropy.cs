using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>−ln p of the target's class, for class numbers as targets; <c>keras.losses.SparseCategoricalCrossentropy</c>.</summary>
public sealed class SparseCategoricalCrossentropy : Loss
{
    /// <inheritdoc/>
    public override string Name => "sparse_categorical_crossentropy";

    /// <summary>
    /// A class number, often 255 or −1, whose positions are ignored, such as the borders in a segmentation. The loss is the mean over the other positions of
    /// the whole batch. With <see cref="LossReduction.MeanWithSampleWeight"/> Keras also weights the number of positions; the results are equal if each sample
    /// has the same number of ignored positions.
    /// </summary>
    public int? IgnoreClass { get; init; }

    /// <inheritdoc/>
    public override Node Call(Node expected, Node predicted)
    {
        expected = Matching(expected, predicted);
        return IgnoreClass is { } ignored ? WithoutClass(ignored, expected, predicted) : OfAll(expected, predicted);
    }

    /// <inheritdoc/>
    public override Shape TargetShape(Shape prediction) => prediction[..^1];

    /// <inheritdoc/>
    public override string? FindFault(ReadOnlySpan<float> target, Shape prediction)
    {
        foreach (var label in target)
        {
            if (label == IgnoreClass) continue;
            if (!(label >= 0 && label < prediction[^1]) || label != MathF.Floor(label))
                return $"expected a class from 0 to {prediction[^1] - 1}, since the model has {prediction[^1]} outputs; received {label}";
        }

        return null;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("from_logits", FromLogits);
        config.Set("ignore_class", IgnoreClass);
        config.Set("axis", -1);
    }

    internal static SparseCategoricalCrossentropy FromConfig(Config config)
    {
        config.Require("axis", -1);
        return new()
        {
            FromLogits = config.GetBool("from_logits", false),
            IgnoreClass = config.GetOptionalInt("ignore_class"),
        };
    }

    private Node OfAll(Node expected, Node predicted) =>
        new CategoricalCrossentropy { FromLogits = FromLogits, Reduction = Reduction }.Call(expected.OneHot(predicted.Shape[^1]), predicted);

    /// <summary>Positions of the ignored class get the class −1, whose loss is 0. The mean is then corrected for their number.</summary>
    private Node WithoutClass(int ignored, Node expected, Node predicted)
    {
        var counts = (expected - ignored).IsNotZero();
        var losses = OfAll((expected + 1).Mask(counts) - 1, predicted);
        return Reduction == LossReduction.Sum ? losses : expected.Shape.Count * losses / counts.Sum().AtLeast(1);
    }
}
