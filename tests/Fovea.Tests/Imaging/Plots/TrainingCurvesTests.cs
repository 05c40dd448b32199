using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

/// <summary>The curves that are drawn are those that were measured, and the axes show their differences.</summary>
public class TrainingCurvesTests
{
    /// <summary>A head that overfits from epoch 2 on: its training loss is below its validation loss from there to the end.</summary>
    private static readonly double[] TrainingLoss = [0.9, 0.5, 0.35, 0.27, 0.2, 0.16, 0.13, 0.1, 0.08, 0.06, 0.05, 0.04];

    private static readonly double[] ValidationLoss = [0.7, 0.6, 0.58, 0.57, 0.58, 0.6, 0.62, 0.63, 0.65, 0.67, 0.68, 0.7];

    [Fact]
    public void The_bold_lines_cross_where_the_values_do()
    {
        var history = Of(("loss", TrainingLoss), ("val_loss", ValidationLoss));
        var panel = Assert.Single(CurvePanel.Of([history], metrics: null));
        Assert.Equal([false, true], panel.Lines.Select(line => line.IsValidation));
        Assert.Equal(TrainingLoss, panel.Lines[0].Values);
        Assert.Equal(ValidationLoss, panel.Lines[1].Values);

        // In the figure, blue is above orange in epoch 1, and below it from epoch 2 on.
        using var figure = SKBitmap.Decode(TrainingCurves.ToPng(history));
        Assert.True(Top(figure, 1, IsBlue) < Top(figure, 1, IsOrange));
        for (var epoch = 2; epoch <= 12; epoch++) Assert.True(Top(figure, epoch, IsBlue) > Top(figure, epoch, IsOrange), $"epoch {epoch}");

        static int Top(SKBitmap figure, int epoch, Func<SKColor, bool> matches)
        {
            var x = 90 + (int)Math.Round((epoch - 1 + 0.66) / (11 + (2 * 0.66)) * (700 - 130));
            return Enumerable.Range(115, 400).First(y => matches(figure.GetPixel(x, y)));
        }
    }

    /// <summary>
    /// TensorBoard's formula: for the weight 0.6, s₁ = 0.4·1 / 0.4 = 1; s₂ = (0.6·0.4·1 + 0.4·2) / 0.64 = 1.625; s₃ = (0.6·1.04 + 0.4·0) / 0.784.
    /// </summary>
    [Fact]
    public void Smoothing_is_not_biased_to_the_first_value()
    {
        double[] expected = [1, 1.625, double.NaN, 0.624 / 0.784];
        Assert.Equal(expected, ExponentialSmoothing.Apply([1, 2, double.NaN, 0], 0.6), (one, other) => one.Equals(other) || Math.Abs(one - other) < 1e-12);
        Assert.Equal([3, 3, 3.0], ExponentialSmoothing.Apply([3, 3, 3], 0.9), (one, other) => Math.Abs(one - other) < 1e-12);
    }

    [Fact]
    public void Smoothed_curves_are_drawn_only_on_request()
    {
        var history = Of(("loss", TrainingLoss));
        Assert.Equal(0, Count(TrainingCurves.ToPng(history), IsDarkBlue));
        Assert.InRange(Count(TrainingCurves.ToPng(history, smoothing: 0.6), IsDarkBlue), 100, 3000);
    }

    [Fact]
    public void The_legend_of_smoothed_curves_has_their_colors()
    {
        // The legend is above the plot area, which begins at 110 pixels.
        Assert.Equal((0, 0), Legend(Of(("loss", TrainingLoss), ("val_loss", ValidationLoss)), smoothing: 0));
        var (blue, orange) = Legend(Of(("loss", TrainingLoss)), smoothing: 0.6);
        Assert.InRange(blue, 20, 60);
        Assert.Equal(0, orange);
        (blue, orange) = Legend(Of(("loss", TrainingLoss), ("val_loss", ValidationLoss)), smoothing: 0.6);
        Assert.InRange(blue, 10, 30);
        Assert.InRange(orange, 10, 30);

        static (int Blue, int Orange) Legend(History history, double smoothing)
        {
            using var figure = SKBitmap.Decode(TrainingCurves.ToPng(history, smoothing: smoothing));
            var pixels = Enumerable.Range(0, 100).SelectMany(y => Enumerable.Range(0, figure.Width).Select(x => figure.GetPixel(x, y))).ToList();
            return (pixels.Count(IsDarkBlue), pixels.Count(color => color is { Red: > 90 and < 120, Green: < 50, Blue: < 20 }));
        }
    }

    [Theory]
    [InlineData(1, "1")]
    [InlineData(8, "1 2 3 4 5 6 7 8")]
    [InlineData(12, "1 3 5 7 9 11")]
    [InlineData(30, "1 5 10 15 20 25 30")]
    [InlineData(100, "1 10 20 30 40 50 60 70 80 90 100")]
    [InlineData(2500, "1 500 1000 1500 2000 2500")]
    public void The_first_epoch_has_a_tick(int epochs, string expected) =>
        Assert.Equal(expected, string.Join(' ', TrainingCurves.EpochTicks(epochs).Select(tick => tick.Text)));

    [Fact]
    public void Every_measure_has_a_panel_and_metrics_choose_some()
    {
        var history = Of(
            ("loss", [2, 1]), ("accuracy", [0.5, 0.6]), ("mean_absolute_error", [3, 4]), ("val_loss", [2, 1.5]), ("val_accuracy", [0.4, 0.5]),
            ("val_mean_absolute_error", [5, 4]));
        Assert.Equal(["Loss", "Accuracy", "Mean absolute error"], CurvePanel.Of([history], metrics: null).Select(panel => panel.Title));
        Assert.Equal(["accuracy", "loss"], CurvePanel.Of([history], ["accuracy", "val_loss"]).Select(panel => panel.Measure));
        using var figure = SKBitmap.Decode(TrainingCurves.ToPng(history));
        Assert.Equal((2100, 600), (figure.Width, figure.Height));
        using var one = SKBitmap.Decode(TrainingCurves.ToPng(history, ["accuracy"]));
        Assert.Equal((700, 600), (one.Width, one.Height));
    }

    [Theory]
    [InlineData("loss", "Loss")]
    [InlineData("digit_mean_absolute_error", "Digit mean absolute error")]
    [InlineData("binary_io_u", "Binary IoU")]
    [InlineData("auc_1", "AUC 1")]
    [InlineData("f1_score", "F1 score")]
    public void Titles_are_names_in_words(string measure, string title) => Assert.Equal(title, CurvePanel.Of([Of((measure, [1]))], metrics: null)[0].Title);

    [Fact]
    public void Several_trainings_are_counted_on_and_the_best_epoch_is_of_all()
    {
        var (head, tuned) = (Of(("loss", [2, 1, 0.9]), ("val_loss", [1.5, 1.2, 1.1])), Of(("loss", [0.8, 0.5]), ("val_loss", [1, 1.3])));
        var panel = Assert.Single(CurvePanel.Of([head, tuned], metrics: null));
        Assert.Equal(["1 2 3", "1 2 3", "4 5", "4 5"], panel.Lines.Select(line => string.Join(' ', line.Epochs)));
        Assert.Equal(new BestEpoch(4, 1, IsValidation: true), panel.Best);

        // The mark of the second training is between epochs 3 and 4; the first has a label only.
        using var figure = SKBitmap.Decode(TrainingCurves.ToPng([head, tuned], labels: ["new head", "fine-tuning"]));
        bool HasMark(double epoch) => Enumerable.Range(150, 350).Count(y => IsGrey(figure.GetPixel(90 + (int)((epoch - 1 + 0.24) / 4.48 * 570), y))) > 80;
        Assert.Equal([false, true, false], new[] { 2.5, 3.5, 4.5 }.Select(HasMark));
    }

    [Theory]
    [InlineData("loss", MonitorMode.Min, 3)]
    [InlineData("accuracy", MonitorMode.Max, 2)]
    [InlineData("custom", MonitorMode.Auto, null)]
    public void The_best_epoch_is_that_of_the_metrics_direction(string name, MonitorMode direction, int? epoch)
    {
        var history = Of((name, [0.5, 0.9, 0.2, double.NaN]));
        Assert.Equal(direction, history.DirectionOf(name));
        Assert.Equal(epoch, CurvePanel.Of([history], metrics: null)[0].Best?.Epoch);
    }

    [Fact]
    public void Fit_notes_directions_and_layers_that_act_only_in_training()
    {
        var model = new Sequential { new Input(4), new Dropout(0.5), new Dense(1) };
        model.Compile(new Sgd(0.01f), Loss.MeanSquaredError, new R2Score(), new RootMeanSquaredError());
        var data = new TensorDataset([new Tensor([8, 4], new float[32])], [new Tensor([8, 1], new float[8])]);
        var history = model.Fit(data, validation: data);
        Assert.Equal(
            [MonitorMode.Min, MonitorMode.Max, MonitorMode.Min, MonitorMode.Max],
            new[] { "val_loss", "r2_score", "root_mean_squared_error", "val_r2_score" }.Select(history.DirectionOf));
        Assert.Equal(["Dropout"], history.TrainingOnlyLayers);
        var error = Assert.Throws<KeyNotFoundException>(() => history.DirectionOf("acc"));
        Assert.StartsWith("History: 'acc' was not measured; measured were loss, r2_score", error.Message);
    }

    [Theory]
    [InlineData(new[] { 1000, 0.7, 0.6, 0.5, 0.45, 0.4 }, MonitorMode.Min, 0.4, 0.7, "a first outlying loss is beyond the axis")]
    [InlineData(new[] { 2.3, 0.8, 0.5, 0.4, 0.35, 0.3 }, MonitorMode.Min, 0, 2.5, "a usual first loss is not")]
    [InlineData(new[] { 0.45, 0.44, 0.43, 0.44, 0.42 }, MonitorMode.Min, 0.41, 0.46, "losses far from 0 do not start there")]
    [InlineData(new[] { -40, 0.2, 0.5, 0.6, 0.7, 0.75 }, MonitorMode.Max, 0.1, 0.8, "a first score that is very low is beyond the axis")]
    [InlineData(new[] { 5.0 }, MonitorMode.Min, 4.4, 5.6, "one value is in the middle")]
    [InlineData(new double[0], MonitorMode.Min, 0, 1, "no value at all")]
    public void The_vertical_axis_shows_differences(double[] values, MonitorMode direction, double low, double high, string reason)
    {
        var range = ValueRange.Of(values, direction, isShare: false);
        Assert.True(Math.Abs(range.Low - low) < 0.11 && Math.Abs(range.High - high) < 0.11, $"{reason}: {range}");
    }

    /// <summary>Accuracies between 95 % and 99 % fill the axis, and it does not go beyond 100 %.</summary>
    [Fact]
    public void Accuracies_near_one_are_seen_in_detail()
    {
        var panel = CurvePanel.Of([Of(("accuracy", [0.95, 0.97, 0.98, 0.99]), ("val_accuracy", [0.96, 0.97, 0.975, 0.98]))], metrics: null)[0];
        Assert.True(panel.IsShare);
        Assert.InRange(panel.Range.Low, 0.94, 0.95);
        Assert.InRange(panel.Range.High, 0.99, 1);
        Assert.Equal("99.00 %", panel.Print(0.99));
        Assert.Equal("", panel.PrintGrid(1.01));
        var perfect = CurvePanel.Of([Of(("accuracy", [0.2, 1, 1]))], metrics: null)[0];
        Assert.InRange(perfect.Range.High, 1, 1.02);
    }

    [Fact]
    public void Values_beyond_the_axis_are_named_in_the_heading_and_the_best_is_never_beyond()
    {
        var panel = CurvePanel.Of([Of(("loss", [1000, 0.7, 0.6, 0.5, 0.45, 0.4]))], metrics: null)[0];
        Assert.Equal([(1.0, 1000.0, false)], panel.CutOff);
        Assert.Equal("cut off: 1000 in epoch 1", panel.CutOffText());
        Assert.True(panel.Range.Contains(panel.Best!.Value));
        double[] many = [5000, 900, .. Enumerable.Range(0, 30).Select(i => 0.5 - (0.01 * i))];
        Assert.Equal("cut off: 2 values up to 5000", CurvePanel.Of([Of(("loss", many))], metrics: null)[0].CutOffText());
        Assert.Equal("", CurvePanel.Of([Of(("loss", TrainingLoss))], metrics: null)[0].CutOffText());
    }

    [Fact]
    public void Validation_above_training_is_explained()
    {
        var history = Of(("accuracy", [0.5, 0.6, 0.7]), ("val_accuracy", [0.6, 0.7, 0.65]));
        Assert.Equal(
            "Why validation can be better than training: the training values are means over an epoch, during which the weights improve; validation is measured "
            + "at the end of the epoch.", Explanation("validation", history));
        history.TrainingOnlyLayers = ["RandomFlip", "Dropout"];
        const string full = "Why test can be better than training: the training values are measured with RandomFlip, Dropout, and are means over an epoch, "
            + "during which the weights improve; test is measured without them at the end of the epoch.";
        Assert.Equal(full, Explanation("test", history));
        var overfitting = Of(("loss", TrainingLoss), ("val_loss", ValidationLoss));
        Assert.Equal("", Explanation("validation", overfitting));
        Assert.Equal(full, Explanation("test", overfitting, history));

        static string Explanation(string name, params History[] phases) => TrainingCurves.Explanation(CurvePanel.Of(phases, metrics: null), phases, name);
    }

    [Theory]
    [InlineData(450)]
    [InlineData(700)]
    public void No_text_of_the_heading_overlaps_another(float width)
    {
        var heading = new PlotHeading(
            "Sparse top k categorical accuracy", ("best validation 96.25 % in epoch 112", SKColors.Orange),
            [new(SKColors.Blue, "training"), new(SKColors.Orange, "validation"), new(SKColors.Gray, "thin: smoothed by 0.6", 1.5f)], width,
            "cut off: 12 values up to 123456");
        Assert.Equal(6, heading.Texts.Count);
        Assert.All(heading.Texts, text => Assert.True(text.Bounds.Left >= 90 && text.Bounds.Right <= width - 39 && text.Bounds.Bottom < heading.Height));
        for (var i = 0; i < heading.Texts.Count; i++)
        {
            for (var j = 0; j < i; j++)
                Assert.False(heading.Texts[i].Bounds.IntersectsWith(heading.Texts[j].Bounds), $"{heading.Texts[i].Text} and {heading.Texts[j].Text}");
        }
    }

    [Fact]
    public void Bad_arguments_are_named()
    {
        var history = Of(("loss", [1, 2]), ("accuracy", [0.1, 0.2]));
        Assert.Equal(
            "TrainingCurves: expected metrics among loss, accuracy, which were measured; received 'acc'. (Parameter 'metrics')",
            Assert.Throws<ArgumentException>(() => TrainingCurves.ToPng(history, ["acc"])).Message);
        Assert.Equal(
            "TrainingCurves: expected metrics among loss, accuracy; received an empty list. (Parameter 'metrics')",
            Assert.Throws<ArgumentException>(() => TrainingCurves.ToPng(history, [])).Message);
        Assert.Equal(
            "TrainingCurves: expected a label for each of the 2 histories; received 1 labels. (Parameter 'labels')",
            Assert.Throws<ArgumentException>(() => TrainingCurves.ToPng([history, history], labels: ["one"])).Message);
        Assert.StartsWith(
            "TrainingCurves: smoothing must be at least 0 and below 1; received 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => TrainingCurves.ToPng(history, smoothing: 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("width", () => TrainingCurves.ToPng(history, width: 800));
        Assert.Throws<ArgumentException>("phases", () => TrainingCurves.ToPng((IReadOnlyList<History>)[]));
        Assert.Throws<ArgumentNullException>("history", () => TrainingCurves.ToPng((History)null!));
    }

    [Fact]
    public void A_figure_in_html_contains_its_data() =>
        Assert.StartsWith("<img src=\"data:image/png;base64,iVBORw0KGgo", TrainingCurves.ToHtml(Of(("loss", [1, 2]))));

    [Fact]
    public void A_history_in_html_is_a_table_with_the_best_values_in_bold()
    {
        var html = Of(("loss", [0.5, 0.25, 0.3]), ("val_accuracy", [0.9, 0.8]), ("custom", [1, 2e-5, double.NaN])).ToHtml();
        Assert.Contains(
            "<tr><th class=\"n\">epoch</th><th class=\"n\">loss</th><th class=\"n\">val_accuracy</th><th class=\"n\">custom</th></tr>", html,
            StringComparison.Ordinal);
        Assert.EndsWith(
            "<tbody><tr><td class=\"n\">1</td><td class=\"n\">0.5000</td><td class=\"n\"><b>0.9000</b></td><td class=\"n\">1.0000</td></tr>"
            + "<tr><td class=\"n\">2</td><td class=\"n\"><b>0.2500</b></td><td class=\"n\">0.8000</td><td class=\"n\">2.000e-5</td></tr>"
            + "<tr><td class=\"n\">3</td><td class=\"n\">0.3000</td><td class=\"n\"></td><td class=\"n\">NaN</td></tr></tbody><tfoot></tfoot></table>", html,
            StringComparison.Ordinal);
        Assert.Contains("<tbody></tbody>", new History().ToHtml(), StringComparison.Ordinal);
    }

    private static bool IsBlue(SKColor color) => color is { Red: < 80, Blue: > 200 };

    private static bool IsOrange(SKColor color) => color is { Red: > 200, Green: > 60 and < 120, Blue: < 60 };

    private static bool IsDarkBlue(SKColor color) => color is { Red: < 40, Green: < 60, Blue: > 90 and < 130 };

    private static bool IsGrey(SKColor color) => color is { Red: < 180, Green: < 180, Blue: < 190 };

    private static int Count(byte[] png, Func<SKColor, bool> matches)
    {
        using var figure = SKBitmap.Decode(png);
        return figure.Pixels.Count(matches);
    }

    private static History Of(params (string Name, double[] Values)[] measures)
    {
        var history = new History();
        foreach (var (name, values) in measures)
        {
            foreach (var value in values) history.Add(name, value);
        }

        history.TakeDirections(new MeasuredNames(
            measures.Select(measure => (measure.Name, measure.Name.Contains("accuracy", StringComparison.Ordinal) ? MonitorMode.Max
                : measure.Name == "custom" ? MonitorMode.Auto : MonitorMode.Min)), hasValidation: false));
        return history;
    }
}
