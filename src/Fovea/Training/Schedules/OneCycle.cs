namespace Fovea;

/// <summary>
/// The rate rises once from max / div to max, then falls to max / div / finalDiv, each along half a cosine wave: the 1cycle policy of Smith and Topin 2017
/// as in PyTorch's <c>OneCycleLR</c> with <c>cycle_momentum=False</c>. Keras does not have the schedule, so a saved model contains the current rate as a
/// constant.
/// </summary>
/// <param name="maxLearningRate">The highest rate; <see cref="LearningRateFinder"/> helps to find it.</param>
/// <param name="totalSteps">The number of steps: epochs times batches. The rate is constant after them.</param>
/// <param name="pctStart">The share of the steps in which the rate rises; above 0 and below 1.</param>
/// <param name="divFactor">The ratio of the highest to the first rate; at least 1.</param>
/// <param name="finalDivFactor">The ratio of the first to the last rate; at least 1.</param>
/// <exception cref="ArgumentException">A value is outside its range.</exception>
public sealed class OneCycle(double maxLearningRate, int totalSteps, double pctStart = 0.3, double divFactor = 25, double finalDivFactor = 1e4)
    : LearningRateSchedule
{
    /// <summary>The highest rate.</summary>
    public double MaxLearningRate { get; } = maxLearningRate.AtLeast(0, "OneCycle", nameof(maxLearningRate));

    /// <summary>The number of steps.</summary>
    public int TotalSteps { get; } = totalSteps.AtLeast(1, "OneCycle", nameof(totalSteps));

    /// <summary>The share of the steps in which the rate rises.</summary>
    public double PctStart { get; } = (float)pctStart is > 0 and < 1 and var given
        ? Config.Shortest(given)
        : throw ArgumentRules.Wrong("OneCycle", nameof(pctStart), $"above 0 and below 1", (float)pctStart);

    /// <summary>The ratio of the highest to the first rate.</summary>
    public double DivFactor { get; } = divFactor.AtLeast(1, "OneCycle", nameof(divFactor));

    /// <summary>The ratio of the first to the last rate.</summary>
    public double FinalDivFactor { get; } = finalDivFactor.AtLeast(1, "OneCycle", nameof(finalDivFactor));

    /// <summary>Whether the rate changes along straight lines: PyTorch's <c>anneal_strategy="linear"</c>.</summary>
    public bool IsLinear { get; init; }

    /// <inheritdoc/>
    public override double At(long step)
    {
        double highest = (float)MaxLearningRate, first = highest / (float)DivFactor, last = first / (float)FinalDivFactor;
        var (top, end, now) = (((double)(float)PctStart * TotalSteps) - 1, TotalSteps - 1, Math.Min(step, TotalSteps - 1));
        return now < top ? Between(first, highest, now / top) : Between(highest, last, (now - top) / (end - top));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("max_learning_rate", MaxLearningRate);
        config.Set("total_steps", TotalSteps);
        config.Set("pct_start", PctStart);
        config.Set("div_factor", DivFactor);
        config.Set("final_div_factor", FinalDivFactor);
        config.Set("linear", IsLinear);
    }

    internal static OneCycle FromConfig(Config config) => new(
        config.GetFloat("max_learning_rate"), config.GetInt("total_steps"), config.GetFloat("pct_start"), config.GetFloat("div_factor"),
        config.GetFloat("final_div_factor"))
    {
        IsLinear = config.GetBool("linear", false),
    };

    private double Between(double from, double to, double part) => from + ((to - from) * (IsLinear ? part : (1 - Math.Cos(Math.PI * part)) / 2));
}
