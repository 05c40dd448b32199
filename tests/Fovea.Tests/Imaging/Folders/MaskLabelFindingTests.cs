using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

/// <summary>What the labels in masks mean is found from the masks.</summary>
public sealed class MaskLabelFindingTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(new[] { 0, 1, 2 }, 0, 3, null, null, "The masks have the labels 0 to 2, which are the classes 0 to 2.")]
    [InlineData(new[] { 1, 2, 3 }, -1, 3, null, null, "The masks have the labels 1 to 3, which are the classes 0 to 2: they begin at 1.")]
    [InlineData(
        new[] { 0, 1, 3, 255 }, 0, 4, 255, null,
        "The masks have the labels 0 to 3, which are the classes 0 to 3; 2 does not occur. Pixels of the label 255 belong to no class and are ignored.")]
    [InlineData(
        new[] { 1, 2, 255 }, -1, 2, 255, null,
        "The masks have the labels 1 to 2, which are the classes 0 to 1: they begin at 1. Pixels of the label 255 belong to no class and are ignored.")]
    [InlineData(
        new[] { 0, 255 }, 0, 2, null, new[] { 0, 255 }, "The masks have the labels 0 and 255, which are background (class 0) and foreground (class 1).")]
    [InlineData(new[] { 0, 38, 75, 113 }, 0, 4, null, new[] { 0, 38, 75, 113 },
        "The masks have the labels 0, 38, 75 and 113, which are the classes 0 to 3 in this order.")]
    [InlineData(new[] { 0, 127, 255 }, 0, 3, null, new[] { 0, 127, 255 },
        "The masks have the labels 0, 127 and 255, which are the classes 0 to 2 in this order.")]
    public void Labels_are_numbers_or_levels(int[] labels, int offset, int count, int? ignored, int[]? list, string description)
    {
        var finding = Find(labels);
        Assert.Equal((offset, count, ignored, description), (finding.LabelOffset, finding.ClassCount, finding.IgnoredLabel, finding.Description));
        Assert.Equal(list, finding.Labels);
        Assert.Equal(count, finding.ClassNames.Count);
    }

    [Fact]
    public void A_data_set_is_read_with_the_labels_that_were_found()
    {
        foreach (var part in (string[])["train", "test"])
        {
            folder.Image($"{part}/images/a.png", 10);
            Mask($"{part}/masks/a.png", part == "train" ? [0, 255] : [255]);
        }

        var data = ImageData.Recognize(folder.Path);
        var labels = MaskLabelFinding.Of(data);
        var masks = labels.Load(data.Training!, new ImageInput(2, 4));
        Assert.Equal((2, null), (masks.ClassCount, masks.IgnoreClass));
        Assert.Equal(["background", "foreground"], masks.ClassNames);
        Assert.Equal([0, 0, 1, 1, 0, 0, 1, 1], masks[0].Target.Values);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1], labels.Load(data.Test!, new ImageInput(2, 4))[0].Target.Values);
    }

    [Fact]
    public void Colors_are_classes_and_the_border_of_VOC_is_ignored()
    {
        folder.Image("images/a.png", 10);
        using var bitmap = new SKBitmap(16, 12, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (var x = 0; x < 16; x++)
            for (var y = 0; y < 12; y++)
                bitmap.SetPixel(x, y, x < 4 ? SKColors.Black : x < 8 ? new SKColor(128, 0, 0) : x < 12 ? new SKColor(0, 128, 0) : new SKColor(224, 224, 192));
        Directory.CreateDirectory(folder.Inside("masks"));
        File.WriteAllBytes(folder.Inside("masks/a.png"), bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray());
        var data = ImageData.Recognize(folder.Path);
        var labels = MaskLabelFinding.Of(data);
        Assert.Equal(
            "The masks have 3 colors, which are the classes in this order: #000000, #008000 and #800000. Pixels of the color #E0E0C0 belong to no "
                + "class and are "
                + "ignored.",
            labels.Description);
        Assert.Equal([0, 2, 1, 3], labels.Load(data.Training!, new ImageInput(1, 4))[0].Target.Values);
        Assert.Equal(3, labels.IgnoreClass);
    }

    [Fact]
    public void The_number_of_classes_of_a_model_decides_what_labels_leave_open()
    {
        Assert.Equal((0, 4), Offset(Find([1, 2], classCount: 4)));
        Assert.Equal((-1, 3), Offset(Find([1, 3], classCount: 3)));
        Assert.Equal((0, 3), Offset(Find([0], classCount: 3)));
        Assert.Equal([0, 255], Find([255], classCount: 2).Labels);

        static (int, int) Offset(MaskLabelFinding finding) => (finding.LabelOffset, finding.ClassCount);
    }

    [Fact]
    public void The_ignored_label_can_be_given()
    {
        Assert.Equal((0, (int?)null), (Find([0, 1, 2], ignoredLabel: 0).IgnoredLabel, Find([0, 1, 255], ignoredLabel: -1).IgnoredLabel));
        Assert.Equal((-1, 2), (Find([0, 1, 2], ignoredLabel: 0).LabelOffset, Find([0, 1, 2], ignoredLabel: 0).ClassCount));
        Assert.Equal(2, Find([0, 128, 255], ignoredLabel: 128).IgnoredLabel);
    }

    [Fact]
    public void Masks_without_classes_are_refused()
    {
        Assert.Equal(
            "MaskLabelFinding: expected masks of at least two classes; received the label 7 only.",
            Assert.Throws<InvalidDataException>(() => Find([7])).Message);
        Assert.Equal(
            "MaskLabelFinding: expected masks of 2 classes; received labels 0, 10 and 20.",
            Assert.Throws<InvalidDataException>(() => Find([0, 10, 20], classCount: 2)).Message);
        Assert.Equal(
            "MaskLabelFinding: expected masks; received none.", Assert.Throws<InvalidDataException>(() => MaskLabelFinding.Of([])).Message);
        var jpeg = folder.Image("masks/a.jpg", 3);
        Assert.Equal(
            $"'{jpeg}' is a JPEG, whose compression changes labels; expected a mask without loss, such as a PNG.",
            Assert.Throws<InvalidDataException>(() => MaskLabelFinding.Of([jpeg])).Message);
    }

    [Fact]
    public void A_label_that_is_not_in_the_list_is_refused()
    {
        folder.Image("images/a.png", 10);
        var mask = Mask("masks/a.png", [0, 7]);
        var options = new MaskFolderOptions { Labels = [0, 255] };
        Assert.Equal(
            $"MaskFolder: '{mask}' has the label 7 at row 0, column 8; expected one of 0, 255.",
            Assert.Throws<InvalidDataException>(() => MaskFolder.Load(folder.Inside("images"), folder.Inside("masks"), 3, 4, options: options)).Message);
        Assert.StartsWith(
            "Masks: expected different labels; 3 occurs twice.",
            Assert.Throws<ArgumentException>(() => MaskFolder.Load(
                folder.Inside("images"), folder.Inside("masks"), 3, 4, options: new MaskFolderOptions { Labels = [3, 3] })).Message,
            StringComparison.Ordinal);
    }

    private MaskLabelFinding Find(int[] labels, int? classCount = null, int? ignoredLabel = null) =>
        MaskLabelFinding.Of([Mask("masks/first.png", labels[..1]), Mask("masks/second.png", labels)], classCount, ignoredLabel);

    private string Mask(string name, int[] labels)
    {
        var path = folder.Inside(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageFile.Save(
            new Tensor([12, 16], [.. Enumerable.Range(0, 12 * 16).Select(i => (float)labels[i % 16 * labels.Length / 16])]), path, PixelRange.ZeroTo255);
        return path;
    }
}
