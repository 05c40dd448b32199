using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

public class PlotTests
{
    [Theory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(12, true)]
    public void Training_curves_are_drawn_in_the_size_asked_for(int epochs, bool withValidation)
    {
        using var figure = Decode(TrainingCurves.ToPng(Train(epochs, withValidation, new Accuracy()), width: 1000, height: 500));
        Assert.Equal((1000, 500), (figure.Width, figure.Height));
        Assert.True(Count(figure, 0, 500, IsTraining) > 50, "the loss has a curve");
        Assert.True(Count(figure, 500, 1000, color => IsTraining(color) || IsValidation(color)) > 50, "the accuracy has a curve");
        Assert.Equal(withValidation, Count(figure, 0, 500, IsValidation) > 50);
    }

    [Fact]
    public void Without_metrics_the_loss_is_the_only_panel()
    {
        using var figure = Decode(TrainingCurves.ToPng(Train(3, withValidation: false)));
        Assert.Equal((700, 600), (figure.Width, figure.Height));
        Assert.True(Count(figure, 90, 660, IsTraining) > 50);
    }

    [Fact]
    public void Text_is_drawn_with_the_typeface_of_the_assembly()
    {
        // The heading is in the upper left, where nothing else is dark.
        using var figure = Decode(TrainingCurves.ToPng(Train(2, withValidation: true, new Accuracy())));
        var dark = 0;
        for (var y = 20; y < 60; y++)
            for (var x = 80; x < 200; x++) dark += figure.GetPixel(x, y).Red < 100 ? 1 : 0;
        Assert.InRange(dark, 100, 2000);
    }

    [Fact]
    public void A_history_without_epochs_cannot_be_drawn()
    {
        var error = Assert.Throws<ArgumentException>(() => TrainingCurves.ToPng(Train(0, withValidation: false)));
        Assert.Equal("TrainingCurves: expected a history of at least one epoch; received none. (Parameter 'phases')", error.Message);
    }

    [Fact]
    public void A_search_for_a_learning_rate_is_drawn_with_its_suggestion()
    {
        double[] rates = [.. Enumerable.Range(0, 100).Select(i => 1e-6 * Math.Pow(10, i / 20.0))];
        var search = new LearningRateSearch(rates, [.. Enumerable.Range(0, 100).Select(i => 1 + (1 / (1 + Math.Exp((i - 60) / 3.0))))]);
        using var figure = Decode(LearningRatePlot.ToPng(search, 800, 400));
        Assert.Equal((800, 400), (figure.Width, figure.Height));
        Assert.True(Count(figure, 0, 800, IsTraining) > 300, "the curve");

        // The rate is near the middle of the axis; its dashed line goes from below the heading to the axis.
        var mark = Math.Log10(search.Suggestion!.Value / 1e-6) / 4.95;
        var x = 90 + (int)((0.02 + (mark * 1)) / 1.04 * (800 - 130));
        Assert.True(Count(figure, x - 4, x + 5, IsValidation) > 60, "the mark");
        Assert.Equal(0, Count(figure, 90, 300, IsValidation));

        using var none = Decode(LearningRatePlot.ToPng(new LearningRateSearch(rates, [.. rates.Select((_, i) => (double)i)])));
        Assert.Equal((1000, 600, 0), (none.Width, none.Height, Count(none, 0, 1000, IsValidation)));
    }

    [Fact]
    public void A_contact_sheet_shows_every_figure_and_marks_those_asked_for()
    {
        var grey = new CaptionedImage(new Tensor([8, 8, 1], [.. Enumerable.Repeat(0.5f, 64)]), "half");
        var green = new CaptionedImage(
            new Tensor([8, 8, 3], [.. Enumerable.Range(0, 64).SelectMany(_ => (float[])[0, 1, 0])]), "a caption too long for its cell", IsMarked: true);
        using var sheet = Decode(ContactSheet.ToPng([grey, green, grey], columns: 2, title: "Three", cell: 64));
        Assert.Equal((32 + 64 + 18 + 64 + 32, 32 + 56 + (2 * (64 + 30)) + 18 + 32), (sheet.Width, sheet.Height));
        Assert.Equal(new SKColor(128, 128, 128), sheet.GetPixel(64, 120));
        Assert.Equal(new SKColor(0, 255, 0), sheet.GetPixel(32 + 64 + 18 + 32, 120));
        Assert.Equal(new SKColor(0xDC, 0x26, 0x26), sheet.GetPixel(32 + 64 + 18 - 2, 120));
        Assert.Equal(new SKColor(128, 128, 128), sheet.GetPixel(64, 88 + 94 + 18 + 32));
    }

    [Theory]
    [InlineData(2, "cat")]
    [InlineData(10, "digit")]
    [InlineData(12, "a rather long name of a class of things that is never abbreviated")]
    public void A_confusion_matrix_has_a_blue_diagonal(int classes, string name)
    {
        var matrix = new ConfusionMatrix([.. Enumerable.Range(0, classes).Select(label => $"{name} {label}")]);
        for (var label = 0; label < classes; label++)
        {
            for (var i = 0; i < 10; i++) matrix.Add(label, label);
            matrix.Add(label, (label + 1) % classes);
        }

        using var figure = Decode(ConfusionMatrixPlot.ToPng(matrix));
        Assert.InRange(figure.Width, 300, 1400);
        var cells = Count(figure, 0, figure.Width, color => color is { Red: < 110, Blue: > 200 });
        Assert.True(cells > classes * 40 * 40 * 0.6, $"{cells} blue pixels");
        Assert.True(
            Count(figure, 0, figure.Width, color => color is { Red: > 240, Green: < 240, Blue: < 225 }) > classes * 40 * 40 * 0.5,
            "what is confused is orange");
    }

    [Fact]
    public void A_confusion_matrix_of_nothing_is_drawn_too()
    {
        using var figure = Decode(ConfusionMatrixPlot.ToPng(new ConfusionMatrix(["a", "b"])));
        Assert.True(figure.Width > 300);
    }

    [Fact]
    public void A_caption_of_two_lines_makes_its_row_higher()
    {
        CaptionedImage Image(string caption) => new(new Tensor([8, 8, 1], new float[64]), caption);
        using var one = Decode(ContactSheet.ToPng([Image("a"), Image("b")], columns: 1, cell: 64));
        using var two = Decode(ContactSheet.ToPng([Image("a"), Image("b\nc")], columns: 1, cell: 64));
        Assert.Equal(one.Height + (2 * 21), two.Height);
    }

    [Fact]
    public void A_contact_sheet_refuses_figures_of_other_channels()
    {
        var error = Assert.Throws<ArgumentException>(() => ContactSheet.ToPng([new CaptionedImage(new Tensor([2, 2, 2], new float[8]), "?")]));
        Assert.Equal(
            "ContactSheet: expected images of (height, width), (height, width, 1) or (height, width, 3); received (2, 2, 2). (Parameter 'images')",
            error.Message);
    }

    private static bool IsTraining(SKColor color) => color is { Red: < 80, Blue: > 200 };

    private static bool IsValidation(SKColor color) => color is { Red: > 200, Green: > 60 and < 120, Blue: < 60 };

    private static int Count(SKBitmap figure, int left, int right, Func<SKColor, bool> matches)
    {
        var count = 0;
        for (var y = 90; y < figure.Height; y++)
            for (var x = left; x < right; x++) count += matches(figure.GetPixel(x, y)) ? 1 : 0;
        return count;
    }

    private static SKBitmap Decode(byte[] png) => SKBitmap.Decode(png);

    private static History Train(int epochs, bool withValidation, params Metric[] metrics)
    {
        var model = new Sequential { new Input(28, 28, 1), new MaxPooling2D(4), new Flatten(), new Dense(10, Activation.Softmax) };
        model.Compile(new RmsProp(1e-2f), Loss.SparseCategoricalCrossentropy, metrics);
        return model.Fit(new DrawnDigits(60), epochs, validation: withValidation ? new DrawnDigits(30, seed: 5) : null);
    }
}
