using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>How Keras writes what is neither a layer nor a number: a module, a class and its configuration.</summary>
internal static class KerasPart
{
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
        return (className, new LayerConfig(className, subject, config));
    }
}
