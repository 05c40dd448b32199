namespace Fovea;

/// <summary>The rules of predictions that are joined.</summary>
internal static class JoinedParts
{
    /// <summary>The names that all parts have.</summary>
    /// <exception cref="ArgumentException">There are no parts, or their names differ.</exception>
    public static IReadOnlyList<string> NamesOf<T>(IReadOnlyList<T> parts, Func<T, IReadOnlyList<string>> namesOf, string subject, string what)
    {
        if (parts.Count == 0) throw new ArgumentException($"{subject}: expected at least one part to join; received none.", nameof(parts));
        var names = namesOf(parts[0]);
        return parts.Select(namesOf).FirstOrDefault(own => !own.SequenceEqual(names)) is not { } other
            ? names
            : throw new ArgumentException(
                $"{subject}: expected parts of the same {what}, {string.Join(", ", names)}; received {string.Join(", ", other)}.", nameof(parts));
    }
}
