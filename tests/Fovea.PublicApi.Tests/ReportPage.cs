using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>The code of docs/report.md, which <see cref="ReportPageTests"/> compares and runs.</summary>
internal static class ReportPage
{
    public static void Training(Model model, Dataset data, Dataset test, string folder)
    {
        var history = model.Fit(data, epochs: 2, validation: test);
        var report = new TrainingReport(model, [history])
        {
            Results = new ClassificationResults(ClassPredictions.Of(model, test)) { Images = test },
            DataName = "drawn digits",
            Parts = [new("training", data), new("test", test)],
        };
        report.Save(Path.Combine(folder, "model-report.html"));
        report.SaveJson(Path.Combine(folder, "model-report.json"));
    }

    public static void Calibration(Model model, Dataset test)
    {
        var scaling = TemperatureScaling.Fit(model, test);
        scaling.ApplyTo(model);
        Console.WriteLine(scaling);
    }

    public static void Thresholds()
    {
        var predictions = new ClassPredictions(["good", "broken"], [0, 0, 1, 1], [[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.1, 0.9]]);
        var thresholds = DecisionThresholds.Of(predictions);
        Console.WriteLine(thresholds.At(0.5).Precision);          // 0.67
        Console.WriteLine(thresholds.BestF1.Threshold);           // 0.65: above it everything is right
        Console.WriteLine(thresholds.ForRecall(0.99)!.Precision); // 1
        Assert.Equal(0.67, thresholds.At(0.5).Precision, 0.005);
        Assert.Equal(0.65, thresholds.BestF1.Threshold, 1e-12);
        Assert.Equal(1, thresholds.ForRecall(0.99)!.Precision);
    }

    public static void OwnPage(string folder)
    {
        var page = new HtmlReport("Two runs") { Subtitle = "Which learning rate is better?" };
        page.AddKeyFigure("Best accuracy", "91.2 %", "95 % interval 89.3 to 92.8 %");
        var section = page.AddSection("Validation loss");
        section.Add(new LineChart("Loss", [new LineSeries("0.001", [0.7, 0.5, 0.4]), new LineSeries("0.01", [0.6, 0.4, 0.5]) { Color = ChartColor.Orange }])
        {
            XLabel = "Epoch",
            HasWholeX = true,
        });
        section.AddNote("The second run becomes worse in the last epoch.", ReportTone.Warning);
        page.Save(Path.Combine(folder, "two-runs.html"));
    }
}
