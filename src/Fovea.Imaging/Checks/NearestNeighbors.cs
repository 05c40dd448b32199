using System.Numerics.Tensors;

namespace Fovea.Imaging;

/// <summary>
/// Probabilities of classes from the most similar samples: the ten with the highest cosine of their features, weighted by e^(20 cosine). They complement those
/// of a <see cref="LogisticRegression"/>, which sees no single sample.
/// </summary>
internal sealed class NearestNeighbors
{
    private const int Neighbors = 10;
    private const double Sharpness = 20;

    /// <summary>The share of probability that all classes have in common, so that none is 0.</summary>
    private const double Smoothing = 0.01;

    /// <summary>The largest number of samples that are compared. Of more, each of a regular subset is.</summary>
    private const int MaxCompared = 20_000;

    private readonly float[][] rows;
    private readonly int[] labels;
    private readonly int classes;
    private readonly double[] norms;

    public NearestNeighbors(float[][] rows, int[] labels, int classes)
    {
        var step = ((rows.Length - 1) / MaxCompared) + 1;
        var compared = Enumerable.Range(0, rows.Length).Where(i => i % step == 0).ToArray();
        this.rows = Array.ConvertAll(compared, i => rows[i]);
        this.labels = Array.ConvertAll(compared, i => labels[i]);
        this.classes = classes;
        norms = Array.ConvertAll(this.rows, NormOf);
    }

    public double[] Predict(float[] row)
    {
        var norm = NormOf(row);
        var nearest = new PriorityQueue<int, (double Cosine, int Order)>();
        for (var i = 0; i < rows.Length; i++)
        {
            var rank = (TensorPrimitives.Dot<float>(row, rows[i]) / (norm * norms[i]), -i);
            if (nearest.Count < Neighbors) nearest.Enqueue(i, rank);
            else nearest.EnqueueDequeue(i, rank);
        }

        var weights = new double[classes];
        while (nearest.TryDequeue(out var index, out var rank)) weights[labels[index]] += Math.Exp(Sharpness * rank.Cosine);
        var sum = weights.Sum();
        return Array.ConvertAll(weights, weight => ((1 - Smoothing) * weight / sum) + (Smoothing / classes));
    }

    private static double NormOf(float[] row) => Math.Max(TensorPrimitives.Norm<float>(row), 1e-12);
}
