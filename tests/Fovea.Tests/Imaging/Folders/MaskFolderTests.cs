using System.IO.Compression;
using System.Text.Json;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

public sealed class MaskFolderTests : IDisposable
{
    private readonly TestImages folder = new();

    private string Images => folder.Inside("images");

    private string Masks => folder.Inside("masks");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Images_and_masks_of_the_same_names_are_samples(bool keepInMemory)
    {
        folder.Image("images/b.jpg", 10);
        folder.Image("images/a.png", 20);
        Mask("masks/a.png", [1, 2, 3, 1]);
        Mask("masks/b.png", [3, 3, 2, 2]);
        var notes = folder.Text("masks/notes.txt");
        var options = new MaskFolderOptions { KeepInMemory = keepInMemory, Range = PixelRange.ZeroTo255, Channels = 1 };
        var data = MaskFolder.Load(Images, Masks, 3, 4, labelOffset: -1, options: options);
        Assert.Equal((2, 3, keepInMemory), (data.Count, data.ClassCount, data.IsInMemory));
        Assert.Equal([3, 4, 1], data.InputShape);
        Assert.Equal([3, 4], data.TargetShape);
        Assert.Null(data.IgnoreClass);
        Assert.Equal((folder.Inside("images/a.png"), folder.Inside("masks/a.png")), (data.Image(0), data.Mask(0)));
        Assert.All(Read(data, 0).Image, value => Assert.Equal(20, value));
        Assert.Equal([0, 1, 2, 0, 0, 1, 2, 0, 0, 1, 2, 0], Read(data, 0).Mask);
        Assert.Equal([2, 2, 1, 1], Read(data, 1).Mask[..4]);
        Assert.Equal(notes, Assert.Single(data.Skipped).File);
    }

    [Fact]
    public void Names_match_in_nested_folders_with_endings_and_in_any_letter_case()
    {
        foreach (var image in (string[])["a/1.JPG", "a/2.jpg", "b/1.jpg", "c/deep/9.v2.jpg", "Cat.png", "cat.png"]) folder.Image($"images/{image}", 10);
        foreach (var mask in (string[])["A/1.png", "a/2_mask.png", "b/1.png", "9.v2_seg.png", "Cat.png", "cat.png"]) Mask($"masks/{mask}", [0, 1, 0, 1]);
        var data = MaskFolder.Load(Images, Masks, 3, 4);
        var pairs = Enumerable.Range(0, data.Count).Select(
            i => (Path.GetRelativePath(Images, data.Image(i)).Replace('\\', '/'), Path.GetRelativePath(Masks, data.Mask(i)).Replace('\\', '/')));
        Assert.Equal(
            [
                ("Cat.png", "Cat.png"), ("a/1.JPG", "A/1.png"), ("a/2.jpg", "a/2_mask.png"), ("b/1.jpg", "b/1.png"), ("c/deep/9.v2.jpg", "9.v2_seg.png"),
                ("cat.png", "cat.png"),
            ],
            pairs);
    }

    [Fact]
    public void Images_and_masks_may_be_in_one_folder_if_the_masks_have_an_ending()
    {
        folder.Image("all/1.png", 10);
        folder.Image("all/2.png", 20);
        Mask("all/1_mask.png", [0, 1, 0, 1]);
        Mask("all/2_mask.png", [1, 0, 1, 0]);
        var data = MaskFolder.Load(folder.Inside("all"), folder.Inside("all"), 3, 4);
        Assert.Equal([folder.Inside("all/1_mask.png"), folder.Inside("all/2_mask.png")], [data.Mask(0), data.Mask(1)]);
    }

    [Fact]
    public void Suffixes_choose_files_and_are_not_part_of_the_names()
    {
        folder.Image("images/aachen_1_leftImg8bit.png", 10);
        var other = folder.Image("images/aachen_1_right.png", 10);
        Mask("masks/aachen_1_gtFine_labelIds.png", [0, 1, 0, 1]);
        var colors = folder.Image("masks/aachen_1_gtFine_color.png", 90);
        var options = new MaskFolderOptions { ImageSuffix = "_leftImg8bit", MaskSuffix = "_gtFine_labelIds" };
        var data = MaskFolder.Load(Images, Masks, 3, 4, options: options);
        Assert.Equal(1, data.Count);
        Assert.Equal(
            [
                new SkippedFile(other, $"'{other}' does not end with '_leftImg8bit'."),
                new SkippedFile(colors, $"'{colors}' does not end with '_gtFine_labelIds'."),
            ],
            data.Skipped);
    }

    [Fact]
    public void Files_without_a_partner_are_named_or_left_out()
    {
        foreach (var name in (string[])["1", "2", "3", "4", "5"]) folder.Image($"images/{name}.png", 10);
        Mask("masks/1.png", [0, 1, 0, 1]);
        Mask("masks/9.png", [0, 1, 0, 1]);
        Assert.Equal(
            $"MaskFolder: expected images and masks of the same names; received 4 images in '{Images}' without a mask (2.png, 3.png, 4.png and 1 more) and 1 "
                + $"mask in '{Masks}' without an image (9.png). MaskFolderOptions.SkipUnmatched leaves them out.",
            Refusal());
        var data = MaskFolder.Load(Images, Masks, 3, 4, options: new MaskFolderOptions { SkipUnmatched = true });
        Assert.Equal((1, 5), (data.Count, data.Skipped.Count));
        Assert.Equal($"'{folder.Inside("masks/9.png")}' has no image in '{Images}'.", data.Skipped[^1].Reason);

        Mask("masks/1_mask.png", [0, 1, 0, 1]);
        Mask("masks/1.bmp.png", [0, 1, 0, 1]);
        File.Move(folder.Inside("masks/1.bmp.png"), folder.Inside("masks/1.bmp"));
        Assert.Equal(
            $"MaskFolder: expected one mask for '{folder.Inside("images/1.png")}'; received '{folder.Inside("masks/1.bmp")}' and "
                + $"'{folder.Inside("masks/1.png")}'.",
            Refusal());
    }

    [Fact]
    public void Folders_without_pairs_are_refused()
    {
        var missing = folder.Inside("missing");
        folder.Image("images/1_left.png", 10);
        Mask("masks/1.png", [0, 1, 0, 1]);
        Assert.Equal(
            $"MaskFolder: expected images and masks of the same names; received 1 image in '{Images}' without a mask (1_left.png) and 1 mask in '{Masks}' "
                + "without an image (1.png). Where names differ by an ending, such as '_leftImg8bit', MaskFolderOptions.ImageSuffix and MaskSuffix say so.",
            Refusal());
        Assert.Equal(
            $"MaskFolder: expected a folder of masks; '{missing}' does not exist.",
            Assert.Throws<DirectoryNotFoundException>(() => MaskFolder.Load(Images, missing, 3, 4)).Message);
    }

    [Fact]
    public void A_label_that_is_no_class_is_named_with_its_file()
    {
        foreach (var name in (string[])["1", "2"]) folder.Image($"images/{name}.png", 10);
        Mask("masks/1.png", [1, 2, 3, 1]);
        var second = Mask("masks/2.png", [1, 2, 255, 3]);
        var first = folder.Inside("masks/1.png");
        Assert.Equal(
            $"MaskFolder: expected labels from 1 to 3 in '{second}', for 3 classes with labelOffset: -1; received 255. Pass ignoredLabel: 255 if its pixels "
                + "belong to no class.",
            Refusal(labelOffset: -1, classCount: 3));
        Assert.Equal(
            $"MaskFolder: expected labels from 0 to 2 in '{first}', for 3 classes; received 3. Pass labelOffset: -1, since the labels begin at 1.",
            Refusal(classCount: 3, ignoredLabel: 255));
        Assert.Equal(
            "MaskFolder: expected masks with every label from 0 to the largest; received 1, 2, 3, 255. Pass labelOffset: -1 so that they begin at 0, "
                + "ignoredLabel: 255 if its pixels belong to no class, or classCount: 256 if some classes do not occur.",
            Refusal());
        Assert.Equal(
            "MaskFolder: expected masks with every label from 1 to the largest with labelOffset: -1; received 1, 2, 3, 255. Pass ignoredLabel: 255 if its "
                + "pixels belong to no class, or classCount: 255 if some classes do not occur.",
            Refusal(labelOffset: -1));
        var data = MaskFolder.Load(Images, Masks, 3, 4, labelOffset: -1, ignoredLabel: 255, classNames: ["pet", "ground", "border"]);
        Assert.Equal((3, 254), (data.ClassCount, data.IgnoreClass));
        Assert.Equal([0, 1, 254, 2], Read(data, 1).Mask[..4]);

        Mask("masks/1.png", [0, 255, 0, 255]);
        Mask("masks/2.png", [0, 255, 255, 255]);
        Assert.Equal(
            "MaskFolder: expected masks with every label from 0 to the largest; received 0, 255. Pass ignoredLabel: 255 if its pixels belong to no class, or "
                + "classCount: 256 if some classes do not occur. If black and white are two classes, set MaskFolderOptions.Colors = [(0, 0, 0), (255, "
                    + "255, 255)].",
            Refusal());
        var options = new MaskFolderOptions { Colors = [(0, 0, 0), (255, 255, 255)] };
        Assert.Equal([0, 1, 0, 1], Read(MaskFolder.Load(Images, Masks, 3, 4, options: options), 0).Mask[..4]);
    }

    [Fact]
    public void A_mask_that_cannot_be_read_is_an_error_and_an_image_is_left_out()
    {
        foreach (var name in (string[])["1", "2"]) folder.Image($"images/{name}.png", 10);
        Mask("masks/1.png", [0, 1, 0, 1]);
        Mask("masks/2.png", [0, 1, 0, 1]);
        var cut = folder.TruncatedImage("images/2.png");
        var data = MaskFolder.Load(Images, Masks, 3, 4);
        Assert.Equal((1, cut), (data.Count, Assert.Single(data.Skipped).File));
        Assert.Equal(
            $"MaskFolder: {data.Skipped[0].Reason}",
            Assert.Throws<InvalidDataException>(
                () => MaskFolder.Load(Images, Masks, 3, 4, options: new MaskFolderOptions { RefuseDamaged = true })).Message);
        folder.Image("images/2.png", 10);
        File.Delete(folder.Inside("masks/2.png"));
        var jpeg = folder.Image("masks/2.jpg", 1);
        Assert.Equal($"MaskFolder: '{jpeg}' is a JPEG, whose compression changes labels; expected a mask without loss, such as a PNG.", Refusal());
    }

    [Fact]
    public void Images_and_masks_are_turned_upright_and_cropped_alike()
    {
        var turned = Path.Combine(AppContext.BaseDirectory, "Golden", "masks", "palette-turned.png");
        Directory.CreateDirectory(Images);
        Directory.CreateDirectory(Masks);
        File.Copy(turned, folder.Inside("images/1.png"));
        File.Copy(turned, folder.Inside("masks/1.png"));
        var data = MaskFolder.Load(Images, Masks, 8, 11, options: new MaskFolderOptions { Resize = ResizeMethod.Nearest, Range = PixelRange.ZeroTo255 });
        AssertSamePixels(data);
        AssertSamePixels(MaskFolder.Load(Images, Masks, 6, 6, options: new MaskFolderOptions
        {
            Resize = ResizeMethod.Nearest,
            Range = PixelRange.ZeroTo255,
            CropToAspectRatio = true,
        }));
        Assert.Equal(ImageFile.ReadMask(turned).Values, Read(data, 0).Mask);

        var pad = new MaskFolderOptions { PadToAspectRatio = true };
        Assert.Equal(
            "MaskFolder: expected an ignoredLabel for ImageFit.Pad, which adds pixels that belong to no class; received none.",
            Assert.Throws<ArgumentException>(() => MaskFolder.Load(Images, Masks, 12, 12, options: pad)).Message);
        var padded = Read(MaskFolder.Load(Images, Masks, 11, 11, ignoredLabel: 99, options: pad), 0).Mask;
        Assert.Equal([.. Enumerable.Repeat(99f, 11), .. ImageFile.ReadMask(turned).Values, .. Enumerable.Repeat(99f, 22)], padded);

        // The colors of the palette tell the label of each pixel of the image.
        static void AssertSamePixels(MaskFolder data)
        {
            var (image, mask) = Read(data, 0);
            float[][] colors = [[0, 0, 0], [128, 0, 0], [0, 128, 0], [224, 224, 192]];
            for (var i = 0; i < mask.Length; i++) Assert.Equal(colors[(int)mask[i]], image[(3 * i)..((3 * i) + 3)]);
        }
    }

    [Fact]
    public void An_image_and_a_mask_of_different_aspect_ratios_do_not_belong_together()
    {
        var turned = Path.Combine(AppContext.BaseDirectory, "Golden", "masks", "palette-turned.png");
        Directory.CreateDirectory(Images);
        File.Copy(turned, folder.Inside("images/1.png"));
        var mask = folder.Inside("masks/1.png");
        Directory.CreateDirectory(Masks);
        ImageFile.Save(new Tensor([11, 8], new float[88]), mask, PixelRange.ZeroTo255);
        Assert.Equal(
            $"MaskFolder: expected an image and a mask of one aspect ratio; '{folder.Inside("images/1.png")}' has 11 × 8 pixels and '{mask}' 8 × 11. "
                + "Only one of "
                + "the files has an orientation (EXIF); ImageInput.ApplyOrientation = false reads both as they are stored.",
            Refusal(classCount: 2));
        var data = MaskFolder.Load(Images, Masks, new ImageInput(3, 4) { ApplyOrientation = false }, classCount: 2);
        Assert.Equal(1, data.Count);
        ImageFile.Save(new Tensor([8, 30], new float[240]), mask, PixelRange.ZeroTo255);
        Assert.Equal(
            $"MaskFolder: expected an image and a mask of one aspect ratio; '{folder.Inside("images/1.png")}' has 11 × 8 pixels and '{mask}' 30 × 8.",
            Refusal(classCount: 2));

        // A mask of another size in the same aspect ratio fits: 11 × 8 is 6 × 4 at a half, rounded.
        ImageFile.Save(new Tensor([4, 6], new float[24]), mask, PixelRange.ZeroTo255);
        Assert.Equal(1, MaskFolder.Load(Images, Masks, 3, 4, classCount: 2).Count);
    }

    [Fact]
    public void A_network_for_segmentation_learns_from_it()
    {
        // The bright half of each image is class 1; one column belongs to no class.
        for (var i = 0; i < 4; i++)
        {
            folder.Image($"images/{i}.png", 8, 8, x => (byte)((x < 4) == (i % 2 == 0) ? 230 : 20));
            Mask($"masks/{i}.png", [.. Enumerable.Range(0, 8).Select(x => x == 7 ? 255 : (x < 4) == (i % 2 == 0) ? 2f : 1)], 8);
        }

        var data = MaskFolder.Load(Images, Masks, 8, 8, labelOffset: -1, ignoredLabel: 255);
        var model = new Sequential { new Input(8, 8, 3), new Conv2D(data.ClassCount, 1, activation: Activation.Softmax) };
        model.Compile(new Adam(0.5f), new SparseCategoricalCrossentropy { IgnoreClass = data.IgnoreClass });
        model.Fit(data, epochs: 30, batchSize: 4);
        Assert.InRange(model.Evaluate(data).Loss, 0, 0.1);
        Assert.Equal(data.ImageInput, model.ImageInput);
    }

    [Fact]
    public void Real_masks_are_those_of_Pillow()
    {
        if (TestData.Find("sets/pets-trimaps.zip") is not { } path)
        {
            Assert.Skip("pets-trimaps.zip is not there.");
            return;
        }

        using (var zip = ZipFile.OpenRead(path))
            foreach (var entry in zip.Entries.Where(entry => entry.FullName.Contains("validation/", StringComparison.Ordinal) && entry.Name.Length > 0))
            {
                var target = folder.Inside(entry.FullName);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                entry.ExtractToFile(target);
            }

        var golden = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "pets-trimaps.json")));
        var part = folder.Inside("pets-trimaps/validation");
        var data = MaskFolder.Load(Path.Combine(part, "images"), Path.Combine(part, "trimaps"), 160, 120, labelOffset: -1);
        Assert.Equal((62, 3), (data.Count, data.ClassCount));
        for (var i = 0; i < data.Count; i++)
        {
            var expected = golden.GetProperty(Path.GetFileName(data.Mask(i))).GetUInt32();
            Assert.Equal(expected, Crc32.Compute(Array.ConvertAll(Read(data, i).Mask, label => (byte)label)));
        }
    }

    private static (float[] Image, float[] Mask) Read(Dataset data, int index)
    {
        var (image, mask) = (new float[data.InputShape.Count], new float[data.TargetShape.Count]);
        data.Read(index, image, mask);
        return (image, mask);
    }

    /// <summary>Writes a mask of 16 × 12, or of another height, whose columns have the given labels.</summary>
    private string Mask(string name, float[] labels, int height = 12)
    {
        var path = folder.Inside(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var width = height == 12 ? 16 : labels.Length;
        var values = Enumerable.Range(0, height * width).Select(i => labels[i % width * labels.Length / width]).ToArray();
        ImageFile.Save(new Tensor([height, width], values), path, PixelRange.ZeroTo255);
        return path;
    }

    private string Refusal(int labelOffset = 0, int? classCount = null, int? ignoredLabel = null) =>
        Assert.Throws<InvalidDataException>(() => MaskFolder.Load(Images, Masks, 3, 4, labelOffset, classCount, ignoredLabel)).Message;
}
