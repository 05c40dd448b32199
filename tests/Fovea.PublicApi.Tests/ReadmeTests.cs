using System.Text.RegularExpressions;

namespace Fovea.PublicApi.Tests;

[Collection(WorkingFolder.Collection)]
public partial class ReadmeTests
{
    [Fact]
    public void The_code_in_the_README_is_the_code_that_runs_here()
    {
        var sample = Sample().Match(File.ReadAllText(Path.Combine(Root(), "tests/Fovea.PublicApi.Tests/ReadmeSample.cs"))).Groups[1].Value;
        var lines = sample.Trim('\n').Split('\n').Select(line => line.Length >= 8 ? line[8..] : line.Trim());
        var block = CodeBlock().Match(File.ReadAllText(Path.Combine(Root(), "README.md"))).Groups[1].Value;
        Assert.Equal("using Fovea;\n\n" + string.Join('\n', lines).Trim(), block.Trim());
    }

    [Fact]
    public void The_C_sharp_of_the_table_in_the_README_compiles_here()
    {
        var code = File.ReadAllText(Path.Combine(Root(), "tests/Fovea.PublicApi.Tests/ReadmeTable.cs"));
        var table = Table().Match(File.ReadAllText(Path.Combine(Root(), "README.md"))).Groups[1].Value;
        var cells = table.Trim().Split('\n').SelectMany(row => Span().Matches(row.Split(" | ")[1])).Select(match => match.Groups[1].Value).ToList();
        Assert.InRange(cells.Count, 10, 30);
        Assert.All(cells, cell => Assert.Contains(cell, code, StringComparison.Ordinal));
    }

    [Fact]
    public void The_code_in_the_README_learns_to_read_digits()
    {
        using var folder = new WorkingFolder();
        var history = ReadmeSample.Run();
        Assert.InRange(history["val_accuracy"][^1], 0.85, 1);
        Assert.True(File.Exists("digits.keras"));
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Fovea.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"// <sample>\n(.*?)\n\s*// </sample>", RegexOptions.Singleline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"\| Keras \| Fovea \|\n.*\n((?:\|.*\n)+)")]
    private static partial Regex Table();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
