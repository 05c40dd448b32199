using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>The entry of a custom layer's configuration that lists its parts whose <see cref="Layer.Trainable"/> differs from that of the layer.</summary>
internal static class PartTraining
{
    /// <summary>The name of the entry: an object of true or false by the path of a part.</summary>
    public const string Entry = "parts_trainable";

    public static void Write(Layer layer, JsonObject config)
    {
        var others = Within(layer, "").Where(entry => entry.Part.Trainable != layer.Trainable).ToList();
        if (others.Count > 0) config[Entry] = new JsonObject(others.Select(entry => KeyValuePair.Create(entry.Path, (JsonNode?)entry.Part.Trainable)));
    }

    /// <summary>Freezes or unfreezes the parts of a connected layer. Parts that the file does not name follow their layer.</summary>
    /// <exception cref="ModelFormatException">The file names a part that the layer does not have, or its value is neither true nor false.</exception>
    public static void Apply(Layer layer, JsonObject config, string file)
    {
        var said = config[Entry] as JsonObject ?? [];
        foreach (var (path, value) in said)
        {
            if (layer.Find(path) is null || JsonReading.AsBool(value) is null)
                throw ModelFormatException.About(
                    file, $"{layer.Subject}: expected parts of the layer and true or false in '{Entry}'; received '{path}' "
                    + $"= {value?.ToJsonString() ?? "null"}.");
        }

        // Setting a part sets the parts within it, so the inner ones have to follow.
        foreach (var (path, part) in Within(layer, "")) part.Trainable = JsonReading.AsBool(said[path]) ?? layer.Trainable;
    }

    private static IEnumerable<(string Path, Layer Part)> Within(Layer layer, string prefix) =>
        layer.Contained.SelectMany(part => Within(part, $"{prefix}{part.Name}/").Prepend(($"{prefix}{part.Name}", part)));
}
