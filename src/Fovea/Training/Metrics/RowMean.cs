namespace Fovea.Extending;

/// <summary>The weighted mean of a number computed from each row of outputs.</summary>
public abstract class RowMean : RowMetric
{
    private double sum;
    private double weight;

    /// <inheritdoc/>
    public override double Value => sum / weight;

    private protected sealed override double[] State
    {
        get => [sum, weight];
        set => (sum, weight) = (value[0], value[1]);
    }

    /// <inheritdoc/>
    public sealed override void Reset() => (sum, weight) = (0, 0);

    /// <summary>Computes the number of one row.</summary>
    protected abstract double Of(MetricRow row);

    /// <inheritdoc/>
    protected sealed override void Add(MetricRow row)
    {
        sum += row.Weight * Of(row);
        weight += row.Weight;
    }
}
