using System.Text.RegularExpressions;

namespace Fovea.Tests;

/// <summary>What the documents name is there.</summary>
public partial class DocumentTests
{
    private static readonly IReadOnlyList<string> Code = [.. RepositoryFiles.All.Where(path => path.EndsWith(".cs", StringComparison.Ordinal))];

    [Fact]
    public void Every_line_that_the_examples_of_CONTRIBUTING_add_is_in_the_file_they_name()
    {
        var count = 0;
        foreach (Match block in Diff().Matches(RepositoryFiles.Read("CONTRIBUTING.md")))
        {
            var file = "";
            HashSet<string> lines = [];
            foreach (var line in block.Groups[1].Value.Split('\n').Where(line => line.StartsWith('+')))
            {
                if (line.StartsWith("+++ ", StringComparison.Ordinal)) (file, lines) = (line[4..], [.. RepositoryFiles.Read(line[4..]).Split('\n')]);
                else Assert.True(lines.Contains(line[1..]), $"CONTRIBUTING.md shows a line that {file} does not have: {line[1..]}");
                count++;
            }
        }

        Assert.InRange(count, 10, 200);
    }

    /// <summary>Names in backticks that begin with a capital letter are words of the code or folders; paths are files or folders.</summary>
    [Theory]
    [InlineData("ARCHITECTURE.md")]
    [InlineData("docs/engine.md")]
    [InlineData("docs/library.md")]
    public void Every_class_member_and_folder_that_the_architecture_names_is_there(string document)
    {
        var text = Code.Select(path => Comment().Replace(RepositoryFiles.Read(path), "")).Concat(Code.Select(path => Path.GetDirectoryName(path)!));
        var words = text.SelectMany(text => Word().Matches(text).Select(match => match.Value)).ToHashSet();
        var paths = RepositoryFiles.All.SelectMany(WithFolders).ToHashSet();
        var missing = new List<string>();
        foreach (var code in Backticks().Matches(RepositoryFiles.Read(document)).Select(match => match.Groups[1].Value).Distinct())
        {
            if (code.Contains('/', StringComparison.Ordinal) && PathText().IsMatch(code))
            {
                var ending = $"/{code.TrimEnd('/')}";
                string[] endings = [ending, $"{ending}.cs"];
                if (!paths.Any(path => Array.Exists(endings, end => $"/{path}".EndsWith(end, StringComparison.Ordinal)))) missing.Add(code);
            }
            else if (NameText().IsMatch(code))
            {
                missing.AddRange(Word().Matches(code).Select(match => match.Value).Where(word => char.IsUpper(word[0]) && !words.Contains(word)));
            }
        }

        Assert.True(missing.Count == 0, $"{document} names what is not there: {string.Join(", ", missing.Distinct())}");
    }

    /// <summary>The pages of the site are checked by the program that builds it, where their links lead to other folders.</summary>
    [Fact]
    public void Every_link_to_a_file_leads_to_one()
    {
        var broken =
            from document in RepositoryFiles.All
            where RepositoryFiles.IsMarkdown(document) && !document.StartsWith("docs/site/", StringComparison.Ordinal)
            from Match link in Link().Matches(RepositoryFiles.Read(document))
            let target = link.Groups[1].Value
            let path = Path.GetFullPath(Path.Combine(RepositoryFiles.Root, Path.GetDirectoryName(document)!, target))
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{document}: {target}";
        Assert.True(!broken.Any(), string.Join('\n', broken));
    }

    /// <summary>A file and the folders that contain it.</summary>
    private static IEnumerable<string> WithFolders(string path)
    {
        for (var part = path; !string.IsNullOrEmpty(part); part = Path.GetDirectoryName(part)) yield return part;
    }

    [GeneratedRegex(@"```diff\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Diff();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Backticks();

    [GeneratedRegex(@"^[A-Z]\w*(\.[A-Z]\w*)*(\(.*\))?$")]
    private static partial Regex NameText();

    [GeneratedRegex(@"^[\w./]+$")]
    private static partial Regex PathText();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
