using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging.Checks;

public sealed class DataCheckTests : IDisposable
{
    private readonly SceneFolder scenes = new();

    public void Dispose() => scenes.Dispose();

    [Fact]
    public void A_clean_data_set_has_no_findings()
    {
        scenes.Fill(20, "train/cats", "train/dogs", "test/cats", "test/dogs");
        var report = Run();
        Assert.Empty(report.Findings);
        Assert.Equal((80, 0), (report.Images, report.Errors));
        Assert.Equal(
            ["train cats 20", "train dogs 20", "test cats 20", "test dogs 20"], report.Counts.Select(count => $"{count.Split} {count.Label} {count.Count}"));
    }

    [Fact]
    public void A_group_of_duplicates_is_one_finding_across_splits_and_symmetries()
    {
        scenes.Fill(20, "train/cats", "train/dogs", "validation/cats", "test/cats");
        scenes.Copy("train/cats/3.png", "train/cats/copy.png");
        scenes.Save("test/cats/mirrored.jpg", SceneFolder.Mirrored(SceneFolder.Scene(3)));
        scenes.Save("validation/cats/rotated.jpg", SceneFolder.Rotated(SceneFolder.Scene(3)));
        var finding = Assert.Single(Run().Findings);
        Assert.Equal(
            (DataFindingKind.DuplicateAcrossSplits, FindingSeverity.Error, "test/cats/mirrored.jpg"), (finding.Kind, finding.Severity, finding.FileToKeep));
        Assert.Equal(["train/cats/3.png", "train/cats/copy.png", "validation/cats/rotated.jpg", "test/cats/mirrored.jpg"], finding.Files);
        Assert.InRange(finding.Value!.Value, 0.98, 1);
        Assert.Equal(0.98, finding.Threshold);
        Assert.StartsWith(
            "'train/cats/3.png', 'train/cats/copy.png', 'validation/cats/rotated.jpg' and 1 more: the same image, mirrored or rotated by 90°, in train, "
                + "validation and test (correlation ",
            finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_image_with_two_labels_is_an_error()
    {
        scenes.Fill(20, "cats", "dogs");
        scenes.Copy("cats/3.png", "dogs/copy.png");
        var finding = Assert.Single(Run().Findings);
        Assert.Equal((DataFindingKind.DuplicateWithTwoLabels, FindingSeverity.Error, null), (finding.Kind, finding.Severity, finding.FileToKeep));
        Assert.Equal("'cats/3.png', 'dogs/copy.png': the same file, with the labels cats and dogs.", finding.Message);
    }

    [Fact]
    public void A_duplicate_within_a_class_is_a_warning()
    {
        scenes.Fill(20, "cats", "dogs");
        scenes.Copy("cats/3.png", "cats/copy.png");
        scenes.Save("dogs/again.jpg", SceneFolder.Changed(SceneFolder.Scene(25), 48, 36, canvas => canvas.Scale(0.5f)), 70);
        Assert.Equal(
            [(DataFindingKind.ExactDuplicate, FindingSeverity.Warning, "cats/3.png"), (DataFindingKind.NearDuplicate, FindingSeverity.Warning, "dogs/5.png")],
            Run().Findings.Select(finding => (finding.Kind, finding.Severity, finding.FileToKeep!)));
    }

    /// <summary>Different things on the same plain background have similar hashes.</summary>
    [Fact]
    public void Different_things_on_a_plain_background_are_no_duplicates()
    {
        for (var i = 0; i < 24; i++)
        {
            var bitmap = SceneFolder.Plain(250);
            using var canvas = new SKCanvas(bitmap);
            using var paint = new SKPaint { Color = SKColors.DarkGreen };
            canvas.DrawRect(SKRect.Create(52 + (4 * (i % 5)), 38 + (4 * (i / 5)), 8, 8), paint);
            scenes.Save($"cats/{i}.jpg", bitmap);
        }

        scenes.Save("cats/black.jpg", SceneFolder.Plain(0));
        scenes.Save("cats/gray.jpg", SceneFolder.Plain(100));
        Assert.DoesNotContain(Run().Findings, finding => finding.KindName.Contains("duplicate", StringComparison.Ordinal));
    }

    [Fact]
    public void Planted_faults_are_found()
    {
        scenes.Fill(60, "train/cats", "train/dogs", "validation/cats", "validation/dogs", "test/cats", "test/dogs");
        var planted = new PlantedFaults(scenes.Path, 10, seed: 3);
        var report = Run();
        Assert.Equal(planted.Broken.Order(), Of(report, DataFindingKind.Unreadable).SelectMany(finding => finding.Files).Order());
        var groups = Of(report, DataFindingKind.DuplicateAcrossSplits);
        Assert.Equal(planted.Duplicates.Count, groups.Count);
        Assert.All(planted.Duplicates, pair => Assert.Contains(groups, group => group.Files.SequenceEqual([pair.Original, pair.Copy])));
    }

    [Fact]
    public void Files_that_are_no_images_are_named()
    {
        scenes.Fill(20, "cats", "dogs");
        scenes.Write("cats/page.jpg", "<html></html>"u8.ToArray());
        scenes.Write("cats/notes.txt", [1]);
        scenes.Write("dogs/more.txt", [1]);
        scenes.Write("dogs/photo.heic", [1]);
        File.Move(scenes.Save("cats/new.jpg", SceneFolder.Scene(99)), scenes.Inside("cats/new.png"));
        scenes.Save("loose.png", SceneFolder.Scene(98));
        Assert.Equal(
        [
            "'cats/page.jpg' is an HTML page, not an image; expected PNG, JPEG, WebP, GIF or BMP. A server may have sent it instead of the image.",
            "'cats/new.png': its name says PNG; its content is JPEG. Fovea reads it; other programs may not.",
            "2 .txt files are not read.",
            "1 .heic file is not read.",
            "'loose.png' is not in the folder of a class.",
        ], Run().Findings.Select(finding => finding.Message).OrderBy(message => message.Contains("loose", StringComparison.Ordinal)));
    }

    [Fact]
    public void Dark_bright_blurred_and_plain_images_are_found_where_they_are_unusual()
    {
        scenes.Fill(30, "cats", "dogs");
        scenes.Save("cats/dark.png", Shaded(SceneFolder.Scene(90), level => level / 8));
        scenes.Save("cats/bright.png", Shaded(SceneFolder.Scene(91), level => 248 + (level / 40)));
        scenes.Save("cats/blurred.png", Blurred(SceneFolder.Scene(92), 4));
        scenes.Save("cats/plain.png", Shaded(SceneFolder.Plain(120), level => level + (level % 2)));
        var found = Run().Findings.Select(finding => $"{finding.KindName} {finding.Files[0]}").ToList();
        Assert.Contains("dark cats/dark.png", found);
        Assert.Contains("bright cats/bright.png", found);
        Assert.Contains("blurred cats/blurred.png", found);
        Assert.Contains("low_information cats/plain.png", found);
        Assert.DoesNotContain(found, each => each.Contains("dogs", StringComparison.Ordinal));
    }

    [Fact]
    public void A_class_of_dark_and_blurred_images_has_no_findings()
    {
        scenes.Fill(30, "cats");
        for (var i = 0; i < 30; i++) scenes.Save($"night/{i}.png", Blurred(Shaded(SceneFolder.Scene(100 + i), level => level / 8), 4));
        Assert.Empty(Run().Findings);
    }

    [Fact]
    public void Odd_sizes_shapes_and_colors_are_found()
    {
        scenes.Fill(30, "cats", "dogs");
        scenes.Save("cats/small.png", SceneFolder.Scene(90, 16, 12));
        scenes.Save("cats/wide.png", SceneFolder.Scene(91, 200, 50));
        scenes.Save("cats/gray.png", Shaded(SceneFolder.Scene(92), level => level, isGray: true));
        Assert.Equal(
        [
            "'cats/small.png': it has 16 × 12 pixels, 6.0 times smaller than the median in both directions; the limit is 4.0.",
            "'cats/wide.png': its shorter side is 0.25 of the longer one; the limit is 0.50.",
            "'cats/gray.png': it is gray; 98.4 % of the images have colors.",
        ], Run().Findings.Where(finding => finding.Severity == FindingSeverity.Note).Select(finding => finding.Message));
    }

    [Fact]
    public void Classes_of_different_sizes_and_without_images_are_found()
    {
        scenes.Fill(64, "train/cats");
        scenes.Save("train/dogs/1.png", SceneFolder.Scene(900));
        scenes.Save("test/birds/1.png", SceneFolder.Scene(901));
        Directory.CreateDirectory(scenes.Inside("train/fish"));
        var findings = Run().Findings.Where(finding => finding.Files.Count == 0).ToList();
        Assert.Equal(
        [
            "'cats' has 64 images for training and 'dogs' 1, 64.0 times fewer; the limit is 3.0. Class weights balance them in training.",
            "the class 'birds' has no images for training; the limit is 20.",
            "the class 'dogs' has 1 image for training; the limit is 20.",
            "the class 'fish' has no images for training; the limit is 20.",
        ], findings.Select(finding => finding.Message));
        Assert.Equal(
            [FindingSeverity.Warning, FindingSeverity.Error, FindingSeverity.Warning, FindingSeverity.Error], findings.Select(finding => finding.Severity));
    }

    [Fact]
    public void Wrong_labels_are_suspected_by_models_of_the_other_images()
    {
        for (var i = 0; i < 30; i++)
        {
            scenes.Save($"train/red/{i}.png", Tinted(SceneFolder.Scene(i), SKColors.Red));
            scenes.Save($"train/blue/{i}.png", Tinted(SceneFolder.Scene(100 + i), SKColors.Blue));
        }

        scenes.Save("train/blue/wrong.png", Tinted(SceneFolder.Scene(200), SKColors.Red));
        var report = DataCheck.Run(scenes.Path, new DataCheckOptions { Base = MeanColor() }, cancellationToken: TestContext.Current.CancellationToken);
        var finding = Of(report, DataFindingKind.LabelSuspect)[0];
        Assert.Equal(("train/blue/wrong.png", "red", FindingSeverity.Warning), (finding.Files[0], finding.SuggestedLabel, finding.Severity));
        Assert.Equal(0, finding.Threshold);
        Assert.True(finding.Value < -2);
    }

    /// <summary>The list names the images of the folder, in another order and with the spelling of the folders.</summary>
    [Theory]
    [InlineData("csv")]
    [InlineData("tsv")]
    [InlineData("jsonl")]
    public void Wrong_labels_of_a_list_are_those_of_the_folder_with_the_same_images(string format)
    {
        for (var i = 0; i < 20; i++)
        {
            scenes.Save($"images/red/{i}.png", Tinted(SceneFolder.Scene(i), SKColors.Red));
            scenes.Save($"images/blue/{i}.png", Tinted(SceneFolder.Scene(100 + i), SKColors.Blue));
        }

        scenes.Save("images/blue/wrong.png", Tinted(SceneFolder.Scene(200), SKColors.Red));
        var files = Directory.GetFiles(scenes.Inside("images"), "*.png", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(scenes.Path, file).Replace('\\', '/')).Order(StringComparer.Ordinal).ToList();
        string[] rows = format switch
        {
            "csv" => ["file,label", .. files.Select(file => $"{file},{file.Split('/')[1]}")],
            "tsv" => ["file\tlabel", .. files.Select(file => $"{file}\t{file.Split('/')[1]}")],
            _ => [.. files.Select(file => $$"""{"file": "{{file}}", "label": "{{file.Split('/')[1]}}"}""")],
        };
        var list = scenes.Write($"list.{format}", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', rows)));
        var options = new DataCheckOptions { Base = MeanColor() };
        var whole = DataCheck.Run(scenes.Inside("images"), options, cancellationToken: TestContext.Current.CancellationToken);
        var expected = Of(whole, DataFindingKind.LabelSuspect);
        var found = Of(DataCheck.Run(list, options, cancellationToken: TestContext.Current.CancellationToken), DataFindingKind.LabelSuspect);
        Assert.Equal(("images/blue/wrong.png", "red"), (found[0].Files[0], found[0].SuggestedLabel));
        Assert.Equal(
            expected.Select(finding => ($"images/{finding.Files[0]}", finding.SuggestedLabel, finding.Value, finding.Severity)),
            found.Select(finding => (finding.Files[0], finding.SuggestedLabel, finding.Value, finding.Severity)));
    }

    [Theory]
    [InlineData("tags", "a;b", "several labels")]
    [InlineData("age", "1.5", "numbers")]
    public void Several_labels_and_numbers_have_no_suspected_labels(string column, string value, string what)
    {
        scenes.Fill(12, "images");
        var rows = Enumerable.Range(0, 12).Select(i => $"images/{i}.png,{(column == "tags" && i % 2 == 0 ? "b" : value)}{(column == "age" ? i : "")}");
        var list = scenes.Write("list.csv", System.Text.Encoding.UTF8.GetBytes($"file,{column}\n{string.Join('\n', rows)}"));
        var report = DataCheck.Run(list, new DataCheckOptions { Base = MeanColor() }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal([$"Wrong labels are found where each image has one class; the images of this list have {what}."], report.Notes);
        Assert.False(report.HasClasses);
        Assert.Empty(Of(report, DataFindingKind.LabelSuspect));
    }

    [Fact]
    public void Wrong_labels_are_suspected_by_a_classifier_of_the_same_classes()
    {
        for (var i = 0; i < 6; i++)
        {
            scenes.Save($"train/red/{i}.png", Tinted(SceneFolder.Scene(i), SKColors.Red));
            scenes.Save($"train/blue/{i}.png", Tinted(SceneFolder.Scene(100 + i), SKColors.Blue));
        }

        scenes.Save("train/blue/wrong.png", Tinted(SceneFolder.Scene(200), SKColors.Red));
        var report = DataCheck.Run(scenes.Path, new DataCheckOptions { Classifier = RedOrBlue() }, cancellationToken: TestContext.Current.CancellationToken);
        var finding = Assert.Single(Of(report, DataFindingKind.LabelSuspect));
        Assert.Equal(("train/blue/wrong.png", "red"), (finding.Files[0], finding.SuggestedLabel));

        var other = new Sequential { new Input(16, 16, 3), new GlobalAveragePooling2D(), new Dense(2, Activation.Softmax) };
        other.ClassNames = ["cats", "dogs"];
        Assert.Equal(
            $"DataCheckOptions: expected a Classifier of the classes blue, red; '{other.Name}' does not have 'blue'.",
            Assert.Throws<ArgumentException>(() => Run(new DataCheckOptions { Classifier = other })).Message);
    }

    [Fact]
    public void A_list_an_archive_and_masks_are_checked()
    {
        scenes.Fill(3, "images");
        scenes.Copy("images/0.png", "images/copy.png");
        var list = scenes.Write("list.csv", "file,label,split\nimages/0.png,cat,train\nimages/copy.png,cat,test\nimages/gone.png,dog,train\n"u8.ToArray());
        var findings = DataCheck.Run(list, cancellationToken: TestContext.Current.CancellationToken).Findings;
        Assert.Equal(["images/0.png", "images/copy.png"], findings.Single(finding => finding.Kind == DataFindingKind.DuplicateAcrossSplits).Files);
        Assert.Equal(["images/gone.png"], findings.Single(finding => finding.Kind == DataFindingKind.Unreadable).Files);

        using var folder = new Data.TemporaryFolder();
        var archive = Path.Combine(folder.Path, "set.zip");
        System.IO.Compression.ZipFile.CreateFromDirectory(scenes.Inside("images"), archive);
        Assert.Equal(["0.png", "copy.png"], Assert.Single(DataCheck.Run(archive, cancellationToken: TestContext.Current.CancellationToken).Findings).Files);

        File.Delete(list);
        for (var i = 0; i < 3; i++)
        {
            var mask = SceneFolder.Plain(0);
            mask.SetPixel(i, 0, new SKColor(1, 1, 1));
            scenes.Save($"masks/{i}.png", mask);
        }

        scenes.Write("masks/2.png", [1, 2, 3]);
        File.Delete(scenes.Inside("images/copy.png"));
        Assert.Equal(["masks/2.png"], Assert.Single(Run().Findings, finding => finding.Kind == DataFindingKind.Unreadable).Files);
    }

    [Fact]
    public void A_check_is_cancelled()
    {
        scenes.Fill(3, "cats", "dogs");
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => DataCheck.Run(scenes.Path, cancellationToken: source.Token));
    }

    [Fact]
    public void Options_outside_their_ranges_are_refused()
    {
        Assert.Equal(
            "DataCheckOptions: Dark must be from 0 to 1; received 2. (Parameter 'Dark')",
            Assert.Throws<ArgumentException>(() => Run(new DataCheckOptions { Dark = 2 })).Message);
        Assert.Equal(
            "DataCheckOptions: Imbalance must be at least 1; received 0. (Parameter 'Imbalance')",
            Assert.Throws<ArgumentException>(() => Run(new DataCheckOptions { Imbalance = 0 })).Message);
        Assert.Equal(
            "DataCheckOptions: expected Base or Classifier; received both.",
            Assert.Throws<ArgumentException>(() => Run(new DataCheckOptions { Base = MeanColor(), Classifier = MeanColor() })).Message);
    }

    [Fact]
    public void Findings_are_written_as_a_table_and_as_a_page()
    {
        scenes.Fill(20, "cats", "dogs");
        scenes.Copy("cats/3.png", "dogs/copy, \"new\".png");
        var report = Run();
        var (csv, page) = (scenes.Inside("findings.csv"), scenes.Inside("findings.html"));
        report.SaveCsv(csv);
        report.SavePage(page);
        Assert.Equal(
        [
            "finding,kind,severity,file,value,threshold,suggested_label,message",
            "1,duplicate_with_two_labels,error,cats/3.png,1,0.98,,\"'cats/3.png', 'dogs/copy, \"\"new\"\".png': the same file, with the labels cats "
                + "and dogs.\"",
            "1,duplicate_with_two_labels,error,\"dogs/copy, \"\"new\"\".png\",1,0.98,,\"'cats/3.png', 'dogs/copy, \"\"new\"\".png': the same file, with the "
                + "labels cats and dogs.\"",
            "",
        ], File.ReadAllText(csv).Split("\r\n"));
        var html = File.ReadAllText(page);
        Assert.Contains("Duplicates with two labels (1)", html, StringComparison.Ordinal);
        Assert.Contains("src=\"data:image/", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", html, StringComparison.Ordinal);
    }

    private DataReport Run(DataCheckOptions? options = null) => DataCheck.Run(scenes.Path, options, cancellationToken: TestContext.Current.CancellationToken);

    private static List<DataFinding> Of(DataReport report, DataFindingKind kind) => [.. report.Findings.Where(finding => finding.Kind == kind)];

    /// <summary>A network whose features are the mean colors of the quarters of an image.</summary>
    /// <summary>Compares the means of red and blue; the value of blue is 1 for an image that is completely blue.</summary>
    internal static Sequential RedOrBlue()
    {
        var model = new Sequential("colors") { new Input(16, 16, 3), new GlobalAveragePooling2D(), new Dense(2, Activation.Softmax) };
        model.Weights[0].Write([-9, 9, 0, 0, 9, -9]);
        model.ClassNames = ["blue", "red"];
        model.ImageInput = new ImageInput(16, 16);
        return model;
    }

    internal static Sequential MeanColor() => new("means") { new Input(16, 16, 3), new AveragePooling2D(8), new Flatten() };

    private static SKBitmap Shaded(SKBitmap source, Func<int, int> change, bool isGray = false)
    {
        for (var y = 0; y < source.Height; y++)
        {
            for (var x = 0; x < source.Width; x++)
            {
                var color = source.GetPixel(x, y);
                source.SetPixel(x, y, isGray ? new SKColor(color.Green, color.Green, color.Green)
                    : new SKColor((byte)change(color.Red), (byte)change(color.Green), (byte)change(color.Blue)));
            }
        }

        return source;
    }

    private static SKBitmap Blurred(SKBitmap source, float sigma)
    {
        var bitmap = new SKBitmap(source.Width, source.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (source)
        using (var canvas = new SKCanvas(bitmap))
        using (var filter = SKImageFilter.CreateBlur(sigma, sigma, SKShaderTileMode.Clamp, null))
        using (var paint = new SKPaint { ImageFilter = filter })
            canvas.DrawBitmap(source, 0, 0, paint);
        return bitmap;
    }

    private static SKBitmap Tinted(SKBitmap source, SKColor color)
    {
        using var canvas = new SKCanvas(source);
        using var paint = new SKPaint { Color = color.WithAlpha(150) };
        canvas.DrawRect(0, 0, source.Width, source.Height, paint);
        return source;
    }
}
