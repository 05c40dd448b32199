using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>Heights and widths in a configuration.</summary>
public static class SizeConfig
{
    /// <summary>Writes a height and a width.</summary>
    public static void Set(this Config config, string key, Size2D value)
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Json[key] = new JsonArray(value.Height, value.Width);
    }

    /// <summary>Reads a height and a width.</summary>
    /// <exception cref="ModelFormatException">The entry is neither an integer nor a pair of them.</exception>
    public static Size2D GetSize(this Config config, string key)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Find(key) switch
        {
            JsonArray { Count: 2 } pair => new Size2D(config.Element(pair, 0, key), config.Element(pair, 1, key)),
            JsonArray { Count: 1 } one => config.Element(one, 0, key),
            JsonValue => config.GetInt(key),
            var other => throw config.Wrong(key, "a number or a pair of numbers", other),
        };
    }

    /// <summary>Reads a height and a width that may be left out.</summary>
    /// <exception cref="ModelFormatException">The entry is neither an integer nor a pair of them.</exception>
    public static Size2D GetSize(this Config config, string key, Size2D absent)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config.Find(key) is null ? absent : config.GetSize(key);
    }

    internal static void SetPooling(this Config config, Size2D poolSize, Size2D strides, Padding padding)
    {
        config.Set("pool_size", poolSize);
        config.Set("padding", padding);
        config.Set("strides", strides);
        config.Set("data_format", "channels_last");
    }

    /// <summary>Writes how much padding and cropping layers add to or take from an image on each side.</summary>
    internal static void SetMargins(this Config config, string key, (int Top, int Bottom) height, (int Left, int Right) width)
    {
        config.Json[key] = new JsonArray(new JsonArray(height.Top, height.Bottom), new JsonArray(width.Left, width.Right));
        config.Set("data_format", "channels_last");
    }

    /// <summary>Reads pairs for height and width, or one number for each or for both, which then holds for either side.</summary>
    internal static ((int Top, int Bottom) Height, (int Left, int Right) Width) GetMargins(this Config config, string key, Size2D absent)
    {
        config.Require("data_format", "channels_last");
        if (config.Find(key) is JsonArray { Count: 2 } sides && sides.Any(side => side is not JsonValue))
            return (config.GetPair(sides[0], key), config.GetPair(sides[1], key));
        var (height, width) = config.GetSize(key, absent);
        return ((height, height), (width, width));
    }
}
