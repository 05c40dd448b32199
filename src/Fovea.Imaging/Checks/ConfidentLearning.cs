namespace Fovea.Imaging;

/// <summary>A sample whose label is suspected to be wrong.</summary>
/// <param name="Sample">Its index.</param>
/// <param name="Suggested">The class that is more probable.</param>
/// <param name="Margin">ln p(label) − ln p(suggested class); below 0.</param>
/// <param name="IsConfident">Whether the suggested class is as probable as it usually is for samples of that class.</param>
internal readonly record struct LabelSuspect(int Sample, int Suggested, double Margin, bool IsConfident);

/// <summary>
/// Finds labels that are probably wrong from out-of-sample probabilities (Northcutt, Jiang and Chuang 2021, "Confident learning: estimating uncertainty in
/// dataset labels", JAIR 70). The threshold of a class is the mean probability of that class for its own samples (equation 2). A sample is confidently of
/// another class if the probability of that class reaches its threshold. The samples are ranked by the margin between the logarithms of both probabilities:
/// differences of the probabilities themselves hardly differ where all are near 1.
/// </summary>
internal static class ConfidentLearning
{
    private const double Smallest = 1e-9;

    /// <summary>The mean probability of each class for its own samples; 1 for a class without samples.</summary>
    public static double[] Thresholds(double[][] probabilities, int[] labels)
    {
        var thresholds = new double[probabilities[0].Length];
        for (var k = 0; k < thresholds.Length; k++)
            thresholds[k] = Enumerable.Range(0, labels.Length).Where(i => labels[i] == k).Select(i => probabilities[i][k]).DefaultIfEmpty(1).Average();
        return thresholds;
    }

    /// <summary>The suspects, the most certain ones first.</summary>
    public static IReadOnlyList<LabelSuspect> Find(double[][] probabilities, int[] labels)
    {
        var thresholds = Thresholds(probabilities, labels);
        return
        [
            .. Enumerable.Range(0, labels.Length)
                .Select(i => Judge(i, probabilities[i], labels[i], thresholds))
                .Where(suspect => suspect.Margin < 0)
                .OrderBy(suspect => suspect.Margin).ThenBy(suspect => suspect.Sample),
        ];
    }

    private static LabelSuspect Judge(int sample, double[] probabilities, int label, double[] thresholds)
    {
        var others = Enumerable.Range(0, probabilities.Length).Where(k => k != label).ToArray();
        var suggested = others.MaxBy(k => probabilities[k]);
        var margin = Math.Log(Math.Max(probabilities[label], Smallest)) - Math.Log(Math.Max(probabilities[suggested], Smallest));
        return new LabelSuspect(sample, suggested, margin, probabilities[suggested] >= thresholds[suggested]);
    }
}
