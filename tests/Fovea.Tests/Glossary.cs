using System.Text.RegularExpressions;

namespace Fovea.Tests;

/// <summary>
/// The phrases that the glossary of CONTRIBUTING.md replaces. They are found in any letter case, across line breaks of comments, and in
/// names, which are read as their words.
/// </summary>
internal sealed partial class Glossary
{
    private const string BetweenWords = @"(?:[\s/*#_>`-]+|(?<=[a-z0-9])(?=[A-Z]))";

    private readonly List<(string Term, Regex Phrase, Regex? Exception)> rows = [];

    /// <summary>Reads a table of two columns: the term, and the phrases in backticks that it replaces, with exceptions after "but not".</summary>
    public Glossary(string table)
    {
        foreach (Match row in Row().Matches(table))
        {
            foreach (var part in row.Groups[2].Value.Split(';'))
            {
                var (phrases, exceptions) = part.Split("but not") is [var before, var after] ? (before, after) : (part, "");
                if (Phrases(phrases) is not { Count: > 0 } replaced) continue;
                rows.Add((row.Groups[1].Value, Any(replaced), Phrases(exceptions) is { Count: > 0 } allowed ? Any(allowed) : null));
            }
        }
    }

    public int Count => rows.Count;

    /// <summary>Splits a document into the lines of its glossary and everything else, in which the lines stay where they are.</summary>
    public static (string Table, string Text) Split(string document)
    {
        var section = Section().Match(document);
        if (!section.Success) return ("", document);
        var emptyLines = new string('\n', section.Value.Count(character => character == '\n'));
        return (section.Value, document.Replace(section.Value, emptyLines, StringComparison.Ordinal));
    }

    /// <summary>The phrases of a text that the glossary replaces, each with its line.</summary>
    public IEnumerable<string> Find(string path, string text)
    {
        foreach (var (term, phrase, exception) in rows)
        {
            var allowed = exception?.Matches(text) ?? Enumerable.Empty<Match>();
            foreach (Match match in phrase.Matches(text))
            {
                if (allowed.Any(around => around.Index <= match.Index && match.Index + match.Length <= around.Index + around.Length)) continue;
                var line = text.AsSpan(0, match.Index).Count('\n') + 1;
                yield return $"{path}:{line}: \"{Regex.Replace(match.Value, @"\s+", " ")}\"; the glossary of CONTRIBUTING.md has: {term}.";
            }
        }
    }

    private static List<string> Phrases(string cell) => [.. Code().Matches(cell).Select(match => match.Groups[1].Value)];

    private static Regex Any(IEnumerable<string> phrases)
    {
        var patterns = phrases.Select(phrase => string.Join(BetweenWords, phrase.Split(' ').Select(Word)));
        return new Regex($@"(?:(?<![A-Za-z])|(?<=[a-z0-9])(?=[A-Z]))(?:{string.Join('|', patterns)})(?![a-z])(?!(?<=[A-Z])[A-Z])");
    }

    private static string Word(string word) => $"(?i:{Regex.Escape(word).Replace(@"\*", "[a-z]*", StringComparison.Ordinal)})";

    [GeneratedRegex(@"^\| ([^|]+?) \| ([^|]+?) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^### Glossary\n(?:(?!^#).*\n)*", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
