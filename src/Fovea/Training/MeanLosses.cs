namespace Fovea;

/// <summary>The mean losses of an epoch so far: the sum that training minimizes, and the loss of each objective.</summary>
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

    public void Add(CompiledObjectives step, int count)
    {
        sum += (double)step.Loss * count;
        for (var i = 0; i < sums.Length; i++) sums[i] += (double)step.LossOf(i) * count;
        Seen += count;
    }

    public void Add(BatchLosses batch)
    {
        sum += (double)batch.Loss * batch.Count;
        for (var i = 0; i < sums.Length; i++) sums[i] += (double)batch.OfObjectives[i] * batch.Count;
        Seen += batch.Count;
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

    /// <summary>The loss of each objective, if there are several, and all metrics, by their names in histories.</summary>
    public IEnumerable<(string Name, double Value)> Values(IReadOnlyList<OutputObjective> trained)
    {
        for (var i = 0; i < trained.Count && trained.Count > 1; i++) yield return ($"{trained[i].Prefix}loss", sums[i] / Seen);
        foreach (var objective in trained)
        {
            foreach (var metric in objective.Metrics) yield return ($"{objective.Prefix}{metric.Name}", metric.Value);
        }
    }
}
