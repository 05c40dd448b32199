using System.Numerics.Tensors;

namespace Fovea.Imaging;

/// <summary>
/// Multinomial logistic regression with an L2 penalty: minimizes the mean of −ln p(label) plus λ/2 |W|². The result does not depend on the number of threads:
/// the samples are divided into a fixed number of blocks, whose gradients are added in order.
/// </summary>
internal sealed class LogisticRegression
{
    /// <summary>The penalty for features that are scaled as <see cref="CheckedFeatures.Standardize"/> does.</summary>
    public const double Penalty = 1e-4;

    private const int Blocks = 16;
    private const int MaxSteps = 150;

    private readonly float[][] weights;

    private LogisticRegression(float[][] weights) => this.weights = weights;

    /// <summary>Fits the weights with L-BFGS.</summary>
    /// <param name="rows">The features of the samples.</param>
    /// <param name="labels">Their class numbers.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="penalty">λ.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public static LogisticRegression Fit(float[][] rows, int[] labels, int classes, double penalty, CancellationToken cancellationToken)
    {
        var features = rows[0].Length;
        var minimum = Lbfgs.Minimize((values, gradient) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Loss(rows, labels, values, gradient, classes, penalty);
        }, classes * (features + 1), MaxSteps);
        return new LogisticRegression([.. minimum.Chunk(features + 1)]);
    }

    /// <summary>The probability of each class for a sample.</summary>
    public double[] Predict(float[] row)
    {
        var logits = new float[weights.Length];
        for (var k = 0; k < logits.Length; k++) logits[k] = TensorPrimitives.Dot<float>(row, weights[k].AsSpan(0, row.Length)) + weights[k][^1];
        TensorPrimitives.SoftMax<float>(logits, logits);
        return Array.ConvertAll(logits, value => (double)value);
    }

    /// <summary>The penalized loss, and its gradient. The last weight of each class is its bias, which has no penalty.</summary>
    private static double Loss(float[][] rows, int[] labels, float[] weights, float[] gradient, int classes, double penalty)
    {
        var width = rows[0].Length + 1;
        var (losses, gradients) = (new double[Blocks], new float[Blocks][]);
        Parallel.For(0, Blocks, new ParallelOptions { MaxDegreeOfParallelism = Cpu.Threads }, block =>
        {
            var (from, to) = ((int)((long)rows.Length * block / Blocks), (int)((long)rows.Length * (block + 1) / Blocks));
            losses[block] = BlockLoss(rows, labels, weights, gradients[block] = new float[weights.Length], classes, from..to);
        });
        Array.Clear(gradient);
        foreach (var part in gradients) TensorPrimitives.Add(gradient, part, gradient);
        TensorPrimitives.Multiply(gradient, 1f / rows.Length, gradient);
        var squares = 0.0;
        for (var k = 0; k < classes; k++)
        {
            var own = weights.AsSpan(k * width, width - 1);
            squares += TensorPrimitives.SumOfSquares<float>(own);
            TensorPrimitives.MultiplyAdd(own, (float)penalty, gradient.AsSpan(k * width, width - 1), gradient.AsSpan(k * width, width - 1));
        }

        return (losses.Sum() / rows.Length) + (penalty / 2 * squares);
    }

    private static double BlockLoss(float[][] rows, int[] labels, float[] weights, float[] gradient, int classes, Range samples)
    {
        var (width, loss, scores) = (rows[0].Length + 1, 0.0, new float[classes]);
        for (var i = samples.Start.Value; i < samples.End.Value; i++)
        {
            for (var k = 0; k < classes; k++)
            {
                var own = weights.AsSpan(k * width, width);
                scores[k] = TensorPrimitives.Dot<float>(rows[i], own[..^1]) + own[^1];
            }

            TensorPrimitives.SoftMax<float>(scores, scores);
            loss -= Math.Log(Math.Max(scores[labels[i]], float.Epsilon));
            scores[labels[i]]--;
            for (var k = 0; k < classes; k++)
            {
                var own = gradient.AsSpan(k * width, width);
                TensorPrimitives.MultiplyAdd(rows[i], scores[k], own[..^1], own[..^1]);
                own[^1] += scores[k];
            }
        }

        return loss;
    }
}
