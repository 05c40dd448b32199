using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>
/// Parses untrusted JSON completely. A repeated name or broken text is reported at once; a <see cref="JsonNode"/> reports it only when
/// the value is used.
/// </summary>
internal static class JsonText
{
    /// <summary>The maximum length of a text. The configurations of the largest networks take a few megabytes.</summary>
    public const int MaximumBytes = 64 * 1024 * 1024;

    private const int MaximumDepth = 128;

    /// <summary>Parses a text whose outermost value is an object.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="part">The part of the file, for messages.</param>
    /// <param name="repeats">How a name that occurs twice in an object is handled.</param>
    /// <exception cref="ModelFormatException">The text is not JSON, is too long or nested too deeply, or is not an object.</exception>
    public static JsonObject ParseObject(ReadOnlyMemory<byte> utf8, string file, string part, JsonRepeats? repeats = null)
    {
        if (utf8.Length > MaximumBytes)
            throw ModelFormatException.About(file, $"'{part}' has {utf8.Length} bytes; at most {MaximumBytes} are read.");
        try
        {
            // The depth is checked by the parser, so the recursion below is bounded.
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaximumDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return (JsonObject)Materialize(document.RootElement.Clone(), repeats ?? JsonRepeats.OfEqualValues)!;
            throw ModelFormatException.About(file, $"'{part}' is {Describe(document.RootElement.ValueKind)}; expected a JSON object.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or DecoderFallbackException)
        {
            throw ModelFormatException.About(file, $"'{part}' is not JSON: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <inheritdoc cref="ParseObject(ReadOnlyMemory{byte}, string, string, JsonRepeats?)"/>
    public static JsonObject ParseObject(string text, string file, string part, JsonRepeats? repeats = null) =>
        ParseObject(Encoding.UTF8.GetBytes(text), file, part, repeats);

    /// <summary>The JSON of a value without white space, in UTF-8.</summary>
    public static byte[] ToUtf8(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) node.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The kind of a value, for messages.</summary>
    public static string Describe(JsonNode? node) => node is null ? "null" : Describe(node.GetValueKind());

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a truth value",
        _ => "null",
    };

    // JsonDocument can detect repeated names, but needs OpenSSL for it.
    private static void Put(JsonObject properties, string name, JsonNode? value, JsonRepeats repeats)
    {
        if (!properties.TryGetPropertyValue(name, out var earlier))
        {
            properties.Add(name, value);
            return;
        }

        if (!repeats.Accepts(name, earlier, value)) throw new JsonException($"Duplicate property '{name}' encountered during deserialization.");
        properties[name] = value;
    }

    private static JsonNode? Materialize(JsonElement element, JsonRepeats repeats)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var properties = new JsonObject();
                foreach (var property in element.EnumerateObject()) Put(properties, property.Name, Materialize(property.Value, repeats), repeats);
                return properties;
            case JsonValueKind.Array:
                var items = new JsonArray();
                foreach (var item in element.EnumerateArray()) items.Add(Materialize(item, repeats));
                return items;
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element);
        }
    }
}
