namespace Fovea;

/// <summary>Keeps all scores and computes the area from the highest score down.</summary>
internal sealed class ExactCurve : IScoreCurve
{
    private readonly List<(float Score, bool IsPositive, double Weight)> scores = [];

    public double[] State
    {
        get => [.. scores.SelectMany(entry => (double[])[entry.Score, entry.IsPositive ? 1 : 0, entry.Weight])];
        set
        {
            scores.Clear();
            scores.AddRange(value.Chunk(3).Select(part => ((float)part[0], part[1] == 1, part[2])));
        }
    }

    public void Add(float score, bool isPositive, double weight) => scores.Add((score, isPositive, weight));

    public void Merge(IScoreCurve other) => scores.AddRange(((ExactCurve)other).scores);

    public double Area(AucCurve curve)
    {
        if (scores.Exists(entry => float.IsNaN(entry.Score))) return double.NaN;

        // The scores stay in the order in which they were added, so that rounding does not depend on when an area was asked for.
        var sorted = scores.ToArray();
        Array.Sort(sorted, (x, y) => y.Score.CompareTo(x.Score));
        var (truePositives, falsePositives, area) = (0.0, 0.0, 0.0);
        for (var i = 0; i < sorted.Length;)
        {
            // Equal scores are one step of the curve.
            var (right, wrong) = (0.0, 0.0);
            for (var score = sorted[i].Score; i < sorted.Length && sorted[i].Score == score; i++)
            {
                if (sorted[i].IsPositive) right += sorted[i].Weight;
                else wrong += sorted[i].Weight;
            }

            area += curve == AucCurve.Roc
                ? wrong * (truePositives + (right / 2))
                : right == 0
                ? 0
                : right * (truePositives + right) / (truePositives + right + falsePositives + wrong);
            truePositives += right;
            falsePositives += wrong;
        }

        // NaN if there are no positives or negatives.
        return area / truePositives / (curve == AucCurve.Roc ? falsePositives : 1);
    }
}
