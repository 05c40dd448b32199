using System.Text.RegularExpressions;
using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>docs/applications.md shows code that compiles and runs.</summary>
[Collection(WorkingFolder.Collection)]
public partial class ApplicationsPageTests
{
    [Fact]
    public void Every_line_of_code_is_compiled()
    {
        var lines = Read("tests", "Fovea.PublicApi.Tests", "ApplicationsPage.cs").Split('\n').Select(line => line.Trim()).ToHashSet();
        var shown = Block().Matches(Read("docs", "applications.md")).SelectMany(block => block.Groups[1].Value.Split('\n')).ToList();
        Assert.InRange(shown.Count, 8, 20);
        Assert.All(shown, line => Assert.Contains(line.Trim(), lines));
    }

    [Fact]
    public void The_page_lists_all_networks()
    {
        var page = Read("docs", "applications.md");
        Assert.All(Applications.Names, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_code_of_the_page_runs()
    {
        using var folder = new WorkingFolder();
        var before = Environment.GetEnvironmentVariable(DownloadCache.Variable);
        Environment.SetEnvironmentVariable(DownloadCache.Variable, Environment.CurrentDirectory);
        Directory.CreateDirectory("models");
        Applications.MobileNet(new() { Alpha = 0.25 }).SaveWeights("models/mobilenet_2_5_224_tf.h5");
        ImageFile.Save(new Tensor([8, 8, 3], new float[192]), "cat.jpg");
        ApplicationsPage.Classify();
        Environment.SetEnvironmentVariable(DownloadCache.Variable, before);
        Applications.MobileNetV2(new() { IncludeTop = false }).SaveWeights("base.h5");
        var model = ApplicationsPage.Transfer("base.h5");
        Assert.Equal([2], model.OutputShape);
        Assert.Equal(2, model.TrainableWeights.Count);
        Assert.Equal(PixelScale.MinusOneToOne, ImageInputFinding.Of(model).Input.Pixels);
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([ReadmeTests.Root(), .. path]));

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
