namespace Fovea;

/// <summary>
/// Means and variances of several populations, updated sample by sample. Those of a sample are computed in two passes and merged with those before (Chan, Golub
/// and LeVeque 1979, eq. 1.5), which avoids cancellation.
/// </summary>
internal sealed class RunningMoments(int populations)
{
    private readonly double[] counts = new double[populations];
    private readonly double[] means = new double[populations];
    private readonly double[] squares = new double[populations];
    private readonly double[] sampleCounts = new double[populations];
    private readonly double[] sampleMeans = new double[populations];
    private readonly double[] sampleSquares = new double[populations];

    public float[] Means => Array.ConvertAll(means, mean => (float)mean);

    /// <summary>The population variances: divided by the size of each population.</summary>
    public float[] Variances => [.. squares.Zip(counts, (square, count) => (float)(square / count))];

    /// <summary>Adds a sample.</summary>
    /// <param name="sample">The values.</param>
    /// <param name="populationOf">The index of the population that each value belongs to.</param>
    public void Add(ReadOnlySpan<float> sample, ReadOnlySpan<int> populationOf)
    {
        Array.Clear(sampleCounts);
        Array.Clear(sampleMeans);
        Array.Clear(sampleSquares);
        for (var i = 0; i < sample.Length; i++)
        {
            sampleCounts[populationOf[i]]++;
            sampleMeans[populationOf[i]] += sample[i];
        }

        for (var p = 0; p < means.Length; p++) sampleMeans[p] /= sampleCounts[p];
        for (var i = 0; i < sample.Length; i++)
        {
            var difference = sample[i] - sampleMeans[populationOf[i]];
            sampleSquares[populationOf[i]] += difference * difference;
        }

        for (var p = 0; p < means.Length; p++)
        {
            var (total, difference) = (counts[p] + sampleCounts[p], sampleMeans[p] - means[p]);
            squares[p] += sampleSquares[p] + (difference * difference * counts[p] * sampleCounts[p] / total);
            means[p] += difference * sampleCounts[p] / total;
            counts[p] = total;
        }
    }
}
