using System.Globalization;

namespace Fovea.Cli;

/// <summary>Rows of comma-separated values (RFC 4180).</summary>
internal static class CsvText
{
    public static string Row(IEnumerable<string> values) => string.Join(',', values.Select(Quoted));

    /// <summary>A number with six significant digits.</summary>
    public static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Quoted(string value) => value.AsSpan().IndexOfAny(",\"\r\n") < 0 && value.Trim() == value
        ? value
        : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

/// <summary>How predictions are printed.</summary>
internal enum PredictionFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON object.</summary>
    Json,

    /// <summary>Comma-separated values with a header.</summary>
    Csv,
}
