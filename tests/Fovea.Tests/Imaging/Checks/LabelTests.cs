using Fovea.Imaging;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Imaging.Checks;

public class LabelTests
{
    /// <summary>
    /// Ridge(alpha=24 * 5e-4).fit(X[others], Y[others]).predict(X[sample]) by scikit-learn 1.2.1, where the samples 3, 4 and 11 are left out together.
    /// </summary>
    [Theory]
    [InlineData(0, 0.236157, 0.447676, 0.316167)]
    [InlineData(7, 0.212119, 0.405013, 0.382868)]
    [InlineData(3, 0.392208, 0.397376, 0.210416)]
    [InlineData(11, 0.296398, 0.394850, 0.308752)]
    [InlineData(23, 0.369379, 0.314350, 0.316271)]
    public void A_sample_is_predicted_as_by_a_regression_of_all_others(int sample, double first, double second, double third)
    {
        var rows = Enumerable.Range(0, 24)
            .Select(i => Enumerable.Range(0, 3).Select(j => (((7 * i) + (5 * j * j) + (3 * i * j)) % 11 / 11f) - 0.5f).ToArray()).ToArray();
        var means = Enumerable.Range(0, 3).Select(j => rows.Average(row => row[j])).ToArray();
        rows = Array.ConvertAll(rows, row => row.Zip(means, (value, mean) => value - mean).ToArray());
        var labels = Enumerable.Range(0, 24).Select(i => ((i * i) + (i / 5)) % 3).ToArray();
        var scores = LeaveOneOut.Scores(rows, labels, 3, [[3, 4, 11]], TestContext.Current.CancellationToken)[sample];
        Assert.Equal(first, scores[0], 1e-5);
        Assert.Equal(second, scores[1], 1e-5);
        Assert.Equal(third, scores[2], 1e-5);
    }

    /// <summary>More features than one block of the decomposition has, and more than samples: each class has its own feature.</summary>
    [Fact]
    public void Many_features_of_few_samples_are_told_apart()
    {
        var random = LayerRunner.Normal(40 * 150);
        var rows = Enumerable.Range(0, 40)
            .Select(i => Enumerable.Range(0, 150).Select(j => random[(i * 150) + j] + (j % 2 == i % 2 ? 1f : 0)).ToArray()).ToArray();
        var labels = Enumerable.Range(0, 40).Select(i => i % 2).ToArray();
        CheckedFeatures.Standardize(rows);
        var scores = LeaveOneOut.Scores(rows, labels, 2, [], TestContext.Current.CancellationToken);
        Assert.All(labels, (label, i) => Assert.True(scores[i][label] > scores[i][1 - label], $"sample {i}"));
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
    public void Nearest_neighbors_vote_by_their_similarity_and_a_sample_and_its_duplicates_have_no_vote()
    {
        float[][] rows = [[1, 0], [0.9f, 0.1f], [1, 0.05f], [0, 1], [0.1f, 0.9f]];
        int[] labels = [0, 0, 1, 1, 1];
        var alone = NearestNeighbors.OutOfSample(rows, labels, 2, [], TestContext.Current.CancellationToken);
        Assert.InRange(alone[2][0], 0.98, 1);      // labeled 1, near two of class 0
        Assert.InRange(alone[0][0], 0.45, 0.55);   // one near neighbor of each class
        var grouped = NearestNeighbors.OutOfSample(rows, labels, 2, [[0, 2]], TestContext.Current.CancellationToken);
        Assert.InRange(grouped[0][0], 0.98, 1);
        Assert.Equal(grouped[3], alone[3]);
    }

    [Fact]
    public void Samples_without_any_other_to_compare_have_equal_probabilities() =>
        Assert.Equal([0.5, 0.5], NearestNeighbors.OutOfSample([[1, 0], [1, 0]], [0, 1], 2, [[0, 1]], TestContext.Current.CancellationToken)[0]);

    [Fact]
    public void Features_are_centered_and_scaled()
    {
        float[][] rows = [[1, 5, 0], [3, 5, 10]];
        CheckedFeatures.Standardize(rows);
        Assert.Equal([-1 / MathF.Sqrt(3), 0, -1 / MathF.Sqrt(3)], rows[0]);
        Assert.Equal([1 / MathF.Sqrt(3), 0, 1 / MathF.Sqrt(3)], rows[1]);
    }
}
