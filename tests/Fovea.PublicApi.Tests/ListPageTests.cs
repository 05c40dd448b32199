using System.Text.RegularExpressions;
using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>docs/training.md shows code for lists that compiles and runs.</summary>
public sealed partial class ListPageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_line_of_code_about_lists_is_compiled()
    {
        var page = Read("docs", "training.md");
        var lists = page[page.IndexOf("## Lists", StringComparison.Ordinal)..page.IndexOf("## Weights of classes", StringComparison.Ordinal)];
        var lines = Read("tests", "Fovea.PublicApi.Tests", "ListPage.cs").Split('\n').Select(line => line.Trim()).ToHashSet();
        var shown = Block().Matches(lists).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim()).ToList();
        Assert.InRange(shown.Count, 15, 40);
        Assert.All(shown, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void The_code_about_lists_runs()
    {
        var rows = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            ImageFile.Save(new Tensor([8, 8, 3], [.. Enumerable.Repeat(i / 20f, 192)]), Path.Combine(folder, $"{i}.png"));
            rows.Add($"{i}.png,{(i > 9 ? "bright" : "")};{(i % 2 == 0 ? "even" : "")},{2.5 * i}".Replace(',', '\t'));
        }

        var (labels, numbers) = (Path.Combine(folder, "labels.tsv"), Path.Combine(folder, "numbers.tsv"));
        File.WriteAllText(labels, $"file\ttags\tage\n{string.Join('\n', rows)}\n");
        File.Copy(labels, numbers);
        ListPage.Labels(labels, Path.Combine(folder, "labels.keras"), Path.Combine(folder, "0.png"));
        ListPage.Numbers(numbers, Path.Combine(folder, "numbers.keras"), Path.Combine(folder, "0.png"));
        Assert.Equal(["age"], Model.Load(Path.Combine(folder, "numbers.keras")).ValueNames);
        Assert.Equal(2, Model.Load(Path.Combine(folder, "labels.keras")).LabelThresholds.Count);
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([ReadmeTests.Root(), .. path])).ReplaceLineEndings("\n");

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
