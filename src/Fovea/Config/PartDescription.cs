using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>The description of an object other than a layer in a file: the name of its class and its settings.</summary>
/// <param name="ClassName">The class as in <c>Adam</c>, or a short name as in <c>adam</c>.</param>
/// <param name="Config">The settings; empty if the file has only a name.</param>
/// <param name="RegisteredName">The name that a custom class is registered by, with its package: <c>MyPackage>Scale</c>; null for a ready class.</param>
internal sealed record PartDescription(string ClassName, JsonObject Config, string? RegisteredName = null)
{
    /// <summary>
    /// Reads a name, an object, or a function, whose settings are its name. Keras 3 has the name with the package next to the class, Keras 2 in its place.
    /// </summary>
    /// <returns>Null if it is none of them.</returns>
    public static PartDescription? Parse(JsonNode? json)
    {
        if (JsonReading.AsText(json) is { } text) return Of(text, [], null);
        if (json is not JsonObject described || described.TextOrNull("class_name") is not { } className) return null;
        if (described.TextOrNull("config") is { } function) return Of(function, [], null);
        return Of(className, described.ObjectOrNull("config") ?? [], described.TextOrNull("registered_name"));
    }

    private static PartDescription Of(string name, JsonObject config, string? registered)
    {
        // Keras 2.11 to 2.15 wrote its own new optimizers as if they were custom ones.
        if (name.StartsWith("Custom>", StringComparison.Ordinal)) (name, registered) = (name["Custom>".Length..], null);
        var full = registered?.Contains('>', StringComparison.Ordinal) == true ? registered : name;
        return new PartDescription(name[(name.LastIndexOf('>') + 1)..], config, full.Contains('>', StringComparison.Ordinal) ? full : null);
    }
}
