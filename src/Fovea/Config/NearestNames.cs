namespace Fovea.Extending;

/// <summary>Finds the known names that are most similar to a name that is not known.</summary>
internal static class NearestNames
{
    private const int MaxListed = 3;

    /// <summary>The nearest names as the end of a sentence: <c>the nearest known names are ReLU, PReLU, ELU</c>.</summary>
    public static string Of(string name, IEnumerable<string> known)
    {
        // Up to half of the letters may differ, or one name may contain the other.
        var nearest = known
            .Select(other => (Name: other, Distance: Distance(name.ToUpperInvariant(), other.ToUpperInvariant())))
            .Where(other => other.Distance <= Math.Max(name.Length, other.Name.Length) / 2 || IsPart(name, other.Name))
            .OrderBy(other => other.Distance).ThenBy(other => other.Name, StringComparer.Ordinal)
            .Take(MaxListed).Select(other => other.Name).ToList();
        return nearest.Count switch
        {
            0 => "no known name is near it",
            1 => $"the nearest known name is {nearest[0]}",
            _ => $"the nearest known names are {string.Join(", ", nearest)}",
        };
    }

    private static bool IsPart(string name, string other) =>
        Math.Min(name.Length, other.Length) >= 4
            && (name.Contains(other, StringComparison.OrdinalIgnoreCase) || other.Contains(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The number of letters to insert, delete or change (Levenshtein 1966). Long names are truncated.</summary>
    private static int Distance(string first, string second)
    {
        const int MaxLength = 64;
        (first, second) = (first[..Math.Min(first.Length, MaxLength)], second[..Math.Min(second.Length, MaxLength)]);
        var row = Enumerable.Range(0, second.Length + 1).ToArray();
        for (var i = 1; i <= first.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= second.Length; j++)
            {
                var changed = diagonal + (first[i - 1] == second[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
