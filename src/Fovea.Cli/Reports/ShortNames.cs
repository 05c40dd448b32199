namespace Fovea.Cli;

/// <summary>Shortens class names that list synonyms: "tench, Tinca tinca" becomes "tench".</summary>
internal static class ShortNames
{
    /// <summary>The first synonym of each name, or the whole name if another class has the same first synonym.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> names)
    {
        var first = names.Select(name => name.Split(", ")[0]).ToList();
        var counts = first.CountBy(name => name).ToDictionary();
        return [.. names.Select((name, label) => first[label].Length > 0 && counts[first[label]] == 1 ? first[label] : name)];
    }
}
