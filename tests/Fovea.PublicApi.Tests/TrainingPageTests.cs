using System.Text.RegularExpressions;

namespace Fovea.PublicApi.Tests;

/// <summary>The section on cross-validation of docs/training.md shows code that compiles and runs.</summary>
public partial class TrainingPageTests
{
    [Fact]
    public void Every_line_of_code_is_compiled()
    {
        var lines = Read("tests", "Fovea.PublicApi.Tests", "TrainingPage.cs").Split('\n').Select(line => line.Trim()).ToHashSet();
        var section = Section().Match(Read("docs", "training.md")).Value;
        var shown = Block().Matches(section).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim()).ToList();
        Assert.InRange(shown.Count, 12, 40);
        Assert.All(shown, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void The_code_of_the_page_runs()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var (results, ensemble) = TrainingPage.CrossValidation(new DrawnDigits(60), folder);
            Assert.Equal((3, 60), (results.Folds.Count, results.SampleCount));
            Assert.Equal(ensemble.Parameters, Model.Load(Path.Combine(folder, "ensemble.keras")).Parameters);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([ReadmeTests.Root(), .. path]));

    [GeneratedRegex("## Cross-validation.*?(?=\n## )", RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
