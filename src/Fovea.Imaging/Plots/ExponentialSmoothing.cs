namespace Fovea.Imaging;

/// <summary>
/// Exponential smoothing without bias to the first value, as TensorBoard draws it: s ← w·s + (1 − w)·x from s = 0, and s / (1 − wⁿ) after n values. This is
/// the mean of all values so far, in which the weight of a value falls by the factor w with each later one.
/// </summary>
internal static class ExponentialSmoothing
{
    /// <summary>Smooths values. A value that is not finite remains and does not count.</summary>
    /// <param name="values">The values.</param>
    /// <param name="weight">The weight w of the values before, at least 0 and below 1.</param>
    public static double[] Apply(IReadOnlyList<double> values, double weight)
    {
        var smoothed = new double[values.Count];
        var (sum, norm) = (0.0, 0.0);
        for (var i = 0; i < smoothed.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                smoothed[i] = values[i];
                continue;
            }

            (sum, norm) = ((weight * sum) + ((1 - weight) * values[i]), (weight * norm) + (1 - weight));
            smoothed[i] = sum / norm;
        }

        return smoothed;
    }
}
