namespace Fovea;

/// <summary>
/// A constant rate between boundaries; <c>keras.optimizers.schedules.PiecewiseConstantDecay</c>. With <c>new([1000, 2000], [0.1, 0.01, 0.001])</c> the rate is
/// 0.1 up to and including step 1000, counted from 0.
/// </summary>
public sealed class PiecewiseConstantDecay : LearningRateSchedule
{
    private readonly int[] boundaries;
    private readonly double[] values;

    /// <summary>Creates the schedule.</summary>
    /// <param name="boundaries">The steps after which the next rate begins, in rising order.</param>
    /// <param name="values">The rates: the number of boundaries plus one.</param>
    /// <exception cref="ArgumentException">The boundaries do not rise, a rate is negative or not finite, or the number of rates is wrong.</exception>
    public PiecewiseConstantDecay(IReadOnlyList<int> boundaries, IReadOnlyList<double> values)
    {
        this.boundaries = [.. boundaries.NotNull("PiecewiseConstantDecay", nameof(boundaries))];
        this.values = [.. values.NotNull("PiecewiseConstantDecay", nameof(values)).Select(value => value.AtLeast(0, "PiecewiseConstantDecay", nameof(values)))];
        if (values.Count != boundaries.Count + 1)
            throw ArgumentRules.Wrong(
                "PiecewiseConstantDecay", nameof(values), $"one more in number than the boundaries",
                    $"{values.Count} values and {boundaries.Count} boundaries");
        if (this.boundaries.Zip(this.boundaries.Skip(1)).Any(pair => pair.First >= pair.Second))
            throw ArgumentRules.Wrong("PiecewiseConstantDecay", nameof(boundaries), $"in rising order", string.Join(", ", boundaries));
    }

    /// <summary>The steps after which the next rate begins.</summary>
    public IReadOnlyList<int> Boundaries => boundaries;

    /// <summary>The rates.</summary>
    public IReadOnlyList<double> Values => values;

    /// <inheritdoc/>
    public override double At(long step)
    {
        var piece = 0;
        while (piece < boundaries.Length && step > boundaries[piece]) piece++;
        return (float)values[piece];
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("boundaries", boundaries);
        config.Set("values", Array.ConvertAll(values, value => (float)value));
        config.Set("name", "PiecewiseConstant");
    }

    internal static PiecewiseConstantDecay FromConfig(Config config) => new(config.GetInts("boundaries"), config.GetDoubles("values") ?? []);
}
