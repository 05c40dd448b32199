using System.Text.RegularExpressions;

namespace Fovea.PublicApi.Tests;

/// <summary>docs/report.md shows code that compiles and runs.</summary>
public partial class ReportPageTests
{
    private static readonly string Page = Read("docs", "report.md");
    private static readonly string Code = Read("tests", "Fovea.PublicApi.Tests", "ReportPage.cs");

    [Fact]
    public void Every_line_of_code_is_compiled()
    {
        var lines = Code.Split('\n').Select(line => line.Trim()).ToHashSet();
        var shown = Block().Matches(Page).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim()).ToList();
        Assert.InRange(shown.Count, 20, 60);
        Assert.All(shown, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void The_code_of_the_page_runs()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var (train, test) = (new DrawnDigits(100), new DrawnDigits(40, seed: 2));
            var model = new Sequential("digits", 1) { new Input(28, 28, 1), new Flatten(), new Dense(10, Activation.Softmax) };
            model.Compile(new Adam(), new SparseCategoricalCrossentropy(), new Accuracy());
            ReportPage.Training(model, train, test, folder);
            ReportPage.Calibration(model, test);
            ReportPage.Thresholds();
            ReportPage.OwnPage(folder);
            Assert.Equal(["model-report.html", "model-report.json", "two-runs.html"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([ReadmeTests.Root(), .. path]));

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
