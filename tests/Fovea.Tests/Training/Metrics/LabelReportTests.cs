namespace Fovea.Tests.Training;

public class LabelReportTests
{
    [Fact]
    public void The_scores_are_those_of_scikit_learn()
    {
        // The example of sklearn.metrics.f1_score for several labels: average=None gives 0.66666667, 1, 0.66666667.
        var report = new LabelReport(Of([[0, 0, 0], [1, 1, 1], [0, 1, 1]], [[0, 0, 0], [1, 1, 1], [1, 1, 0]]));
        Assert.Equal([2 / 3.0, 1, 2 / 3.0], report.Labels.Select(label => label.F1));
        Assert.Equal((0.8, 0.8, 0.8), (report.MicroPrecision, report.MicroRecall, report.MicroF1));
        Assert.Equal(7 / 9.0, report.MacroF1, 1e-12);
        Assert.Equal(2 / 3.0, report.ExactMatch);
    }

    [Fact]
    public void The_average_precision_is_that_of_scikit_learn()
    {
        // The example of sklearn.metrics.average_precision_score: 0.83.
        var predictions = Of([[0, 1], [0, 1], [1, 1], [1, 1]], [[0.1, 0.5], [0.4, 0.5], [0.35, 0.5], [0.8, 0.5]]);
        var report = new LabelReport(predictions);
        Assert.Equal((0.5 * 1) + (0.5 * 2 / 3), report.Labels[0].AveragePrecision, 1e-12);
        Assert.Equal(1, report.Labels[1].AveragePrecision);
        var auc = new Auc(AucCurve.PrecisionRecall);
        auc.Update(new Tensor([4, 1], [0, 0, 1, 1]), new Tensor([4, 1], [0.1f, 0.4f, 0.35f, 0.8f]));
        Assert.Equal(auc.Value, report.Labels[0].AveragePrecision, 1e-9);
    }

    [Fact]
    public void Each_label_has_the_threshold_of_its_highest_F1()
    {
        var predictions = Of([[1, 0], [1, 0], [0, 0], [0, 0]], [[0.3, 0.9], [0.2, 0.1], [0.1, 0.1], [0.05, 0.1]]);
        var thresholds = predictions.BestThresholds();
        Assert.Equal(0.15, thresholds[0], 1e-12);
        Assert.Equal(0.5, thresholds[1]);  // no sample has the label
        Assert.Null(predictions.Decisions(1));
        Assert.Equal((1.0, 0.0), (new LabelReport(predictions, thresholds).Labels[0].F1, new LabelReport(predictions).Labels[0].F1));
        Assert.True(double.IsNaN(new LabelReport(predictions).Labels[1].AveragePrecision));
    }

    [Fact]
    public void The_table_shows_labels_and_means()
    {
        var text = new LabelReport(Of([[1, 0], [0, 1]], [[0.9, 0.2], [0.6, 0.7]])).ToString();
        Assert.Equal(
            "           threshold  precision    recall  f1-score   avg-prec   support\n\n"
                + "        a       0.50       0.50      1.00      0.67       1.00         1\n"
                + "        b       0.50       1.00      1.00      1.00       1.00         1\n\n"
                + "micro avg                  0.67      1.00      0.80                    2\n"
                + "macro avg                  0.75      1.00      0.83       1.00         2\n",
            text);
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused()
    {
        Assert.StartsWith(
            "LabelPredictions: expected 2 probabilities from 0 to 1; sample 0 has 0.5, 1.5.",
            Assert.Throws<ArgumentException>(() => Of([[1, 0]], [[0.5, 1.5]])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "LabelReport: expected 2 thresholds; received 1.",
            Assert.Throws<ArgumentException>(() => new LabelReport(Of([[1, 0]], [[0.5, 0.5]]), [0.5])).Message, StringComparison.Ordinal);
        var model = new Sequential { new Input(1), new Dense(2, Activation.Sigmoid) };
        Assert.StartsWith(
            "LabelPredictions: expected targets of 0 and 1; sample 0 has 0.5.",
            Assert.Throws<ArgumentException>(() => LabelPredictions.Of(model, Dataset.From(new Tensor([1, 1], [1]), new Tensor([1, 2], [1, 0.5f])))).Message,
            StringComparison.Ordinal);
    }

    private static LabelPredictions Of(int[][] actual, double[][] probabilities) => new(
        [.. "abc"[..actual[0].Length].Select(letter => $"{letter}")], [.. actual.Select(row => (bool[])[.. row.Select(value => value == 1)])], probabilities);
}
