namespace Fovea;

/// <summary>The losses of an epoch so far, each the mean over its samples: the sum that training makes small, and that of each objective.</summary>
internal sealed class MeanLosses(int objectives)
{
    private readonly double[] sums = new double[objectives];
    private double sum;

    public int Seen { get; private set; }

    public double Total => sum / Seen;

    public void Reset()
    {
        sums.AsSpan().Clear();
        (sum, Seen) = (0, 0);
    }

    public void Add(ModelStep step, int count)
    {
        sum += (double)step.Loss * count;
        for (var i = 0; i < sums.Length; i++) sums[i] += (double)step.LossOf(i) * count;
        Seen += count;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Seen);
        writer.Write(sum);
        foreach (var value in sums) writer.Write(value);
    }

    public void Read(BinaryReader reader)
    {
        (Seen, sum) = (reader.ReadInt32(), reader.ReadDouble());
        for (var i = 0; i < sums.Length; i++) sums[i] = reader.ReadDouble();
    }

    /// <summary>What histories call the losses of several objectives, and all metrics, with their values.</summary>
    public IEnumerable<(string Name, double Value)> Values(IReadOnlyList<OutputObjective> trained)
    {
        for (var i = 0; i < trained.Count && trained.Count > 1; i++) yield return ($"{trained[i].Prefix}loss", sums[i] / Seen);
        foreach (var objective in trained)
        {
            foreach (var metric in objective.Metrics) yield return ($"{objective.Prefix}{metric.Name}", metric.Value);
        }
    }
}
