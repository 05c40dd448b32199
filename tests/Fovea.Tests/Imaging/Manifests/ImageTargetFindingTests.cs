using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

public sealed class ImageTargetFindingTests : IDisposable
{
    private readonly TestImages folder = new();

    public ImageTargetFindingTests()
    {
        foreach (var name in (string[])["a.png", "b.png", "c.png"]) folder.Image(name, 100);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("file,label\na.png,cat\nb.png,dog\n", "Class: cat dog")]
    [InlineData("file,label\na.png,big cat\nb.png,dog\n", "Class: big cat dog")]
    [InlineData("file,label\na.png,\"tench, Tinca tinca\"\nb.png,dog\n", "Class: dog tench, Tinca tinca")]
    [InlineData("file,label\na.png,0\nb.png,1\n", "Class (guess): 0 1")]
    [InlineData("file,tags\na.png,cat\nb.png,dog\n", "Class (guess): cat dog")]
    [InlineData("image_name,tags\na.png,haze primary\nb.png,clear\nc.png,\n", "Labels (guess): clear haze primary")]
    [InlineData("fname,labels,is_valid\na.png,chair person,True\nb.png,car,False\n", "Labels (guess): car chair person")]
    [InlineData("file,label\na.png,cat;dog\nb.png,dog\n", "Labels (guess): cat dog")]
    [InlineData("file,label\na.png,cat| big dog\nb.png,\n", "Labels (guess): big dog cat")]
    [InlineData("file,x,y\na.png,0,1\nb.png,1,1\n", "Labels (guess): x y")]
    [InlineData("file,age\na.png,31\nb.png,7\n", "Numbers (guess): age")]
    [InlineData("file,age\na.png,31.5\nb.png,7\n", "Numbers: age")]
    [InlineData("file,label\na.png,0.5\nb.png,1\n", "Numbers: label")]
    [InlineData("file,note,value\na.png,x,1e3\nb.png,y,-2.5\n", "Numbers: value")]
    public void A_list_says_what_its_images_have(string text, string expected)
    {
        var finding = ImageTargetFinding.Of(List("x.csv", text));
        Assert.Equal(expected, $"{finding.Kind}{(finding.IsGuess ? " (guess)" : "")}: {string.Join(' ', finding.Names)}");
    }

    [Fact]
    public void Lists_of_JSON_are_labels_or_numbers()
    {
        var labels = ImageTargetFinding.Of(List("x.jsonl", "{\"file\": \"a.png\", \"labels\": [\"b c\", \"a\"]}\n{\"file\": \"b.png\", \"labels\": []}\n"));
        Assert.Equal((ImageTargetKind.Labels, "a|b c"), (labels.Kind, string.Join('|', labels.Names)));
        var numbers = ImageTargetFinding.Of(List("y.jsonl", "{\"file\": \"a.png\", \"value\": [1, 2]}\n{\"file\": \"b.png\", \"value\": [3, 4.5]}\n"));
        Assert.Equal((ImageTargetKind.Numbers, "value 1|value 2"), (numbers.Kind, string.Join('|', numbers.Names)));
    }

    [Fact]
    public void The_description_says_how_the_list_is_read()
    {
        Assert.Equal(
            "The column 'tags' has several labels for an image, separated by spaces: 3 labels (clear, haze, primary). 1 image has none.",
            ImageTargetFinding.Of(List("x.csv", "file,tags\na.png,haze primary\nb.png,clear\nc.png,\n")).ToString());
        Assert.Equal(
            "The columns x, y say with 0 or 1 which of 2 labels an image has.",
            ImageTargetFinding.Of(List("y.csv", "file,x,y\na.png,0,1\nb.png,1,1\n")).Description);
        Assert.Equal(
            "The column 'age' from 7 to 31.5 is a number for each image.", ImageTargetFinding.Of(List("z.csv", "file,age\na.png,31.5\nb.png,7\n")).Description);
    }

    [Fact]
    public void The_user_decides_what_is_ambiguous()
    {
        var list = List("x.csv", "file,age,tall,kind\na.png,3,0,x y\nb.png,1,1,y\nc.png,2,1,\n");
        Assert.Equal(ImageTargetKind.Numbers, ImageTargetFinding.Of(list, columns: ["age"]).Kind);
        Assert.Equal(["age", "tall"], ImageTargetFinding.Of(list, ImageTargetKind.Numbers, ["age", "TALL"]).Names);
        Assert.Equal(["x", "y"], ImageTargetFinding.Of(list, ImageTargetKind.Labels, ["kind"]).Names);
        Assert.Equal(
            $"ImageTargetFinding: expected one column of labels or numbers, or several of 0 and 1; received 'age', 'tall', 'kind' in '{list}'; its columns are "
                + "'file', 'age', 'tall', 'kind'. Name the columns of the targets: --targets of the command.",
            Refusal(list));
        Assert.Equal(
            $"ImageTargetFinding: expected a column 'size' in '{list}'; its columns are 'file', 'age', 'tall', 'kind'. Name the columns of the targets: "
                + "--targets of the command.",
            Refusal(list, columns: ["size"]));
    }

    [Fact]
    public void Values_that_do_not_fit_are_refused_with_their_line()
    {
        var list = List("x.csv", "file,age\na.png,31.5\nb.png,\n");
        Assert.Equal($"ImageManifest: '{list}', line 3, column 'age': expected a number; received ''.", Refusal(list));
        var nan = List("nan.csv", "file,age\na.png,31.5\nb.png,NaN\n");
        Assert.Equal($"ImageManifest: '{nan}', line 3, column 'age': expected a number; received 'NaN'.", Refusal(nan));
        Assert.Equal(
            $"ImageTargetFinding: expected labels in the column 'age' of '{list}': names or whole numbers; received '31.5', a number of a regression.",
            Refusal(list, ImageTargetKind.Labels));
        var flags = List("flags.csv", "file,x,y\na.png,0,1\nb.png,2,1\n");
        Assert.Equal(
            $"ImageTargetFinding: expected 0 or 1 in each of the columns 'x', 'y'; 'x' has '2' in '{flags}'; its columns are 'file', 'x', 'y'. Name "
                + "the columns "
                + "of the targets: --targets of the command.",
            Refusal(flags, ImageTargetKind.Labels, ["x", "y"]));
        var unknown = List("voc.csv", "file,x,y\na.png,0,1\nb.png,-1,1\n");
        Assert.Equal(
            $"ImageManifest: expected 0 and 1, or -1 and 1, in the column 'x' of '{unknown}'; received -1, 0 and 1, of which 0 may mean unknown.",
            Refusal(unknown));
        var one = List("one.csv", "file,tags\na.png,x;x\nb.png,\n");
        Assert.Equal($"ImageManifest: expected at least two labels in the column 'tags' of '{one}'; received only 'x'.", Refusal(one));
    }

    [Fact]
    public void A_manifest_has_a_one_for_each_label()
    {
        var list = List("x.csv", "file,tags\na.png,dog;cat\nb.png,\nc.png,dog;dog\n");
        var data = ImageManifest.Load(list, null, 2, 2, ImageTargetFinding.Of(list).Options);
        Assert.Equal(["cat", "dog"], data.ClassNames);
        Assert.Equal([2], data.TargetShape);
        Assert.Equal("1 1, 0 0, 0 1", Targets(data));
        Assert.Equal(
            "ImageManifest: the targets are several labels, so that the samples have no classes.",
            Assert.Throws<InvalidOperationException>(() => data.Label(0)).Message);

        var flags = List("y.csv", "file,dog,cat\na.png,1,0\nb.png,-1,1\n".Replace("-1", "0", StringComparison.Ordinal));
        Assert.Equal("1 0, 0 1", Targets(ImageManifest.Load(flags, null, 2, 2, new ImageManifestOptions { FlagColumns = ["dog", "cat"] })));
        Assert.Equal(
            "0 1, 1 0", Targets(ImageManifest.Load(flags, null, 2, 2, new ImageManifestOptions { FlagColumns = ["dog", "cat"], ClassNames = ["cat", "dog"] })));
        Assert.Equal(
            $"ImageManifest: expected a column for the label 'bird' in '{flags}'; received 'dog', 'cat'.",
            Assert.Throws<InvalidDataException>(() => ImageManifest.Load(
                flags, null, 2, 2, new ImageManifestOptions { FlagColumns = ["dog", "cat"], ClassNames = ["cat", "dog", "bird"] })).Message);
    }

    [Fact]
    public void A_split_gives_each_part_the_rare_labels()
    {
        var rows = Enumerable.Range(0, 100).Select(i => $"a.png,{(i < 10 ? "rare;common" : i < 90 ? "common" : "")}\n");
        var list = List("x.csv", $"file,tags\n{string.Concat(rows)}");
        var split = ImageFolderSplit.Load(list, new ImageInput(2, 2, 3), ImageTargetFinding.Of(list).Options, validation: 0.2, test: 0.2);
        Assert.Equal((60, 20, 20), (split.Training.Count, split.Validation.Count, split.Test!.Count));
        Assert.Equal((6, 2, 2), (Rare(split.Training), Rare(split.Validation), Rare(split.Test)));

        static int Rare(Dataset data) => Enumerable.Range(0, data.Count).Count(i => data[i].Target.Values[1] == 1);
    }

    [Fact]
    public void The_column_is_valid_of_fastai_divides_a_list()
    {
        var list = List("x.csv", "fname,labels,is_valid\na.png,x y,False\nb.png,x,True\nc.png,y,False\n");
        var split = ImageFolderSplit.Load(list, new ImageInput(2, 2, 3), ImageTargetFinding.Of(list).Options);
        Assert.Equal((2, 1), (split.Training.Count, split.Validation.Count));
        Assert.Equal(2, ImageTargetFinding.Of(list).TrainingCount);
    }

    [Fact]
    public void A_few_values_that_are_no_numbers_do_not_make_a_column_of_numbers_one_of_classes()
    {
        var list = List("x.csv", $"file,age\na.png,n/a\n{string.Concat(Enumerable.Range(0, 20).Select(i => $"a.png,{20 + i}.5\n"))}");
        Assert.Equal($"ImageManifest: '{list}', line 2, column 'age': expected a number; received 'n/a'.", Refusal(list));
        Assert.Equal(ImageTargetKind.Class, ImageTargetFinding.Of(List("y.csv", "file,aircraft\na.png,737\nb.png,747\nc.png,A320\n")).Kind);
    }

    [Fact]
    public void The_images_may_be_in_another_folder()
    {
        Directory.CreateDirectory(folder.Inside("lists"));
        var list = List("lists/x.csv", "file,label\na.png,x\nb.png,y\nc.png,x\n");
        Assert.Equal(
            $"ImageManifest: expected the files of '{list}' in '{folder.Inside("lists")}'; 3 do not exist: a.png (line 2), b.png (line 3), c.png (line 4). "
                + "If they are in another folder, name it: --image-folder of the command, ImageManifestOptions.ImageFolder.", Refusal(list));
        var finding = ImageTargetFinding.Of(list, imageFolder: folder.Path);
        Assert.Equal(folder.Inside("b.png"), finding.Files[1]);
        Assert.Equal(folder.Path, finding.Options.ImageFolder);
        Assert.Equal(3, ImageManifest.Load(list, folder: null, 2, 2, finding.Options).Count);
        Assert.Equal(folder.Path, ImageData.Recognize(list, imageFolder: folder.Path).Folder);
        Assert.Equal(
            $"ImageData: expected a folder of images for a list only (.csv, .tsv, .jsonl); received 'x' for '{folder.Path}'. (Parameter 'imageFolder')",
            Assert.Throws<ArgumentException>(() => ImageData.Recognize(folder.Path, imageFolder: "x")).Message);
    }

    private string List(string name, string text)
    {
        File.WriteAllText(folder.Inside(name), text);
        return folder.Inside(name);
    }

    private static string Refusal(string list, ImageTargetKind? kind = null, IReadOnlyList<string>? columns = null) =>
        Assert.Throws<InvalidDataException>(() => ImageTargetFinding.Of(list, kind, columns)).Message;

    private static string Targets(Dataset data) =>
        string.Join(", ", Enumerable.Range(0, data.Count).Select(i => string.Join(' ', data[i].Target.Values)));
}
