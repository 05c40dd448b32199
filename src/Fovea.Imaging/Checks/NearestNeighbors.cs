using System.Numerics.Tensors;

namespace Fovea.Imaging;

/// <summary>
/// Probabilities of classes from the most similar samples: the ten with the highest cosine of their features, weighted by e^(20 cosine). They complement those
/// of <see cref="LeaveOneOut"/>, which sees no single sample.
/// </summary>
internal static class NearestNeighbors
{
    private const int Neighbors = 10;
    private const double Sharpness = 20;

    /// <summary>The share of probability that all classes have in common, so that none is 0.</summary>
    private const double Smoothing = 0.01;

    /// <summary>The largest number of samples that are compared. Of more, each of a regular subset is.</summary>
    private const int MaxCompared = 20_000;

    /// <summary>Predicts each sample from all others that are not in its group. The result does not depend on the number of threads.</summary>
    /// <param name="rows">The features.</param>
    /// <param name="labels">The class number of each sample.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="groups">Samples that are left out together, such as duplicates. A sample is in one group at most.</param>
    /// <param name="cancellationToken">Stops between two samples.</param>
    public static double[][] OutOfSample(float[][] rows, int[] labels, int classes, IEnumerable<int[]> groups, CancellationToken cancellationToken)
    {
        int[] part = [.. Enumerable.Range(0, rows.Length)];
        foreach (var group in groups)
            foreach (var member in group) part[member] = group[0];
        var step = ((rows.Length - 1) / MaxCompared) + 1;
        var norms = Array.ConvertAll(rows, row => Math.Max(TensorPrimitives.Norm<float>(row), 1e-12));
        var probabilities = new double[rows.Length][];
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Cpu.Threads };
        Parallel.For(0, rows.Length, options, i => probabilities[i] = Predict(i));
        return probabilities;

        double[] Predict(int sample)
        {
            var nearest = new PriorityQueue<int, (double Cosine, int Order)>();
            for (var i = 0; i < rows.Length; i += step)
            {
                if (part[i] == part[sample]) continue;
                var rank = (TensorPrimitives.Dot<float>(rows[sample], rows[i]) / (norms[sample] * norms[i]), -i);
                if (nearest.Count < Neighbors) nearest.Enqueue(i, rank);
                else nearest.EnqueueDequeue(i, rank);
            }

            var weights = new double[classes];
            while (nearest.TryDequeue(out var index, out var rank)) weights[labels[index]] += Math.Exp(Sharpness * rank.Cosine);
            var sum = weights.Sum();
            return Array.ConvertAll(weights, weight => sum == 0 ? 1.0 / classes : ((1 - Smoothing) * weight / sum) + (Smoothing / classes));
        }
    }
}
