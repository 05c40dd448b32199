using System.Text.Json;
using static Fovea.Imaging.ReportText;

namespace Fovea.Imaging;

/// <summary>A part of the data of a training, as a <see cref="TrainingReport"/> describes it.</summary>
/// <param name="Name">Its name: training, validation or test.</param>
/// <param name="Data">The data.</param>
public sealed record ReportDataPart(string Name, Dataset Data);

/// <summary>The section about the data: how many samples each class has in each part, and the files that were skipped.</summary>
internal sealed class DataSection(string name, IReadOnlyList<ReportDataPart> parts, IReadOnlyList<SkippedFile> skipped)
{
    private const int MaxBars = 40;
    private const int MaxListed = 200;

    private readonly IReadOnlyList<(ReportDataPart Part, int[]? Counts)> counted = [.. parts.Select(part => (part, CountsOf(part.Data)))];

    public void AddTo(HtmlReport report)
    {
        if (parts.Count == 0 && name.Length == 0) return;
        var section = report.AddSection("Data");
        if (name.Length > 0) section.AddParagraph($"From {name}.");
        section.Add(new ReportTable(
            [new("Part", IsHeading: true), new("Samples", IsNumber: true), new("Classes", IsNumber: true)],
            counted.Select(part => (IReadOnlyList<ReportCell>)
            [
                part.Part.Name, part.Part.Data.IsStream ? "a stream" : Count(part.Part.Data.Count),
                part.Counts is { } counts ? Count(counts.Count(count => count > 0)) : "",
            ]))
        { CanSort = false });
        AddClasses(section);
        AddSkipped(section);
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("data");
        json.WriteString("name", name);
        json.WriteStartArray("parts");
        foreach (var (part, counts) in counted)
        {
            json.WriteStartObject();
            json.WriteString("name", part.Name);
            if (!part.Data.IsStream) json.WriteNumber("count", part.Data.Count);
            if (counts is not null)
            {
                json.WriteStartObject("classes");
                for (var label = 0; label < counts.Length; label++) json.WriteNumber(part.Data.ClassNames[label], counts[label]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("skipped");
        foreach (var file in skipped)
        {
            json.WriteStartObject();
            json.WriteString("file", file.File);
            json.WriteString("reason", file.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The number of samples of each class; null if the targets are no classes, or if they would have to be computed.</summary>
    private static int[]? CountsOf(Dataset data)
    {
        var classes = data.ClassNames.Count;
        if (data.IsStream || !data.HasTargetsInMemory || classes == 0 || (data.TargetShape.Count != 1 && data.TargetShape.Count != classes)) return null;
        var (counts, target) = (new int[classes], new float[data.TargetShape.Count]);
        for (var i = 0; i < data.Count; i++)
        {
            data.ReadTarget(i, target);
            if (target.Length > 1)
            {
                for (var label = 0; label < classes; label++) counts[label] += target[label] > 0.5f ? 1 : 0;
                continue;
            }

            if (!(target[0] >= 0 && target[0] < counts.Length && target[0] == MathF.Floor(target[0]))) return null;
            counts[(int)target[0]]++;
        }

        return counts;
    }

    private void AddClasses(ReportSection section)
    {
        var known = counted.Where(part => part.Counts is not null).ToList();
        if (known.Count == 0) return;
        var names = known[0].Part.Data.ClassNames;
        var same = known.Where(part => part.Part.Data.ClassNames.SequenceEqual(names)).ToList();
        if (names.Count <= MaxBars)
        {
            section.Add(new BarChart(
                known[0].Part.Data.TargetShape.Count > 1 ? "Samples with each label" : "Samples of each class", [.. same.Select(part => part.Part.Name)],
                [.. names.Select((name, label) => new ChartBar(name, [.. same.Select(part => (double)part.Counts![label])])
                {
                    Text = string.Join(" + ", same.Select(part => Count(part.Counts![label]))),
                })]));
            return;
        }

        section.AddSection($"Samples of each of the {names.Count} classes", isFolded: true).Add(new ReportTable(
            [new("Class", IsHeading: true), .. same.Select(part => new ReportColumn(part.Part.Name, IsNumber: true))],
            names.Select((name, label) => (IReadOnlyList<ReportCell>)
                [name, .. same.Select(part => new ReportCell(Count(part.Counts![label])) { SortsAs = part.Counts![label] })])));
    }

    private void AddSkipped(ReportSection section)
    {
        if (skipped.Count == 0) return;
        section.AddNote(SkippedFile.Summarize(skipped), ReportTone.Warning);
        var folded = section.AddSection($"Skipped files: {Count(skipped.Count)}", isFolded: true);
        folded.Add(new ReportTable(
            [new("File", IsHeading: true), new("Reason")], skipped.Take(MaxListed).Select(file => (IReadOnlyList<ReportCell>)[file.File, file.Reason])));
        if (skipped.Count > MaxListed) folded.AddParagraph($"and {Count(skipped.Count - MaxListed)} more.");
    }
}
