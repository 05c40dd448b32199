using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

public sealed class ImageManifestTests : IDisposable
{
    private readonly TestImages folder = new();

    public ImageManifestTests()
    {
        foreach (var (name, level) in (Dictionary<string, byte>)new() { ["a.png"] = 10, ["b.png"] = 20, ["sub/c.png"] = 30, ["d, e.png"] = 40 })
            folder.Image($"images/{name}", level);
    }

    private string Images => folder.Inside("images");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("x.csv", "file,label\na.png,dog\n\nsub/c.png,cat\n\"d, e.png\",dog\n")]
    [InlineData("x.csv", "class;filename\r\ndog;a.png\r\n\r\ncat;sub\\c.png\r\ndog;d, e.png\r\n")]
    [InlineData("x.tsv", "file\tlabel\na.png\tdog\n\nsub/c.png\tcat\nd, e.png\tdog\n")]
    [InlineData("x.jsonl", """
        {"file_name": "a.png", "label": "dog", "more": {"x": 1}}

        {"label": "cat", "file_name": "sub/c.png"}
        {"file_name": "d, e.png", "label": "dog"}
        """)]
    public void Every_row_is_a_sample_with_the_class_of_its_label(string name, string text)
    {
        var data = ImageManifest.Load(List(name, text), Images, 2, 3, new ImageManifestOptions { Range = PixelRange.ZeroTo255, Channels = 1 });
        Assert.Equal(["cat", "dog"], data.ClassNames);
        Assert.Equal([2, 3, 1], data.InputShape);
        Assert.Equal(Shape.Scalar, data.TargetShape);
        Assert.Equal([(10, 1), (30, 0), (40, 1)], Samples(data).Select(sample => ((int)sample.Image[0], (int)sample.Target[0])));
        Assert.Equal((folder.Inside("images/sub/c.png"), name == "x.jsonl" ? 3 : 4), (data.File(1), data.Line(1)));
        Assert.Empty(data.Skipped);
        Assert.Empty(data.Duplicates);
    }

    [Fact]
    public void Files_are_relative_to_the_list_where_no_folder_is_given()
    {
        var list = List("images/list.csv", "file,label\na.png,x\nb.png,y\n");
        Assert.Equal([folder.Inside("images/a.png"), folder.Inside("images/b.png")], Files(ImageManifest.Load(list, null, 2, 2)));
        var absolute = List("list.csv", $"file,label\n{folder.Inside("images/a.png")},x\nb.png,y\n");
        Assert.Equal([folder.Inside("images/a.png"), folder.Inside("images/b.png")], Files(ImageManifest.Load(absolute, Images, 2, 2)));
    }

    [Fact]
    public void Files_may_be_named_without_their_extension()
    {
        var list = List("x.csv", "image_name,label\na,x\nsub/c,y\n");
        Assert.Equal([folder.Inside("images/a.png"), folder.Inside("images/sub/c.png")], Files(ImageManifest.Load(list, Images, 2, 2)));
        folder.Image("images/a.jpg", 10);
        Assert.Equal(
            $"ImageManifest: expected the files of '{list}' in '{Images}'; 1 does not exist: a (line 2). ImageManifestOptions.SkipMissing leaves them out.",
            Assert.Throws<InvalidDataException>(() => ImageManifest.Load(list, Images, 2, 2)).Message);
    }

    [Fact]
    public void Numbers_from_zero_are_class_numbers_and_others_need_names()
    {
        var list = List("x.csv", "file,label\na.png,10\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"b.png,{i}\n")));
        var data = ImageManifest.Load(list, Images, 2, 2);
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"], data.ClassNames);
        Assert.Equal([10, 0, 1, 2], Samples(data).Take(4).Select(sample => (int)sample.Target[0]));

        var gap = List("gap.csv", "file,label\na.png,1\nb.png,3\n");
        Assert.Equal(
            $"ImageManifest: expected names, or every number from 0 to the largest, in the column 'label' of '{gap}'; received 1, 3. Set ClassNames to the "
                + "names of the classes by their numbers; for a regression, set TargetColumns.",
            Refusal(gap));
        Assert.Equal([1, 3], Targets(gap, new() { ClassNames = ["w", "x", "y", "z"] }));
        Assert.Equal([0, 1], Targets(gap, new() { ClassNames = ["1", "3"] }));
        Assert.Equal(
            $"ImageManifest: '{gap}', line 3, column 'label': expected one of w, x, y; received '3'.", Refusal(gap, new() { ClassNames = ["w", "x", "y"] }));
    }

    [Fact]
    public void Class_names_of_the_training_data_number_other_lists()
    {
        var list = List("test.csv", "file,label\na.png,Dog\nb.png,bird\n");
        Assert.Equal([2, 0], Targets(list, new() { ClassNames = ["bird", "cat", "dog"] }));
        Assert.Equal(
            $"ImageManifest: '{list}', line 3, column 'label': expected one of cat, dog; received 'bird'.",
                Refusal(list, new() { ClassNames = ["cat", "dog"] }));
    }

    [Fact]
    public void Several_columns_of_numbers_are_the_target_of_a_regression()
    {
        var list = List("x.csv", "file,x,y,note\na.png,1.5,-2e3,p\nb.png,0,.25,q\n");
        var data = ImageManifest.Load(list, Images, 2, 2, new ImageManifestOptions { TargetColumns = ["y", "x"] });
        Assert.Equal([2], data.TargetShape);
        Assert.Empty(data.ClassNames);
        Assert.Equal([[-2000, 1.5f], [0.25f, 0]], Samples(data).Select(sample => sample.Target));
        Assert.Equal(Shape.Scalar, ImageManifest.Load(list, Images, 2, 2, new ImageManifestOptions { TargetColumns = ["x"] }).TargetShape);
        var boxes = List("x.jsonl", """{"file": "a.png", "box": [1, 2, 3, 4], "age": 5}""" + "\n" + """{"file": "b.png", "box": [5, 6, 7, 8], "age": 9}""");
        data = ImageManifest.Load(boxes, Images, 2, 2, new ImageManifestOptions { TargetColumns = ["box", "age"] });
        Assert.Equal([[1, 2, 3, 4, 5], [5, 6, 7, 8, 9]], Samples(data).Select(sample => sample.Target));
    }

    [Fact]
    public void The_parts_of_a_list_have_the_same_classes()
    {
        var list = List("x.csv", "file,label,split\na.png,cat,train\nb.png,dog,train\nsub/c.png,dog,test\n");
        var test = ImageManifest.Load(list, Images, 2, 2, new ImageManifestOptions { Split = "test" });
        Assert.Equal(["cat", "dog"], test.ClassNames);
        Assert.Equal(1, Assert.Single(Samples(test)).Target[0]);
        Assert.Equal(2, ImageManifest.Load(list, Images, 2, 2, new ImageManifestOptions { Split = "train" }).Count);
        Assert.Equal(
            $"ImageManifest: expected rows with 'val' in the column 'split' of '{list}'; received train, test.", Refusal(list, new() { Split = "val" }));
        Assert.Equal(
            $"ImageManifest: expected a column 'part' in '{list}'; its columns are 'file', 'label', 'split'.",
            Refusal(list, new() { Split = "train", SplitColumn = "part" }));
    }

    [Fact]
    public void Errors_name_line_and_column()
    {
        Assert.Equal(
            $"ImageManifest: '{Inside}', line 3, column 'x': expected a number; received 'tall'.",
            Refusal("file,x\na.png,1\nb.png,tall\n", new() { TargetColumns = ["x"] }));
        Assert.Equal(
            $"ImageManifest: '{Inside}', line 2, column 'x': expected a number; received none.",
            Refusal("file,x\na.png,\n", new() { TargetColumns = ["x"] }).Replace("received ''", "received none"));
        Assert.Equal($"ImageManifest: '{Inside}', line 3, column 'label': expected a value; received none.", Refusal("file,label\na.png,x\nb.png,\n"));
        Assert.Equal(
            $"ImageManifest: '{Inside}', line 3: expected 2 values, as the header has columns; received 3.", Refusal("file,label\na.png,x\nb.png,y,z\n"));
        Assert.Equal($"ImageManifest: '{Inside}', line 1: expected different columns; received 'file' twice.", Refusal("file,file\na.png,x\n"));
        Assert.Equal(
            $"ImageManifest: expected one column that is called label, class or category in '{Inside}'; its columns are 'file', 'kind'. Set "
                + "ImageManifestOptions.LabelColumn.",
            Refusal("file,kind\na.png,x\n"));
        Assert.Equal(
            $"ImageManifest: expected a column 'type' in '{Inside}'; its columns are 'file', 'kind'.",
            Refusal("file,kind\na.png,x\n", new() { LabelColumn = "type" }));
        Assert.Equal($"ImageManifest: expected rows in '{Inside}'; received none.", Refusal("file,label\n"));
        Assert.Equal($"ImageManifest: expected a header with the names of the columns in '{Inside}'; it is empty.", Refusal(""));
        Assert.Equal(
            $"ImageManifest: expected at least two classes in the column 'label' of '{Inside}'; received only 'x'. For numbers, set TargetColumns.",
            Refusal("file,label\na.png,x\nb.png,x\n"));
        Assert.Equal(
            "ImageManifest: expected TargetColumns for a regression, or LabelColumn and ClassNames for classes; received both.",
            Assert.Throws<ArgumentException>(
                () => ImageManifest.Load(Inside, Images, 2, 2, new ImageManifestOptions { LabelColumn = "a", TargetColumns = ["b"] })).Message);
    }

    [Fact]
    public void Damaged_lists_are_refused()
    {
        var json = List("x.jsonl", "{\"file\": \"a.png\", \"label\": \"x\"}\n{\"file\": \n");
        Assert.StartsWith($"ImageManifest: '{json}', line 2: expected a JSON object; ", Refusal(json), StringComparison.Ordinal);
        List("x.jsonl", "[1]\n");
        Assert.Equal($"ImageManifest: '{json}', line 1: expected a JSON object; received Array.", Refusal(json));
        List("x.jsonl", "{\"file\": \"a.png\", \"file\": \"b.png\"}\n");
        Assert.Equal($"ImageManifest: '{json}', line 1: expected different names; received 'file' twice.", Refusal(json));
        File.WriteAllBytes(Inside, [(byte)'f', 0xE9, (byte)',']);
        Assert.Equal($"ImageManifest: expected text in UTF-8; '{Inside}' has other bytes. Save it as UTF-8.", Refusal(Inside));
        var other = List("x.xlsx", "");
        Assert.Equal($"ImageManifest: expected a file that ends with .csv, .tsv, .jsonl or .ndjson; received .xlsx in '{other}'.", Refusal(other));
        var missing = folder.Inside("missing.csv");
        Assert.Equal(
            $"ImageManifest: expected a CSV file or JSON lines; '{missing}' does not exist.",
            Assert.Throws<FileNotFoundException>(() => ImageManifest.Load(missing, Images, 2, 2)).Message);
    }

    [Fact]
    public void Missing_and_damaged_images_are_listed()
    {
        var text = folder.Text("images/text.png");
        var list = List("x.csv", "file,label\na.png,x\nnone.png,y\nb.png,y\ntext.png,x\nsub/none.png,x\n");
        Assert.Equal(
            $"ImageManifest: expected the files of '{list}' in '{Images}'; 2 do not exist: none.png (line 3), {Path.Combine("sub", "none.png")} (line 6). "
                + "ImageManifestOptions.SkipMissing leaves them out.",
            Refusal(list));
        var data = ImageManifest.Load(list, Images, 2, 2, new ImageManifestOptions { SkipMissing = true });
        Assert.Equal([2, 4], [data.Line(0), data.Line(1)]);
        Assert.Equal([0, 1], Samples(data).Select(sample => (int)sample.Target[0]));
        Assert.Equal([folder.Inside("images/none.png"), folder.Inside("images/sub/none.png"), text], data.Skipped.Select(file => file.File));
        Assert.Equal($"'{folder.Inside("images/none.png")}' does not exist ('{list}', line 3).", data.Skipped[0].Reason);
        Assert.Equal(
            $"ImageManifest: '{list}', line 5: '{text}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP.",
            Refusal(list, new() { SkipMissing = true, RefuseDamaged = true }));
    }

    [Fact]
    public void Rows_that_repeat_a_file_are_samples_and_noted()
    {
        var list = List("x.csv", "file,label\na.png,x\nb.png,y\nsub/../a.png,x\nb.png,x\n");
        var data = ImageManifest.Load(list, Images, 2, 2);
        Assert.Equal(4, data.Count);
        Assert.Equal(
            [
                $"'{list}', line 4: '{Path.Combine(Images, "sub/../a.png")}' is the file of line 2 too.",
                $"'{list}', line 5: '{folder.Inside("images/b.png")}' is the file of line 3 too, with another target.",
            ],
            data.Duplicates);
    }

    private string Inside => folder.Inside("x.csv");

    private static IEnumerable<(float[] Image, float[] Target)> Samples(Dataset data)
    {
        for (var i = 0; i < data.Count; i++)
        {
            var (image, target) = (new float[data.InputShape.Count], new float[data.TargetShape.Count]);
            data.Read(i, image, target);
            yield return (image, target);
        }
    }

    private static string[] Files(ImageManifest data) => [.. Enumerable.Range(0, data.Count).Select(data.File)];

    private int[] Targets(string list, ImageManifestOptions options) =>
        [.. Samples(ImageManifest.Load(list, Images, 2, 2, options)).Select(sample => (int)sample.Target[0])];

    private string List(string name, string text)
    {
        File.WriteAllText(folder.Inside(name), text);
        return folder.Inside(name);
    }

    private string Refusal(string listOrText, ImageManifestOptions? options = null)
    {
        var list = File.Exists(listOrText) ? listOrText : List("x.csv", listOrText);
        return Assert.Throws<InvalidDataException>(() => ImageManifest.Load(list, Images, 2, 2, options)).Message;
    }
}
