using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Fovea;

/// <summary>Values by name. The error for a name that is missing lists those that there are.</summary>
/// <param name="values">The values.</param>
/// <param name="subject">The beginning of the error, as in <c>data.npz</c>.</param>
/// <param name="noun">The noun for a value, as in <c>an array</c>.</param>
internal sealed class NamedValues<T>(Dictionary<string, T> values, string subject, string noun) : IReadOnlyDictionary<string, T>
{
    /// <summary>The largest number of names that the error lists.</summary>
    private const int Listed = 10;

    public int Count => values.Count;

    public IEnumerable<string> Keys => values.Keys;

    public IEnumerable<T> Values => values.Values;

    /// <exception cref="KeyNotFoundException">There is no value of this name.</exception>
    public T this[string key] => values.TryGetValue(key, out var value)
        ? value
        : throw new KeyNotFoundException($"{subject}: expected {noun} '{key}'; there {Names()}.");

    public bool ContainsKey(string key) => values.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => values.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string Names()
    {
        if (values.Count == 0) return "are none";
        var rest = values.Count > Listed ? $" and {values.Count - Listed} more" : "";
        return $"{(values.Count == 1 ? "is" : "are")} '{string.Join("', '", values.Keys.Take(Listed))}'{rest}";
    }
}
