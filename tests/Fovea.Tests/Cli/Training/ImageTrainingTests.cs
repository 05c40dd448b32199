using System.Text.Json;
using System.Text.RegularExpressions;
using Fovea.Tests.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea train --data FOLDER</c> on small images, with a small model file so that it takes no time.</summary>
public sealed partial class ImageTrainingTests : IDisposable
{
    private readonly TestImages folder = new();

    private string Data => folder.Inside("data");

    private string ModelFile => folder.Inside("trained.keras");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Training_on_three_parts_describes_watches_tests_and_draws()
    {
        WriteParts("cat", "dog");
        var text = folder.Text("data/train/cat/text.jpg");
        var cut = folder.TruncatedImage("data/test/dog/cut.jpg");
        var outcome = Train(Save(Network(1)), "--epochs", "2");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains(
            $"Training on 12 images of '{Data}' (cat, dog), validating on 6 others, testing on 4 more.", Flat(outcome.Output), StringComparison.Ordinal);
        Assert.Contains(
            $"2 files are left out: '{text}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP. '{cut}' is cut off: its image of 64 × "
                + "64 pixels is not complete.",
            Flat(outcome.Output), StringComparison.Ordinal);
        Assert.Matches(EpochLine(), outcome.Output);
        Assert.Matches(@"% of the 4 test images are right, after \d+\.\d s, \d+\.\d s an epoch\.\n", outcome.Output);
        Assert.Matches(@"The model of epoch [12] of 2 was kept, which has the lowest validation loss: \d\.\d{4}\.\n", outcome.Output);
        Assert.Contains("true \\ predicted", outcome.Output, StringComparison.Ordinal);
        var page = File.ReadAllText(folder.Inside("trained-report.html"));
        foreach (var shown in (string[])["<h2>Model card</h2>", "Skipped files: 2", "data:image/png;base64,"])
            Assert.Contains(shown, page, StringComparison.Ordinal);
        foreach (var name in (string[])["trained-curves.png", "trained-confusion.png", "trained-mistakes.png"])
        {
            using var image = SKBitmap.Decode(folder.Inside(name));
            Assert.True(image.Width > 200, name);
        }
    }

    [Fact]
    public void Evaluating_images_refuses_to_normalize_digits()
    {
        WriteParts("cat", "dog");
        var outcome = CommandRunner.Run("evaluate", Save(Network(1)), "--data", Data, "--normalize", "rows");
        Assert.Equal(
            (1, $"fovea evaluate: --normalize: expected data with digits (digits, mnist or a folder with IDX files); '{Data}' is a folder of other images."),
            (outcome.ExitCode, outcome.Error.TrimEnd()));
    }

    [Fact]
    public void The_names_of_the_JSON_go_on_with_the_best_epoch()
    {
        WriteParts("cat", "dog");
        var outcome = Train(Save(Network(1)), "--epochs", "3", "--seed", "5", "--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal(
            [
                "test_accuracy", "test_loss", "parameters", "epochs", "images_per_second", "seconds", "model", "weights_sha256",
                "best_epoch", "val_accuracy", "val_loss", "seconds_per_epoch", "skipped", "report",
            ],
            outcome.Json.EnumerateObject().Select(member => member.Name));
        Assert.InRange(outcome.Json.GetProperty("best_epoch").GetInt32(), 1, 3);
        Assert.Equal(0, outcome.Json.GetProperty("skipped").GetInt32());
        var evaluated = CommandRunner.Run("evaluate", ModelFile, "--data", Data, "--json");
        Assert.Equal(outcome.Json.GetProperty("test_accuracy").GetDouble(), evaluated.Json.GetProperty("accuracy").GetDouble());
        Assert.Equal(outcome.Json.GetProperty("test_loss").GetDouble(), evaluated.Json.GetProperty("loss").GetDouble(), 1e-6);
        var report = JsonDocument.Parse(File.ReadAllBytes(outcome.Json.GetProperty("report").GetString()!)).RootElement;
        var results = report.GetProperty("results");
        Assert.Equal(outcome.Json.GetProperty("test_accuracy").GetDouble(), results.GetProperty("accuracy").GetDouble(), 1e-6);
        Assert.Equal(outcome.Json.GetProperty("test_loss").GetDouble(), results.GetProperty("log_loss").GetDouble(), 1e-5);
        Assert.Equal(outcome.Json.GetProperty("best_epoch").GetInt32(), report.GetProperty("training").GetProperty("kept_epoch").GetInt32());
        Assert.StartsWith("fovea train --data ", report.GetProperty("command_line").GetString());
    }

    [Fact]
    public void The_numbers_for_pixels_are_those_that_the_model_rescales_unless_told_otherwise()
    {
        WriteParts("cat", "dog");
        var model = Save(Network(1));
        double Loss(params string[] scale) => CommandRunner.Run(["evaluate", model, "--data", Data, "--json", .. scale]).Json.GetProperty("loss").GetDouble();
        Assert.Equal(Loss("--scale", "0..255"), Loss());
        Assert.NotEqual(Loss(), Loss("--scale", "0..1"));
        Assert.NotEqual(Loss("--scale", "0..1"), Loss("--scale", "-1..1"));
        var image = folder.Inside("data/test/dog/0.png");
        double Score(params string[] scale) =>
            CommandRunner.Run(["predict", model, image, "--json", .. scale]).Json.GetProperty("predictions")[0].GetProperty("score").GetDouble();
        Assert.Equal(Score("--scale", "0..255"), Score());
        Assert.NotEqual(Score("--scale", "-1..1"), Score());
        Assert.Matches(@"0\.png: [01] \d+\.\d %  then [01] \d+\.\d %\n$", CommandRunner.Run("predict", model, image).Output);
    }

    [Fact]
    public void The_best_epoch_is_what_is_kept()
    {
        WriteParts("cat", "dog");
        var model = Save(Network(1));
        var once = Train(model, "--epochs", "1", "--json").Json;

        // Steps so large that the first epoch's end is never reached again.
        var wild = Train(model, "--epochs", "1", "--optimizer", "sgd", "--learning-rate", "3", "--json").Json;
        var longer = Train(model, "--epochs", "4", "--optimizer", "sgd", "--learning-rate", "3", "--json").Json;
        Assert.Equal(4, longer.GetProperty("epochs").GetInt32());
        if (longer.GetProperty("best_epoch").GetInt32() == 1)
            Assert.Equal(wild.GetProperty("weights_sha256").GetString(), longer.GetProperty("weights_sha256").GetString());
        Assert.True(longer.GetProperty("val_loss").GetDouble() <= wild.GetProperty("val_loss").GetDouble());
        Assert.NotEqual(once.GetProperty("weights_sha256").GetString(), wild.GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public void Class_folders_are_split_by_the_seed()
    {
        folder.Classes("data/", 10, "a", "b", "c");
        var model = Save(Network(3));
        var outcome = Train(model, "--epochs", "1");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains(
            $"Training on 18 images of '{Data}' (a, b, c), validating on 6 others, testing on 6 more.", Flat(outcome.Output), StringComparison.Ordinal);
        string Weights(string seed) => Train(model, "--epochs", "1", "--seed", seed, "--json").Json.GetProperty("weights_sha256").GetString()!;
        Assert.Equal(Weights("1"), Weights("1"));
        Assert.NotEqual(Weights("1"), Weights("2"));
        var evaluated = CommandRunner.Run("evaluate", ModelFile, "--data", Data);
        Assert.Matches(@"^\d+\.\d\d % of 30 images are right", evaluated.Output);
        Assert.Contains(
            $"These are all images of '{Data}'; a model that was trained on this folder has already seen some of them.", Flat(evaluated.Output),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_are_matched_by_name_and_may_be_lacking()
    {
        folder.Classes("data/Train/", 4, "cat", "dog");
        folder.Classes("data/Test/", 3, "Dog", "cat");
        var outcome = Train(Save(Network(2)), "--epochs", "1");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains("% of the 6 test images are right", outcome.Output, StringComparison.Ordinal);

        // One class is enough where the model has the names: its numbers are the model's.
        folder.Classes("more/Dog/", 2, "near", "far");
        var dogs = CommandRunner.Run("evaluate", ModelFile, "--data", folder.Inside("more"), "--report");
        Assert.Equal(("", 0), (dogs.Error, dogs.ExitCode));
        Assert.Matches("of 4 images are right", dogs.Output);
        Assert.Matches(@"\n +dog .* 4\n", dogs.Output);
        folder.Image("more/owl/1.png", 3);
        Assert.Equal(
            $"fovea evaluate: '{folder.Inside("more")}' has the class 'owl', which '{ModelFile}' does not have: its classes are cat, dog. Rename the "
                + "folder, or "
                + "train a new head with --base.\n",
            CommandRunner.Run("evaluate", ModelFile, "--data", folder.Inside("more")).Error);
    }

    [Fact]
    public void A_prediction_is_one_line_of_first_synonyms()
    {
        var model = Network(4);
        model.ClassNames = ["tench, Tinca tinca", "maillot", "maillot, tank suit", "coho, cohoe, coho salmon, blue jack, silver salmon, Oncorhynchus kisutch"];
        var image = folder.Image($"{new string('d', 100)}/{new string('f', 100)}.png", 20);
        var outcome = CommandRunner.Run("predict", Save(model), image);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var line = Assert.Single(outcome.Output.TrimEnd('\n').Split('\n'));
        string[] names = ["tench", "maillot", "maillot, tank suit", "coho"];
        Assert.Equal(
            names.Order(), Regex.Matches(line[image.Length..], @"(?:: |then |(?<=%), )(?<name>[^%]*?) \d+\.\d %")
            .Select(match => match.Groups["name"].Value.Trim()).Order());
    }

    [Fact]
    public void An_archive_and_a_list_are_trained_on_like_the_folder()
    {
        folder.Classes("data/train/", 4, "cat", "dog");
        folder.Classes("data/val/", 2, "cat", "dog");
        folder.Classes("data/test/", 3, "cat", "dog");
        var model = Save(Network(2));
        string Weights(string data) =>
            CommandRunner.Run("train", "--data", data, "--model", model, "--epochs", "1", "--out", ModelFile, "--json").Json
                .GetProperty("weights_sha256").GetString()!;
        var zip = folder.Inside("data.zip");
        System.IO.Compression.ZipFile.CreateFromDirectory(Data, zip);
        var list = folder.Inside("list.csv");
        var rows = Directory.EnumerateFiles(Data, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => file.Split('/'))
            .Select(path => $"data/{path[^3]}/{path[^2]}/{path[^1]},{path[^2]},{path[^3]}");
        File.WriteAllLines(list, ["file,label,split", .. rows]);
        Assert.Equal(Weights(Data), Weights(zip));
        Assert.Equal(Weights(Data), Weights(list));
        foreach (var (data, note) in new[]
        {
            (zip, $"These are the images of '{Path.Combine(zip, "test")}'."), (list, $"These are the images of '{list}' for test."),
        })
        {
            var evaluated = CommandRunner.Run("evaluate", ModelFile, "--data", data);
            Assert.Equal(("", 0), (evaluated.Error, evaluated.ExitCode));
            Assert.Matches(@"^\d+\.\d\d % of 6 images are right", evaluated.Output);
            Assert.Contains(note, Flat(evaluated.Output), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Without_test_images_those_of_validation_are_reported()
    {
        folder.Classes("data/train/", 4, "cat", "dog");
        folder.Classes("data/validation/", 3, "cat", "dog");
        var outcome = Train(Save(Network(2)), "--epochs", "1", "--samples", "6");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains(
            $"Training on 6 images of '{Data}' (cat, dog), validating and testing on 6 others, since there is no test folder.", Flat(outcome.Output),
            StringComparison.Ordinal);
        Assert.Contains("% of the 6 validation images are right", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "", "ImageData: expected in 'DATA' one folder of images for each class; train with validation, test or both, each with these; images and masks; or IDX "
        + "files; it is empty. Images are .jpg, .jpeg, .png, .webp, .gif, .bmp.")]
    [InlineData(
        "notes.txt", "ImageData: expected in 'DATA' one folder of images for each class; train with validation, test or both, each with these; images and "
        + "masks; or IDX files; it holds none of these, but 1 .txt. Images are .jpg, .jpeg, .png, .webp, .gif, .bmp.")]
    [InlineData(
        "1.png 2.png", "--data: expected images of classes. 'DATA': images without classes or masks. Put the images of each class into a folder with its name, "
        + "or give a list of files and classes (.csv, .tsv, .jsonl).")]
    [InlineData(
        "images/1.png masks/1.png",
        "'MODEL' computes (1) from (8, 8, 3); expected a model with outputs for each pixel of an image, (height, width, classes), for the masks of 'DATA'.")]
    [InlineData(
        "val/cat/1.png val/dog/1.png",
            "ImageFolderSplit: expected a folder train in 'DATA'; received only 'DATA/val'. Give the folder with the training images "
        + "the name train, or put the images of all classes into one folder each, which are split at random.")]
    [InlineData("cat/1.png", "ImageFolder: expected at least two classes in 'DATA'; received only 'cat'.")]
    [InlineData(
        "cat/1.png dog/notes.txt", "ImageFolder: expected images (.jpg, .jpeg, .png, .webp, .gif, .bmp) of the class 'dog' in 'DATA'; it has none, "
        + "but 1 .txt.")]
    [InlineData(
        "train/cat/1.png train/dog/1.png test/cat/1.png more/1.png",
        "ImageData: expected folders for train, validation and test in 'DATA' and nothing else; received more, test, train. If 'more' is a class, put "
            + "the images "
        + "of all classes into one folder each; otherwise move it away.")]
    [InlineData(
        "train/cat/1.png val/cat/1.png validation/cat/1.png",
        "ImageFolderSplit: expected one folder for validation in 'DATA'; received val and validation. Rename or join them.")]
    [InlineData(
        "cat/1.png cat/2.png cat/3.png dog/text.jpg dog/text2.jpg dog/text3.jpg",
        "ImageFolder: none of the 3 images of the class 'dog' can be read; the first: 'DATA/dog/text.jpg' is not an image that can "
        + "be read; expected PNG, JPEG, WebP, GIF or BMP.")]
    [InlineData("cat/1.png dog/1.png", "ImageFolderSplit: expected at least 3 images of the class 'cat' to split; received 1.")]
    [InlineData("cat/1.png dog/1.jpg dog/2.jpg dog/3.jpg", "ImageFolderSplit: expected at least 3 images of the class 'cat' to split; received 1.")]
    [InlineData("train/cat/1.png train/dog/1.jpg test/cat/1.png test/dog/1.png", "ImageFolderSplit: expected at least 2 images of the class 'cat' to split; "
        + "received 1.")]
    [InlineData("a/1.png b/1.png c/1.png", "'MODEL' has 1 output, but 'DATA' has 3 classes (a, b, c); expected a model with 3 outputs.")]
    public void A_folder_that_cannot_be_learned_gets_one_sentence(string names, string expected)
    {
        Directory.CreateDirectory(Data);
        foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name.EndsWith(".png", StringComparison.Ordinal)) folder.Image($"data/{name}", 100);
            else folder.Text($"data/{name}");
        }

        var model = Save(Network(1));
        AssertRefused(Train(model), expected.Replace("MODEL", model, StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_of_other_outputs_or_inputs_is_refused_before_training()
    {
        WriteParts("cat", "dog");
        var ten = Save(Network(10));
        var sentence = $"'{ten}' has 10 outputs, but 'DATA' has 2 classes (cat, dog); expected a model with 1 or 2 outputs.";
        AssertRefused(Train(ten), sentence);
        var evaluated = CommandRunner.Run("evaluate", ten, "--data", Data);
        Assert.Equal($"fovea evaluate: {sentence.Replace("DATA", Data, StringComparison.Ordinal)}\n", evaluated.Error);
        var flat = Save(new Sequential { new Input(7), new Dense(2, Activation.Softmax) });
        AssertRefused(Train(flat), $"'{flat}' takes inputs of (7); expected a model of images, (height, width, 1 or 3), for 'DATA'.");
        AssertRefused(
            Train("book-mnist", "--recipe", "plain"),
            "--recipe: expected with a folder of images, and any network but book-mnist; received 'DATA' and 'book-mnist'.");
    }

    [Fact]
    public void Stopping_keeps_the_best_model()
    {
        WriteParts("cat", "dog");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var outcome = CommandRunner.Run(stop.Token, "train", "--data", Data, "--model", Save(Network(1)), "--epochs", "1000000", "--out", ModelFile, "--json");
        Assert.Equal((130, ""), (outcome.ExitCode, outcome.Output));
        Assert.Matches(
            $@"^fovea train: stopped in epoch \d+ after batch [01] of 1; the best model, of epoch \d+, is in {Regex.Escape(ModelFile)}\.\n$", outcome.Error);
        Assert.Equal(1, Model.Load(ModelFile).OutputShape.Count);
    }

    [GeneratedRegex(
        @"epoch 1/2  [\d,]+ images/s  \d+\.\d s  loss \d\.\d{4}  accuracy \d+\.\d\d %  validation loss \d\.\d{4}  validation accuracy \d+\.\d\d %\n")]
    private static partial Regex EpochLine();

    /// <summary>Lines that were broken for a terminal in one.</summary>
    private static string Flat(string output) => output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal);

    private static Sequential Network(int outputs) => new("small", 1)
    {
        new Input(8, 8, 3),
        new RandomFlip(FlipMode.Horizontal),
        new Rescaling(1f / 255),
        new Conv2D(4, 3, activation: Activation.Relu),
        new Flatten(),
        new Dense(outputs, outputs == 1 ? Activation.Sigmoid : Activation.Softmax),
    };

    private void AssertRefused(CommandOutcome outcome, string expected)
    {
        Assert.Equal((1, $"fovea train: {expected.Replace("DATA", Data, StringComparison.Ordinal)}\n"), (outcome.ExitCode, outcome.Error));
        Assert.False(File.Exists(ModelFile));
    }

    private string Save(Model model)
    {
        var path = folder.Inside($"small-{model.OutputShape.Count}.keras");
        model.Save(path);
        return path;
    }

    private void WriteParts(params string[] classes)
    {
        folder.Classes("data/train/", 6, classes);
        folder.Classes("data/validation/", 3, classes);
        folder.Classes("data/test/", 2, classes);
    }

    private CommandOutcome Train(string model, params string[] options) =>
        CommandRunner.Run(["train", "--data", Data, "--model", model, "--out", ModelFile, .. options]);
}
