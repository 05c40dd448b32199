using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>Which parts of a layer of one's own are frozen, or trained, where the layer is not: an entry of its configuration.</summary>
internal static class PartTraining
{
    /// <summary>By the path of a part in its layer, whether it is trained.</summary>
    public const string Entry = "parts_trainable";

    public static void Write(Layer layer, JsonObject config)
    {
        var others = Within(layer, "").Where(entry => entry.Part.Trainable != layer.Trainable).ToList();
        if (others.Count > 0) config[Entry] = new JsonObject(others.Select(entry => KeyValuePair.Create(entry.Path, (JsonNode?)entry.Part.Trainable)));
    }

    /// <summary>Sets the parts of a layer that has been connected: those that the file does not name are as their layer.</summary>
    /// <exception cref="ModelFormatException">The file names a part that is not there, or says neither true nor false of it.</exception>
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

        // A setting reaches what is within, so that the inner ones come later.
        foreach (var (path, part) in Within(layer, "")) part.Trainable = JsonReading.AsBool(said[path]) ?? layer.Trainable;
    }

    private static IEnumerable<(string Path, Layer Part)> Within(Layer layer, string prefix) =>
        layer.Contained.SelectMany(part => Within(part, $"{prefix}{part.Name}/").Prepend(($"{prefix}{part.Name}", part)));
}
