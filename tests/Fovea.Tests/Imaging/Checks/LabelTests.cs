using Fovea.Imaging;

namespace Fovea.Tests.Imaging.Checks;

public class LabelTests
{
    [Theory]
    [InlineData(0, 0.351078, 0.374880, 0.274043)]
    [InlineData(7, 0.283104, 0.361324, 0.355573)]
    [InlineData(23, 0.325824, 0.338033, 0.336143)]
    public void A_logistic_regression_has_the_probabilities_of_scikit_learn(int sample, double first, double second, double third)
    {
        // LogisticRegression(C=1 / (24 * 0.05), tol=1e-12).fit(X, y).predict_proba, scikit-learn 1.2.1
        var rows = Enumerable.Range(0, 24)
            .Select(i => Enumerable.Range(0, 3).Select(j => (((7 * i) + (5 * j * j) + (3 * i * j)) % 11 / 11f) - 0.5f).ToArray()).ToArray();
        var labels = Enumerable.Range(0, 24).Select(i => ((i * i) + (i / 5)) % 3).ToArray();
        var fitted = LogisticRegression.Fit(rows, labels, 3, 0.05, TestContext.Current.CancellationToken).Predict(rows[sample]);
        Assert.Equal(first, fitted[0], 3);
        Assert.Equal(second, fitted[1], 3);
        Assert.Equal(third, fitted[2], 3);
    }

    [Fact]
    public void Rosenbrocks_function_is_minimized()
    {
        var minimum = Lbfgs.Minimize((x, gradient) =>
        {
            var (a, b) = (1 - x[0], x[1] - (x[0] * x[0]));
            (gradient[0], gradient[1]) = ((-2 * a) - (40 * b * x[0]), 20 * b);
            return (a * a) + (10 * b * b);
        }, 2, 200);
        Assert.Equal(1, minimum[0], 2);
        Assert.Equal(1, minimum[1], 2);
    }

    [Fact]
    public void Confident_learning_compares_probabilities_with_the_mean_of_each_class()
    {
        // The means are 0.7 for class 0 and 0.5 for class 1.
        double[][] probabilities = [[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7], [1, 0]];
        int[] labels = [0, 0, 0, 1, 1, 1];
        var thresholds = ConfidentLearning.Thresholds(probabilities, labels);
        Assert.Equal(0.7, thresholds[0], 9);
        Assert.Equal(0.5, thresholds[1], 9);
        var suspects = ConfidentLearning.Find(probabilities, labels);
        Assert.Equal([5, 2], suspects.Select(suspect => suspect.Sample));
        Assert.Equal([0, 1], suspects.Select(suspect => suspect.Suggested));
        Assert.Equal(Math.Log(0.4 / 0.6), suspects[1].Margin, 9);
        Assert.All(suspects, suspect => Assert.True(suspect.IsConfident));
        Assert.False(ConfidentLearning.Find([[0.9, 0.1], [0.45, 0.55], [0.1, 0.9]], [0, 0, 1])[0].IsConfident);
    }

    [Fact]
    public void Folds_have_equal_shares_of_each_class_and_keep_groups_together()
    {
        var labels = Enumerable.Range(0, 60).Select(i => i < 40 ? 0 : 1).ToArray();
        int[] groups = [.. Enumerable.Range(0, 60).Select(i => i is 7 or 50 ? 0 : i == 4 ? 3 : i)];
        var folds = SampleFolds.Of(labels, groups, 5, seed: 1);
        Assert.Equal(folds[0], folds[7]);
        Assert.Equal(folds[0], folds[50]);
        Assert.Equal(folds[3], folds[4]);
        for (var fold = 0; fold < 5; fold++)
        {
            Assert.InRange(Enumerable.Range(0, 40).Count(i => folds[i] == fold), 7, 9);
            Assert.InRange(Enumerable.Range(40, 20).Count(i => folds[i] == fold), 3, 5);
        }

        Assert.Equal(folds, SampleFolds.Of(labels, groups, 5, seed: 1));
        Assert.NotEqual(folds, SampleFolds.Of(labels, null, 5, seed: 2));
    }

    [Fact]
    public void Nearest_neighbors_vote_by_their_similarity()
    {
        var neighbors = new NearestNeighbors([[1, 0], [0.9f, 0.1f], [0, 1]], [0, 0, 1], 2);
        Assert.InRange(neighbors.Predict([1, 0.05f])[0], 0.98, 1);
        Assert.InRange(neighbors.Predict([0.02f, 1])[1], 0.98, 1);
    }

    [Fact]
    public void Features_are_centered_and_scaled()
    {
        float[][] rows = [[1, 5, 0], [3, 5, 10]];
        CheckedFeatures.Standardize(rows);
        Assert.Equal([-1 / MathF.Sqrt(3), 0, -1 / MathF.Sqrt(3)], rows[0]);
        Assert.Equal([1 / MathF.Sqrt(3), 0, 1 / MathF.Sqrt(3)], rows[1]);
    }
}
