using System.Text.Json;
using System.Text.RegularExpressions;
using Fovea.Imaging;
using Fovea.Tests.Applications;

namespace Fovea.Tests.Imaging;

/// <summary>The results of a segmentation as a page and as JSON.</summary>
public partial class SegmentationResultsTests
{
    [Fact]
    public void The_page_and_the_JSON_have_the_measures_and_the_worst_images()
    {
        var (model, data) = (Model(), UNetTests.Squares(15));
        var results = SegmentationResults.Of(model, data, partName: "validation");
        var matrix = PixelConfusionMatrix.Of(model, data, verbose: 0);
        Assert.Equal((15, matrix.MeanIoU, 12), (results.ImageCount, results.Matrix.MeanIoU, results.Worst.Count));
        Assert.StartsWith("The mean IoU of the 15 validation images is ", results.Summary, StringComparison.Ordinal);
        Assert.Matches(@"^Image \d+: mean IoU \d+\.\d %$", results.Worst[0].Caption);

        var report = new TrainingReport(model, []) { Results = results };
        var page = report.ToHtmlReport().ToHtml();
        foreach (var text in (string[])["Mean IoU of validation images", "Confusion of pixels", "Images with the lowest mean IoU", "as square"])
            Assert.Contains(text, page, StringComparison.Ordinal);
        var json = JsonSerializer.Deserialize<JsonElement>(report.ToJson());
        Assert.Equal("segmentation", json.GetProperty("task").GetString());
        var written = json.GetProperty("results");
        Assert.Equal(matrix.MeanIoU, written.GetProperty("mean_iou").GetDouble(), 12);
        Assert.Equal(matrix.Dice(1), written.GetProperty("classes")[1].GetProperty("dice").GetDouble(), 12);
        Assert.Equal(matrix[1, 0], written.GetProperty("confusion")[1][0].GetInt64());
    }

    [Fact]
    public void The_code_of_the_page_on_segmentation_is_in_its_sample()
    {
        var sample = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "samples", "12-segmentation.cs"));
        var lines = Block().Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "segmentation.md")))
            .SelectMany(block => block.Groups[1].Value.Trim().Split('\n')).ToList();
        Assert.InRange(lines.Count, 5, 30);
        Assert.All(lines, line => Assert.Contains(line.Trim(), sample, StringComparison.Ordinal));
    }

    private static Model Model()
    {
        var model = SmallNetworks.UNet([16, 16, 1], 2, [4, 6]);
        model.ClassNames = ["background", "square"];
        return model;
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
