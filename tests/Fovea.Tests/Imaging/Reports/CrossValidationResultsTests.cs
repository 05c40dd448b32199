using System.Text.Json;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging.Reports;

/// <summary>The results of a cross-validation: its numbers, its page and its JSON.</summary>
public sealed class CrossValidationResultsTests
{
    private static readonly string[] Names = ["good", "broken"];

    /// <summary>The deviation is numpy's <c>np.std([0.75, 0.5, 1], ddof=1)</c>.</summary>
    [Fact]
    public void Mean_and_deviation_are_those_of_the_folds_and_the_accuracy_that_of_all_predictions()
    {
        var results = Create();
        Assert.Equal(0.75, results.MeanAccuracy, 12);
        Assert.Equal(0.25, results.AccuracyDeviation, 12);
        Assert.Equal((10, 7), (results.Pooled.Count, results.Pooled.RightCount));
        Assert.Equal(results.Folds.Average(fold => fold.LogLoss), results.MeanLoss, 12);
        Assert.Equal(
            "70.0 % of the 10 images are classified right, each by the model of 3 that was not trained on it (95 % interval 39.7 to 89.2 %).",
            results.Summary);
    }

    [Fact]
    public void The_page_and_the_JSON_tell_each_fold_and_the_ensemble()
    {
        var model = new Sequential("net") { new Input(2), new Dense(2, Activation.Softmax) };
        var report = new TrainingReport(model, []) { Results = Create() };
        var results = JsonDocument.Parse(report.ToJson()).RootElement.GetProperty("results");
        Assert.Equal("out-of-fold", results.GetProperty("part").GetString());
        Assert.Equal(0.7, results.GetProperty("accuracy").GetDouble());
        Assert.Equal(0.25, results.GetProperty("accuracy_deviation").GetDouble(), 12);
        var folds = results.GetProperty("folds");
        Assert.Equal([4, 4, 2], folds.EnumerateArray().Select(fold => fold.GetProperty("count").GetInt32()));
        Assert.Equal([0.75, 0.5, 1], folds.EnumerateArray().Select(fold => fold.GetProperty("test_accuracy").GetDouble()));
        Assert.Equal([2, 5, 3], folds.EnumerateArray().Select(fold => fold.GetProperty("kept_epoch").GetInt32()));
        Assert.Equal((2, 1.0), (results.GetProperty("test").GetProperty("count").GetInt32(), results.GetProperty("test").GetProperty("accuracy").GetDouble()));

        var page = report.ToHtmlReport().ToHtml();
        foreach (var text in (string[])["<h2>Folds</h2>", "Standard deviation", "25.0 %", "All folds together", "Mean of the models", "slightly too good"])
            Assert.Contains(text, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_that_are_none_are_refused()
    {
        var one = Predictions(1, 1);
        Assert.Equal(
            "CrossValidationResults: expected at least two folds; received 1.",
            Assert.Throws<ArgumentException>(() => new CrossValidationResults([one])).Sentence());
        Assert.Equal(
            "CrossValidationResults: expected at least one prediction in each fold; received none in one.",
            Assert.Throws<ArgumentException>(() => new CrossValidationResults([one, Predictions(0, 0)])).Sentence());
        Assert.Equal(
            "ClassPredictions: expected parts of the same classes, good, broken; received a, b.",
            Assert.Throws<ArgumentException>(() => new CrossValidationResults([one, new ClassPredictions(["a", "b"], [0], [[0.5, 0.5]])])).Sentence());
        Assert.Equal(
            "ClassPredictions: expected at least one part to join; received none.",
            Assert.Throws<ArgumentException>(() => ClassPredictions.Concat()).Sentence());
    }

    [Fact]
    public void Joined_predictions_are_those_of_the_parts_one_after_the_other()
    {
        var (first, second) = (Predictions(3, 1), Predictions(2, 2));
        var joined = ClassPredictions.Concat(first, second);
        Assert.Equal(5, joined.Count);
        for (var sample = 0; sample < 5; sample++)
        {
            var (part, index) = sample < 3 ? (first, sample) : (second, sample - 3);
            Assert.Equal((part.Actual(index), part.Predicted(index), part.Loss(index)), (joined.Actual(sample), joined.Predicted(sample), joined.Loss(sample)));
        }
    }

    private static CrossValidationResults Create() => new([Predictions(4, 3), Predictions(4, 2), Predictions(2, 2)])
    {
        Test = [Predictions(4, 3), Predictions(4, 2), Predictions(4, 4)],
        EnsembleTest = Predictions(2, 2),
        KeptEpochs = [2, 5, 3],
    };

    /// <summary>Predictions of which the first ones are right.</summary>
    private static ClassPredictions Predictions(int count, int right) => new(
        Names, [.. Enumerable.Range(0, count).Select(sample => sample % 2)],
        [.. Enumerable.Range(0, count).Select(sample => (double[])((sample % 2 == 0) == (sample < right) ? [0.8, 0.2] : [0.2, 0.8]))]);
}
