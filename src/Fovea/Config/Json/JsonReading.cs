using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>Reads JSON values of any numeric type without exceptions of the JSON library.</summary>
internal static class JsonReading
{
    /// <summary>The text of a property; null if it is missing or not a text.</summary>
    public static string? TextOrNull(this JsonObject json, string name) => AsText(json[name]);

    /// <summary>The object of a property; null if it is missing or not an object.</summary>
    public static JsonObject? ObjectOrNull(this JsonObject json, string name) => json[name] as JsonObject;

    /// <summary>The list of a property; null if it is missing or not a list.</summary>
    public static JsonArray? ListOrNull(this JsonObject json, string name) => json[name] as JsonArray;

    /// <summary>The truth value of a property; null if it is missing or not one.</summary>
    public static bool? BoolOrNull(this JsonObject json, string name) => json[name]?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>A value as a truth value, which some files write as 1 or 0; null if it is not one.</summary>
    public static bool? AsBool(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => AsNumber(node) switch { 0 => false, 1 => true, _ => null },
        _ => null,
    };

    /// <summary>A value as a text; null if it is not one.</summary>
    public static string? AsText(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A value as a number; null if it is not one.</summary>
    public static double? AsNumber(JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number) return null;
        if (value.TryGetValue<double>(out var number)) return number;
        if (value.TryGetValue<long>(out var big)) return big;
        if (value.TryGetValue<int>(out var whole)) return whole;
        return value.TryGetValue<float>(out var single) ? single : null;
    }

    /// <summary>A value as an integer; null if it is not one.</summary>
    public static int? AsInteger(JsonNode? node) =>
        AsNumber(node) is { } number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? (int)number : null;
}
