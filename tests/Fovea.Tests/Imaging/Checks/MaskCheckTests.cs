using Fovea.Imaging;

namespace Fovea.Tests.Imaging.Checks;

/// <summary><see cref="DataCheck"/> of images with masks.</summary>
public sealed class MaskCheckTests : IDisposable
{
    private readonly SceneFolder scenes = new();

    public MaskCheckTests()
    {
        scenes.Fill(20, "images");
        for (var i = 0; i < 20; i++) Mask($"masks/{i}.png", 96, 72, x => x < 48 ? 0 : i < 2 ? 2 : 1);
    }

    public void Dispose() => scenes.Dispose();

    [Fact]
    public void Classes_that_are_in_few_masks_are_found()
    {
        var report = Check(new DataCheckOptions { FewImages = 5 });
        var finding = Assert.Single(report.Findings);
        Assert.Equal((DataFindingKind.FewImages, FindingSeverity.Warning, 2d, 5d), (finding.Kind, finding.Severity, finding.Value, finding.Threshold));
        Assert.Equal("the class 'label 2' is in 2 masks for training; the limit is 5.", finding.Message);
    }

    [Fact]
    public void Masks_of_another_size_or_of_one_class_or_without_an_image_are_found()
    {
        Mask("masks/3.png", 48, 36, x => x < 24 ? 0 : 1);  // half as large: the same aspect ratio
        Mask("masks/4.png", 72, 96, x => x < 48 ? 0 : 1);
        Mask("masks/5.png", 96, 72, _ => 0);
        Mask("masks/alone.png", 96, 72, x => x < 48 ? 0 : 1);
        File.Delete(scenes.Inside("masks/6.png"));
        var report = Check(new DataCheckOptions { FewImages = 0 });
        Assert.Equal(
            [
                "'images/4.png' has 96 × 72 pixels and its mask 'masks/4.png' 72 × 96; expected the same size, or at least the same aspect ratio.",
                "'images/6.png' has no mask in 'masks'.",
                "'masks/alone.png' has no image in 'images'.",
                "'masks/5.png': all its pixels are of one class; 94.7 % of the masks have several.",
            ],
            report.Findings.Select(finding => finding.Message));
        Assert.Equal(["images/4.png", "masks/4.png"], report.Findings[0].Files);
        Assert.Equal(3, report.Errors);
        Assert.Equal(
            [DataFindingKind.MaskSize, DataFindingKind.UnmatchedMask, DataFindingKind.UnmatchedMask, DataFindingKind.PlainMask],
            report.Findings.Select(finding => finding.Kind));
    }

    [Fact]
    public void Masks_that_are_photos_are_an_error()
    {
        scenes.Save("masks/7.png", SceneFolder.Scene(1));
        var finding = Assert.Single(Check(new DataCheckOptions()).Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal(DataFindingKind.Unreadable, finding.Kind);
        Assert.StartsWith("the masks cannot be used: ", finding.Message, StringComparison.Ordinal);
    }

    private DataReport Check(DataCheckOptions options) =>
        DataCheck.Run(scenes.Path, options, cancellationToken: TestContext.Current.CancellationToken);

    private void Mask(string name, int width, int height, Func<int, float> label)
    {
        Directory.CreateDirectory(scenes.Inside("masks"));
        float[] labels = [.. Enumerable.Range(0, width * height).Select(pixel => label(pixel % width))];
        ImageFile.Save(new Tensor([height, width], labels), scenes.Inside(name), PixelRange.ZeroTo255);
    }
}
