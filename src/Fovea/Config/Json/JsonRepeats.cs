using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <summary>How a name that occurs twice in a JSON object is handled. Python and JavaScript silently take the last of its values.</summary>
internal sealed class JsonRepeats
{
    private readonly bool isAllowed;
    private readonly Action<string>? note;

    private JsonRepeats(bool isAllowed, Action<string>? note)
    {
        this.isAllowed = isAllowed;
        this.note = note;
    }

    /// <summary>Repeated names are refused.</summary>
    public static JsonRepeats None { get; } = new(isAllowed: false, note: null);

    /// <summary>Repeated names are accepted if both values are equal, and refused otherwise.</summary>
    public static JsonRepeats OfEqualValues { get; } = new(isAllowed: true, note: null);

    /// <summary>Repeated names are accepted. If the values differ, the last one is used, and a note reports it.</summary>
    public static JsonRepeats Noted(Action<string> note) => new(isAllowed: true, note);

    /// <summary>Whether the second value may replace the first.</summary>
    public bool Accepts(string name, JsonNode? first, JsonNode? second)
    {
        if (!isAllowed) return false;
        if (JsonNode.DeepEquals(first, second)) return true;
        note?.Invoke($"'{name}' occurs twice in one object, as {Print(first)} and {Print(second)}; the last value is used, as in Python and JavaScript.");
        return note is not null;
    }

    private static string Print(JsonNode? value)
    {
        const int Longest = 60;
        var text = value?.ToJsonString() ?? "null";
        return text.Length > Longest ? $"{text[..Longest]}…" : text;
    }
}
