using System.Numerics.Tensors;

namespace Fovea.Imaging;

/// <summary>
/// Predicts the class of each sample by a model that has seen all other samples: a ridge regression of the features to one-hot labels, which minimizes
/// Σ |y − ŷ|² + λ n |W|². Leaving a sample out needs no further regression: with the hat matrix H, which gives ŷ = H y, the errors of a group g of samples
/// that are left out together are (I − H_gg)⁻¹ (y_g − ŷ_g) (Cook and Weisberg 1982, "Residuals and influence in regression").
/// </summary>
internal static class LeaveOneOut
{
    /// <summary>λ, for features that are scaled as <see cref="CheckedFeatures.Standardize"/> does.</summary>
    public const double Penalty = 5e-4;

    /// <summary>Predicts all samples. The result does not depend on the number of threads.</summary>
    /// <param name="rows">The features, with a mean of 0 for each. They are overwritten.</param>
    /// <param name="labels">The class number of each sample.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="groups">Samples that are left out together, such as duplicates. A sample is in one group at most.</param>
    /// <param name="cancellationToken">Stops between two rows.</param>
    /// <returns>A score of each class for each sample: near 1 for its class and near 0 for the others.</returns>
    public static double[][] Scores(float[][] rows, int[] labels, int classes, IEnumerable<int[]> groups, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Cpu.Threads };
        var root = Cholesky(Gram(rows, Penalty * rows.Length, options), options);
        Parallel.For(0, rows.Length, options, i => SolveForward(root, rows[i]));

        // With z = L⁻¹ x, where L Lᵀ = XᵀX + λ n I, an element of H is 1/n + z·z'. The first term is that of the intercept.
        var shares = Enumerable.Range(0, classes).Select(k => (double)labels.Count(label => label == k) / labels.Length).ToArray();
        var sums = Enumerable.Range(0, classes).Select(k => WeightedSum(rows, labels, k, (float)shares[k])).ToArray();
        var scores = new double[rows.Length][];
        int[][] all = [.. Parts(rows.Length, groups)];
        Parallel.For(0, all.Length, options, part =>
        {
            var members = all[part];
            double[][] errors = [.. members.Select(i => Enumerable.Range(0, classes)
                .Select(k => (labels[i] == k ? 1 : 0) - shares[k] - TensorPrimitives.Dot<float>(rows[i], sums[k])).ToArray())];
            double[][] residual = [.. members.Select(i => members
                .Select(j => (i == j ? 1 : 0) - (1.0 / rows.Length) - TensorPrimitives.Dot<float>(rows[i], rows[j])).ToArray())];
            Solve(residual, errors);
            for (var m = 0; m < members.Length; m++)
                scores[members[m]] = [.. errors[m].Select((error, k) => (labels[members[m]] == k ? 1 : 0) - error)];
        });
        return scores;
    }

    /// <summary>The groups, and each other sample as a group of one.</summary>
    private static IEnumerable<int[]> Parts(int samples, IEnumerable<int[]> groups)
    {
        var grouped = new bool[samples];
        foreach (var group in groups.Where(group => group.Length > 0))
        {
            foreach (var member in group) grouped[member] = true;
            yield return group;
        }

        for (var i = 0; i < samples; i++)
            if (!grouped[i]) yield return [i];
    }

    /// <summary>The lower triangle of XᵀX + ridge · I.</summary>
    private static float[][] Gram(float[][] rows, double ridge, ParallelOptions options)
    {
        var columns = new float[rows[0].Length][];
        Parallel.For(0, columns.Length, options, k => columns[k] = Array.ConvertAll(rows, row => row[k]));
        var gram = new float[columns.Length][];
        Parallel.For(0, columns.Length, options, i =>
        {
            gram[i] = new float[i + 1];
            for (var j = 0; j <= i; j++) gram[i][j] = TensorPrimitives.Dot<float>(columns[i], columns[j]);
            gram[i][i] += (float)ridge;
        });
        return gram;
    }

    /// <summary>Replaces the lower triangle of a positive definite matrix by L with L Lᵀ = the matrix.</summary>
    private static float[][] Cholesky(float[][] matrix, ParallelOptions options)
    {
        const int block = 64;
        for (var from = 0; from < matrix.Length; from += block)
        {
            var (first, end) = (from, Math.Min(from + block, matrix.Length));
            for (var i = first; i < end; i++) Finish(i, Math.Min(i + 1, end));
            Parallel.For(end, Math.Max(end, matrix.Length), options, i => Finish(i, end));

            // The columns of the block in a row whose earlier columns are done.
            void Finish(int i, int until)
            {
                for (var j = first; j < until; j++)
                {
                    var rest = matrix[i][j] - TensorPrimitives.Dot<float>(matrix[i].AsSpan(0, j), matrix[j].AsSpan(0, j));
                    matrix[i][j] = i == j ? MathF.Sqrt(rest) : rest / matrix[j][j];
                }
            }
        }

        return matrix;
    }

    /// <summary>Replaces x by L⁻¹ x.</summary>
    private static void SolveForward(float[][] root, float[] x)
    {
        for (var k = 0; k < x.Length; k++)
            x[k] = (x[k] - TensorPrimitives.Dot<float>(root[k].AsSpan(0, k), x.AsSpan(0, k))) / root[k][k];
    }

    private static float[] WeightedSum(float[][] rows, int[] labels, int label, float share)
    {
        var sum = new float[rows[0].Length];
        for (var i = 0; i < rows.Length; i++) TensorPrimitives.MultiplyAdd(rows[i], (labels[i] == label ? 1 : 0) - share, sum, sum);
        return sum;
    }

    /// <summary>Replaces each column of the right side by the solution of the linear equations, by elimination; the matrix is positive definite.</summary>
    private static void Solve(double[][] matrix, double[][] right)
    {
        for (var pivot = 0; pivot < matrix.Length; pivot++)
        {
            for (var row = 0; row < matrix.Length; row++)
            {
                if (row == pivot) continue;
                var factor = matrix[row][pivot] / matrix[pivot][pivot];
                for (var column = pivot; column < matrix.Length; column++) matrix[row][column] -= factor * matrix[pivot][column];
                for (var column = 0; column < right[row].Length; column++) right[row][column] -= factor * right[pivot][column];
            }
        }

        for (var row = 0; row < matrix.Length; row++)
            for (var column = 0; column < right[row].Length; column++) right[row][column] /= matrix[row][row];
    }
}
