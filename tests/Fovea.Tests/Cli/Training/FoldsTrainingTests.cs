using System.Text.Json;
using Fovea.Cli;
using Fovea.Imaging;
using Fovea.Tests.Imaging;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea train --folds</c> on small images.</summary>
public sealed class FoldsTrainingTests : IDisposable
{
    /// <summary>Options that make the network small.</summary>
    private static readonly string[] Small = ["--widths", "4,8", "--epochs", "2", "--batch-size", "8", "--recipe", "plain"];

    private readonly TestImages folder = new();

    private string Data => folder.Inside("data");

    private string ModelFile => folder.Inside("cv.keras");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_result_is_that_of_all_folds_and_the_model_is_their_mean()
    {
        folder.Classes("data/train/", 8, "cat", "dog");
        folder.Classes("data/validation/", 4, "cat", "dog");
        folder.Classes("data/test/", 5, "cat", "dog");
        var outcome = Train(["--folds", "4", "--folds-out", folder.Inside("members"), "--json", "--seed", "3", .. Small]);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var json = outcome.Json;
        var folds = json.GetProperty("folds").EnumerateArray().ToList();
        Assert.Equal([6, 6, 6, 6], folds.Select(fold => fold.GetProperty("count").GetInt32()));
        double[] accuracies = [.. folds.Select(fold => fold.GetProperty("accuracy").GetDouble())];
        Assert.Equal(accuracies.Average(), json.GetProperty("mean_accuracy").GetDouble(), 12);
        Assert.Equal(accuracies.Average(), json.GetProperty("out_of_fold_accuracy").GetDouble(), 12);

        var test = ImageFolder.Load(folder.Inside("data/test"), Model.Load(ModelFile).ImageInput!);
        Model[] members = [.. Enumerable.Range(1, 4).Select(fold => Model.Load(folder.Inside($"members/fold-{fold}.keras")))];
        Assert.Equal(["cat", "dog"], Model.Load(ModelFile).ClassNames);
        var outputs = members.Select(member => member.Predict(test).Values).ToList();
        var mean = Model.Load(ModelFile).Predict(test).Values;
        for (var i = 0; i < mean.Length; i++) Assert.Equal(outputs.Average(values => (double)values[i]), mean[i], 1e-6);
        Assert.Equal(4, members.Select(WeightsDigest.Sha256).Distinct().Count());
        for (var fold = 0; fold < 4; fold++)
            Assert.Equal(ClassPredictions.Of(members[fold], test).Accuracy, folds[fold].GetProperty("test_accuracy").GetDouble(), 12);
        Assert.Equal(ClassPredictions.Of(Model.Load(ModelFile), test).Accuracy, json.GetProperty("test_accuracy").GetDouble(), 12);

        var again = CommandRunner.Run([.. json.GetProperty("command").GetString()!.Split(' ')[1..], "--json", "--out", folder.Inside("again.keras")]);
        Assert.Equal(Hash(outcome), Hash(again));
        Assert.False(File.Exists(folder.Inside("again-fold-1.keras")));
        var page = File.ReadAllText(folder.Inside("cv-report.html"));
        foreach (var text in (string[])["<h2>Folds</h2>", "Loss of each fold", "Accuracy on test images", "<h2>Model card</h2>"])
            Assert.Contains(text, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_test_part_all_images_are_in_the_folds()
    {
        folder.Classes("data/", 10, "cat", "dog");
        File.Copy(folder.Inside("data/cat/1.png"), folder.Inside("data/cat/again.png"));
        var outcome = Train(["--folds", "3", .. Small]);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        foreach (var text in (string[])[
            $"Training on 21 images of '{Data}' in 3 folds; none is held out for a test.", "1 image is equal to another one and is in the same fold.",
            "Fold 1 of 3: 14 images, validated on 7", " of the 21 images are right, each predicted by the model that was not trained on it; 95 % interval ",
            "Mean of the folds: accuracy "])
            Assert.Contains(text, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("test images", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("", CommandRunner.Run("predict", ModelFile, folder.Inside("data/cat/1.png")).Error);
        var report = JsonDocument.Parse(File.ReadAllBytes(folder.Inside("cv-report.json"))).RootElement;
        var mistakes = report.GetProperty("results").GetProperty("worst_mistakes").EnumerateArray().ToList();
        Assert.All(mistakes, mistake => Assert.Contains(
            $"/{mistake.GetProperty("actual").GetString()}/", mistake.GetProperty("file").GetString(), StringComparison.Ordinal));
    }

    /// <summary>The best epoch of each fold is kept in a file, which an interruption leaves behind with the backups.</summary>
    [Theory]
    [InlineData(1, "fold 1 of 3, epoch 2; no fold was finished")]
    [InlineData(2, "fold 2 of 3, epoch 1; the model of the finished folds: OUT-fold-1.keras")]
    [InlineData(5, "fold 3 of 3, epoch 2; the models of the finished folds: OUT-fold-1.keras, OUT-fold-2.keras", "--test-flip", "on")]
    public void A_command_that_was_interrupted_resumes_with_the_same_weights(int epochs, string where, params string[] others)
    {
        folder.Classes("data/", 12, "cat", "dog");
        string[] options =
            ["--folds", "3", "--model", SavedNetwork(), "--epochs", "2", "--batch-size", "8", "--backup", folder.Inside("state"), .. others];
        var expected = Hash(Train([.. options, "--json"]));
        Assert.Empty(Directory.GetFiles(folder.Path, "*fold*"));

        using var stop = new CancellationTokenSource();
        using var output = new StoppingWriter("epoch ", epochs, stop);
        using var error = new StringWriter();
        var code = new FoveaCommand(CommandOutput.ToWriters(output, error)).Run(["train", "--data", Data, "--out", ModelFile, .. options], stop.Token);
        var message = $"fovea train: stopped in {where}. The same command resumes.".Replace("OUT", folder.Inside("cv"), StringComparison.Ordinal);
        Assert.Equal((130, message), (code, error.ToString().TrimEnd()));

        Assert.Equal(expected, Hash(Train([.. options, "--json"])));
        Assert.Empty(Directory.GetFiles(folder.Path, "*fold*"));
    }

    [Fact]
    public void Folds_of_a_base_share_it()
    {
        folder.Classes("data/", 9, "cat", "dog", "owl");
        new Sequential("base", seed: 5)
        {
            new Input(16, 16, 3), new Conv2D(4, 3, activation: Activation.Relu), new BatchNormalization(), new Conv2D(6, 3, activation: Activation.Relu),
        }.Save(folder.Inside("base.keras"));
        var outcome = Train(
            "--folds", "3", "--base", folder.Inside("base.keras"), "--epochs", "2", "--json", "--folds-out", folder.Inside("members"));
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var (whole, member) = (Model.Load(ModelFile), Model.Load(folder.Inside("members/fold-2.keras")));
        Assert.Equal(3, whole.Layers.OfType<Model>().Single(layer => layer.Name == "ensemble").Layers.OfType<Model>().Count());
        Assert.Single(whole.Layers, layer => layer.Name == "base");
        Assert.Equal(whole.InputShape, member.InputShape);
        var images = ImageFolder.Load(Data, whole.ImageInput!);
        var outputs = Enumerable.Range(1, 3).Select(fold => Model.Load(folder.Inside($"members/fold-{fold}.keras")).Predict(images).Values).ToList();
        var mean = whole.Predict(images).Values;
        for (var i = 0; i < mean.Length; i++) Assert.Equal(outputs.Average(values => (double)values[i]), mean[i], 1e-5);
    }

    [Fact]
    public void Training_images_of_another_size_are_divided_in_the_same_way()
    {
        folder.Classes("data/", 9, "cat", "dog");
        var images = ImageFolder.Load(Data, 12, 16);
        var pool = new FoldPool(images, Test: null) { Trained = ImageFolder.Load(Data, 24, 32) }.Prepare(images.ClassNames, CancellationToken.None);
        var (plain, folds) = (new FoldPool(images, Test: null).Prepare(images.ClassNames, CancellationToken.None).Divide(4, 7), pool.Divide(4, 7));
        for (var fold = 0; fold < 4; fold++)
        {
            Assert.Equal(new Shape(24, 32, 3), folds[fold].Training.InputShape);
            Assert.Equal(new Shape(12, 16, 3), folds[fold].Validation.InputShape);
            Assert.Equal(Files(plain[fold].Training), Files(folds[fold].Training));
            Assert.Equal(Files(plain[fold].Validation), Files(folds[fold].Validation));
        }

        static IEnumerable<string?> Files(Dataset data) => Enumerable.Range(0, data.Count).Select(data.FileOf);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("base")]
    [InlineData("mini-xception")]
    public void Several_labels_have_folds_and_one_threshold_each(string network)
    {
        var list = WriteList("file,tags,split", i => (i % 2 == 0, i / 2 % 2 == 0) switch
        {
            (true, true) => "bright;wide",
            (true, _) => "bright",
            (_, true) => "wide",
            _ => "",
        });
        var outcome = TrainList(list, network, "--folds-out", folder.Inside("members"), "--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var json = outcome.Json;
        var folds = json.GetProperty("folds").EnumerateArray().ToList();
        Assert.Equal([10, 10, 10], folds.Select(fold => fold.GetProperty("count").GetInt32()));
        double[] scores = [.. folds.Select(fold => fold.GetProperty("macro_f1").GetDouble())];
        Assert.Equal(scores.Average(), json.GetProperty("mean_macro_f1").GetDouble(), 12);

        var whole = Model.Load(ModelFile);
        var members = Enumerable.Range(1, 3).Select(fold => Model.Load(folder.Inside($"members/fold-{fold}.keras"))).ToList();
        Assert.Equal(["bright", "wide"], whole.ClassNames);
        Assert.All(members, member => Assert.Equal(whole.LabelThresholds, member.LabelThresholds, (a, b) => Math.Abs(a - b) < 1e-15));
        var test = ImageManifest.Load(list, folder: null, whole.ImageInput!, ImageTargetFinding.Of(list).Options with { Split = "test" });
        RequireMean(whole, members, test);
        var report = new LabelReport(LabelPredictions.Of(whole, test), whole.LabelThresholds);
        Assert.Equal(report.MicroF1, json.GetProperty("test_f1").GetDouble(), 12);
        Assert.Equal(report.MeanAveragePrecision, json.GetProperty("test_mean_average_precision").GetDouble(), 12);
        Assert.Equal("", CommandRunner.Run("predict", ModelFile, folder.Inside("1.png")).Error);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("base")]
    [InlineData("mini-xception")]
    public void Numbers_have_folds_in_their_unit(string network)
    {
        var list = WriteList("file,level,split", i => $"{1000 + (6 * i)}.5");
        var outcome = TrainList(list, network, "--folds-out", folder.Inside("members"), "--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var json = outcome.Json;
        double[] errors = [.. json.GetProperty("folds").EnumerateArray().Select(fold => fold.GetProperty("mean_absolute_error").GetDouble())];
        Assert.Equal(errors.Average(), json.GetProperty("mean_mean_absolute_error").GetDouble(), 9);
        Assert.Equal(errors.Average(), json.GetProperty("out_of_fold_mean_absolute_error").GetDouble(), 9);  // folds of the same size

        var whole = Model.Load(ModelFile);
        var members = Enumerable.Range(1, 3).Select(fold => Model.Load(folder.Inside($"members/fold-{fold}.keras"))).ToList();
        Assert.Equal(["level"], whole.ValueNames);
        Assert.Equal(OutputKind.Values, whole.OutputKind);
        var test = ImageManifest.Load(list, folder: null, whole.ImageInput!, ImageTargetFinding.Of(list).Options with { Split = "test" });
        RequireMean(whole, members, test);
        Assert.Equal(ValuePredictions.Of(whole, test).MeanAbsoluteError(0), json.GetProperty("test_mean_absolute_error").GetDouble(), 9);
        Assert.InRange(whole.Predict(test).Values[0], 1000, 1250);
    }

    [Fact]
    public void The_table_and_the_page_have_the_scores_of_the_task()
    {
        var list = WriteList("file,level,split", i => $"{1000 + (6 * i)}.5");
        var outcome = TrainList(list, "auto");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        foreach (var text in (string[])[
            $"Training on 30 images of '{list}' in 3 folds; testing on 6 others.", "R² of the 30 images is ",
            ", each predicted by the model that was not trained on it. Mean of the folds: R² ", "The mean of the 3 models on the 6 test images: R² "])
            Assert.Contains(text, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("more epochs", outcome.Output, StringComparison.Ordinal);
        var page = File.ReadAllText(folder.Inside("cv-report.html"));
        foreach (var text in (string[])["<h2>Folds</h2>", "R2 score of each fold", "R² on out-of-fold images", "Largest errors"])
            Assert.Contains(text, page, StringComparison.Ordinal);
    }

    [Fact]
    public void More_folds_than_images_of_a_list_are_refused()
    {
        var list = WriteList("file,level,split", i => $"{1000 + (6 * i)}.5");
        File.Copy(folder.Inside("1.png"), folder.Inside("0.png"), overwrite: true);
        Assert.Equal(
            "fovea train: --folds: expected at most 29 folds, since the data set has 29 groups of samples; received 30. Equal images are a group, which is in "
                + "one fold.\n",
            CommandRunner.Run("train", "--data", list, "--out", ModelFile, "--folds", "30", "--epochs", "1", "--widths", "4").Error);
    }

    [Fact]
    public void Drawn_digits_can_be_validated_in_folds_too()
    {
        var outcome = CommandRunner.Run("train", "--folds", "2", "--samples", "100", "--epochs", "1", "--json", "--out", ModelFile);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal([50, 50], outcome.Json.GetProperty("folds").EnumerateArray().Select(fold => fold.GetProperty("count").GetInt32()));
        Assert.True(File.Exists(folder.Inside("cv-predictions.png")));
    }

    [Fact]
    public void A_time_is_planned_for_all_folds_together()
    {
        folder.Classes("data/", 10, "cat", "dog");
        var outcome = Train("--folds", "2", "--time", "9s", "--widths", "4,8");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        foreach (var text in (string[])[" of 9s.", $"fovea train --data {Data} --folds 2 --model resnet-small ", "Fold 2 of 2: 10 images, validated on 10"])
            Assert.Contains(text, outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--folds: expected at most 6 folds, since the class 'cat' has 6 samples; received 7.", "--folds", "7")]
    [InlineData("--folds: expected without --shards, since each fold is trained by one process.", "--folds", "2", "--shards", "2")]
    [InlineData("--folds: expected without --find-learning-rate, which does not train.", "--folds", "2", "--find-learning-rate")]
    [InlineData("--show-code: expected without --folds; docs/training.md shows the lines to add.", "--folds", "2", "--show-code")]
    [InlineData("--folds-out: expected with --folds.", "--folds-out", "members")]
    [InlineData(
        "--folds: expected without --fine-tune-from: the folds share the base, so that it stays as it is.", "--folds", "2", "--base", "b.keras",
        "--fine-tune-from", "conv")]
    public void Options_that_do_not_fit_are_refused(string expected, params string[] options)
    {
        folder.Classes("data/", 6, "cat", "dog");
        var outcome = Train(options);
        Assert.Equal((1, $"fovea train: {expected}\n"), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public void Masks_are_not_divided_into_folds()
    {
        for (var i = 0; i < 6; i++)
        {
            folder.Image($"data/images/{i}.png", 99);
            folder.Image($"data/masks/{i}.png", (byte)(i % 2));
        }

        Assert.Equal(
            $"fovea train: --folds: expected images of classes, labels or numbers; '{Data}' is for another task, segment.\n", Train("--folds", "2").Error);
    }

    [Fact]
    public void Logits_are_not_averaged()
    {
        folder.Classes("data/", 6, "cat", "dog");
        var path = folder.Inside("logits.keras");
        new Sequential("logits") { new Input(12, 16, 1), new Flatten(), new Dense(2) }.Save(path);
        Assert.Equal(
            $"fovea train: --folds: expected a model whose outputs are probabilities, since they are averaged; those of '{path}' are logits.\n",
            Train("--folds", "2", "--model", path, "--epochs", "1").Error);
    }

    [Fact]
    public void A_number_below_two_is_a_usage_error()
    {
        var outcome = CommandRunner.Run("train", "--folds", "1");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("--folds: expected a whole number of at least 2; received 1.", outcome.Error, StringComparison.Ordinal);
        var help = CommandRunner.Run("train", "--help").Output;
        foreach (var text in (string[])["--folds <N>", "--folds-out <FOLDER>", "mpirun -n 4 --bind-to none fovea train --data flowers --folds 4"])
            Assert.Contains(text, help, StringComparison.Ordinal);
    }

    /// <summary>The mean of the members' outputs, which are sigmoids or numbers.</summary>
    private static void RequireMean(Model whole, List<Model> members, Dataset test)
    {
        Assert.Equal(3, members.Select(WeightsDigest.Sha256).Distinct().Count());
        var outputs = members.Select(member => member.Predict(test).Values).ToList();
        var mean = whole.Predict(test).Values;
        for (var i = 0; i < mean.Length; i++) Assert.Equal(1, mean[i] / outputs.Average(values => (double)values[i]), 1e-5);
    }

    /// <summary>Writes 36 different images and a list, of which each sixth row is for testing.</summary>
    private string WriteList(string header, Func<int, string> target)
    {
        var rows = new List<string> { header };
        for (var i = 0; i < 36; i++)
        {
            folder.Image($"{i}.png", i / 2 % 2 == 0 ? 32 : 16, 16, x => (byte)((i % 2 == 0 ? 180 : 20) + x + i));
            rows.Add($"{i}.png,{target(i)},{(i % 6 == 5 ? "test" : "train")}");
        }

        File.WriteAllLines(folder.Inside("list.csv"), rows);
        return folder.Inside("list.csv");
    }

    private CommandOutcome TrainList(string list, string network, params string[] options)
    {
        new Sequential("base", seed: 5)
        {
            new Input(16, 16, 3), new Conv2D(4, 3, activation: Activation.Relu), new BatchNormalization(), new Conv2D(6, 3, activation: Activation.Relu),
        }.Save(folder.Inside("base.keras"));
        string[] model = network switch
        {
            "base" => ["--base", folder.Inside("base.keras")],
            "auto" => ["--widths", "4"],
            _ => ["--model", network, "--input-shape", "32,32,3"],
        };
        return CommandRunner.Run(
            ["train", "--data", list, "--out", ModelFile, "--folds", "3", "--epochs", "2", "--batch-size", "8", .. model, .. options]);
    }

    private static string Hash(CommandOutcome outcome)
    {
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        return outcome.Json.GetProperty("weights_sha256").GetString()!;
    }

    private string SavedNetwork()
    {
        var path = folder.Inside("net.keras");
        var model = new Sequential("net", seed: 4)
        {
            new Input(12, 16, 1), new Conv2D(4, 3, activation: Activation.Relu), new Flatten(), new Dropout(0.2), new Dense(2, Activation.Softmax),
        };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.ImageInput = new ImageInput(12, 16, 1);
        model.Save(path);
        return path;
    }

    private CommandOutcome Train(params string[] options) => CommandRunner.Run(["train", "--data", Data, "--out", ModelFile, .. options]);

    /// <summary>Cancels when a text has been written a number of times.</summary>
    private sealed class StoppingWriter(string text, int times, CancellationTokenSource stop) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            if (ToString().Split('\n').Count(line => line.StartsWith(text, StringComparison.Ordinal)) >= times) stop.Cancel();
        }
    }
}
