namespace Fovea;

/// <summary>The weighted numbers of correct and wrong binary decisions.</summary>
internal record struct DecisionCounts(double TruePositives, double FalsePositives, double TrueNegatives, double FalseNegatives)
{
    public readonly double Precision => Share(TruePositives, FalsePositives);

    /// <summary>Recall, also called sensitivity.</summary>
    public readonly double Recall => Share(TruePositives, FalseNegatives);

    public readonly double Specificity => Share(TrueNegatives, FalsePositives);

    public void Add(bool predicted, bool actual, double weight)
    {
        if (predicted && actual) TruePositives += weight;
        else if (predicted) FalsePositives += weight;
        else if (actual) FalseNegatives += weight;
        else TrueNegatives += weight;
    }

    public void Add(DecisionCounts other)
    {
        TruePositives += other.TruePositives;
        FalsePositives += other.FalsePositives;
        TrueNegatives += other.TrueNegatives;
        FalseNegatives += other.FalseNegatives;
    }

    public static double[] ToNumbers(DecisionCounts[] counts) =>
        [.. counts.SelectMany(entry => (double[])[entry.TruePositives, entry.FalsePositives, entry.TrueNegatives, entry.FalseNegatives])];

    public static DecisionCounts[] FromNumbers(double[] numbers) =>
        [.. numbers.Chunk(4).Select(part => new DecisionCounts(part[0], part[1], part[2], part[3]))];

    private static double Share(double part, double rest) => part + rest == 0 ? 0 : part / (part + rest);
}
