using System.Text.RegularExpressions;

namespace Fovea.Tests;

/// <summary>The rules for English and for line lengths that CONTRIBUTING.md states.</summary>
public partial class ProseTests
{
    private const int CodeColumns = 160;
    private const int MarkdownColumns = 120;

    [Fact]
    public void Words_that_the_glossary_replaces_occur_nowhere()
    {
        var glossary = new Glossary(Glossary.Split(RepositoryFiles.Read("CONTRIBUTING.md")).Table);
        Assert.InRange(glossary.Count, 20, 200);
        None(
            from path in RepositoryFiles.All
            from found in glossary.Find(path, Prose(path))
            select found);
    }

    [Fact]
    public void Lines_of_code_have_at_most_160_columns_and_lines_of_documents_120() => None(
        from path in RepositoryFiles.All
        from found in RepositoryFiles.IsMarkdown(path) ? LongLinesOfMarkdown(RepositoryFiles.Read(path)) : LongLines(RepositoryFiles.Read(path), CodeColumns)
        select $"{path}:{found}");

    /// <summary>GitHub and the site show a line break within backticks as a space, which is wrong in the midst of a name.</summary>
    [Fact]
    public void Code_within_a_sentence_is_not_broken_over_two_lines() => None(
        from path in RepositoryFiles.All
        where RepositoryFiles.IsMarkdown(path)
        from found in OpenBackticks(RepositoryFiles.Read(path))
        select $"{path}:{found}");

    [Fact]
    public void A_line_with_an_odd_number_of_backticks_outside_code_is_found()
    {
        Assert.Equal(["2: in `THIRD-"], OpenBackticks("`a` and ``b``\nin `THIRD-\n```\n`x\n```\n"));
        Assert.Equal(["1: the `a", "2: b`"], OpenBackticks("the `a\nb`"));
    }

    [Theory]
    [InlineData("A wooden table.", "wooden table")]
    [InlineData("/// it is a wooden\n    /// table of", "wooden\n    /// table")]
    [InlineData("var x = WoodenTables.First;", "WoodenTables")]
    [InlineData("Three_wooden_tables_are_round", "wooden_tables")]
    [InlineData("A table, which is no wooden one; woodenware; unwooden table; a big wooden table.", null)]
    public void The_glossary_finds_phrases_in_sentences_comments_and_names(string text, string? expected)
    {
        var glossary = new Glossary("| write | instead of |\n| --- | --- |\n| desk | `wooden table*`, but not `big wooden table`; iron |\n");
        var found = glossary.Find("x.cs", text).ToList();
        if (expected is null) Assert.Empty(found);
        else Assert.Equal([$"x.cs:1: \"{expected.Replace("\n    ", " ", StringComparison.Ordinal)}\"; the glossary of CONTRIBUTING.md has: desk."], found);
    }

    [Fact]
    public void Tables_code_and_images_of_Markdown_may_be_wider_and_text_may_not()
    {
        var wide = new string('x', 70) + " " + new string('y', 70);
        Assert.Empty(LongLinesOfMarkdown($"| {wide} |\n```\n{wide}\n```\n![{wide}](a.png)\n{new string('z', 130)}\n"));
        Assert.Equal(["2: 141 columns"], LongLinesOfMarkdown($"short\n{wide}\n"));
        Assert.Equal(["1: 143 columns"], LongLinesOfMarkdown($"- {wide}\n"));
    }

    /// <summary>A file without the glossary itself and without the old names, in backticks, that the changelog mentions.</summary>
    private static string Prose(string path)
    {
        var text = Glossary.Split(RepositoryFiles.Read(path)).Text;
        return path == "CHANGELOG.md" ? Backticks().Replace(text, "`…`") : text;
    }

    /// <summary>Fails with all that was found, where Assert.Empty shows five.</summary>
    private static void None(IEnumerable<string> found) => Assert.True(!found.Any(), string.Join('\n', found));

    private static IEnumerable<string> LongLines(string text, int columns) =>
        text.Split('\n').Index().Where(line => line.Item.Length > columns).Select(line => $"{line.Index + 1}: {line.Item.Length} columns");

    /// <summary>Lines outside code blocks in which code begins or ends and does not end or begin.</summary>
    private static IEnumerable<string> OpenBackticks(string text)
    {
        var isCode = false;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            if (line.TrimStart(' ', '-', '>').StartsWith("```", StringComparison.Ordinal)) isCode = !isCode;
            else if (!isCode && line.Count(character => character == '`') % 2 == 1) yield return $"{index + 1}: {line.Trim()}";
        }
    }

    /// <summary>Lines outside tables, code blocks and images that have a space where they could be broken.</summary>
    private static IEnumerable<string> LongLinesOfMarkdown(string text)
    {
        var isCode = false;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var content = line.TrimStart(' ', '-', '>');
            if (content.StartsWith("```", StringComparison.Ordinal)) isCode = !isCode;
            else if (!isCode && line.Length > MarkdownColumns && content[0] is not ('|' or '!') && content.Contains(' ', StringComparison.Ordinal))
                yield return $"{index + 1}: {line.Length} columns";
        }
    }

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Backticks();
}
