using System.Text;

namespace Fovea.Imaging;

/// <summary>
/// Splits comma-separated values into rows (RFC 4180): a value in quotes may hold separators, line ends, and quotes that are doubled. Spaces around a value
/// without quotes are removed, and empty lines are skipped. Unlike most readers it refuses quotes in wrong places, which would merge rows silently.
/// </summary>
internal sealed class CsvRows
{
    private readonly string text;
    private readonly char separator;
    private readonly string name;
    private int at;
    private int line = 1;

    private CsvRows(string text, char separator, string name) => (this.text, this.separator, this.name) = (text, separator, name);

    /// <summary>Reads all rows.</summary>
    /// <param name="text">The content of the file.</param>
    /// <param name="separator">The character between values.</param>
    /// <param name="name">The name of the file for errors.</param>
    /// <returns>The rows, each with the number of its first line.</returns>
    /// <exception cref="InvalidDataException">A quote is in a wrong place; the message names the line.</exception>
    public static List<(int Line, string[] Values)> Read(string text, char separator, string name)
    {
        var (rows, found) = (new CsvRows(text, separator, name), new List<(int, string[])>());
        while (rows.at < text.Length)
        {
            var (first, values) = (rows.line, rows.ReadRow());
            if (values is not [""]) found.Add((first, values));
        }

        return found;
    }

    private string[] ReadRow()
    {
        var values = new List<string>();
        do values.Add(ReadValue());
        while (Take(separator));
        if (at == text.Length) return [.. values];
        if (text[at] == '\r') at++;
        if (at < text.Length && text[at] == '\n') at++;
        line++;
        return [.. values];
    }

    private string ReadValue()
    {
        while (at < text.Length && text[at] == ' ' && separator != ' ') at++;
        if (at < text.Length && text[at] == '"') return ReadQuoted();
        var start = at;
        while (!IsEnd())
        {
            if (text[at] == '"') throw Error("expected quotes around the whole value; received a quote within it");
            at++;
        }

        return text[start..at].Trim();
    }

    private string ReadQuoted()
    {
        var (value, opened) = (new StringBuilder(), line);
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"')
            {
                at++;
                if (at == text.Length || text[at] != '"') return Closed(value.ToString());
            }

            if (text[at] == '\n') line++;
            value.Append(text[at]);
        }

        line = opened;
        throw Error("expected a closing quote; received the end of the file");
    }

    private string Closed(string value)
    {
        while (at < text.Length && text[at] == ' ') at++;
        return IsEnd() ? value : throw Error($"expected '{separator}' or the end of the line after a closing quote; received '{text[at]}'");
    }

    private bool IsEnd() => at == text.Length || text[at] == separator || text[at] is '\r' or '\n';

    private bool Take(char expected)
    {
        if (at == text.Length || text[at] != expected) return false;
        at++;
        return true;
    }

    private InvalidDataException Error(string message) => new($"'{name}', line {line}: {message}.");
}
