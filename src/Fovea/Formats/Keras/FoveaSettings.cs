using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Settings that layers have in Fovea only. Keras refuses a layer whose <c>config</c> has an unknown entry, but ignores unknown entries next to <c>config</c>.
/// So those whose names begin with <c>fovea_</c> are written there, into an object <c>fovea</c>.
/// </summary>
internal static class FoveaSettings
{
    /// <summary>The name of the object, next to the layer's <c>config</c>.</summary>
    public const string Entry = "fovea";

    private const string Prefix = "fovea_";

    /// <summary>Moves the settings of a layer out of its <c>config</c>.</summary>
    /// <param name="layer">The layer, with <c>config</c>.</param>
    public static void MoveOut(JsonObject layer)
    {
        if (layer["config"] is not JsonObject config) return;
        var settings = new JsonObject();
        foreach (var key in config.Select(entry => entry.Key).Where(key => key.StartsWith(Prefix, StringComparison.Ordinal)).ToArray())
        {
            settings[key[Prefix.Length..]] = config[key]?.DeepClone();
            config.Remove(key);
        }

        if (settings.Count > 0) layer[Entry] = settings;
    }

    /// <summary>The <c>config</c> of a layer with these settings.</summary>
    public static JsonObject MoveIn(JsonObject layer, JsonObject config)
    {
        if (layer[Entry] is not JsonObject settings) return config;
        var whole = config.DeepClone().AsObject();
        foreach (var (key, value) in settings) whole[Prefix + key] = value?.DeepClone();
        return whole;
    }
}
