namespace Fovea.Extending;

/// <summary>A metric that processes one row of outputs after the other: those of a sample, or of a position such as a pixel.</summary>
public abstract class RowMetric : Metric
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is neither a target for each output nor one for each row.</exception>
    public sealed override void Add(ReadOnlySpan<float> targets, ReadOnlySpan<float> predictions, int count, ReadOnlySpan<float> weights = default)
    {
        if (count == 0) return;
        var (outputs, wanted) = (predictions.Length / count, targets.Length / count);
        var length = RowLength(outputs, wanted);
        var targetLength = wanted == outputs ? length : 1;
        for (var row = 0; row < predictions.Length / length; row++)
        {
            var weight = weights.IsEmpty ? 1 : weights[row / (outputs / length)];
            Add(new MetricRow(targets.Slice(row * targetLength, targetLength), predictions.Slice(row * length, length), weight));
        }
    }

    /// <summary>Adds a row.</summary>
    protected abstract void Add(MetricRow row);
}
