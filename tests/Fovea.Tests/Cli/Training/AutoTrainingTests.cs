using System.Text.Json;
using Fovea.Cli;
using Fovea.Tests.Imaging;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea train --data FOLDER</c>: a network that is sized to the images.</summary>
public sealed class AutoTrainingTests : IDisposable
{
    /// <summary>Options that make the network of 24 × 24 pixels small.</summary>
    private static readonly string[] Small = ["--widths", "4,8", "--epochs", "2", "--batch-size", "8"];

    private readonly TestImages folder = new();

    private string Data => folder.Inside("data");

    private string ModelFile => folder.Inside("auto.keras");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_command_line_that_is_printed_gives_the_same_weights()
    {
        WriteColors("a", "b", "c");
        var first = Train(["--json", "--seed", "3", .. Small]);
        Assert.Equal(("", 0), (first.Error, first.ExitCode));
        var command = first.Json.GetProperty("command").GetString()!;
        Assert.Equal(
            $"fovea train --data {Data} --model resnet-small --input-shape 24,24,3 --widths 4,8 --blocks 1,1 --dropout 0.3 --recipe standard --flip none "
                + "--oversize 1 --progressive 1 --optimizer adamw --learning-rate 0.001 --schedule one-cycle --weight-decay 0.05 "
                + "--label-smoothing 0.1 --ema 0.8 --test-flip off --epochs 2 --batch-size 8 --seed 3",
            command);
        var again = CommandRunner.Run([.. command.Split(' ')[1..], "--json", "--out", folder.Inside("again.keras")]);
        Assert.Equal(("", 0), (again.Error, again.ExitCode));
        Assert.Equal(first.Json.GetProperty("weights_sha256").GetString(), again.Json.GetProperty("weights_sha256").GetString());
        Assert.Equal(command, again.Json.GetProperty("command").GetString());
    }

    [Fact]
    public void Signs_that_a_mirror_exchanges_are_not_flipped()
    {
        SignImages.Write(folder, "data/00033", 10, SignImages.Arrow);
        SignImages.Write(folder, "data/00034", 10, (x, y) => SignImages.Arrow(1 - x, y));
        var outcome = Train(Small);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains("recipe standard without flips.\nImages are not flipped, since mirror images of '00033' look like '00034'; --flip horizontal decides "
            + "otherwise.\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("recipe standard with horizontal flips.\nThe same", Train([.. Small, "--flip", "horizontal"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plan_is_printed_and_the_test_has_no_smoothing()
    {
        WriteColors("red fox", "blue jay");
        var outcome = Train(Small);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains(
            "resnet-small on 24 × 24 color pixels, 2 epochs, recipe standard with horizontal flips.\nThe same weights again: fovea train --data",
            outcome.Output, StringComparison.Ordinal);
        Assert.Contains(
            "adamw, one cycle to 0.001, weight decay 0.05, label smoothing 0.1, averages of the weights (0.8), batches of 8,", outcome.Output,
            StringComparison.Ordinal);
        Assert.Matches(@"\nfinal  validation loss [\d.]+  validation accuracy [\d.]+ %\n", outcome.Output);
        Assert.Contains("The averages of the weights were kept.", outcome.Output, StringComparison.Ordinal);
        var report = File.ReadAllText(folder.Inside("auto-report.html"));
        Assert.Contains("validation of the final model", report, StringComparison.Ordinal);
        Assert.Contains("AdamW", report, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(folder.Inside("auto-report.json")));
        Assert.Equal(JsonValueKind.Number, json.RootElement.GetProperty("training").GetProperty("final").GetProperty("val_accuracy").ValueKind);
        var evaluated = CommandRunner.Run("evaluate", ModelFile, "--data", folder.Inside("data"), "--json");
        Assert.Equal(("", 0), (evaluated.Error, evaluated.ExitCode));
        Assert.Equal(["blue jay", "red fox"], Model.Load(ModelFile).ClassNames);
    }

    [Fact]
    public void Larger_and_smaller_training_images_are_options_that_give_the_same_weights()
    {
        WriteColors("a", "b");
        string[] options =
        [
            "--json", "--widths", "4,8", "--epochs", "4", "--oversize", "1.5", "--progressive", "0.7", "--progressive-epochs", "0.5", "--recipe", "strong",
        ];
        var first = Train(options);
        Assert.Equal(("", 0), (first.Error, first.ExitCode));
        var command = first.Json.GetProperty("command").GetString()!;
        Assert.Contains(" --recipe strong --flip none --oversize 1.5 --progressive 0.7 --progressive-epochs 0.5 ", command, StringComparison.Ordinal);
        var again = CommandRunner.Run([.. command.Split(' ')[1..], "--json", "--out", folder.Inside("again.keras")]);
        Assert.Equal(first.Json.GetProperty("weights_sha256").GetString(), again.Json.GetProperty("weights_sha256").GetString());
        var output = Train(options[1..]).Output;
        Assert.Contains(
            "resnet-small on 24 × 24 color pixels (parts of 36 × 36; trained on 16 × 16 to epoch 2, then on 24 × 24), 4 epochs, recipe strong without "
                + "flips.", output, StringComparison.Ordinal);
        Assert.Contains(
            "From epoch 1 on, the network is trained and validated on images of 16 × 16 pixels, as the augmentation gives them; the model takes 24 × 24.\n",
            output, StringComparison.Ordinal);
        Assert.Equal(new Shape(24, 24, 3), Model.Load(ModelFile).InputShape);
    }

    /// <summary>The commands that are printed can be copied into a shell.</summary>
    [Fact]
    public void Names_with_spaces_and_other_letters_are_quoted()
    {
        WriteColors("Rote Rosen (1)", "gänse-blümchen");
        var data = folder.Inside("my 'own' data");
        Directory.Move(Data, data);
        var file = folder.Inside("größe 2.keras");
        var outcome = CommandRunner.Run(["train", "--data", data, "--out", file, .. Small]);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var quoted = $"'{folder.Inside(@"my '\''own'\'' data")}'";
        foreach (var text in (string[])[
            $"fovea predict '{file}' photo.jpg", $"fovea explain gradcam '{file}' photo.jpg", $"fovea train --data {quoted} --model '{file}'",
            $"The same weights again: fovea train --data {quoted} --model resnet-small "])
            Assert.Contains(text, outcome.Output, StringComparison.Ordinal);
        Assert.Equal(["Rote Rosen (1)", "gänse-blümchen"], Model.Load(file).ClassNames);
        var predicted = CommandRunner.Run("predict", file, Path.Combine(data, "Rote Rosen (1)"), "--csv");
        Assert.Equal(("", 0), (predicted.Error, predicted.ExitCode));
        Assert.Equal(Directory.GetFiles(Path.Combine(data, "Rote Rosen (1)")).Order(StringComparer.Ordinal), predicted.Output.Trim().Split('\n').Skip(1)
            .Select(line => line.Split(',')[0]));
        Directory.CreateDirectory(folder.Inside("empty"));
        Assert.Equal(
            $"fovea predict: expected image files such as PNG or JPEG; the folder '{folder.Inside("empty")}' holds none.\n",
            CommandRunner.Run("predict", file, folder.Inside("empty")).Error);
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(12, false)]
    public void Classes_of_very_different_sizes_are_pointed_out(int larger, bool isNoted)
    {
        // Three fifths are for training: 10 and 3 images, or 8 and 3.
        for (var i = 0; i < larger; i++) folder.Image($"data/cat/{i}.png", (byte)(20 + i));
        for (var i = 0; i < 5; i++) folder.Image($"data/dog/{i}.png", (byte)(200 + i));
        const string hint = "--class-weight balanced lets each class count as much.";
        var output = Train(Small).Output;
        Assert.Equal(isNoted, output.Contains($"'cat' has 10 images for training, and 'dog' 3. {hint}\n", StringComparison.Ordinal));
        Assert.Equal(isNoted, output.Contains(hint, StringComparison.Ordinal));
        Assert.DoesNotContain(hint, Train([.. Small, "--class-weight", "none"]).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(hint, Train([.. Small, "--class-weight", "balanced"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Grey_images_have_one_channel()
    {
        folder.Classes("data/", 6, "dark", "bright");
        var outcome = Train(["--json", .. Small]);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains("--input-shape 16,16,1", outcome.Json.GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.Equal(new Shape(16, 16, 1), Model.Load(ModelFile).InputShape);
    }

    [Theory]
    [InlineData("keep left", "keep right", "none")]
    [InlineData("A", "B", "none")]
    [InlineData("upright", "lefty", "horizontal")]
    public void Classes_of_sides_and_letters_are_not_flipped(string one, string other, string flip)
    {
        WriteColors(one, other);
        Assert.Contains($"--flip {flip} ", Train(["--json", "--epochs", "1", .. Small[..2]]).Json.GetProperty("command").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_is_planned_and_the_options_give_the_same_weights_without_it()
    {
        WriteColors("a", "b");
        var timed = Train("--json", "--time", "8s", "--widths", "4,8");
        Assert.Equal(("", 0), (timed.Error, timed.ExitCode));
        var command = timed.Json.GetProperty("command").GetString()!;
        Assert.DoesNotContain("--time", command, StringComparison.Ordinal);
        var again = CommandRunner.Run([.. command.Split(' ')[1..], "--json", "--out", folder.Inside("again.keras")]);
        Assert.Equal(timed.Json.GetProperty("weights_sha256").GetString(), again.Json.GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public void A_training_that_is_ended_early_has_the_schedule_of_all_epochs()
    {
        WriteColors("a", "b");
        var outcome = Train(["--json", "--stop-after", "1", .. Small]);
        Assert.Equal(1, outcome.Json.GetProperty("epochs").GetInt32());
        Assert.Contains("--epochs 2 --stop-after 1 ", outcome.Json.GetProperty("command").GetString(), StringComparison.Ordinal);
        var one = Train(["--json", .. Small[..2], "--epochs", "1", "--batch-size", "8"]);
        Assert.NotEqual(one.Json.GetProperty("weights_sha256").GetString(), outcome.Json.GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public void A_plan_of_a_time_is_kept_with_the_backup()
    {
        var backup = folder.Inside("state");
        var plan = new TrainingPlan { Network = "resnet-small", Epochs = 7, BatchSize = 4, InputShape = [24, 24, 3], Widths = [4] };
        var file = new PlanFile(backup);
        file.Write(plan);
        Assert.Null(file.Read());  // no backup: the training has ended or not begun
        File.WriteAllText(backup, "");
        var read = file.Read()!;
        Assert.Equal((7, 4, "resnet-small"), (read.Epochs, read.BatchSize, read.Network));
        Assert.Equal([24, 24, 3], read.InputShape);
        Assert.Equal([4], read.Widths);
        File.WriteAllText($"{backup}.plan", "{");
        Assert.Equal(
            $"--backup: '{backup}.plan' is damaged, so that the plan of the training is lost; delete it and '{backup}' to begin again.",
            Assert.Throws<CommandException>(file.Read).Message);
        file.Delete();
        Assert.Null(file.Read());
    }

    [Theory]
    [InlineData("--time: expected without --epochs: the time decides how many epochs there are.", "--time", "10s", "--epochs", "3")]
    [InlineData("--stop-after: expected at most the number of --epochs, 2; received 3.", "--stop-after", "3", "--epochs", "2")]
    [InlineData("--weight-decay: expected with --optimizer adamw.", "--weight-decay", "0.1", "--optimizer", "sgd")]
    [InlineData("--ema: expected with --optimizer adamw.", "--ema", "0.9", "--model", "book-catsdogs")]
    [InlineData(
        "--oversize: expected with --recipe standard or strong, which take parts of the images; received plain.", "--oversize", "1.5", "--recipe", "plain")]
    [InlineData("--progressive: expected shares that rise, as in 0.5,0.75.", "--progressive", "0.75,0.5")]
    [InlineData(
        "--progressive: expected with the network resnet-small; 'mini-xception' has its own layers.", "--progressive", "0.5", "--model", "mini-xception")]
    [InlineData("--widths: expected with the network resnet-small; 'mini-xception' has its own layers.", "--widths", "8", "--model", "mini-xception")]
    [InlineData(
        "--input-shape: expected height and width of at least 16 pixels and 1 or 3 channels, as in 128,128,3; received 8,8,3.", "--input-shape", "8,8,3")]
    public void Options_that_do_not_fit_are_refused(string expected, params string[] options)
    {
        WriteColors("a", "b");
        var outcome = Train(options);
        Assert.Equal((1, $"fovea train: {expected}\n"), (outcome.ExitCode, outcome.Error));
    }

    [Theory]
    [InlineData("--time 10", "--time: expected hours, minutes and seconds, as in 10m, 90s or 1h30m; received 10.")]
    [InlineData("--widths 8,x", "--widths: expected whole numbers of at least 1 with commas between them, as in 32,64,128,256; received 8,x.")]
    [InlineData("--progressive 1.5", "--progressive: expected numbers above 0 and up to 1 with commas between them, as in 0.5,0.75; received 1.5.")]
    [InlineData("--oversize 0.5", "--oversize: expected a number of at least 1 and below 4; received 0.5.")]
    [InlineData("--dropout 1", "--dropout: expected a number of at least 0 and below 1; received 1.")]
    [InlineData("--flip up", "Argument 'up' not recognized. Must be one of:\n\t'none'\n\t'horizontal'\n\t'both'")]
    public void Values_that_are_none_are_usage_errors(string options, string expected)
    {
        var outcome = CommandRunner.Run(["train", .. options.Split(' ')]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(expected.ReplaceLineEndings(" ").Replace("\t", "", StringComparison.Ordinal), outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--model book-mnist", "book-mnist")]
    [InlineData("--model other.keras", "other.keras")]
    [InlineData("--base other.keras", "other.keras")]
    public void A_time_is_refused_for_networks_whose_training_is_not_planned(string line, string network)
    {
        WriteColors("a", "b");
        Assert.Equal(
            "fovea train: --time: expected a folder of images, and one of the networks auto, resnet-small, unet, book-catsdogs, mini-xception; received "
                + $"'{Data}' and '{network}'. Use --epochs.\n",
            Train(["--time", "10m", .. line.Split(' ')]).Error);
    }

    [Fact]
    public void A_time_decides_the_epochs_of_a_network_of_one_size()
    {
        WriteColors("a", "b");
        var timed = Train("--json", "--time", "9s", "--model", "mini-xception", "--input-shape", "16,16,3", "--batch-size", "8");
        Assert.Equal(("", 0), (timed.Error, timed.ExitCode));
        var command = timed.Json.GetProperty("command").GetString()!;
        Assert.StartsWith(
            $"fovea train --data {Data} --model mini-xception --input-shape 16,16,3 --recipe book --flip horizontal", command, StringComparison.Ordinal);
        Assert.Matches(@" --epochs \d+ ", command);
        Assert.DoesNotContain("--time", command, StringComparison.Ordinal);
    }

    [Fact]
    public void The_learning_rate_that_was_found_is_an_option_of_the_whole_command()
    {
        WriteColors("a", "b");
        var json = Train(["--json", "--model", "auto", "--find-learning-rate", .. Small]).Json;
        Assert.True(json.GetProperty("learning_rate").GetDouble() > 0);
        var rate = json.GetProperty("learning_rate").GetDouble().ToString("0.########", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($" --learning-rate {rate} --schedule one-cycle ", json.GetProperty("command").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            $"Try next: fovea train --data {Data} --model resnet-small", Train(["--model", "auto", "--find-learning-rate", .. Small])
                .Output.Replace("\n", " ", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Images_are_expected_for_the_networks_for_images()
    {
        var outcome = CommandRunner.Run("train", "--model", "auto", "--out", ModelFile);
        Assert.Equal("fovea train: --model: expected a folder of images for resnet-small; 'digits' is none. Use --model book-mnist.\n", outcome.Error);
    }

    private void WriteColors(params string[] classes) => ColoredImages.Write(folder, classes);

    private CommandOutcome Train(params string[] options) => CommandRunner.Run(["train", "--data", Data, "--out", ModelFile, .. options]);
}
