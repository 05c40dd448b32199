namespace Fovea;

/// <summary>
/// What <see cref="LearningRateFinder"/> saw: the rates that were tried, the loss under each, and the rate under which it fell fastest.
/// </summary>
public sealed class LearningRateSearch
{
    /// <summary>How much less each step further away counts in a mean: nine steps or so are averaged.</summary>
    private const double Smoothness = 0.8;

    internal LearningRateSearch(IReadOnlyList<double> learningRates, IReadOnlyList<double> losses)
    {
        LearningRates = learningRates;
        Losses = losses;
        SmoothedLosses = Smooth(losses);
        Suggestion = Steepest();
    }

    /// <summary>The rates, from small to large, up to where the loss was four times its least.</summary>
    public IReadOnlyList<double> LearningRates { get; }

    /// <summary>The loss of the batch that was trained on with each rate, before its step.</summary>
    public IReadOnlyList<double> Losses { get; }

    /// <summary>
    /// The losses, smoothed: each the mean of all, which count 0.8 to the power of their distance in steps. Unlike a running mean that does not lag
    /// behind. What is above twice the loss of the first tenth counts as that: how fast a loss explodes says nothing of the rates before.
    /// </summary>
    public IReadOnlyList<double> SmoothedLosses { get; }

    /// <summary>
    /// The rate where the smoothed loss falls fastest over the logarithm of the rate, before it is least; <see langword="null"/> where it never falls.
    /// A good first choice for the highest rate of training.
    /// </summary>
    public float? Suggestion { get; }

    internal static double[] Smooth(IReadOnlyList<double> losses)
    {
        var first = losses.Take(Math.Max(1, losses.Count / 10)).DefaultIfEmpty().Average();
        var smoothed = new double[losses.Count];
        for (var i = 0; i < smoothed.Length; i++)
        {
            var (sum, weights) = (0.0, 0.0);
            for (var k = 0; k < losses.Count; k++)
            {
                var weight = Math.Pow(Smoothness, Math.Abs(i - k));
                (sum, weights) = (sum + (weight * Math.Min(losses[k], first + Math.Abs(first))), weights + weight);
            }

            smoothed[i] = sum / weights;
        }

        return smoothed;
    }

    /// <summary>The first tenth is left out: no rate so small is worth anything.</summary>
    private float? Steepest()
    {
        var least = Array.IndexOf([.. SmoothedLosses], SmoothedLosses.DefaultIfEmpty().Min());
        var candidates = Enumerable.Range(1, Math.Max(0, SmoothedLosses.Count - 2)).Where(i => i >= SmoothedLosses.Count / 10 && i <= least).ToList();
        if (candidates.Count == 0) return null;
        var steepest = candidates.MinBy(Fall);
        return Fall(steepest) < 0 ? (float)LearningRates[steepest] : null;

        double Fall(int i) => SmoothedLosses[i + 1] - SmoothedLosses[i - 1];
    }
}
