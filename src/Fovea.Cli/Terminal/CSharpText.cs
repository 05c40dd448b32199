using System.Globalization;

namespace Fovea.Cli;

/// <summary>Values as C# literals.</summary>
internal static class CSharpText
{
    public static string Literal(string text) =>
        $"\"{string.Concat(text.Select(letter => letter is '"' or '\\' ? $"\\{letter}" : char.IsControl(letter) ? $"\\u{(int)letter:x4}" : $"{letter}"))}\"";

    public static string Literal(double value) => value.ToString("R", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal);

    public static string Literal(IEnumerable<int> values) => $"[{string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}]";
}
