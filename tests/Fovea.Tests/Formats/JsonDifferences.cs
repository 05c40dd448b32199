using System.Text.Json.Nodes;

namespace Fovea.Tests.Formats;

/// <summary>Where two JSON documents differ, numbers compared as float32: <c>config.layers[1].config.filters: 32, 64</c>.</summary>
internal static class JsonDifferences
{
    public static IEnumerable<string> Find(JsonNode? left, JsonNode? right, string path = "") => (left, right) switch
    {
        (JsonObject a, JsonObject b) => a.Select(entry => entry.Key).Union(b.Select(entry => entry.Key)).SelectMany(key =>
            !a.ContainsKey(key) ? [$"{path}.{key}: nothing, {Print(b[key])}"]
            : !b.ContainsKey(key) ? [$"{path}.{key}: {Print(a[key])}, nothing"]
            : Find(a[key], b[key], $"{path}.{key}")),
        (JsonArray a, JsonArray b) when a.Count == b.Count => a.Zip(b).SelectMany((pair, i) => Find(pair.First, pair.Second, $"{path}[{i}]")),
        (JsonValue a, JsonValue b) when a.TryGetValue<double>(out var x) && b.TryGetValue<double>(out var y) => (float)x == (float)y
            ? []
            : [$"{path}: {x}, {y}"],
        _ => Print(left) == Print(right) ? [] : [$"{path}: {Print(left)}, {Print(right)}"],
    };

    private static string Print(JsonNode? node) => node?.ToJsonString() ?? "null";
}
