using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>How Keras writes what is neither a layer nor a number: a module, a class and its configuration.</summary>
internal static class KerasPart
{
    /// <summary>What says nothing of the numbers, or is read elsewhere: Keras 2 wraps functions into classes that mean their mean.</summary>
    private static readonly HashSet<string> Silent = ["name", "dtype", "fn", "seed"];

    public static JsonObject ToJson(string module, (string ClassName, JsonObject Config) description) =>
        new() { ["module"] = module, ["class_name"] = description.ClassName, ["config"] = description.Config, ["registered_name"] = null };

    /// <summary>As a registered class of one's own is written.</summary>
    public static JsonObject OwnToJson(string registered, JsonObject config)
    {
        var end = registered.IndexOf('>', StringComparison.Ordinal);
        return new() { ["module"] = registered[..end], ["class_name"] = registered[(end + 1)..], ["config"] = config, ["registered_name"] = registered };
    }

    /// <summary>The name with its package: Keras 3 has it beside the class, Keras 2 in its place.</summary>
    public static string? RegisteredName(JsonNode json) => JsonReading.AsText(json)
        ?? ((json as JsonObject)?.TextOrNull("registered_name") is { } name && name.Contains('>', StringComparison.Ordinal)
            ? name
            : (json as JsonObject)?.TextOrNull("class_name"));

    /// <summary>What is not known, and for a class of a package how it would be.</summary>
    public static ModelFormatException Unknown(string subject, string kind, string className, JsonNode json, string known = "") =>
        new(RegisteredName(json) is { } full && full.Contains('>', StringComparison.Ordinal)
            ? $"{subject}: the {kind} '{full}' is not known; {CustomObjects.ToLoad(full)}."
            : $"{subject}: the {kind} '{className}' is not known{known}.");

    /// <summary>Reads a name, or a class with its configuration.</summary>
    /// <exception cref="ModelFormatException">It is neither.</exception>
    public static (string ClassName, Config Config) Read(JsonNode json, string subject, string kind)
    {
        var (className, config) = json switch
        {
            JsonValue value when value.TryGetValue<string>(out var name) => (name, new JsonObject()),
            JsonObject { } o when o["class_name"] is JsonValue value && value.TryGetValue<string>(out var name) => (name, o["config"] as JsonObject ?? []),
            _ => throw new ModelFormatException($"{subject}: expected {kind}; received {json.ToJsonString()}."),
        };
        className = className[(className.LastIndexOf('>') + 1)..];
        return (className, new Config(className, subject, config));
    }

    /// <summary>The part itself, if all of its settings were asked for.</summary>
    /// <exception cref="ModelFormatException">One was not.</exception>
    public static T Whole<T>(T part, string className, Config config, string subject)
    {
        var rest = config.Unread.Where(entry => entry.Value is not null && !Silent.Contains(entry.Key) && JsonReading.AsBool(entry.Value) != false)
            .Select(entry => $"{entry.Key} = {entry.Value!.ToJsonString()}").FirstOrDefault();
        return rest is null ? part : throw new ModelFormatException($"{subject}: the setting {rest} of the {className} is not known here.");
    }
}
