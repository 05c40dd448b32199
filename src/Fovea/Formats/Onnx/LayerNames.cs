using System.Text.RegularExpressions;

namespace Fovea.Formats.Onnx;

/// <summary>The names of the layers of a model that is created from a graph.</summary>
internal sealed partial class LayerNames
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>The name of a node or a value with only the characters that layer names have; may be empty.</summary>
    public static string Sanitize(string name) => OtherCharacters().Replace(name, "_").Trim('_');

    /// <summary>A name that no other layer has.</summary>
    public string Unique(string name)
    {
        var unique = name.Length == 0 ? "input" : name;
        for (var i = 1; !names.Add(unique); i++) unique = $"{name}_{i}";
        return unique;
    }

    [GeneratedRegex("[^A-Za-z0-9_.-]+")]
    private static partial Regex OtherCharacters();
}
