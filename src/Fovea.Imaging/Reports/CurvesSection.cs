using System.Globalization;
using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>The section about how a training went: losses and metrics of each epoch, learning rates, speed, and the time waited for data.</summary>
internal sealed class CurvesSection(IReadOnlyList<History> phases, IReadOnlyList<string> labels, int? keptEpoch, string partName)
{
    /// <summary>The vertical axis is logarithmic if the largest rate is this many times the smallest.</summary>
    private const double LogRatio = 20;

    private readonly int epochs = phases.Sum(phase => phase.Epochs);
    private readonly EpochRecord[] records = [.. phases.SelectMany(phase => phase.Records)];

    public void AddTo(HtmlReport report)
    {
        var section = report.AddSection("Training");
        if (keptEpoch is { } kept and > 0)
            section.AddParagraph($"The saved model is that of epoch {kept} of {epochs}.");
        if (epochs == 0)
        {
            section.AddNote("No epoch was finished, so there are no curves.", ReportTone.Warning);
            return;
        }

        var panels = CurvePanel.Of(phases, null);
        foreach (var panel in panels) section.Add(Chart(panel));
        if (TrainingCurves.Explanation(panels, phases, partName) is { Length: > 0 } explanation) section.AddParagraph(explanation);
        AddSpeed(section);
        foreach (var note in phases.SelectMany(phase => phase.Notes).Distinct()) section.AddNote(note);
        AddTable(section);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("epochs", epochs);
        if (keptEpoch is { } kept) json.WriteNumber("kept_epoch", kept);
        json.WriteStartObject("history");
        foreach (var name in phases.SelectMany(phase => phase.Names).Distinct())
        {
            json.WriteStartArray(name);
            foreach (var value in phases.SelectMany(phase => phase.Names.Contains(name) ? phase[name] : [.. Enumerable.Repeat(double.NaN, phase.Epochs)]))
                json.WriteFinite(value);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        if (phases.Count > 0 && phases[^1].Final is { } final)
        {
            json.WriteStartObject("final");
            foreach (var (name, value) in final)
            {
                json.WritePropertyName(name);
                json.WriteFinite(value);
            }

            json.WriteEndObject();
        }

        WriteRecords(json, "learning_rate", record => record.LearningRate);
        WriteRecords(json, "samples_per_second", record => record.SamplesPerSecond);
        WriteRecords(json, "training_seconds", record => record.TrainingSeconds);
        WriteRecords(json, "waited_seconds", record => record.WaitedSeconds);
        WriteRecords(json, "validation_seconds", record => record.ValidationSeconds);
    }

    private void WriteRecords(Utf8JsonWriter json, string name, Func<EpochRecord, double> value)
    {
        json.WriteStartArray(name);
        foreach (var record in records) json.WriteFinite(value(record));
        json.WriteEndArray();
    }

    /// <summary>The first epoch of each training after the first, with its label.</summary>
    private List<(double X, string Label)> Marks()
    {
        var (marks, before) = (new List<(double X, string Label)>(), 0);
        for (var i = 0; i < phases.Count; before += phases[i++].Epochs)
        {
            if (i > 0) marks.Add((before + 0.5, i < labels.Count ? labels[i] : $"phase {i + 1}"));
        }

        return marks;
    }

    private LineChart Chart(CurvePanel panel)
    {
        var series = new List<LineSeries>();
        foreach (var isValidation in (bool[])[false, true])
        {
            var lines = panel.Lines.Where(line => line.IsValidation == isValidation).ToList();
            if (lines.Count == 0) continue;
            series.Add(
                new LineSeries(isValidation ? partName : "training", [.. lines.SelectMany(line => line.Epochs)], [.. lines.SelectMany(line => line.Values)])
                {
                    Color = isValidation ? ChartColor.Orange : ChartColor.Blue,
                });
        }

        if (panel.Final is { } final)
            series.Add(new LineSeries("final model", [(double)final.Epoch], [final.Value]) { Color = ChartColor.Teal });
        var notes = new List<string>();
        if (panel.Note(partName) is { Length: > 0 } note) notes.Add(note);
        if (panel.CutOffText() is { Length: > 0 } cut) notes.Add(cut);
        if (series.Sum(line => line.Y.Count(value => !double.IsFinite(value))) is > 0 and var missing) notes.Add($"not finite (×): {missing} values");
        return new LineChart(panel.Title, series)
        {
            XLabel = "Epoch",
            HasWholeX = true,
            IsShare = panel.IsShare,
            YRange = (panel.Range.Low, panel.Range.High),
            Caption = string.Join("; ", notes),
            Marks = Marks(),
            Rings = panel.Final is not null ? [(series.Count - 1, 0)]
                : panel.Best is { } ringed
                && series.FindIndex(line => line.Color == (ringed.IsValidation ? ChartColor.Orange : ChartColor.Blue)) is >= 0 and var at
                ? [(at, series[at].X.ToList().IndexOf(ringed.Epoch))]
                : [],
        };
    }

    private void AddSpeed(ReportSection section)
    {
        if (records.Length == 0) return;
        double[] rates = [.. records.Select(record => record.LearningRate)];
        section.Add(new LineChart("Learning rate", [new LineSeries("", rates) { Color = ChartColor.Teal }])
        {
            XLabel = "Epoch",
            HasWholeX = true,
            IsLogY = rates.Min() > 0 && rates.Max() / rates.Min() >= LogRatio,
            YRange = rates.Max() > 0 && rates.Max() / rates.Min() < LogRatio ? (0, 1.06 * rates.Max()) : null,
            Caption = "at the last step of each epoch",
            Marks = Marks(),
        });
        List<(double Epoch, EpochRecord Record)> measured =
            [.. records.Select((record, i) => (i + 1.0, record)).Where(entry => double.IsFinite(entry.record.TrainingSeconds))];
        if (measured.Count == 0) return;
        double[] speeds = [.. measured.Select(entry => entry.Record.SamplesPerSecond)];
        var (time, waited) = (measured.Sum(entry => entry.Record.TrainingSeconds), measured.Sum(entry => entry.Record.WaitedSeconds));
        section.Add(new LineChart("Training speed", [new LineSeries("", [.. measured.Select(entry => entry.Epoch)], speeds) { Color = ChartColor.Purple }])
        {
            XLabel = "Epoch",
            YLabel = "samples/s",
            HasWholeX = true,
            YRange = (0, speeds.Max() > 0 ? 1.06 * speeds.Max() : 1),
            Caption = $"{Duration(time)} of training, of which {Percent(time > 0 ? waited / time : 0)} waiting for data; "
                + $"{Duration(measured.Sum(entry => entry.Record.ValidationSeconds))} of validation",
            Marks = Marks(),
        });
    }

    private void AddTable(ReportSection section)
    {
        string[] names = [.. phases.SelectMany(phase => phase.Names).Distinct()];
        var rows = new List<IReadOnlyList<ReportCell>>();
        foreach (var phase in phases)
        {
            for (var i = 0; i < phase.Epochs; i++)
            {
                var number = rows.Count + 1;
                rows.Add(
                [
                    new ReportCell(Count(number)) { IsStrong = number == keptEpoch, SortsAs = number },
                    .. names.Select(name => phase.Names.Contains(name) && i < phase[name].Count ? Cell(phase[name][i]) : new ReportCell("")),
                    .. number <= records.Length ? Cells(records[number - 1]) : ["", "", ""],
                ]);
            }
        }

        section.AddSection("Values of each epoch", isFolded: true).Add(new ReportTable(
            [
                new("Epoch", IsNumber: true), .. names.Select(name => new ReportColumn(name, IsNumber: true)), new("learning rate", IsNumber: true),
                new("samples/s", IsNumber: true), new("waited for data", IsNumber: true),
            ], rows));
    }

    private static ReportCell[] Cells(EpochRecord record) =>
    [
        new ReportCell(record.LearningRate.ToString("0.######", CultureInfo.InvariantCulture)) { SortsAs = record.LearningRate },
        new ReportCell(double.IsFinite(record.SamplesPerSecond) ? Short(record.SamplesPerSecond) : "–") { SortsAs = record.SamplesPerSecond },
        new ReportCell(Percent(record.WaitedShare)) { SortsAs = record.WaitedShare },
    ];

    private static ReportCell Cell(double value) => new(Number(value)) { SortsAs = value, Tone = double.IsFinite(value) ? ReportTone.Neutral : ReportTone.Bad };
}
