using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>Which column of a list names its files, and in which folder they are.</summary>
public sealed class ManifestFilesTests : IDisposable
{
    private static readonly ImageManifestOptions Grey = new() { Channels = 1, Range = PixelRange.ZeroTo255 };

    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("id", "", "a.png", "b.png", "The column 'id' names its files.")]
    [InlineData("id", "", "a", "b", "The column 'id' names its files.")]
    [InlineData("image", "", "a", "b", "")]
    [InlineData("image", "pictures/", "a.png", "b.png", "The column 'image' names its files, which are in the folder 'pictures'.")]
    [InlineData("image_id", "train/", "a", "b", "The column 'image_id' names its files, which are in the folder 'train'.")]
    public void Files_are_found(string column, string place, string first, string second, string note)
    {
        var list = List($"label,{column}\npug,{first}\nbeagle,{second}\n");
        folder.Image($"{place}a.png", 10);
        folder.Image($"{place}b.png", 20);
        folder.Image("test/c.png", 30);
        Assert.Equal(
            $"'{list}': a list of 2 images, not divided into parts.{(note.Length > 0 ? " " + note : "")}", ImageData.Recognize(list).Description);
        var images = ImageManifest.Load(list, null, 1, 1, Grey);
        Assert.Equal([10f, 20], Enumerable.Range(0, 2).Select(i => Level(images, i)));
        Assert.Equal(["beagle", "pug"], ImageTargetFinding.Of(list).Names);
    }

    [Fact]
    public void A_folder_with_a_single_list_is_the_list()
    {
        var list = List("id,breed\na,pug\nb,beagle\n");
        folder.Image("images/a.png", 10);
        folder.Image("images/b.png", 20);
        var data = ImageData.Recognize(folder.Path);
        Assert.Equal((ImageDataKind.List, list, folder.Inside("images")), (data.Kind, data.Path, data.Folder));
        folder.Text("other.csv");
        data = ImageData.Recognize(folder.Path);
        Assert.Equal(ImageDataKind.Unlabeled, data.Kind);
        Assert.Contains($"The list 'other.csv' is not used; '{folder.Inside("other.csv")}' names it.", data.Description);
    }

    [Fact]
    public void A_list_of_other_things_is_not_used()
    {
        List("name,age\nAnna,3\n");
        folder.Image("a.png", 10);
        var data = ImageData.Recognize(folder.Path);
        Assert.Equal(ImageDataKind.Unlabeled, data.Kind);
        Assert.Contains("The list 'list.csv' is not used. ImageManifest: expected one column that is called file, ", data.Description);
    }

    [Theory]
    [InlineData("id,copy,label\na,b,x\nb,a,y\n", "")]  // both columns name files
    [InlineData("id,label\na,x\nb,y\n", "one/ two/")]  // the files are in two folders
    [InlineData("id,label\na,x\na,y\n", "")]  // one file for all
    [InlineData("id,label\na,x\nc,y\n", "")]  // a file is missing
    [InlineData("id,label\na,x\n,y\n", "")]
    public void An_unclear_list_is_refused(string text, string places)
    {
        var list = List(text);
        foreach (var place in places.Split(' '))
            foreach (var name in new[] { "a", "b" }) folder.Image($"{place}{name}.png", 10);
        var columns = string.Join(", ", text[..text.IndexOf('\n')].Split(',').Select(column => $"'{column}'"));
        var expected = "ImageManifest: expected one column that is called file, filename, file_name, path, filepath, file_path, image, image_path, image_name, "
            + $"image_file or fname, or whose values are files, in '{list}'; its columns are {columns}. Set ImageManifestOptions.FileColumn, or ImageFolder if "
            + "the files are elsewhere (--image-folder of the command).";
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => ImageManifest.Load(list, null, 1, 1, Grey)).Message);
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => ImageData.Recognize(list)).Message);
    }

    private static float Level(ImageManifest images, int index)
    {
        var (input, target) = (new float[1], new float[1]);
        images.Read(index, input, target);
        return input[0];
    }

    private string List(string text)
    {
        var list = folder.Inside("list.csv");
        File.WriteAllText(list, text);
        return list;
    }
}
