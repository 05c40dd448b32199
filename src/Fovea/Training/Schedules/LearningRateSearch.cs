namespace Fovea;

/// <summary>
/// The result of <see cref="LearningRateFinder"/>: the rates, the loss at each, and the rate at which the loss fell fastest.
/// </summary>
public sealed class LearningRateSearch
{
    /// <summary>The factor of the weight in a mean for each step of distance: about nine steps are averaged.</summary>
    private const double Smoothness = 0.8;

    internal LearningRateSearch(IReadOnlyList<double> learningRates, IReadOnlyList<double> losses)
    {
        LearningRates = learningRates;
        Losses = losses;
        SmoothedLosses = Smooth(losses);
        Suggestion = Steepest();
    }

    /// <summary>The rates, from small to large, up to the one at which the loss was four times its minimum.</summary>
    public IReadOnlyList<double> LearningRates { get; }

    /// <summary>The loss of the batch that was trained on with each rate, before its step.</summary>
    public IReadOnlyList<double> Losses { get; }

    /// <summary>
    /// The smoothed losses: each is the mean of all, weighted by 0.8 to the power of their distance in steps, which unlike a running mean has no lag. Losses
    /// are capped at twice the loss of the first tenth, since the speed of the divergence tells nothing about lower rates.
    /// </summary>
    public IReadOnlyList<double> SmoothedLosses { get; }

    /// <summary>
    /// The rate at which the smoothed loss falls fastest over the logarithm of the rate, before its minimum; <see langword="null"/> if it never falls. It is a
    /// good first choice for the highest rate of training.
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

    /// <summary>The first tenth is left out, since such low rates are of no use.</summary>
    private float? Steepest()
    {
        var lowest = Array.IndexOf([.. SmoothedLosses], SmoothedLosses.DefaultIfEmpty().Min());
        var candidates = Enumerable.Range(1, Math.Max(0, SmoothedLosses.Count - 2)).Where(i => i >= SmoothedLosses.Count / 10 && i <= lowest).ToList();
        if (candidates.Count == 0) return null;
        var steepest = candidates.MinBy(Fall);
        return Fall(steepest) < 0 ? (float)LearningRates[steepest] : null;

        double Fall(int i) => SmoothedLosses[i + 1] - SmoothedLosses[i - 1];
    }
}
