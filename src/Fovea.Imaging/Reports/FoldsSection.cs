using System.Globalization;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>The section about the folds of a cross-validation: a row for each, their mean and deviation, and their curves.</summary>
internal sealed class FoldsSection(CrossValidationResults results)
{
    private static readonly ChartColor[] Colors = Enum.GetValues<ChartColor>();

    private readonly IReadOnlyList<FoldScore> scores = results.FoldScores;

    private int Folds => results.Folds.Count;

    public void AddTo(HtmlReport report)
    {
        var section = report.AddSection("Folds");
        section.AddParagraph(
            $"The images are divided into {Folds} folds. The model of a fold was trained on the images of all others, and is measured on its own. The saved "
                + $"model is the mean of the {Folds} models. It cannot be measured on these images, since it has seen all of them.");
        section.Add(Table());
        if (results.KeptEpochs.Count > 0)
            section.AddNote("The epoch of each model was chosen by its own fold, so that the results are slightly too good.");
        if (results.Pooled is LabelResults)
            section.AddNote(
                "The thresholds of the labels were chosen on the predictions of all folds, so that the F1 scores are slightly too good. The average precision "
                    + "does not depend on them.");
        AddCurves(section);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        foreach (var score in scores)
        {
            json.WriteFinite($"mean_{score.Key}", score.Mean);
            json.WriteFinite($"{score.Key}_deviation", score.Deviation);
        }

        json.WriteStartArray("folds");
        for (var fold = 0; fold < Folds; fold++)
        {
            json.WriteStartObject();
            WriteScores(json, results.Folds[fold]);
            if (fold < results.KeptEpochs.Count) json.WriteNumber("kept_epoch", results.KeptEpochs[fold]);
            if (fold < results.Test.Count)
                foreach (var score in results.Test[fold].Scores) json.WriteFinite($"test_{score.Key}", score.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (results.EnsembleTest is not { } test) return;
        json.WriteStartObject("test");
        WriteScores(json, test);
        json.WriteEndObject();
    }

    private static void WriteScores(Utf8JsonWriter json, TaskResults of)
    {
        json.WriteNumber("count", of.SampleCount);
        foreach (var score in of.Scores)
        {
            json.WriteFinite(score.Key, score.Value);
            if (score.Interval is { } interval) json.WriteInterval($"{score.Key}_interval", interval);
        }
    }

    private ReportTable Table()
    {
        var (hasEpochs, hasTest) = (results.KeptEpochs.Count > 0, results.Test.Count > 0 && scores.Count > 0);
        List<ReportColumn> columns = [new("Fold", IsHeading: true), new("Images", IsNumber: true)];
        foreach (var score in scores)
        {
            columns.Add(new(score.Name, IsNumber: true));
            if (score.Values[0].Interval is not null) columns.Add(new("95 % interval", IsNumber: true));
        }

        if (hasEpochs) columns.Add(new("Epoch", IsNumber: true));
        if (hasTest) columns.Add(new($"{scores[0].Name} on test images", IsNumber: true));
        var rows = new List<IReadOnlyList<ReportCell>>();
        for (var fold = 0; fold < Folds; fold++)
            Add(
                (fold + 1).ToString(CultureInfo.InvariantCulture), results.Folds[fold], hasEpochs ? Count(results.KeptEpochs[fold]) : "",
                hasTest ? $"{results.Test[fold].Scores[0]}" : "");
        AddValues("Mean", score => score.Print(score.Mean), hasTest ? scores[0].Print(results.Test.Average(test => test.Scores[0].Value)) : "");
        AddValues("Standard deviation", score => score.Print(score.Deviation), "");
        Add("All folds together", results.Pooled, "", "");
        if (hasTest && results.EnsembleTest is { } ensemble) AddValues("Mean of the models", _ => "", $"{ensemble.Scores[0]}");
        return new ReportTable(columns, rows) { CanSort = false, TotalRows = rows.Count - Folds };

        void Add(string name, TaskResults of, string epoch, string test) => AddRow(
            name, Count(of.SampleCount),
            of.Scores.SelectMany(score => score.Interval is { } interval ? (string[])[$"{score}", $"{interval}"] : [$"{score}"]), epoch, test);

        void AddValues(string name, Func<FoldScore, string> print, string test) => AddRow(
            name, "", scores.SelectMany(score => score.Values[0].Interval is null ? (string[])[print(score)] : [print(score), ""]), "", test);

        void AddRow(string name, string images, IEnumerable<string> values, string epoch, string test) => rows.Add(
        [
            name, images, .. values.Select(value => new ReportCell(value)), .. hasEpochs ? [epoch] : (ReportCell[])[], .. hasTest ? [test] : (ReportCell[])[],
        ]);
    }

    /// <summary>The curves of the loss and of each metric that all trainings have measured.</summary>
    private void AddCurves(ReportSection section)
    {
        if (results.Histories.Count == 0) return;
        foreach (var panel in CurvePanel.Of([results.Histories[0]], null))
        {
            var name = $"val_{panel.Measure}";
            if (!results.Histories.All(history => history.Names.Contains(name))) continue;
            List<LineSeries> lines =
            [
                .. results.Histories.Select((history, fold) =>
                    new LineSeries(FormattableString.Invariant($"{fold + 1}"), history[name]) { Color = Colors[fold % Colors.Length] }),
            ];
            section.Add(new LineChart($"{panel.Title} of each fold", lines)
            {
                XLabel = "Epoch",
                HasWholeX = true,
                IsShare = panel.IsShare,
                Caption = "on its own images, after each epoch",
            });
        }
    }
}
