using System.Numerics.Tensors;

namespace Fovea;

/// <summary>
/// The share of samples whose prediction is right, as Keras' "accuracy" decides by the shapes: with one output, whether it is on the
/// target's side of <see cref="Threshold"/>; with several and a class number as target, whether the greatest output is that class;
/// else whether both are greatest at the same place.
/// </summary>
public sealed class Accuracy : Metric
{
    private long right;
    private long seen;

    /// <summary>Where a single output changes sides: 0.5 for probabilities, 0 for logits; Keras' <c>BinaryAccuracy(threshold)</c>.</summary>
    public float Threshold { get; init; } = 0.5f;

    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override double Value => (double)right / seen;

    /// <inheritdoc/>
    public override void Reset() => right = seen = 0;

    /// <inheritdoc/>
    public override Metric Fresh() => new Accuracy { Threshold = Threshold };

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int count)
    {
        var (outputs, wanted) = (predictions.Length / count, targets.Length / count);
        for (var i = 0; i < count; i++)
        {
            var prediction = predictions.Slice(i * outputs, outputs);
            var target = targets.Slice(i * wanted, wanted);
            if (IsRight(prediction, target)) right++;
        }

        seen += count;
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(right);
        writer.Write(seen);
    }

    /// <inheritdoc/>
    public override void RestoreState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        (right, seen) = (reader.ReadInt64(), reader.ReadInt64());
    }

    private bool IsRight(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target) => (prediction.Length, target.Length) switch
    {
        (1, 1) => prediction[0] > Threshold == target[0] > 0.5f,
        (_, 1) => TensorPrimitives.IndexOfMax(prediction) == (int)target[0],
        _ => TensorPrimitives.IndexOfMax(prediction) == TensorPrimitives.IndexOfMax(target),
    };
}
