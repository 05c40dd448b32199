using System.Text;
using System.Text.Json;

namespace Fovea.Imaging;

/// <summary>A row of a manifest.</summary>
/// <param name="Line">The number of its line in the file, from 1.</param>
/// <param name="Values">The values of each column: one, or several where JSON has a list.</param>
internal sealed record ManifestRow(int Line, IReadOnlyDictionary<string, string[]> Values);

/// <summary>The content of a manifest: comma- or tab-separated values with a header, or JSON lines.</summary>
/// <param name="Path">The file.</param>
/// <param name="Columns">The names of the columns in the order of the file.</param>
/// <param name="Rows">The rows.</param>
internal sealed record ManifestTable(string Path, IReadOnlyList<string> Columns, IReadOnlyList<ManifestRow> Rows)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the file has JSON lines, in which a value may be a list.</summary>
    public bool IsJson => System.IO.Path.GetExtension(Path).ToLowerInvariant() is ".jsonl" or ".ndjson";

    /// <summary>Whether a file is a manifest by its extension.</summary>
    public static bool IsList(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() is ".csv" or ".tsv" or ".jsonl" or ".ndjson";

    /// <summary>Reads a manifest: <c>.csv</c>, <c>.tsv</c>, <c>.jsonl</c> or <c>.ndjson</c>.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no such table; the message names the line.</exception>
    public static ManifestTable Read(string path)
    {
        if (!StoredFiles.FileExists(path))
            throw new FileNotFoundException($"ImageManifest: expected a CSV file or JSON lines; '{path}' does not exist.", path);
        var isJson = System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" or ".tsv" => false,
            ".jsonl" or ".ndjson" => true,
            var other => throw new InvalidDataException(
                $"ImageManifest: expected a file that ends with .csv, .tsv, .jsonl or .ndjson; received {(other.Length == 0 ? "no extension" : other)} in "
                    + $"'{path}'."),
        };
        var text = ReadText(path);
        var table = isJson ? FromJsonLines(path, text) : FromSeparated(path, text);
        return table.Rows.Count > 0 ? table : throw new InvalidDataException($"ImageManifest: expected rows in '{path}'; received none.");
    }

    /// <summary>The error of a row.</summary>
    public InvalidDataException Error(ManifestRow row, string column, string message) =>
        new($"ImageManifest: '{Path}', line {row.Line}, column '{column}': {message}.");

    /// <summary>The only value of a column in a row.</summary>
    /// <exception cref="InvalidDataException">There is none, or there are several.</exception>
    public string Text(ManifestRow row, string column) => row.Values.GetValueOrDefault(column) switch
    {
        [{ Length: > 0 } only] => only,
        null or [] or [_] => throw Error(row, column, "expected a value; received none"),
        var several => throw Error(row, column, $"expected one value; received {several.Length}"),
    };

    private static string ReadText(string path)
    {
        try
        {
            using var stream = StoredFiles.ReadFromArchive(path) is { } unpacked ? (Stream)new MemoryStream(unpacked) : File.OpenRead(path);
            using var reader = new StreamReader(stream, StrictUtf8, detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"ImageManifest: expected text in UTF-8; '{path}' has other bytes. Save it as UTF-8.", error);
        }
    }

    private static ManifestTable FromSeparated(string path, string text)
    {
        var header = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length);
        var separator = header.Contains('\t') && !header.Contains(',') ? '\t' : header.Contains(';') && !header.Contains(',') ? ';' : ',';
        var rows = CsvRows.Read(text, separator, path);
        if (rows.Count == 0) throw new InvalidDataException($"ImageManifest: expected a header with the names of the columns in '{path}'; it is empty.");
        var columns = rows[0].Values;
        if (columns.GroupBy(column => column).FirstOrDefault(column => column.Count() > 1) is { } twice)
            throw new InvalidDataException($"ImageManifest: '{path}', line {rows[0].Line}: expected different columns; received '{twice.Key}' twice.");
        return new ManifestTable(path, columns, [.. rows.Skip(1).Select(row => new ManifestRow(row.Line, ByColumn(row.Line, row.Values)))]);

        Dictionary<string, string[]> ByColumn(int line, string[] values) => values.Length == columns.Length
            ? columns.Zip(values).ToDictionary(pair => pair.First, pair => (string[])[pair.Second])
            : throw new InvalidDataException(
                $"ImageManifest: '{path}', line {line}: expected {columns.Length} values, as the header has columns; received {values.Length}.");
    }

    private static ManifestTable FromJsonLines(string path, string text)
    {
        var (columns, rows, number) = (new List<string>(), new List<ManifestRow>(), 0);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace()) continue;
            var values = ParseObject(path, line, number);
            columns.AddRange(values.Keys.Where(column => !columns.Contains(column)));
            rows.Add(new ManifestRow(number, values));
        }

        return new ManifestTable(path, columns, rows);
    }

    private static Dictionary<string, string[]> ParseObject(string path, ReadOnlySpan<char> line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line.ToString());
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"ImageManifest: '{path}', line {number}: expected a JSON object; received {json.RootElement.ValueKind}.");
            var values = new Dictionary<string, string[]>();
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (!values.TryAdd(property.Name, TextsOf(property.Value)))
                    throw new InvalidDataException($"ImageManifest: '{path}', line {number}: expected different names; received '{property.Name}' twice.");
            }

            return values;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"ImageManifest: '{path}', line {number}: expected a JSON object; {error.Message}", error);
        }
    }

    private static string[] TextsOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => [value.GetRawText()],
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(TextsOf)],
        _ => [],
    };
}
