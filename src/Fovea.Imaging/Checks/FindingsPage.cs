using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Shows the findings of a check as an HTML page: a table of all kinds, and for each kind its images.</summary>
internal sealed class FindingsPage
{
    /// <summary>The largest number of findings of a kind that are shown with images.</summary>
    private const int Shown = 60;

    private const int ShownOfGroup = 8;
    private const int ThumbnailSide = 200;

    private readonly DataReport report;
    private readonly HtmlReport page;

    private FindingsPage(DataReport report)
    {
        this.report = report;
        page = new HtmlReport($"Data check of {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(report.Folder)))}")
        {
            Subtitle = report.Description,
        };
    }

    public static HtmlReport Of(DataReport report)
    {
        var page = new FindingsPage(report);
        page.AddOverview();
        foreach (var kind in report.Findings.GroupBy(finding => finding.Kind)) page.AddKind(kind.Key, [.. kind]);
        page.AddCounts();
        return page.page;
    }

    private void AddOverview()
    {
        page.AddKeyFigure("Images", Print(report.Images));
        var (warnings, notes) = (Count(FindingSeverity.Warning), Count(FindingSeverity.Note));
        page.AddKeyFigure("Errors", Print(report.Errors), tone: report.Errors > 0 ? ReportTone.Bad : ReportTone.Good);
        page.AddKeyFigure("Warnings", Print(warnings), tone: warnings > 0 ? ReportTone.Warning : ReportTone.Neutral);
        page.AddKeyFigure("Notes", Print(notes));
        var section = page.AddSection("Overview");
        foreach (var note in report.Notes) section.AddNote(note);
        if (report.Findings.Count == 0)
        {
            section.AddParagraph("Nothing was found.");
            return;
        }

        section.Add(new ReportTable(
            [new("Finding", IsHeading: true), new("Severity"), new("Findings", IsNumber: true), new("Files", IsNumber: true), new("Meaning")],
            report.Findings.GroupBy(finding => finding.Kind).Select(kind => (IReadOnlyList<ReportCell>)
            [
                Title(kind.Key), Severities(kind), Number(kind.Count()), Number(kind.Sum(finding => finding.Files.Count)), FindingTexts.Meaning(kind.Key),
            ])));
    }

    private void AddKind(DataFindingKind kind, DataFinding[] findings)
    {
        var section = page.AddSection(string.Create(CultureInfo.InvariantCulture, $"{Title(kind)} ({findings.Length:N0})"));
        section.AddParagraph(FindingTexts.Meaning(kind));
        if (kind is DataFindingKind.Unreadable or DataFindingKind.OtherFile or DataFindingKind.Imbalance or DataFindingKind.FewImages
            or DataFindingKind.MissingTarget or DataFindingKind.UnmatchedMask)
        {
            section.AddList(findings.Take(Shown).Select(finding => finding.Message));
        }
        else if (IsOfGroups(kind))
        {
            foreach (var finding in findings.Take(Shown))
                section.Add(
                    new ReportImages(
                    finding.Files.Take(ShownOfGroup).Select(file => Thumbnail(file, CaptionInGroup(finding, file))))
                    { Caption = finding.Message });
        }
        else
        {
            section.Add(new ReportImages(findings.Take(Shown).Select(finding => Thumbnail(finding.Files[0], CaptionOf(finding)))) { Width = 150 });
        }

        if (findings.Length > Shown)
            section.AddNote(string.Create(CultureInfo.InvariantCulture, $"The first {Shown} of {findings.Length:N0} are shown. The list has all."));
    }

    private void AddCounts()
    {
        if (report.Counts.Count == 0) return;
        var splits = report.Counts.Select(count => count.Split).Distinct().ToArray();
        var counts = report.Counts.ToDictionary(count => (count.Split, count.Label), count => count.Count);
        page.AddSection("Images that can be read").Add(new ReportTable(
            [new("Class", IsHeading: true), .. splits.Select(split => new ReportColumn(split.Length == 0 ? "images" : split, IsNumber: true))],
            report.Counts.Select(count => count.Label).Distinct().Order(StringComparer.Ordinal).Select(label => (IReadOnlyList<ReportCell>)
            [
                label.Length == 0 ? "(no class)" : label, .. splits.Select(split => Number(counts.GetValueOrDefault((split, label)))),
            ])));
    }

    private ReportImage Thumbnail(string file, string caption)
    {
        try
        {
            return ReportImage.Of(Squeezed(ImageFile.ReadToShow(report.PathOf(file), ThumbnailSide)), file) with { Caption = caption };
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return ReportImage.Of(Tensor.Full([8, 8, 3], 0.5), $"{file}: {error.Message}") with { Caption = $"{caption}\n(no longer readable)" };
        }
    }

    private static Tensor Squeezed(Tensor batch) => new(batch.Shape[1..], batch.Values);

    private static string CaptionInGroup(DataFinding finding, string file) => file == finding.FileToKeep ? $"{file}\nto keep" : file;

    private static string CaptionOf(DataFinding finding) => finding switch
    {
        { SuggestedLabel: { } label } => $"{finding.Files[0]}\nlooks like {label}",
        { Value: { } value } => string.Create(CultureInfo.InvariantCulture, $"{finding.Files[0]}\n{value:0.00}, limit {finding.Threshold:0.00}"),
        _ => finding.Files[0],
    };

    private static bool IsOfGroups(DataFindingKind kind) => kind is DataFindingKind.DuplicateAcrossSplits or DataFindingKind.DuplicateWithTwoLabels
        or DataFindingKind.ExactDuplicate or DataFindingKind.NearDuplicate or DataFindingKind.MaskSize;

    private static string Title(DataFindingKind kind) => FindingTexts.Title(kind);

    private static ReportCell Severities(IEnumerable<DataFinding> findings)
    {
        var highest = findings.Max(finding => finding.Severity);
        return new ReportCell(highest.ToString().ToLowerInvariant())
        {
            Tone = highest switch { FindingSeverity.Error => ReportTone.Bad, FindingSeverity.Warning => ReportTone.Warning, _ => ReportTone.Neutral },
        };
    }

    private static ReportCell Number(int count) => new(Print(count)) { SortsAs = count };

    private static string Print(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private int Count(FindingSeverity severity) => report.Findings.Count(finding => finding.Severity == severity);
}
