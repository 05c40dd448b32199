using System.Text.Json.Nodes;

namespace Fovea.Extending;

/// <content>Entries that have one of several names.</content>
public sealed partial class Config
{
    internal bool IsAbsent(string key) => Find(key) is null;

    internal bool IsText(string key, string text) => JsonReading.AsText(Find(key)) == text;

    internal bool IsPair(string key) => Find(key) is JsonArray;

    /// <summary>Reads one of several names.</summary>
    /// <param name="key">The entry.</param>
    /// <param name="absent">The value if the entry is null or missing.</param>
    /// <param name="choices">The names with their values.</param>
    internal T GetChoice<T>(string key, T absent, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (IsAbsent(key)) return absent;
        var names = new string[choices.Length];
        for (var i = 0; i < names.Length; i++) names[i] = $"'{choices[i].Name}'";
        var expected = string.Join(", ", names);
        var found = Read<string>(key, expected);
        foreach (var (name, value) in choices)
            if (name == found) return value;
        throw Wrong(key, expected, Find(key));
    }
}
