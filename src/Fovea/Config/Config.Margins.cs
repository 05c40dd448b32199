using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>The margins of an image, as padding and cropping layers write and read them.</summary>
public sealed partial class Config
{
    internal void SetMargins(string key, (int Top, int Bottom) height, (int Left, int Right) width)
    {
        json[key] = new JsonArray(new JsonArray(height.Top, height.Bottom), new JsonArray(width.Left, width.Right));
        Set("data_format", "channels_last");
    }

    /// <summary>Reads pairs for height and width, or one number or one for each, which are the same on both sides.</summary>
    internal ((int Top, int Bottom) Height, (int Left, int Right) Width) GetMargins(string key, Size2D absent)
    {
        Require("data_format", "channels_last");
        if (Find(key) is JsonArray { Count: 2 } sides && sides.Any(side => side is not JsonValue)) return (GetPair(sides[0], key), GetPair(sides[1], key));
        var (height, width) = GetSize(key, absent);
        return ((height, height), (width, width));
    }
}
