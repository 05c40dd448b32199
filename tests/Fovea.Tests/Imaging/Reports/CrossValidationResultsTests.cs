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
        Assert.Equal(["accuracy", "loss"], results.FoldScores.Select(score => score.Key));
        Assert.Equal(0.75, results.FoldScores[0].Mean, 12);
        Assert.Equal(0.25, results.FoldScores[0].Deviation, 12);
        Assert.Equal((10, 0.7), (results.SampleCount, results.Scores[0].Value));
        Assert.Equal(
            "70.0 % of the 10 out-of-fold images are classified right (95 % interval 39.7 to 89.2 %). Each was predicted by the one of 3 models that was not "
                + "trained on it.",
            results.Summary);
    }

    /// <summary>The scores were computed by hand: 2·3 / (4 + 4), 1 − 1/8, 1 − 4/0.5, …; the deviations are numpy's.</summary>
    [Fact]
    public void Labels_and_numbers_have_folds_too()
    {
        LabelPredictions[] labels =
        [
            new(["a", "b"], [[true, false], [false, true], [true, true]], [[0.9, 0.2], [0.6, 0.8], [0.4, 0.7]]),
            new(["a", "b"], [[true, false], [false, true]], [[0.9, 0.1], [0.2, 0.9]]),
        ];
        var several = new CrossValidationResults(labels);
        Assert.Equal(["f1", "macro_f1", "mean_average_precision", "loss"], several.FoldScores.Select(score => score.Key));
        Assert.Equal([0.75, 1], several.FoldScores[0].Values.Select(score => score.Value));
        Assert.Equal(0.875, several.FoldScores[0].Mean, 12);
        Assert.Equal(0.17677669529663687, several.FoldScores[0].Deviation, 12);
        Assert.Equal(5.0 / 6, several.Scores[0].Value, 12);
        Assert.Contains("The thresholds of the labels were chosen", PageOf(several), StringComparison.Ordinal);

        ValuePredictions[] numbers = [new(["age"], [[3], [5], [7]], [[2], [5], [7]]), new(["age"], [[1], [2]], [[1], [4]])];
        var regression = new CrossValidationResults(numbers);
        Assert.Equal(["r2", "mean_absolute_error"], regression.FoldScores.Select(score => score.Key));
        Assert.Equal([0.875, -7], regression.FoldScores[0].Values.Select(score => score.Value));
        Assert.Equal(2.0 / 3, regression.FoldScores[1].Mean, 12);
        Assert.Equal(0.4714045207910317, regression.FoldScores[1].Deviation, 12);
        Assert.Equal(0.6, regression.Scores[1].Value, 12);
        Assert.DoesNotContain("thresholds", PageOf(regression), StringComparison.Ordinal);
        Assert.Equal(
            "LabelPredictions: expected parts of the same labels, a, b; received c.",
            Assert.Throws<ArgumentException>(() => LabelPredictions.Concat([labels[0], new(["c"], [[true]], [[0.5]])])).Sentence());
        Assert.Equal(
            "ValuePredictions: expected at least one part to join; received none.",
            Assert.Throws<ArgumentException>(() => ValuePredictions.Concat([])).Sentence());

        static string PageOf(CrossValidationResults results) =>
            new TrainingReport(new Sequential("net") { new Input(2), new Dense(2) }, []) { Results = results }.ToHtmlReport().ToHtml();
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
        Test = [Results(4, 3), Results(4, 2), Results(4, 4)],
        EnsembleTest = Results(2, 2),
        KeptEpochs = [2, 5, 3],
    };

    private static ClassificationResults Results(int count, int right) => new(Predictions(count, right));

    /// <summary>Predictions of which the first ones are right.</summary>
    private static ClassPredictions Predictions(int count, int right) => new(
        Names, [.. Enumerable.Range(0, count).Select(sample => sample % 2)],
        [.. Enumerable.Range(0, count).Select(sample => (double[])((sample % 2 == 0) == (sample < right) ? [0.8, 0.2] : [0.2, 0.8]))]);
}
