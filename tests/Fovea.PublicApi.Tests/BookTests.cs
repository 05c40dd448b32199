using System.Text.RegularExpressions;

namespace Fovea.PublicApi.Tests;

/// <summary>docs/book.md tells of the samples that the gate runs.</summary>
public partial class BookTests
{
    private static readonly string Book = File.ReadAllText(Path.Combine(ReadmeTests.Root(), "docs", "book.md"));

    [Fact]
    public void Every_line_of_code_in_the_book_is_in_a_sample()
    {
        var lines = Directory.GetFiles(Path.Combine(ReadmeTests.Root(), "samples"), "*.cs").SelectMany(File.ReadAllLines).Select(line => line.Trim())
            .ToHashSet();
        var quoted = CodeBlock().Matches(Book).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim())
            .Where(line => line.Length > 0).ToList();
        Assert.NotEmpty(quoted);
        Assert.All(quoted, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void Every_picture_and_every_sample_of_the_book_is_there()
    {
        var pictures = Picture().Matches(Book).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(pictures);
        Assert.All(pictures, picture => Assert.True(File.Exists(Path.Combine(ReadmeTests.Root(), "docs", picture)), picture));
        var samples = Directory.GetFiles(Path.Combine(ReadmeTests.Root(), "samples"), "*.cs").Select(Path.GetFileName).ToList();
        Assert.All(samples, sample => Assert.Contains($"samples/{sample}", Book, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"!\[[^\]]+\]\(([^)]+)\)")]
    private static partial Regex Picture();
}
