using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>
/// The settings of a layer, a loss, an optimizer or any other object that files describe, under Keras' names, for writing and for reading. An error of
/// reading names the object and the entry, and says what was expected and what was received.
/// </summary>
public sealed partial class Config
{
    /// <summary>Entries that do not affect the computation, or are read elsewhere. Keras 2 wraps the function <c>fn</c> of a metric into a class.</summary>
    private static readonly HashSet<string> Silent = ["name", "dtype", "fn", "seed"];

    private readonly JsonObject json;
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    /// <summary>The settings of a layer.</summary>
    internal Config(string className, string name, JsonObject json)
        : this($"{className} '{name}'", json) => Name = name;

    /// <summary>The settings of an object.</summary>
    /// <param name="subject">The name of the object in errors.</param>
    /// <param name="json">The settings.</param>
    internal Config(string subject, JsonObject json)
    {
        this.json = json;
        Subject = subject;
    }

    /// <summary>The name of a layer; empty for other objects.</summary>
    internal string Name { get; init; } = "";

    /// <summary>The name of the object in errors.</summary>
    internal string Subject { get; }

    /// <summary>The configuration as JSON.</summary>
    internal JsonObject Json => json;

    /// <summary>The entries that have not been read yet.</summary>
    internal IEnumerable<KeyValuePair<string, JsonNode?>> Unread => json.Where(entry => !read.Contains(entry.Key));

    /// <summary>Writes an integer.</summary>
    public void Set(string key, int value) => json[key] = value;

    /// <summary>Writes a number.</summary>
    public void Set(string key, float value) => json[key] = Shortest(value);

    /// <summary>Writes a number.</summary>
    public void Set(string key, double value) => json[key] = value;

    /// <summary>Writes a number, or null.</summary>
    internal void Set(string key, double? value) => json[key] = value;

    /// <summary>Writes a number, or null.</summary>
    internal void Set(string key, float? value) => json[key] = Shortest(value);

    /// <summary>Writes an integer, or null.</summary>
    internal void Set(string key, int? value) => json[key] = value;

    /// <summary>Writes a truth value.</summary>
    public void Set(string key, bool value) => json[key] = value;

    /// <summary>Writes a text.</summary>
    public void Set(string key, string value) => json[key] = value;

    /// <summary>Writes a padding.</summary>
    public void Set(string key, Padding value) => json[key] = value == Padding.Same ? "same" : "valid";

    /// <summary>Writes null for entries that Keras expects and that are not set.</summary>
    public void SetNull(params string[] keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var key in keys) json[key] = null;
    }

    /// <summary>Reads an integer.</summary>
    public int GetInt(string key) => JsonReading.AsInteger(Find(key)) ?? throw Wrong(key, "a whole number", Find(key));

    /// <summary>Reads an integer that may be left out.</summary>
    public int GetInt(string key, int absent) => Find(key) is null ? absent : GetInt(key);

    /// <summary>Reads a number.</summary>
    public float GetFloat(string key) => (float)GetDouble(key);

    /// <summary>Reads a number that may be left out.</summary>
    public float GetFloat(string key, float absent) => Find(key) is null ? absent : GetFloat(key);

    /// <summary>Reads a number in full precision.</summary>
    public double GetDouble(string key) => JsonReading.AsNumber(Find(key)) ?? throw Wrong(key, "a number", Find(key));

    /// <summary>Reads a number in full precision that may be left out.</summary>
    public double GetDouble(string key, double absent) => Find(key) is null ? absent : GetDouble(key);

    /// <summary>Reads a number that may be null or left out.</summary>
    internal float? GetOptionalFloat(string key) => Find(key) is null ? null : GetFloat(key);

    /// <summary>Reads an integer that may be null or left out.</summary>
    internal int? GetOptionalInt(string key) => Find(key) is null ? null : GetInt(key);

    /// <summary>Reads a truth value that may be left out; some files write 1 and 0.</summary>
    public bool GetBool(string key, bool absent) => Find(key) is { } found ? JsonReading.AsBool(found) ?? throw Wrong(key, "true or false", found) : absent;

    /// <summary>Reads a text that may be left out.</summary>
    public string GetText(string key, string absent) => Has(key) ? Read<string>(key, "a text") : absent;

    /// <summary>Reads a padding; <see cref="Padding.Valid"/> if it is left out.</summary>
    public Padding GetPadding(string key) => Find(key) is null ? Padding.Valid : Read<string>(key, "'valid' or 'same'") switch
    {
        "valid" => Padding.Valid,
        "same" => Padding.Same,
        _ => throw Wrong(key, "'valid' or 'same'", Find(key)),
    };

    /// <summary>Requires that an entry, if it is present, has the only value that is supported.</summary>
    internal void Require(string key, string value)
    {
        if (Find(key) is { } found && Read<string>(key, $"'{value}'") != value) throw Wrong(key, $"'{value}'", found);
    }

    /// <summary>Requires that an entry, if it is present, has the only value that is supported.</summary>
    internal void Require(string key, int value)
    {
        if (Find(key) is { } found && GetInt(key) != value) throw Wrong(key, $"{value}", found);
    }

    /// <summary>Requires that an entry, if it is present, has the only value that is supported.</summary>
    internal void Require(string key, float value)
    {
        if (Find(key) is { } found && GetFloat(key) != value) throw Wrong(key, FormattableString.Invariant($"{value}"), found);
    }

    /// <summary>Requires that an entry, if it is present, has the only value that is supported.</summary>
    internal void Require(string key, bool value)
    {
        if (GetBool(key, value) != value) throw Wrong(key, value ? "true" : "false", Find(key));
    }

    /// <summary>Reads two integers that are part of an entry.</summary>
    internal (int First, int Second) GetPair(JsonNode? part, string key) =>
        part is JsonArray { Count: 2 } pair ? (Element(pair, 0, key), Element(pair, 1, key)) : throw Wrong(key, "pairs of whole numbers", Find(key));

    /// <summary>Reads one axis, which Keras 2 also writes as a list of one.</summary>
    internal int GetAxis(string key, int absent) => GetOne(key, absent);

    internal void SetBatchShape(Shape shape)
    {
        var dimensions = new JsonArray { null };
        foreach (var size in shape.Sizes) dimensions.Add((JsonNode?)size);
        json["batch_shape"] = dimensions;
    }

    internal Shape GetBatchShape()
    {
        var key = Has("batch_shape") ? "batch_shape" : Has("batchInputShape") ? "batchInputShape" : "batch_input_shape";
        if (Find(key) is not JsonArray { Count: >= 1 } dimensions) throw Wrong(key, "a shape with its batch", Find(key));
        var sizes = new int?[dimensions.Count - 1];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = dimensions[i + 1] is null ? null : Element(dimensions, i + 1, key);
        return Shape.WithOpen(sizes);
    }

    /// <summary>A float as the shortest decimal number that reads back as the same float: 0.1 rather than 0.10000000149.</summary>
    internal static double Shortest(float value) =>
        double.Parse(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Shortest(float)"/>
    internal static double? Shortest(float? value) => value is { } number ? Shortest(number) : null;

    /// <summary>An entry as it is in the file; null if the entry is null or missing.</summary>
    internal JsonNode? Find(string key)
    {
        read.Add(key);
        return json[key];
    }

    private bool Has(string key)
    {
        read.Add(key);
        return json.ContainsKey(key);
    }

    internal int Element(JsonArray array, int index, string key) => JsonReading.AsInteger(array[index]) ?? throw Wrong(key, "whole numbers", array);

    internal T Read<T>(string key, string expected) =>
        Find(key) is JsonValue value && value.TryGetValue<T>(out var result) ? result : throw Wrong(key, expected, Find(key));

    /// <summary>The error of a wrong entry.</summary>
    internal ModelFormatException Wrong(string key, string expected, JsonNode? found) =>
        new($"{Subject}: expected {expected} for '{key}'; received {found?.ToJsonString() ?? "nothing"}.");

    /// <summary>Requires that all entries have been read, except those that cannot affect the computation.</summary>
    /// <exception cref="ModelFormatException">One has not been read.</exception>
    internal void RequireAllRead()
    {
        foreach (var (key, value) in Unread)
        {
            if (value is not null && !Silent.Contains(key) && JsonReading.AsBool(value) != false)
                throw new ModelFormatException($"{Subject}: the setting {key} = {value.ToJsonString()} is unknown.");
        }
    }

    /// <summary>Counts all entries as read.</summary>
    internal void IgnoreRest()
    {
        foreach (var (key, _) in json) read.Add(key);
    }
}
