using System.Diagnostics.CodeAnalysis;

namespace Fovea;

/// <summary>A cache of the values that were used last, by key. For one thread at a time.</summary>
/// <param name="capacity">The number of values that are kept.</param>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity)
    where TKey : struct, IEquatable<TKey>
    where TValue : class
{
    private readonly List<(TKey Key, TValue Value)> entries = [];  // the last used first, so that a value that is used all the time is found at once

    public IEnumerable<TValue> Values => entries.Select(entry => entry.Value);

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (!entry.Key.Equals(key)) continue;
            for (; i > 0; i--) entries[i] = entries[i - 1];
            entries[0] = entry;
            value = entry.Value;
            return true;
        }

        value = null;
        return false;
    }

    /// <summary>Adds a value with a new key.</summary>
    /// <returns>The value that was evicted, if any.</returns>
    public TValue? Add(TKey key, TValue value)
    {
        var gone = entries.Count == capacity ? entries[^1].Value : null;
        if (gone is not null) entries.RemoveAt(capacity - 1);
        entries.Insert(0, (key, value));
        return gone;
    }

    public void Clear() => entries.Clear();
}
