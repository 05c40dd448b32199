using System.Globalization;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>The section about the folds of a cross-validation: a row for each, their mean and deviation, and their curves.</summary>
internal sealed class FoldsSection(CrossValidationResults results)
{
    private static readonly ChartColor[] Colors = Enum.GetValues<ChartColor>();

    private int Count => results.Folds.Count;

    public void AddTo(HtmlReport report)
    {
        var section = report.AddSection("Folds");
        section.AddParagraph(
            $"The images are divided into {Count} folds. The model of a fold was trained on the images of all others, and is measured on its own. The saved "
                + $"model is the mean of the {Count} models. It cannot be measured on these images, since it has seen all of them.");
        section.Add(Table());
        if (results.KeptEpochs.Count > 0)
            section.AddNote("The epoch of each model was chosen by its own fold, so that the results are slightly too good.");
        AddCurves(section, "val_loss", "Loss of each fold", isShare: false);
        AddCurves(section, "val_accuracy", "Accuracy of each fold", isShare: true);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("mean_accuracy", results.MeanAccuracy);
        json.WriteNumber("accuracy_deviation", results.AccuracyDeviation);
        json.WriteFinite("mean_loss", results.MeanLoss);
        json.WriteFinite("loss_deviation", results.LossDeviation);
        json.WriteStartArray("folds");
        for (var fold = 0; fold < Count; fold++)
        {
            var own = results.Folds[fold];
            json.WriteStartObject();
            json.WriteNumber("count", own.Count);
            json.WriteNumber("accuracy", own.Accuracy);
            json.WriteInterval("accuracy_interval", own.AccuracyInterval);
            json.WriteFinite("log_loss", own.LogLoss);
            if (fold < results.KeptEpochs.Count) json.WriteNumber("kept_epoch", results.KeptEpochs[fold]);
            if (fold < results.Test.Count) json.WriteNumber("test_accuracy", results.Test[fold].Accuracy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (results.EnsembleTest is not { } test) return;
        json.WriteStartObject("test");
        json.WriteNumber("count", test.Count);
        json.WriteNumber("accuracy", test.Accuracy);
        json.WriteInterval("accuracy_interval", test.AccuracyInterval);
        json.WriteFinite("log_loss", test.LogLoss);
        json.WriteEndObject();
    }

    private ReportTable Table()
    {
        var (hasEpochs, hasTest) = (results.KeptEpochs.Count > 0, results.Test.Count > 0);
        List<ReportColumn> columns =
        [
            new("Fold", IsHeading: true), new("Images", IsNumber: true), new("Accuracy", IsNumber: true), new("95 % interval", IsNumber: true),
            new("Loss", IsNumber: true),
        ];
        if (hasEpochs) columns.Add(new("Epoch", IsNumber: true));
        if (hasTest) columns.Add(new("Test accuracy", IsNumber: true));
        var rows = new List<IReadOnlyList<ReportCell>>();
        for (var fold = 0; fold < Count; fold++)
        {
            var own = results.Folds[fold];
            Add(
                (fold + 1).ToString(CultureInfo.InvariantCulture), ReportText.Count(own.Count), Percent(own.Accuracy), $"{own.AccuracyInterval}",
                Number(own.LogLoss), hasEpochs ? ReportText.Count(results.KeptEpochs[fold]) : "", hasTest ? Percent(results.Test[fold].Accuracy) : "");
        }

        Add("Mean", "", Percent(results.MeanAccuracy), "", Number(results.MeanLoss), "", hasTest ? Percent(results.Test.Average(own => own.Accuracy)) : "");
        Add("Standard deviation", "", Percent(results.AccuracyDeviation), "", Number(results.LossDeviation), "", "");
        var pooled = results.Pooled;
        Add("All folds together", ReportText.Count(pooled.Count), Percent(pooled.Accuracy), $"{pooled.AccuracyInterval}", Number(pooled.LogLoss), "", "");
        if (results.EnsembleTest is { } test) Add("Mean of the models", "", "", "", "", "", Percent(test.Accuracy));
        return new ReportTable(columns, rows) { CanSort = false, TotalRows = rows.Count - Count };

        void Add(string name, string images, string accuracy, string interval, string loss, string epoch, string test)
        {
            List<ReportCell> cells = [name, images, accuracy, interval, loss];
            if (hasEpochs) cells.Add(epoch);
            if (hasTest) cells.Add(test);
            rows.Add(cells);
        }
    }

    private void AddCurves(ReportSection section, string name, string title, bool isShare)
    {
        List<LineSeries> lines = [];
        for (var fold = 0; fold < results.Histories.Count; fold++)
        {
            var history = results.Histories[fold];
            if (!history.Names.Contains(name)) return;
            lines.Add(new LineSeries(FormattableString.Invariant($"{fold + 1}"), history[name]) { Color = Colors[fold % Colors.Length] });
        }

        if (lines.Count == 0) return;
        section.Add(new LineChart(title, lines) { XLabel = "Epoch", HasWholeX = true, IsShare = isShare, Caption = "on its own images, after each epoch" });
    }
}
