namespace Fovea.Cli;

/// <summary>Names of classes for a line that people read: of "tench, Tinca tinca" the first synonym.</summary>
internal static class ShortNames
{
    /// <summary>The first synonym of each name; the whole name where another class has the same one.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> names)
    {
        var first = names.Select(name => name.Split(", ")[0]).ToList();
        var counts = first.CountBy(name => name).ToDictionary();
        return [.. names.Select((name, label) => first[label].Length > 0 && counts[first[label]] == 1 ? first[label] : name)];
    }
}
