using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>A folder is read as a person sees it.</summary>
public sealed class FolderReadingTests : IDisposable
{
    private static readonly ImageFolderOptions Grey = new() { Channels = 1, Range = PixelRange.ZeroTo255 };

    private readonly TestImages folder = new();

    public FolderReadingTests()
    {
        folder.Image("cat/1.png", 10);
        folder.Image("dog/1.png", 200);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("cat/.ipynb_checkpoints/1-checkpoint.png")]
    [InlineData("cat/.git/x.png")]
    [InlineData("cat/deep/.hidden/deeper/x.png")]
    [InlineData("cat/__MACOSX/x.png")]
    [InlineData("cat/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg")]
    [InlineData("cat/._1.jpg")]
    [InlineData("cat/Thumbs.db")]
    [InlineData("cat/deep/.DS_Store")]
    [InlineData("cat/desktop.ini")]
    [InlineData(".ipynb_checkpoints/x.png")]
    [InlineData("__MACOSX/cat/._1.png")]
    [InlineData("@eaDir/x.png")]
    [InlineData(".git/objects/x.png")]
    public void Hidden_files_are_ignored(string hidden)
    {
        folder.Image(hidden, 90);
        var data = Load();
        Assert.Equal(["cat", "dog"], data.ClassNames);
        Assert.Equal(2, data.Count);
        Assert.Empty(data.Skipped);
    }

    [Fact]
    public void A_link_to_its_own_folder_adds_nothing_and_ends()
    {
        Link("cat/self", ".");
        Link("cat/up", "..");
        Link("cat/other", "../dog");
        Link("dog/a", "b");
        Link("dog/b", "a");
        Link("dog/deep/again", "../../dog/deep");
        Assert.Equal(2, Load().Count);
        Link("cat/x/one", "../y");
        Link("cat/y/two", "../x");
        folder.Image("cat/x/2.png", 20);
        Assert.Equal(3, Load().Count);
    }

    [Fact]
    public void A_folder_or_file_elsewhere_is_followed_once()
    {
        var pool = folder.Image("../" + Path.GetFileName(folder.Path) + "-pool/a/1.png", 30);
        try
        {
            Link("cat/first", Path.GetDirectoryName(pool)!);
            Link("cat/second", Path.GetDirectoryName(pool)!);
            Link("cat/file.png", pool);
            Link("cat/again.png", "file.png");
            var data = Load();
            Assert.Equal(3, data.Count);
            Assert.Equal([10f, 30f, 200f], Enumerable.Range(0, 3).Select(i => Read(data, i)));
            Assert.Empty(data.Skipped);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(Path.GetDirectoryName(pool)!)!, recursive: true);
        }
    }

    [Fact]
    public void The_same_file_in_two_classes_is_of_the_class_that_contains_it()
    {
        var dog = folder.Inside("dog/1.png");
        var link = Link("cat/0.png", "../dog/1.png");
        var data = Load();
        Assert.Equal(2, data.Count);
        Assert.Equal([new SkippedFile(link, $"'{link}' is a link to '{dog}', which is of the class 'dog'.")], data.Skipped);
    }

    [Fact]
    public void Two_classes_that_are_one_folder_are_refused()
    {
        Link("kitten", "cat");
        Assert.Equal(
            $"ImageFolder: expected a separate folder for each class in '{folder.Path}'; 'kitten' is a link to 'cat'.",
            Assert.Throws<InvalidDataException>(Load).Message);
    }

    [Fact]
    public void A_link_to_nothing_is_left_out_and_named()
    {
        var link = Link("cat/gone.png", "nowhere.png");
        Assert.Equal([new SkippedFile(link, $"'{link}' does not exist; expected an image file such as PNG or JPEG.")], Load().Skipped);
    }

    [Fact]
    public void Files_of_other_kinds_are_counted_and_named()
    {
        foreach (var name in new[] { "a.heic", "b.HEIC", "c.heic", "notes.txt", "deep/more.txt", "README", "x.tif" }) folder.Text($"cat/{name}");
        var cut = folder.TruncatedImage("dog/cut.jpg");
        var data = Load();
        Assert.Equal(2, data.Count);
        Assert.Equal(8, data.Skipped.Count);
        Assert.Equal(
            [".heic", ".heic", ".heic", "", ".tif", ".txt", ".txt"], data.Skipped.Where(file => file.Kind is not null)
            .OrderBy(file => file.File.ToLowerInvariant(), StringComparer.Ordinal)
            .Select(file => file.Kind).OrderBy(kind => kind == "" ? ".i" : kind, StringComparer.Ordinal));
        Assert.Equal(
            $"1 file is left out: '{cut}' is cut off: its image of 64 × 64 pixels is not complete. 3 .heic, 2 .txt, 1 without an extension, 1 .tif left out. "
            + "Convert images to JPEG, PNG or WebP to have them read.",
            SkippedFile.Summarize(data.Skipped));
        var notes = folder.Inside("cat/notes.txt");
        Assert.Equal(
            $"'{notes}' is left out: .txt is not read; expected .jpg, .jpeg, .png, .webp, .gif, .bmp.", data.Skipped.Single(file => file.File == notes).Reason);
        Assert.Equal("", SkippedFile.Summarize([]));
    }

    [Fact]
    public void A_class_of_other_files_alone_says_which()
    {
        folder.Text("fox/1.heic");
        folder.Text("fox/2.heic");
        Assert.Equal(
            $"ImageFolder: expected images (.jpg, .jpeg, .png, .webp, .gif, .bmp) of the class 'fox' in '{folder.Path}'; it has none, but 2 .heic.",
            Assert.Throws<InvalidDataException>(Load).Message);
    }

    [Fact]
    public void Extensions_may_be_in_capitals_and_may_lie()
    {
        var png = folder.Image("cat/2.png", 20);
        File.Move(png, folder.Inside("cat/2.JPG"));
        File.Copy(folder.Inside("cat/1.png"), folder.Inside("cat/3.jfif"));
        Assert.Equal(4, Load().Count);
    }

    [Theory]
    [InlineData(
        "<!DOCTYPE html><html>", "is an HTML page, not an image; expected PNG, JPEG, WebP, GIF or BMP. A server may have sent it instead of the "
        + "image.")]
    [InlineData(
        "\n  <HTML><body>404", "is an HTML page, not an image; expected PNG, JPEG, WebP, GIF or BMP. A server may have sent it instead of the "
        + "image.")]
    [InlineData(
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
        "is a pointer of Git LFS, not the image itself; 'git lfs pull' fetches the image.")]
    [InlineData(
        "<svg xmlns='http://www.w3.org/2000/svg'/>", "is an SVG drawing, which is not read; expected PNG, JPEG, WebP, GIF or BMP. Convert it to one of these.")]
    [InlineData("<?xml version='1.0'?><svg/>", "is an SVG drawing, which is not read; expected PNG, JPEG, WebP, GIF or BMP. Convert it to one of these.")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0", "is a HEIC image, which is not read; expected PNG, JPEG, WebP, GIF or BMP. Convert it to one of these.")]
    [InlineData("\0\0\0\u0018ftypavif\0\0\0\0", "is an AVIF image, which is not read; expected PNG, JPEG, WebP, GIF or BMP. Convert it to one of these.")]
    [InlineData("II*\0\b\0\0\0", "is a TIFF image, which is not read; expected PNG, JPEG, WebP, GIF or BMP. Convert it to one of these.")]
    [InlineData("%PDF-1.7", "is a PDF document, which is not read; expected PNG, JPEG, WebP, GIF or BMP. Convert it to one of these.")]
    [InlineData("\0\0\0\0\0\0\0\0", "holds nothing but zeros; expected PNG, JPEG, WebP, GIF or BMP.")]
    [InlineData("GIF but not really", "is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP.")]
    public void A_file_that_is_something_else_is_called_so(string content, string expected)
    {
        var path = folder.Text("cat/liar.jpg");
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(content));
        Assert.Equal($"'{path}' {expected}", Assert.Single(Load().Skipped).Reason);
    }

    [Theory]
    [InlineData("images", "masks", "{0}.png", "{0}.png")]
    [InlineData("Images", "Labels", "{0}.jpg", "{0}.txt")]
    [InlineData("imgs", "annotations", "{0}.jpg", "{0}.xml")]
    [InlineData("images", "trimaps", "deep/{0}.jpg", "{0}_mask.png")]
    public void Images_and_their_masks_are_no_classes(string images, string masks, string image, string mask)
    {
        using var other = new TestImages();
        foreach (var under in (string[])["", "train/"])
        {
            for (var i = 0; i < 4; i++)
            {
                other.Image(under + images + "/" + image.Replace("{0}", $"{i}"), 10);
                other.Image(under + masks + "/" + mask.Replace("{0}", $"{i}"), 20);
            }

            var where = Path.Combine(other.Path, under.TrimEnd('/'));
            Assert.Equal(
                $"ImageFolder: expected one folder for each class in '{where}'; '{images}' and '{masks}' hold files of the same names, as images and their "
                    + "masks or annotations do. MaskFolder.Load reads images with masks. For a classifier, put the images of each class into a separate "
                    + "folder.",
                Assert.Throws<InvalidDataException>(() => ImageFolder.Load(where, 2, 2)).Message);
        }
    }

    [Fact]
    public void Classes_of_such_names_with_other_files_are_classes()
    {
        using var other = new TestImages();
        for (var i = 0; i < 4; i++)
        {
            other.Image($"images/a{i}.png", 10);
            other.Image($"masks/b{i}.png", 20);
        }

        Assert.Equal(8, ImageFolder.Load(other.Path, 2, 2).Count);
    }

    [Theory]
    [InlineData("train", "val", null)]
    [InlineData("train", "valid", "test")]
    [InlineData("Train", "Validation", "Test")]
    [InlineData("TRAIN", "dev", null)]
    [InlineData("training", "validation", "testing")]
    [InlineData("train", null, "test")]
    public void Parts_have_the_names_that_people_give_them(string train, string? validation, string? test)
    {
        using var parts = new TestImages();
        parts.Classes($"{train}/", 10, "a", "b");
        if (validation is not null) parts.Classes($"{validation}/", 2, "a", "b");
        if (test is not null) parts.Classes($"{test}/", 3, "a", "b");
        parts.Image(".cache/x.png", 1);
        var split = ImageFolderSplit.Load(parts.Path, 1, 1, Grey);
        Assert.Equal(validation is null, split.IsValidationTakenFromTraining);
        Assert.Equal(validation is null ? (16, 4) : (20, 4), (split.Training.Count, split.Validation.Count));
        Assert.Equal(test is null ? null : 6, split.Test?.Count);
        Assert.Equal(["a", "b"], ImageFolderSplit.FindClasses(parts.Path));
        Assert.Equal(
            $"training: {(validation is null ? "Dataset: 16" : "ImageFolder: 20")} samples, input (1, 1, 1), target (), 2 classes: a, b",
            split.ToString().Split('\n')[0]);
        Assert.Equal(2 + (test is null ? 0 : 1), split.ToString().Split('\n').Length);
        if (validation is not null) return;

        // As much of each class, nothing twice, and by the seed.
        Assert.Equal(2, Levels(split.Validation).Count(level => level < 100));
        Assert.Empty(Levels(split.Validation).Intersect(Levels(split.Training)));
        Assert.Equal(Levels(split.Validation), Levels(ImageFolderSplit.Load(parts.Path, 1, 1, Grey).Validation));
        Assert.NotEqual(Levels(split.Validation), Levels(ImageFolderSplit.Load(parts.Path, 1, 1, Grey, seed: 1).Validation));
    }

    [Theory]
    [InlineData("validation", "val", "validation")]
    [InlineData("valid", "dev", "validation")]
    [InlineData("test", "Testing", "test")]
    public void Two_folders_of_one_part_are_refused(string one, string other, string part)
    {
        using var parts = new TestImages();
        foreach (var name in new[] { "train", one, other }) parts.Classes($"{name}/", 2, "a", "b");
        var names = new[] { one, other }.Order(StringComparer.Ordinal);
        Assert.Equal(
            $"ImageFolderSplit: expected one folder for {part} in '{parts.Path}'; received {string.Join(" and ", names)}. Rename or join them.",
            Assert.Throws<InvalidDataException>(() => ImageFolderSplit.Load(parts.Path, 1, 1)).Message);
    }

    [Fact]
    public void A_single_folder_that_holds_the_classes_is_entered()
    {
        using var outer = new TestImages();
        outer.Classes("unzipped/", 2, "a", "b");
        outer.Text("read me.txt");
        var data = ImageFolder.Load(outer.Path, 1, 1);
        Assert.Equal(["a", "b"], data.ClassNames);
        Assert.Equal(outer.Inside("unzipped"), data.Folder);
        Assert.Equal(folder.Path, ImageFolder.Load(folder.Path, 1, 1).Folder);
    }

    [Fact]
    public void Classes_of_the_parts_are_matched_by_name_and_may_be_lacking()
    {
        using var parts = new TestImages();
        parts.Classes("Train/", 3, "cat", "dog", "owl");
        parts.Classes("dev/", 1, "Dog", "OWL", "cat");
        parts.Image("Test/Dog/1.png", 90);
        var split = ImageFolderSplit.Load(parts.Path, 1, 1, Grey);
        Assert.Equal([1f, 2, 0], Labels(split.Validation));
        Assert.Equal([1f], Labels(split.Test!));
        Assert.All([split.Validation, split.Test!], part => Assert.Equal(["cat", "dog", "owl"], part.ClassNames));

        parts.Image("Test/cow/1.png", 90);
        Assert.Equal(
            $"ImageFolderSplit: expected the classes cat, dog, owl in '{parts.Inside("Test")}' as in train; received Dog, cow.",
            Assert.Throws<InvalidDataException>(() => ImageFolderSplit.Load(parts.Path, 1, 1, Grey)).Message);
    }

    [Fact]
    public void Classes_that_are_known_keep_their_numbers()
    {
        var input = Grey.ToInput(1, 1);
        Assert.Equal([2f, 0], Labels(ImageFolder.Load(folder.Path, input, ["dog", "owl", "Cat"])));
        Directory.Delete(folder.Inside("dog"), recursive: true);
        var one = ImageFolder.Load(folder.Path, input, ["CAT", "owl", "cat"]);
        Assert.Equal([2f], Labels(one));
        Assert.Equal(["CAT", "owl", "cat"], one.ClassNames);
        Assert.Equal(2, one.Label(0));

        // Of two names that differ in letter case alone, neither is the one that is meant.
        folder.Image("Owl/1.png", 10);
        Assert.Equal(
            $"ImageFolder: expected the classes cat, OWL, owl in '{folder.Path}', or some of them; received Owl, cat.",
            Assert.Throws<InvalidDataException>(() => ImageFolder.Load(folder.Path, input, ["cat", "OWL", "owl"])).Message);
        Assert.Equal(
            "ImageFolder: expected the names of the classes; received none. (Parameter 'classNames')",
            Assert.Throws<ArgumentException>(() => ImageFolder.Load(folder.Path, input, [])).Message);
    }

    private static float[] Labels(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(i =>
    {
        var target = new float[1];
        data.Read(i, new float[data.InputShape.Count], target);
        return target[0];
    })];

    private ImageFolder Load() => ImageFolder.Load(folder.Path, 1, 1, Grey);

    private string Link(string name, string target)
    {
        var path = folder.Inside(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, target);
        return path;
    }

    private static float Read(Dataset data, int index)
    {
        var pixel = new float[1];
        data.Read(index, pixel, new float[1]);
        return pixel[0];
    }

    private static List<float> Levels(Dataset data) => [.. Enumerable.Range(0, data.Count).Select(i => Read(data, i))];
}
