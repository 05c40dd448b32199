namespace Fovea;

/// <summary>How often decisions were right and wrong, by weight.</summary>
internal record struct DecisionCounts(double TruePositives, double FalsePositives, double TrueNegatives, double FalseNegatives)
{
    public readonly double Precision => Share(TruePositives, FalsePositives);

    /// <summary>Recall is sensitivity too.</summary>
    public readonly double Recall => Share(TruePositives, FalseNegatives);

    public readonly double Specificity => Share(TrueNegatives, FalsePositives);

    public void Add(bool said, bool wanted, double weight)
    {
        if (said && wanted) TruePositives += weight;
        else if (said) FalsePositives += weight;
        else if (wanted) FalseNegatives += weight;
        else TrueNegatives += weight;
    }

    public static double[] ToNumbers(DecisionCounts[] counts) =>
        [.. counts.SelectMany(entry => (double[])[entry.TruePositives, entry.FalsePositives, entry.TrueNegatives, entry.FalseNegatives])];

    public static DecisionCounts[] FromNumbers(double[] numbers) =>
        [.. numbers.Chunk(4).Select(part => new DecisionCounts(part[0], part[1], part[2], part[3]))];

    private static double Share(double part, double rest) => part + rest == 0 ? 0 : part / (part + rest);
}
