using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <content>Entries that are lists.</content>
public sealed partial class Config
{
    /// <summary>Writes a list of integers, or null.</summary>
    internal void Set(string key, IReadOnlyList<int>? values) => json[key] = values is null
        ? null
        : new JsonArray([.. values.Select(value => (JsonNode)value)]);

    /// <summary>Writes a list of integers, of which some may be null, or null.</summary>
    internal void Set(string key, IReadOnlyList<int?>? values) => json[key] = values is null
        ? null
        : new JsonArray([.. values.Select(value => (JsonNode?)value)]);

    /// <summary>Reads a list of integers, of which some may be null; null if the entry is null or missing.</summary>
    internal int?[]? GetOpenInts(string key) => Find(key) switch
    {
        null => null,
        JsonArray list => [.. list.Select(item => item is null ? (int?)null : JsonReading.AsInteger(item) ?? throw Wrong(key, "whole numbers", list))],
        var other => throw Wrong(key, "a list of whole numbers", other),
    };

    /// <summary>Writes a list of numbers.</summary>
    internal void Set(string key, float[] values) => json[key] = new JsonArray([.. values.Select(value => (JsonNode)Shortest(value))]);

    /// <summary>Writes a list of texts.</summary>
    internal void Set(string key, IReadOnlyList<string> values) => json[key] = new JsonArray([.. values.Select(value => (JsonNode)value)]);

    /// <summary>Writes values as nested lists of the given shape. A single value is written as a number, and null as null.</summary>
    internal void Set(string key, float[]? values, Shape shape)
    {
        json[key] = values is null ? null : values.Length == 1 ? Shortest(values[0]) : Nested(values, shape);

        static JsonNode Nested(ReadOnlySpan<float> values, Shape shape)
        {
            if (shape.Rank == 0) return Shortest(values[0]);
            var list = new JsonArray();
            var length = values.Length / shape[0];
            for (var i = 0; i < shape[0]; i++) list.Add(Nested(values.Slice(i * length, length), shape[1..]));
            return list;
        }
    }

    /// <summary>Reads a number, or nested lists of numbers in their order; null if the entry is null or missing.</summary>
    internal float[]? GetFloats(string key)
    {
        return Find(key) is { } found ? [.. Flat(found)] : null;

        IEnumerable<float> Flat(JsonNode? node) => node switch
        {
            JsonArray list => list.SelectMany(Flat),
            JsonValue value when value.TryGetValue<double>(out var number) => [(float)number],
            _ => throw Wrong(key, "numbers", Find(key)),
        };
    }

    /// <inheritdoc cref="GetFloats"/>
    internal double[]? GetDoubles(string key) => GetFloats(key) is { } values ? Array.ConvertAll(values, Shortest) : null;

    /// <summary>Reads a list of integers.</summary>
    internal int[] GetInts(string key) => Find(key) is JsonArray list
        ? [.. Enumerable.Range(0, list.Count).Select(i => Element(list, i, key))]
        : throw Wrong(key, "a list of whole numbers", Find(key));

    /// <summary>Reads an integer, or a list of them; null if the entry is null or missing.</summary>
    internal int[]? GetOptionalInts(string key) => IsAbsent(key) ? null : IsPair(key) ? GetInts(key) : [GetInt(key)];

    /// <summary>Reads a list of texts that may be left out.</summary>
    internal string[] GetTexts(string key) => Find(key) switch
    {
        null => [],
        JsonArray list => [.. list.Select(item => JsonReading.AsText(item) ?? throw Wrong(key, "texts", list))],
        var other => throw Wrong(key, "a list of texts", other),
    };

    /// <summary>Reads an integer, or a list of one, as one-dimensional layers such as Conv1D write it.</summary>
    internal int GetOne(string key, int? absent = null) =>
        Find(key) is JsonArray { Count: 1 } list ? Element(list, 0, key) : absent is { } value ? GetInt(key, value) : GetInt(key);

    /// <summary>Writes an integer as a list of one, as one-dimensional layers such as Conv1D do.</summary>
    internal void SetOne(string key, int value) => json[key] = new JsonArray(value);
}
