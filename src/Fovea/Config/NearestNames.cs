namespace Fovea.Extending;

/// <summary>Which of many known names one that is not known is most like.</summary>
internal static class NearestNames
{
    private const int Most = 3;

    /// <summary>The nearest names as the end of a sentence: <c>the nearest known names are ReLU, PReLU, ELU</c>.</summary>
    public static string Of(string name, IEnumerable<string> known)
    {
        // One in three letters may differ, and a name may be part of the other.
        var nearest = known
            .Select(other => (Name: other, Distance: Distance(name.ToUpperInvariant(), other.ToUpperInvariant())))
            .Where(other => other.Distance <= Math.Max(name.Length, other.Name.Length) / 2 || IsPart(name, other.Name))
            .OrderBy(other => other.Distance).ThenBy(other => other.Name, StringComparer.Ordinal)
            .Take(Most).Select(other => other.Name).ToList();
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

    /// <summary>How many letters must be inserted, left out or changed (Levenshtein 1966). Long names are cut.</summary>
    private static int Distance(string first, string second)
    {
        const int Longest = 64;
        (first, second) = (first[..Math.Min(first.Length, Longest)], second[..Math.Min(second.Length, Longest)]);
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
