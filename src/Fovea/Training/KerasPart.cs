using System.Text.Json.Nodes;
using Fovea.Formats.Json;

namespace Fovea;

/// <summary>How Keras writes what is neither a layer nor a number: a module, a class and its configuration.</summary>
internal static class KerasPart
{
    /// <summary>What says nothing of the numbers, or is read elsewhere: Keras 2 wraps functions into classes that mean their mean.</summary>
    private static readonly HashSet<string> Silent = ["name", "dtype", "fn", "seed"];

    public static JsonObject ToJson(string module, (string ClassName, JsonObject Config) description) =>
        new() { ["module"] = module, ["class_name"] = description.ClassName, ["config"] = description.Config, ["registered_name"] = null };

    /// <summary>Reads a name, or a class with its configuration.</summary>
    /// <exception cref="ModelFormatException">It is neither.</exception>
    public static (string ClassName, LayerConfig Config) Read(JsonNode json, string subject, string kind)
    {
        var (className, config) = json switch
        {
            JsonValue value when value.TryGetValue<string>(out var name) => (name, new JsonObject()),
            JsonObject { } o when o["class_name"] is JsonValue value && value.TryGetValue<string>(out var name) => (name, o["config"] as JsonObject ?? []),
            _ => throw new ModelFormatException($"{subject}: expected {kind}; received {json.ToJsonString()}."),
        };
        className = className[(className.LastIndexOf('>') + 1)..];
        return (className, new LayerConfig(className, subject, config));
    }

    /// <summary>The part itself, if all of its settings were asked for.</summary>
    /// <exception cref="ModelFormatException">One was not.</exception>
    public static T Whole<T>(T part, string className, LayerConfig config, string subject)
    {
        var rest = config.Unread.Where(entry => entry.Value is not null && !Silent.Contains(entry.Key) && JsonReading.AsBool(entry.Value) != false).Select(entry => $"{entry.Key} = {entry.Value!.ToJsonString()}").FirstOrDefault();
        return rest is null ? part : throw new ModelFormatException($"{subject}: the setting {rest} of the {className} is not known here.");
    }
}
