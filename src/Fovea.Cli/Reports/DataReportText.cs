using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Prints the findings of a check: for each kind the first ones, at most about a screen.</summary>
internal static class DataReportText
{
    private const int Lines = 30;
    private const int MostOfKind = 5;
    private const int MostSuspects = 10;

    /// <param name="console">The console.</param>
    /// <param name="report">The findings.</param>
    /// <param name="hasLabels">Whether labels were checked.</param>
    /// <param name="isListed">Whether all findings are written to a file.</param>
    public static void Write(IAnsiConsole console, DataReport report, bool hasLabels, bool isListed)
    {
        console.MarkupLine(Markup.Escape(report.Description));
        var (errors, warnings, notes) = (Count(report, FindingSeverity.Error), Count(report, FindingSeverity.Warning), Count(report, FindingSeverity.Note));
        console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"[bold]{report.Images:N0} images[/] "
                + $"checked: {Colored(errors, "error", "red")}, {Colored(warnings, "warning", "yellow")}, {Colored(notes, "note", "grey58")}."));
        var kinds = report.Findings.GroupBy(finding => finding.Kind).ToList();
        var isCut = false;
        foreach (var kind in kinds) isCut |= WriteKind(console, [.. kind], Math.Clamp(Lines / Math.Max(1, kinds.Count), 1, MostOfKind));
        console.WriteLine();
        foreach (var note in report.Notes) console.MarkupLine($"[yellow]{Markup.Escape(note)}[/]");
        if (!hasLabels && report.HasClasses && report.Counts.Select(count => count.Label).Where(label => label.Length > 0).Distinct().Count() > 1)
        {
            console.MarkupLine(
                "[grey58]The labels were not checked for mistakes: add --base MODEL, a pretrained network, or --model MODEL, a classifier of these "
                    + "classes.[/]");
        }

        if (isCut && !isListed) console.MarkupLine("[grey58]--page FILE.html shows all findings with their images; --csv FILE and --json list them.[/]");
    }

    /// <summary>Prints how many files were moved, and those that were not.</summary>
    public static void WriteMoved(CommandOutput output, QuarantineResult result, string what, string? list)
    {
        output.Console.MarkupLine(Markup.Escape(string.Create(
            CultureInfo.InvariantCulture,
            $"{(result.Moved.Count == 1 ? "1 file was" : $"{result.Moved.Count:N0} files were")} {what}.{(list is null ? "" : " To move them back: fovea data "
                + $"undo {ShellText.Quoted(list)}")}")));
        foreach (var file in result.Left) output.Error.WriteLine(file.Reason);
    }

    /// <summary>The list that remains because files were left; null if there is none.</summary>
    public static string? PathOfList(QuarantineResult result) => result.Left.Count == 0 ? null : result.List;

    private static bool WriteKind(IAnsiConsole console, DataFinding[] findings, int lines)
    {
        var severity = findings.Max(finding => finding.Severity);
        var color = severity switch { FindingSeverity.Error => "red", FindingSeverity.Warning => "yellow", _ => "grey58" };
        var less = findings.Count(finding => finding.Severity < severity);
        var weaker = less == 0 || findings[0].Kind != DataFindingKind.LabelSuspect
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" [grey58]({less:N0} of them less certain)[/]");
        console.WriteLine();
        console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"[{color}]{severity.ToString().ToLowerInvariant()}[/] [bold]{findings[0].KindName}[/] {findings.Length:N0}{weaker}"));
        if (findings[0].Kind == DataFindingKind.LabelSuspect) lines = MostSuspects;
        foreach (var finding in findings.Take(lines)) console.MarkupLine($"  {Markup.Escape(finding.Message)}");
        if (findings.Length > lines) console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"  [grey58]… and {findings.Length - lines:N0} more[/]"));
        return findings.Length > lines;
    }

    private static string Colored(int count, string name, string color)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{count:N0} {name}{(count == 1 ? "" : "s")}");
        return count == 0 ? text : $"[{color}]{text}[/]";
    }

    private static int Count(DataReport report, FindingSeverity severity) => report.Findings.Count(finding => finding.Severity == severity);
}
