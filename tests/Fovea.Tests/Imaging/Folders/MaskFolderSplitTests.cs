using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

public sealed class MaskFolderSplitTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("{0}/images/{1}.png", "{0}/masks/{1}.png")]
    [InlineData("images/{0}/{1}.png", "masks/{0}/{1}.png")]
    [InlineData("{0}/{1}.png", "{0}_masks/{1}.png")]
    [InlineData("{0}/{1}.png", "{0}/{1}_mask.png")]
    public void The_parts_are_read_with_the_classes_of_the_training_masks(string image, string mask)
    {
        Add(image, mask, "train", 4, labels: 3);
        Add(image, mask, "val", 2, labels: 2);
        Add(image, mask, "test", 1, labels: 1);
        var split = MaskFolderSplit.Load(folder.Path, 6, 8);
        Assert.Equal((4, 2, 1), (split.Training.Count, split.Validation.Count, split.Test?.Count));
        Assert.Equal(3, split.ClassCount);
        Assert.All([split.Training, split.Validation, split.Test!], part => Assert.Equal(3, Assert.IsType<MaskFolder>(part).ClassCount));
        Assert.False(split.IsValidationTakenFromTraining);
        Assert.Empty(split.Skipped);
        Assert.Null(split.IgnoreClass);
        Assert.Equal(3, split.ToString().Split('\n').Length);
    }

    [Fact]
    public void Images_are_split_at_random_where_parts_are_missing()
    {
        Add("images/{1}.png", "masks/{1}.png", "", 10, labels: 2);
        var whole = MaskFolderSplit.Load(folder.Path, new ImageInput(4, 4), validation: 0.2, test: 0.3, seed: 1);
        Assert.Equal((5, 2, 3), (whole.Training.Count, whole.Validation.Count, whole.Test?.Count));
        Assert.False(whole.IsValidationTakenFromTraining);

        using var parts = new TestImages();
        Directory.Move(folder.Inside("images"), Path.Combine(Directory.CreateDirectory(parts.Inside("train")).FullName, "images"));
        Directory.Move(folder.Inside("masks"), parts.Inside("train/masks"));
        var split = MaskFolderSplit.Load(parts.Path, new ImageInput(4, 4), validation: 0.2, test: 0.3, seed: 1);
        Assert.Equal((5, 2, 3, true), (split.Training.Count, split.Validation.Count, split.Test?.Count, split.IsValidationTakenFromTraining));
    }

    [Fact]
    public void Other_data_and_wrong_shares_are_refused()
    {
        folder.Classes("", 2, "a", "b");
        Assert.Equal(
            $"MaskFolderSplit: expected images and masks of the same names. '{folder.Path}': 2 classes (a, b).",
            Assert.Throws<InvalidDataException>(() => MaskFolderSplit.Load(folder.Path, 4, 4)).Message);
        using var other = new TestImages();
        other.Image("val/images/1.png", 1);
        other.Image("val/masks/1.png", 1);
        Assert.Equal(
            $"MaskFolderSplit: expected a folder train in '{other.Path}'. '{other.Path}': images ('images') and masks ('masks') in validation.",
            Assert.Throws<InvalidDataException>(() => MaskFolderSplit.Load(other.Path, 4, 4)).Message);
        Assert.Equal(
            "MaskFolderSplit: expected shares for validation (above 0) and test (0 or more) below 1 together; received 0 and 0.5.",
            Assert.Throws<ArgumentException>(() => MaskFolderSplit.Load(folder.Path, new ImageInput(4, 4), validation: 0, test: 0.5)).Message);
    }

    private void Add(string image, string mask, string part, int count, int labels)
    {
        for (var i = 0; i < count; i++)
        {
            var name = $"{part}{i}";
            folder.Image(string.Format(null, image, part, name), (byte)(10 * i));
            folder.Image(string.Format(null, mask, part, name), 16, 12, x => (byte)(x % labels));
        }
    }
}
