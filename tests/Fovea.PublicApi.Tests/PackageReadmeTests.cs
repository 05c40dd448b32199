using System.Text.RegularExpressions;
using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>The code in the readmes of the packages and on the first page of the site, compared with code that compiles.</summary>
public partial class PackageReadmeTests
{
    [Theory]
    [InlineData("src/Fovea/README.md", "README.md")]
    [InlineData("docs/site/index.md", "README.md")]
    [InlineData("src/Fovea.Imaging/README.md", "tests/Fovea.PublicApi.Tests/PackageReadmeTests.cs")]
    [InlineData("src/Fovea.ML/README.md", "tests/Fovea.Tests/ML/PipelineTests.cs")]
    [InlineData("src/Fovea.Mpi/README.md", "tests/Fovea.Mpi.Program/ReadmeScenario.cs")]
    public void Every_part_of_a_statement_is_in_code_that_compiles(string readme, string compiled)
    {
        var code = Normal(Read(compiled));
        var example = Normal(string.Join('\n', CodeBlock().Matches(Read(readme)).Select(match => match.Groups[1].Value)));
        var parts = example.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.InRange(parts.Length, 8, 60);
        Assert.All(parts, part => Assert.Contains(part, code, StringComparison.Ordinal));
    }

    [Fact]
    public void The_ratios_on_the_first_page_of_the_site_are_those_of_the_README()
    {
        var ratios = Ratio().Matches(Read("docs/site/index.md")).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(4, ratios.Count);
        Assert.All(ratios, ratio => Assert.Contains($"| {ratio} (", Read("README.md"), StringComparison.Ordinal));
    }

    /// <summary>The code in the readme of Fovea.Imaging.</summary>
    internal static Tensor Classify()
    {
        Model model = Model.Load("flowers.keras");
        Tensor image = ImageFile.Read("rose.jpg", new ImageInput(224, 224, 3));
        Tensor probabilities = model.Predict(image);
        return probabilities;
    }

    /// <summary>The code in the readme of Fovea.Imaging that draws figures.</summary>
    internal static void Draw(History history, History head, History tuned, Model model, Tensor maps)
    {
        TrainingCurves.Save(history, "curves.png");
        TrainingCurves.Save([head, tuned], "curves.png", labels: ["new head", "fine-tuning"]);
        ModelFigure.Save(model, "model.svg", expandNested: true);
        MatrixPlot.Save(maps[0, .., .., 5], "channel.png");
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(ReadmeTests.Root(), path));

    /// <summary>Without comments, and with one space between words.</summary>
    private static string Normal(string code) => Space().Replace(Comment().Replace(code, ""), " ");

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("<b>([0-9.]+)×</b>")]
    private static partial Regex Ratio();

    [GeneratedRegex(@"\s+//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
