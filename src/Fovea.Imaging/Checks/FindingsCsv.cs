using System.Globalization;
using System.Text;
using Fovea.Formats;

namespace Fovea.Imaging;

/// <summary>Writes findings as comma-separated values (RFC 4180).</summary>
internal static class FindingsCsv
{
    public static void Save(DataReport report, string path)
    {
        var text = new StringBuilder("finding,kind,severity,file,value,threshold,suggested_label,message\r\n");
        for (var number = 1; number <= report.Findings.Count; number++)
        {
            var finding = report.Findings[number - 1];
            foreach (var file in finding.Files.DefaultIfEmpty(""))
            {
                text.AppendJoin(',', ((string[])
                [
                    number.ToString(CultureInfo.InvariantCulture), finding.KindName, finding.Severity.ToString().ToLowerInvariant(), file,
                    Print(finding.Value), Print(finding.Threshold), finding.SuggestedLabel ?? "", finding.Message,
                ]).Select(Quote)).Append("\r\n");
            }
        }

        AtomicFile.Write(path, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Print(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "";

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
