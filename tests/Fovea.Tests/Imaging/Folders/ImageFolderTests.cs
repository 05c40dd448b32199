using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Folders_are_classes_in_ordinal_order_and_files_are_samples(bool keepInMemory)
    {
        folder.Image("b/2.png", 20);
        folder.Image("b/1.jpg", 10);
        folder.Image("a/deeper/x.png", 30);
        folder.Image("B/x.webp", 40);
        var notes = folder.Text("b/notes.txt");
        folder.Image(".hidden/x.png", 50);
        var data = ImageFolder.Load(folder.Path, 4, 6, new ImageFolderOptions { Range = PixelRange.ZeroTo255, KeepInMemory = keepInMemory });
        Assert.Equal(["B", "a", "b"], data.ClassNames);
        Assert.Equal(new Shape(4, 6, 3), data.InputShape);
        Assert.Equal(keepInMemory, data.IsInMemory);
        Assert.Equal(notes, Assert.Single(data.Skipped).File);
        float[] levels = [40, 30, 10, 20], labels = [0, 1, 2, 2];
        Assert.Equal(4, data.Count);
        for (var i = 0; i < 4; i++)
        {
            var (image, label) = Read(data, i);
            Assert.Equal(labels[i], label);
            Assert.Equal((int)label, data.Label(i));
            Assert.All(image, value => Assert.Equal(levels[i], value, 2f));
        }

        Assert.EndsWith("1.jpg", data.File(2), StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_are_divided_by_255_unless_told_otherwise_and_grey_has_one_channel()
    {
        folder.Image("a/1.png", 51);
        folder.Image("b/1.png", 102);
        var data = ImageFolder.Load(folder.Path, 2, 2, new ImageFolderOptions { Channels = 1 });
        Assert.Equal([0.2f, 0.2f, 0.2f, 0.2f], Read(data, 0).Image);
        Assert.Equal([0.4f, 0.4f, 0.4f, 0.4f], Read(data, 1).Image);
    }

    /// <summary>Six pixels become two: the centres are at 1.0 and 4.0, between the pixels 1 and 4 and their neighbours, by half-pixel centres.</summary>
    [Fact]
    public void Images_are_made_smaller_as_Keras_does_from_the_pixels_around_the_centre_or_from_all()
    {
        folder.Image("a/1.png", 6, 1, x => (byte)(x == 1 ? 200 : 0));
        folder.Image("b/1.png", 6, 1, _ => 0);
        var options = new ImageFolderOptions { Channels = 1, Range = PixelRange.ZeroTo255 };
        Assert.Equal([200, 0], Read(ImageFolder.Load(folder.Path, 1, 2, options with { Antialias = false }), 0).Image);
        var smooth = Read(ImageFolder.Load(folder.Path, 1, 2, options), 0).Image;
        Assert.InRange(smooth[0], 60, 90);
    }

    [Fact]
    public void A_wide_image_is_stretched_cropped_or_padded()
    {
        folder.Image("a/1.png", 8, 4, x => (byte)(x is >= 2 and < 6 ? 100 : 0));
        folder.Image("b/1.png", 8, 4, _ => 0);
        var options = new ImageFolderOptions { Channels = 1, Range = PixelRange.ZeroTo255 };
        Assert.Equal([0, 100, 100, 0], Read(ImageFolder.Load(folder.Path, 4, 4, options with { Antialias = false }), 0).Image[..4]);
        Assert.Equal([100, 100, 100, 100], Read(ImageFolder.Load(folder.Path, 4, 4, options with { CropToAspectRatio = true }), 0).Image[..4]);
        var padded = options with { PadToAspectRatio = true, Resize = ResizeMethod.Nearest };
        Assert.Equal(
            [0, 0, 0, 0, 0, 100, 100, 0, 0, 100, 100, 0, 0, 0, 0, 0], Read(ImageFolder.Load(folder.Path, 4, 4, padded), 0).Image);
        Assert.Equal(
            "ImageFolderOptions: expected CropToAspectRatio or PadToAspectRatio; received both.",
            Assert.Throws<ArgumentException>(() => ImageFolder.Load(folder.Path, 4, 4, padded with { CropToAspectRatio = true })).Message);
    }

    [Fact]
    public void Damaged_files_are_left_out_and_named()
    {
        folder.Image("a/1.png", 10);
        folder.Image("b/1.png", 10);
        var text = folder.Text("a/text.jpg");
        var cut = folder.TruncatedImage("b/cut.jpg");
        var data = ImageFolder.Load(folder.Path, 4, 4);
        Assert.Equal(2, data.Count);
        Assert.Equal(
            [
                new SkippedFile(text, $"'{text}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP."),
                new SkippedFile(cut, $"'{cut}' is cut off: its image of 64 × 64 pixels is not complete."),
            ],
            data.Skipped);
        var error = Assert.Throws<InvalidDataException>(() => ImageFolder.Load(folder.Path, 4, 4, new ImageFolderOptions { RefuseDamaged = true }));
        Assert.Equal($"ImageFolder: '{text}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP.", error.Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_a_data_set_is_refused_in_one_sentence()
    {
        var missing = Path.Combine(folder.Path, "missing");
        Assert.Equal(
            $"ImageFolder: expected a folder that holds one folder for each class; '{missing}' does not exist.",
            Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Load(missing, 4, 4)).Message);
        Assert.Equal($"ImageFolder: expected one folder for each class in '{folder.Path}'; it is empty.", Refusal());
        var text = folder.Text("text.jpg");
        Assert.Equal(
            $"ImageFolder: expected one folder for each class in '{folder.Path}'; it holds no folders. LoadUnlabeled reads images without classes.", Refusal());
        folder.Image("a/1.png", 10);
        Assert.Equal($"ImageFolder: expected at least two classes in '{folder.Path}'; received only 'a'.", Refusal());
        Directory.CreateDirectory(Path.Combine(folder.Path, "b"));
        Assert.Equal(
            $"ImageFolder: expected images (.jpg, .jpeg, .png, .webp, .gif, .bmp) of the class 'b' in '{folder.Path}'; it has none.", Refusal());
        text = folder.Text("b/text.jpg");
        Assert.Equal(
            $"ImageFolder: none of the 1 images of the class 'b' can be read; the first: '{text}' is not an image that can be read; expected PNG, JPEG, "
                + "WebP, GIF or BMP.",
            Refusal());
    }

    [Fact]
    public void The_folders_train_validation_and_test_are_the_parts()
    {
        foreach (var (part, level) in new[] { ("train", 10), ("validation", 20), ("test", 30) })
            foreach (var name in new[] { "a", "b" }) folder.Image($"{part}/{name}/1.png", (byte)level);
        var text = folder.Text("validation/a/text.jpg");
        var split = ImageFolderSplit.Load(folder.Path, 2, 2, new ImageFolderOptions { Range = PixelRange.ZeroTo255 });
        Assert.Equal([10, 20, 30], new[] { split.Training, split.Validation, split.Test! }.Select(part => Read(part, 0).Image[0]));
        Assert.Equal(text, Assert.Single(split.Skipped).File);
        Assert.Equal(
            $"ImageFolder: expected one folder for each class in '{folder.Path}'; received test, train, validation: ImageFolderSplit.Load reads "
                + "them.", Refusal());
        folder.Image("test/c/1.png", 10);
        Assert.Equal(
            $"ImageFolderSplit: expected the classes a, b in '{Path.Combine(folder.Path, "test")}' as in train; received a, b, c.",
            Assert.Throws<InvalidDataException>(() => ImageFolderSplit.Load(folder.Path, 2, 2)).Message);
    }

    [Fact]
    public void Classes_are_split_at_random_each_in_the_same_shares_and_by_the_seed()
    {
        for (var i = 0; i < 10; i++)
        {
            folder.Image($"a/{i}.png", (byte)i);
            folder.Image($"b/{i}.png", (byte)(100 + i));
        }

        var first = Split(1);
        Assert.Equal([10, 6, 4], first.Select(part => part.Length));
        Assert.All(first, part => Assert.Equal(part.Length / 2, part.Count(value => value < 100)));
        Assert.Equal(20, first.SelectMany(part => part).Distinct().Count());
        Assert.Equal(first, Split(1));
        Assert.NotEqual(first, Split(2));
        Assert.Throws<ArgumentException>(() => ImageFolderSplit.Load(folder.Path, 2, 2, validation: 0.5, test: 0.5));

        float[][] Split(long seed)
        {
            var split = ImageFolderSplit.Load(folder.Path, 1, 1, new ImageFolderOptions { Channels = 1, Range = PixelRange.ZeroTo255 }, 0.3, 0.2, seed);
            return [.. new[] { split.Training, split.Validation, split.Test! }.Select(
                part => Enumerable.Range(0, part.Count).Select(i => Read(part, i).Image[0]).ToArray())];
        }
    }

    [Fact]
    public void Parts_next_to_other_folders_are_not_taken_for_classes()
    {
        folder.Classes("train/", 1, "a", "b");
        folder.Classes("test/", 1, "a", "b");
        folder.Classes("extra/", 1, "a", "b");
        Assert.Equal(
            $"ImageFolder: expected one folder for each class in '{folder.Path}', or train with validation, test or both and nothing else; received extra, "
                + "test, train.", Refusal());
    }

    [Theory]
    [InlineData("")]
    [InlineData("train/")]
    public void Classes_are_found_without_reading_images(string under)
    {
        folder.Text($"{under}b/1.jpg");
        folder.Text($"{under}a/1.jpg");
        if (under.Length > 0) folder.Text("validation/a/1.jpg");
        Assert.Equal(["a", "b"], ImageFolderSplit.FindClasses(folder.Path));
    }

    [Fact]
    public void Pixels_may_go_from_minus_one_to_one()
    {
        folder.Image("a/1.png", 0);
        folder.Image("b/1.png", 255);
        var data = ImageFolder.Load(folder.Path, 1, 1, new ImageFolderOptions { Channels = 1, Range = PixelRange.MinusOneToOne });
        Assert.Equal([-1], Read(data, 0).Image);
        Assert.Equal([1], Read(data, 1).Image);
    }

    [Fact]
    public void Images_without_classes_are_their_own_targets()
    {
        Assert.Equal($"ImageFolder: expected images (.jpg, .jpeg, .png, .webp, .gif, .bmp) in '{folder.Path}'; received no files.", Unlabeled());
        var text = folder.Text("notes.txt");
        Assert.Equal($"ImageFolder: expected images (.jpg, .jpeg, .png, .webp, .gif, .bmp) in '{folder.Path}'; received 1 .txt.", Unlabeled());
        folder.Image("b.png", 51);
        folder.Image("a/1.png", 102);
        var damaged = folder.Text("c.png");
        var data = ImageFolder.LoadUnlabeled(folder.Path, 2, 2, new ImageFolderOptions { Channels = 1 });
        Assert.Equal([2, 2, 1], data.TargetShape);
        Assert.Empty(data.ClassNames);
        Assert.Equal([folder.Inside("a/1.png"), folder.Inside("b.png")], [data.File(0), data.File(1)]);
        Assert.Equal([damaged, text], data.Skipped.Select(file => file.File));
        var (image, target) = (new float[4], new float[4]);
        data.Read(1, image, target);
        Assert.Equal([0.2f, 0.2f, 0.2f, 0.2f], image);
        Assert.Equal(image, target);
        Assert.Equal(
            "ImageFolder: images that LoadUnlabeled found have no labels. Load reads labels, from one folder for each class.",
            Assert.Throws<InvalidOperationException>(() => data.Label(0)).Message);
        var missing = folder.Inside("missing");
        Assert.Equal(
            $"ImageFolder: expected a folder of images; '{missing}' does not exist.",
            Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.LoadUnlabeled(missing, 2, 2)).Message);

        string Unlabeled() => Assert.Throws<InvalidDataException>(() => ImageFolder.LoadUnlabeled(folder.Path, 2, 2)).Message;
    }

    /// <summary>The samples of a folder are in the order of its classes, so that the first ones are of one class.</summary>
    [Fact]
    public void Fit_notes_that_the_first_files_of_a_folder_are_of_one_class()
    {
        folder.Classes("", 4, "cat", "dog");
        var data = ImageFolder.Load(folder.Path, 2, 2);
        Assert.Equal(
            "the training data have samples of 1 of the model's 2 classes: cat. If they are a part of a data set in the order of its classes, as a folder is, "
                + "shuffle it first: data.Shuffle(seed).Take(count).",
            Assert.Single(Classifier(1).Fit(data.Take(4), verbose: 0).Notes));
        Assert.Single(Classifier(2).Fit(data.Take(4).WithClassWeights(1, 2), verbose: 0).Notes);
        Assert.Empty(Classifier(1).Fit(data.Take(5), verbose: 0).Notes);
        Assert.Empty(Classifier(1).Fit(data.Shuffle(1).Take(4), verbose: 0).Notes);
        var rows = new Sequential { new Input(2, 2, 3), new Flatten(), new Dense(2, Activation.Softmax) };
        rows.Compile(new Sgd(), Loss.CategoricalCrossentropy);
        Assert.Contains("1 of the model's 2 classes: dog.", Assert.Single(rows.Fit(data.OneHot()[4..], verbose: 0).Notes), StringComparison.Ordinal);
        Assert.Empty(Classifier(1).Fit(data.Take(4).Cache(), verbose: 0).Notes);  // not known before the samples are read

        static Sequential Classifier(int outputs)
        {
            var model = new Sequential { new Input(2, 2, 3), new Flatten(), new Dense(outputs, outputs == 1 ? Activation.Sigmoid : Activation.Softmax) };
            model.Compile(new Sgd(), outputs == 1 ? Loss.BinaryCrossentropy : Loss.SparseCategoricalCrossentropy);
            return model;
        }
    }

    [Fact]
    public void A_classifier_refuses_images_without_labels_and_says_how_to_load_them()
    {
        folder.Classes("", 2, "cat", "dog");
        var data = ImageFolder.LoadUnlabeled(folder.Path, 2, 2);
        var model = new Sequential("net") { new Input(2, 2, 3), new Flatten(), new Dense(2, Activation.Softmax) };
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
        const string Message = "net: the loss sparse_categorical_crossentropy on outputs (None, 2) expects targets (None); the data set has (None, 2, 2, 3). "
            + "The targets are as large as the inputs, as where there are no labels: ImageFolder.LoadUnlabeled makes each image its own target. "
            + "ImageFolder.Load reads labels, from one folder for each class; data.SelectTarget and Dataset.From(images, labels) give others.";
        foreach (var action in (Action[])[() => model.Fit(data), () => model.Evaluate(data), () => model.Fit(data.SelectInput(x => x / 2))])
            Assert.Equal(Message, Assert.Throws<ShapeException>(action).Message);
    }

    private static (float[] Image, float Label) Read(Dataset data, int index)
    {
        var image = new float[data.InputShape.Count];
        var label = new float[1];
        data.Read(index, image, label);
        return (image, label[0]);
    }

    private string Refusal() => Assert.Throws<InvalidDataException>(() => ImageFolder.Load(folder.Path, 4, 4)).Message;
}
