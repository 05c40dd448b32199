using System.Text;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>The rows of a list are divided into parts, by a column or at random.</summary>
public sealed class ManifestPartsTests : IDisposable
{
    private static readonly ImageManifestOptions Grey = new() { Channels = 1, Range = PixelRange.ZeroTo255 };

    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("split", "train", "val", "test", "6 train, 2 validation, 2 test")]
    [InlineData("Subset", "Training", "Dev", "Testing", "6 train, 2 validation, 2 test")]
    [InlineData("part", "TRAIN", "valid", "test", "6 train, 2 validation, 2 test")]
    public void A_column_divides_the_rows(string column, string train, string validation, string test, string described)
    {
        var list = List(column, [train, train, train, validation, test]);
        var data = ImageData.Recognize(list);
        Assert.Equal((ImageDataKind.List, true), (data.Kind, data.IsDivided));
        Assert.Equal($"'{list}': a list of 10 images, divided by the column '{column}': {described}.", data.Description);
        var split = ImageFolderSplit.Load(list, 1, 1, Grey);
        Assert.Equal([1f, 2, 3, 101, 102, 103], Levels(split.Training));
        Assert.Equal([4f, 104], Levels(split.Validation));
        Assert.Equal([5f, 105], Levels(split.Test!));
        Assert.False(split.IsValidationTakenFromTraining);
        Assert.All([split.Training, split.Validation, split.Test!], part => Assert.Equal(["a", "b"], part.ClassNames));
        Assert.Equal(["a", "b"], ImageFolderSplit.FindClasses(list));
        Assert.Equal([5f, 105], Levels(ImageManifest.Load(list, null, 1, 1, Grey with { Split = "test" })));
        Assert.Equal(1, ImageManifest.Load(list, null, 1, 1, Grey).Label(5));
    }

    [Fact]
    public void Rows_for_validation_are_chosen_at_random_where_there_are_none()
    {
        var split = ImageFolderSplit.Load(List("split", ["train", "train", "train", "train", "test"]), 1, 1, Grey, validation: 0.25, test: 0.4);
        Assert.True(split.IsValidationTakenFromTraining);
        Assert.Equal([5f, 105], Levels(split.Test!));
        Assert.Equal((6, 2), (split.Training.Count, split.Validation.Count));
        Assert.Single(Levels(split.Validation), level => level < 100);
    }

    [Fact]
    public void A_list_without_a_column_is_split_at_random_in_each_class()
    {
        var list = List(null, ["", "", "", "", ""]);
        Assert.Equal($"'{list}': a list of 10 images, not divided into parts.", ImageData.Recognize(list).Description);
        var split = ImageFolderSplit.Load(list, 1, 1, Grey, validation: 0.2, test: 0.2, seed: 1);
        Assert.False(split.IsValidationTakenFromTraining);
        Assert.Equal([3, 3, 1, 1, 1, 1], new[] { split.Training, split.Validation, split.Test! }
            .SelectMany(part => new[] { Levels(part).Count(level => level < 100), Levels(part).Count(level => level > 100) }));
        Assert.Equal(Levels(split.Test!), Levels(ImageFolderSplit.Load(list, 1, 1, Grey, validation: 0.2, test: 0.2, seed: 1).Test!));
    }

    [Fact]
    public void Numbers_are_split_at_random_as_a_whole()
    {
        var list = folder.Text("list.csv");
        foreach (var i in Enumerable.Range(1, 10)) folder.Image($"{i}.png", (byte)i);
        File.WriteAllText(list, "file,age\n" + string.Concat(Enumerable.Range(1, 10).Select(i => $"{i}.png,{10 * i}\n")));
        var split = ImageFolderSplit.Load(list, 1, 1, Grey with { TargetColumns = ["age"] }, validation: 0.3);
        Assert.Equal((7, 3), (split.Training.Count, split.Validation.Count));
    }

    [Fact]
    public void Values_that_name_no_part_are_refused()
    {
        var list = List("split", ["train", "train", "holdout", "val", "test"]);
        Assert.Equal(
            $"ImageManifest: '{list}', line 4, column 'split': expected train, validation or test; received 'holdout'.",
            Assert.Throws<InvalidDataException>(() => ImageFolderSplit.Load(list, 1, 1)).Message);
        list = List("split", ["val", "val", "val", "val", "test"]);
        Assert.Equal(
            $"ImageManifest: expected rows with train in the column 'split' of '{list}'; received val, test.",
            Assert.Throws<InvalidDataException>(() => ImageFolderSplit.Load(list, 1, 1)).Message);
    }

    private string List(string? column, string[] parts)
    {
        var text = new StringBuilder(column is null ? "file,label\n" : $"file,label,{column}\n");
        foreach (var (label, start) in new[] { ("a", 0), ("b", 100) })
        {
            for (var i = 1; i <= parts.Length; i++)
            {
                folder.Image($"{label}{i}.png", (byte)(start + i));
                text.Append($"{label}{i}.png,{label}{(column is null ? "" : $",{parts[i - 1]}")}\n");
            }
        }

        var list = folder.Inside("list.csv");
        File.WriteAllText(list, text.ToString());
        return list;
    }

    private static float[] Levels(Dataset data)
    {
        var (image, target) = (new float[1], new float[1]);
        return [.. Enumerable.Range(0, data.Count).Select(i =>
        {
            data.Read(i, image, target);
            return image[0];
        })];
    }
}
