using System.Text.Json;

namespace Fovea.Tests.Training.Metrics;

/// <summary>Calibration, thresholds and intervals, compared with scikit-learn, SciPy and published values.</summary>
public class CalibrationTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "calibration.json"))).RootElement;

    [Theory]
    [InlineData("two")]
    [InlineData("five")]
    [InlineData("unsure")]
    public void Losses_and_top_accuracies_are_those_of_scikit_learn(string name)
    {
        var golden = Golden.GetProperty(name);
        var predictions = Predictions(golden);
        Assert.Equal(golden.GetProperty("log_loss").GetDouble(), predictions.LogLoss, 1e-12);
        Assert.Equal(golden.GetProperty("brier").GetDouble(), predictions.BrierScore, 1e-12);
        var top = Numbers(golden, "top");
        for (var k = 1; k <= top.Length; k++) Assert.Equal(top[k - 1], predictions.TopAccuracy(k), 1e-12);
    }

    [Theory]
    [InlineData("two", "uniform", CalibrationBins.EqualWidth)]
    [InlineData("two", "quantile", CalibrationBins.EqualMass)]
    [InlineData("five", "uniform", CalibrationBins.EqualWidth)]
    [InlineData("five", "quantile", CalibrationBins.EqualMass)]
    [InlineData("unsure", "uniform", CalibrationBins.EqualWidth)]
    [InlineData("unsure", "quantile", CalibrationBins.EqualMass)]
    public void Bins_are_those_of_scikit_learns_calibration_curve(string name, string strategy, CalibrationBins division)
    {
        var golden = Golden.GetProperty(name).GetProperty("bins").GetProperty(strategy);
        var calibration = Calibration.Of(Predictions(Golden.GetProperty(name)), bins: 10, division);
        AssertClose(Numbers(golden, "accuracy"), calibration.Bins.Select(bin => bin.Accuracy));
        AssertClose(Numbers(golden, "confidence"), calibration.Bins.Select(bin => bin.Confidence));
        Assert.Equal(Numbers(golden, "counts"), calibration.Bins.Select(bin => (double)bin.Count));
        Assert.Equal(golden.GetProperty("ece").GetDouble(), calibration.ExpectedError, 1e-12);
        Assert.Equal(golden.GetProperty("mce").GetDouble(), calibration.MaximumError, 1e-12);
    }

    [Theory]
    [InlineData("two")]
    [InlineData("five")]
    [InlineData("unsure")]
    public void The_temperature_is_the_minimum_that_SciPy_finds(string name)
    {
        var golden = Golden.GetProperty(name);
        var predictions = Predictions(golden);
        var scaling = TemperatureScaling.Fit(predictions);
        Assert.True(scaling.IsFitted);
        Assert.Equal(golden.GetProperty("temperature").GetDouble(), scaling.Temperature, 1e-6);
        Assert.Equal(golden.GetProperty("loss_before").GetDouble(), scaling.LossBefore, 1e-12);
        Assert.Equal(golden.GetProperty("loss_after").GetDouble(), scaling.LossAfter, 1e-12);
        var scaled = scaling.Apply(predictions);
        for (var i = 0; i < 3; i++)
            AssertClose([.. golden.GetProperty("scaled")[i].EnumerateArray().Select(p => p.GetDouble())], scaled.Probabilities(i), 1e-6);
        Assert.Equal(scaling.LossAfter, scaled.LogLoss, 1e-12);
        Assert.Equal(Enumerable.Range(0, predictions.Count).Select(predictions.Predicted), Enumerable.Range(0, scaled.Count).Select(scaled.Predicted));
    }

    [Fact]
    public void Precision_and_recall_at_each_threshold_are_those_of_scikit_learn()
    {
        var golden = Golden.GetProperty("scores");
        var thresholds = Thresholds(golden);
        AssertClose(Numbers(golden, "precision")[..^1], thresholds.Points.Select(point => point.Precision));
        AssertClose(Numbers(golden, "recall")[..^1], thresholds.Points.Select(point => point.Recall));
        AssertClose([.. Numbers(golden, "specificity")[1..].Reverse()], thresholds.Points.Select(point => point.Specificity));

        // Each threshold lies below the score that scikit-learn names, from which on samples are positive, and not below the score before.
        var scores = Numbers(golden, "thresholds");
        for (var i = 0; i < scores.Length; i++)
            Assert.InRange(thresholds.Points[i].Threshold, i == 0 ? 0 : scores[i - 1], Math.BitDecrement(scores[i]));
        foreach (var at in golden.GetProperty("at").EnumerateArray())
        {
            var point = thresholds.At(at.GetProperty("threshold").GetDouble());
            Assert.Equal(at.GetProperty("precision").GetDouble(), point.Precision, 1e-12);
            Assert.Equal(at.GetProperty("recall").GetDouble(), point.Recall, 1e-12);
            Assert.Equal(at.GetProperty("f1").GetDouble(), point.F1, 1e-12);
        }
    }

    [Fact]
    public void The_best_thresholds_are_the_best_of_all()
    {
        var thresholds = Thresholds(Golden.GetProperty("scores"));
        Assert.Equal(thresholds.Points.Max(point => point.F1), thresholds.BestF1.F1);
        var precise = thresholds.ForPrecision(0.7)!;
        Assert.True(precise.Precision >= 0.7);
        Assert.Equal(thresholds.Points.Where(point => point.Precision >= 0.7).Max(point => point.Recall), precise.Recall);
        var complete = thresholds.ForRecall(0.9)!;
        Assert.True(complete.Recall >= 0.9);
        Assert.Equal(thresholds.Points.Where(point => point.Recall >= 0.9).Max(point => point.Precision), complete.Precision);
        Assert.Null(new DecisionThresholds([0.9, 0.1], [false, true]).ForPrecision(0.99));
    }

    [Fact]
    public void Above_all_scores_nothing_is_positive()
    {
        var point = new DecisionThresholds([0.2, 0.9], [false, true]).At(0.95);
        Assert.Equal(new DecisionPoint(0.95, 0, 0, 1, 1), point);
        Assert.Equal((1, 0, 1), (point.Precision, point.Recall, point.Specificity));
    }

    /// <summary>Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Intervals_are_the_published_ones(int part, int count, double low, double high)
    {
        var interval = WilsonInterval.Of(part, count);
        Assert.Equal(low, interval.Low, 0.00005);
        Assert.Equal(high, interval.High, 0.00005);
        var other = WilsonInterval.Of(count - part, count);
        Assert.Equal(1 - interval.High, other.Low, 1e-12);
        Assert.Equal(1 - interval.Low, other.High, 1e-12);
    }

    [Fact]
    public void An_interval_of_no_samples_excludes_nothing()
    {
        Assert.Equal(new WilsonInterval(0, 1), WilsonInterval.Of(0, 0));
        Assert.Equal("82.9 to 87.3 %", WilsonInterval.Of(852, 1000).ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(-1, 1));
    }

    [Fact]
    public void Predictions_that_are_all_right_determine_no_temperature()
    {
        var scaling = TemperatureScaling.Fit(new ClassPredictions(["a", "b"], [0, 1], [[0.9, 0.1], [0.2, 0.8]]));
        Assert.False(scaling.IsFitted);
        Assert.Equal(1, scaling.Temperature);
        Assert.Equal("temperature 1: the data do not determine another one", scaling.ToString());
    }

    [Fact]
    public void The_most_confused_classes_come_first()
    {
        var matrix = new ConfusionMatrix(["a", "b", "c"]);
        foreach (var (actual, predicted) in ((int, int)[])[(0, 0), (0, 1), (2, 1), (2, 1), (1, 0)]) matrix.Add(actual, predicted);
        Assert.Equal([new ClassConfusion(2, 1, 2), new ClassConfusion(0, 1, 1), new ClassConfusion(1, 0, 1)], matrix.MostConfused());
        Assert.Equal([new ClassConfusion(2, 1, 2)], matrix.MostConfused(1));
    }

    [Fact]
    public void The_report_of_classes_has_intervals()
    {
        var matrix = new ConfusionMatrix(["a", "b"]);
        foreach (var (actual, predicted) in ((int, int)[])[(0, 0), (0, 1), (1, 1)]) matrix.Add(actual, predicted);
        var report = new ClassificationReport(matrix);
        Assert.Equal(WilsonInterval.Of(1, 1), report.Classes[0].PrecisionInterval);
        Assert.Equal(WilsonInterval.Of(1, 2), report.Classes[0].RecallInterval);
        Assert.Null(report.MacroAverage.RecallInterval);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Equal(
            "ClassPredictions: expected the names of at least two classes; received 1. (Parameter 'classNames')",
            Message(() => new ClassPredictions(["a"], [], [])));
        Assert.Equal(
            "ClassPredictions: expected as many rows of probabilities as actual classes, 2; received 1. (Parameter 'probabilities')",
            Message(() => new ClassPredictions(["a", "b"], [0, 1], [[0.5, 0.5]])));
        Assert.Equal(
            "ClassPredictions: expected classes from 0 to 1; sample 0 has 2. (Parameter 'actual')",
            Message(() => new ClassPredictions(["a", "b"], [2], [[0.5, 0.5]])));
        Assert.Equal(
            "ClassPredictions: expected 2 probabilities from 0 to 1; sample 0 has 0.5, 1.5. (Parameter 'probabilities')",
            Message(() => new ClassPredictions(["a", "b"], [0], [[0.5, 1.5]])));
        Assert.Equal(
            "Calibration: expected as many confidences as predictions, at least one; received 0 and 0. (Parameter 'isRight')",
            Message(() => new Calibration([], [])));
        Assert.Equal(
            "Calibration: expected confidences from 0 to 1; sample 1 has NaN. (Parameter 'confidences')",
            Message(() => new Calibration([0.5, double.NaN], [true, true])));
        Assert.Equal(
            "DecisionThresholds: expected samples of both classes; received 2 positive and 0 negative ones. (Parameter 'isPositive')",
            Message(() => new DecisionThresholds([0.5, 0.6], [true, true])));
        Assert.Equal(
            "DecisionThresholds: expected predictions of two classes; received 3. (Parameter 'predictions')",
            Message(() => DecisionThresholds.Of(new ClassPredictions(["a", "b", "c"], [0], [[1, 0, 0]]))));
        Assert.Equal(
            "TemperatureScaling: expected predictions whose cross-entropy is finite; the actual class of a sample has the probability 0 or NaN. "
                + "(Parameter 'validation')",
            Message(() => TemperatureScaling.Fit(new ClassPredictions(["a", "b"], [0], [[0, 1]]))));
        static string Message(Func<object?> action) => Assert.Throws<ArgumentException>(action).Message;
    }

    private static ClassPredictions Predictions(JsonElement golden)
    {
        double[][] rows =
            [.. golden.GetProperty("probabilities").EnumerateArray().Select(row => (double[])[.. row.EnumerateArray().Select(p => p.GetDouble())])];
        return new ClassPredictions([.. rows[0].Select((_, label) => $"class {label}")], [.. Numbers(golden, "labels").Select(label => (int)label)], rows);
    }

    private static DecisionThresholds Thresholds(JsonElement golden) =>
        new(Numbers(golden, "scores"), [.. Numbers(golden, "labels").Select(label => label == 1)]);

    private static double[] Numbers(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    private static void AssertClose(double[] expected, IEnumerable<double> actual, double tolerance = 1e-12)
    {
        double[] values = [.. actual];
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++) Assert.Equal(expected[i], values[i], tolerance);
    }
}
