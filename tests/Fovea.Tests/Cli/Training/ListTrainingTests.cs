using System.Globalization;
using Fovea.Cli;
using Fovea.Imaging;
using Fovea.Tests.Imaging;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea train</c>, <c>evaluate</c> and <c>predict</c> with lists of several labels and of numbers, and weights of classes.</summary>
public sealed class ListTrainingTests : IDisposable
{
    private static readonly string[] Small =
        ["--model", "resnet-small", "--widths", "4", "--blocks", "1", "--input-shape", "16,16,3", "--epochs", "2", "--batch-size", "8"];

    private readonly TestImages folder = new();

    private string ModelFile => folder.Inside("model.keras");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Several_labels_are_recognized_learned_and_predicted()
    {
        var list = Labels();
        var outcome = Train(list);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var text = Flat(outcome.Output);
        Assert.Contains(
            "The column 'tags' has several labels for an image, separated by ';': 2 labels (bright, wide). 10 images have none. --task and --targets decide "
                + "otherwise.", text, StringComparison.Ordinal);
        Assert.Contains(
            $"Training on 24 images of '{list}' (bright, wide), validating on 8 others, testing on 8 more, chosen at random.", text, StringComparison.Ordinal);
        Assert.Matches(@"The F1 score of the labels of the 8 test images is \d+\.\d\d %, its mean over the labels \d+\.\d\d %, at the thresholds", text);
        var model = Model.Load(ModelFile);
        Assert.Equal(["bright", "wide"], model.ClassNames);
        Assert.Equal(2, model.LabelThresholds.Count);
        using var report = System.Text.Json.JsonDocument.Parse(File.ReadAllText(folder.Inside("model-report.json")));
        var calibration = report.RootElement.GetProperty("results").GetProperty("calibration");
        Assert.Equal(model.Temperature, calibration.TryGetProperty("before", out _) ? calibration.GetProperty("temperature").GetDouble() : null);
        Assert.Contains("the labels with a probability near 80 %", File.ReadAllText(folder.Inside("model-report.html")), StringComparison.Ordinal);
        Assert.Contains("Thresholds", File.ReadAllText(folder.Inside("model-report.html")), StringComparison.Ordinal);

        var predicted = CommandRunner.Run("predict", ModelFile, folder.Inside("0.png"), "--json").Json.GetProperty("predictions")[0];
        var scores = predicted.GetProperty("scores").EnumerateArray().ToList();
        Assert.Equal(
            scores.Where(score => score.GetProperty("score").GetDouble() > score.GetProperty("threshold").GetDouble())
                .Select(score => score.GetProperty("name").GetString()),
            predicted.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal(
            scores.Where(score => score.GetProperty("score").GetDouble() > score.GetProperty("threshold").GetDouble())
                .Select(score => score.GetProperty("name").GetString()),
            new ImageClassifier(model).PredictLabels(folder.Inside("0.png")).Select(label => label.Name));
        Assert.StartsWith(
            "file,labels,bright,wide\n", CommandRunner.Run("predict", ModelFile, folder.Inside("0.png"), "--csv").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_of_labels_has_the_scores_that_evaluating_gives()
    {
        var list = Labels(hasParts: true);
        var trained = Train(list, "--json");
        Assert.Equal(("", 0), (trained.Error, trained.ExitCode));
        var evaluated = CommandRunner.Run("evaluate", ModelFile, "--data", list, "--json");
        Assert.Equal(("", 0), (evaluated.Error, evaluated.ExitCode));
        Assert.Equal(trained.Json.GetProperty("test_f1").GetDouble(), evaluated.Json.GetProperty("f1").GetDouble());
        Assert.Equal(trained.Json.GetProperty("test_macro_f1").GetDouble(), evaluated.Json.GetProperty("macro_f1").GetDouble());
        Assert.Equal(trained.Json.GetProperty("test_loss").GetDouble(), evaluated.Json.GetProperty("loss").GetDouble(), 1e-5);
        Assert.Equal(8, evaluated.Json.GetProperty("count").GetInt32());
        Assert.Equal(["bright", "wide"], evaluated.Json.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("name").GetString()));
    }

    [Fact]
    public void Numbers_are_learned_standardized_and_predicted_in_their_unit()
    {
        var list = Numbers();
        var outcome = Train(list, "--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var model = Model.Load(ModelFile);
        Assert.Equal(["level"], model.ValueNames);
        Assert.Equal(OutputKind.Values, model.OutputKind);
        var evaluated = CommandRunner.Run("evaluate", ModelFile, "--data", list, "--json").Json;
        var (mine, other) = (outcome.Json.GetProperty("test_values")[0], evaluated.GetProperty("values")[0]);
        Assert.Equal(mine.GetProperty("mae").GetDouble(), other.GetProperty("mae").GetDouble());
        Assert.True(other.GetProperty("mae").GetDouble() > 1, "the levels are from 1000 to 1235");

        var value = CommandRunner.Run("predict", ModelFile, folder.Inside("0.png"), "--json").Json.GetProperty("predictions")[0].GetProperty("values")
            .GetProperty("level").GetDouble();
        Assert.InRange(value, 900, 1400);
        Assert.Equal(value, new ImageRegressor(model).Predict(folder.Inside("0.png"))[0]);
        Assert.Equal(
            $"file,level\n{folder.Inside("0.png")},{value.ToString("G6", CultureInfo.InvariantCulture)}\n",
            CommandRunner.Run("predict", ModelFile, folder.Inside("0.png"), "--csv").Output.ReplaceLineEndings("\n"));
        Assert.Contains("predicted and actual", File.ReadAllText(folder.Inside("model-report.html")), StringComparison.Ordinal);

        var again = CommandRunner.Run("train", "--data", list, "--model", ModelFile, "--epochs", "1", "--out", ModelFile, "--json");
        Assert.Equal(("", 0), (again.Error, again.ExitCode));
        Assert.Equal(TargetScaling.Find(model)!.Mean, TargetScaling.Find(Model.Load(ModelFile))!.Mean);
    }

    [Fact]
    public void A_regression_varies_images_a_little_and_says_so()
    {
        var list = Numbers();
        var text = Flat(Train(list).Output);
        Assert.Contains("recipe gentle without flips, rotations and other sizes.", text, StringComparison.Ordinal);
        Assert.Contains("--recipe gentle --flip none --oversize 1 --progressive 1", text, StringComparison.Ordinal);
        Assert.Contains("They are not flipped, rotated, cropped or resized, since that could change the numbers;", text, StringComparison.Ordinal);
        Assert.DoesNotContain("They are not flipped", Flat(Train(list, "--recipe", "plain").Output), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_may_name_images_of_another_folder()
    {
        var elsewhere = folder.Inside("lists/labels.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(elsewhere)!);
        File.Move(Labels(hasParts: true), elsewhere);
        Assert.EndsWith(
            "If they are in another folder, name it: --image-folder of the command, ImageManifestOptions.ImageFolder.",
            Error(["train", "--data", elsewhere, .. Small, "--out", ModelFile]), StringComparison.Ordinal);
        var trained = Train(elsewhere, "--image-folder", folder.Path);
        Assert.Equal(("", 0), (trained.Error, trained.ExitCode));
        Assert.Contains($"--image-folder {folder.Path}", Flat(trained.Output), StringComparison.Ordinal);
        var evaluated = CommandRunner.Run("evaluate", ModelFile, "--data", elsewhere, "--image-folder", folder.Path, "--json");
        Assert.Equal(8, evaluated.Json.GetProperty("count").GetInt32());
        var check = CommandRunner.Run("data", "check", elsewhere, "--image-folder", folder.Path, "--json").Json;
        Assert.Contains(check.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("kind").GetString() == "missing_target");
        Assert.Equal(
            $"fovea train: --image-folder: expected with a list of images (.csv, .tsv, .jsonl); '{folder.Path}' is none.",
            Error("train", "--data", folder.Path, "--image-folder", "x"));
    }

    [Fact]
    public void What_does_not_fit_the_task_is_refused()
    {
        var (labels, numbers) = (Labels(), Numbers());
        folder.Classes("classes/", 4, "a", "b");
        var classes = folder.Inside("classes");
        Assert.Equal(
            "fovea train: --class-weight: expected images of one class each. For several labels, the threshold of each label is chosen for its frequency.",
            Error("train", "--data", labels, "--class-weight", "balanced"));
        Assert.Equal("fovea train: --loss: expected with a list of images and numbers.", Error("train", "--data", labels, "--loss", "huber"));
        Assert.Equal(
            "fovea train: --label-smoothing: expected images of classes; a regression has none.",
                Error("train", "--data", numbers, "--label-smoothing", "0.1"));
        Assert.Equal(
            $"fovea train: --task labels: expected a list of images (.csv, .tsv, .jsonl); '{classes}' is none.",
            Error("train", "--data", classes, "--task", "labels"));
        Assert.Equal(
            $"fovea train: --targets: expected a list of images (.csv, .tsv, .jsonl); '{classes}' is none.",
            Error("train", "--data", classes, "--targets", "x"));
        Assert.Equal(
            "fovea train: --class-weight: expected names out of the classes a, b; received 'c'.",
            Error(["train", "--data", classes, .. Small, "--out", ModelFile, "--class-weight", "c=2"]));
    }

    [Fact]
    public void Balanced_class_weights_are_printed_and_change_the_weights()
    {
        for (var i = 0; i < 15; i++) folder.Image($"data/a/{i}.png", (byte)(10 + i));
        for (var i = 0; i < 5; i++) folder.Image($"data/b/{i}.png", (byte)(200 + i));
        var plain = Train(folder.Inside("data"), "--json").Json.GetProperty("weights_sha256").GetString();
        var outcome = Train(folder.Inside("data"), "--class-weight", "balanced");
        var text = Flat(outcome.Output);
        Assert.Contains("Class weights: a 0.667, b 2.", text, StringComparison.Ordinal);  // 12 / (2 · 9) and 12 / (2 · 3)
        Assert.Contains("--class-weight balanced", text, StringComparison.Ordinal);
        var balanced = Train(folder.Inside("data"), "--class-weight", "balanced", "--json").Json.GetProperty("weights_sha256").GetString();
        var named = Train(folder.Inside("data"), "--class-weight", "a=1,b=3", "--json").Json.GetProperty("weights_sha256").GetString();
        Assert.Equal(3, new[] { plain, balanced, named }.Distinct().Count());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a=0")]
    [InlineData("a=1,A=2")]
    [InlineData("a=-1")]
    public void Class_weights_of_another_form_are_refused(string text) => Assert.Equal(
        $"--class-weight: expected balanced, none, or a weight above 0 for each of some classes, as in cat=2,dog=1; received {text}.",
            ClassWeights.Fault(text));

    private CommandOutcome Train(string data, params string[] more) => CommandRunner.Run(["train", "--data", data, .. Small, "--out", ModelFile, .. more]);

    private static string Error(params string[] arguments) => CommandRunner.Run(arguments).Error.Split('\n')[0].TrimEnd();

    private static string Flat(string text) => string.Join(' ', text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Forty images, of which some are bright, some wide, some both.</summary>
    private string Labels(bool hasParts = false)
    {
        var rows = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            var (isBright, isWide) = (i % 2 == 0, i / 2 % 2 == 0);
            folder.Image($"{i}.png", isWide ? 32 : 16, 16, x => (byte)((isBright ? 180 : 20) + (isWide ? x : 0)));
            var part = !hasParts ? "" : i % 5 == 0 ? ",test" : i % 5 == 1 ? ",val" : ",train";
            rows.Add($"{i}.png,{string.Join(';', ((string[])[isBright ? "bright" : "", isWide ? "wide" : ""]).Where(tag => tag.Length > 0))}{part}");
        }

        return List("labels.csv", $"file,tags{(hasParts ? ",split" : "")}\n{string.Join('\n', rows)}\n");
    }

    /// <summary>Forty images whose number is their gray level plus 1000.</summary>
    private string Numbers()
    {
        var rows = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            folder.Image($"{i}.png", (byte)(6 * i));
            rows.Add($"{i}.png,{1000 + (6 * i)}.5,{(i % 5 == 0 ? "test" : i % 5 == 1 ? "val" : "train")}");
        }

        return List("numbers.csv", $"file,level,split\n{string.Join('\n', rows)}\n");
    }

    private string List(string name, string text)
    {
        File.WriteAllText(folder.Inside(name), text);
        return folder.Inside(name);
    }
}
