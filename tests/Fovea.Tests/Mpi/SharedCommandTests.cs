using System.Text.Json;
using Fovea.Imaging;
using Fovea.Tests.Cli;
using Fovea.Tests.Imaging;

namespace Fovea.Tests.Mpi;

/// <summary><c>mpirun fovea train --shards</c> and <c>fovea evaluate</c>.</summary>
public sealed class SharedCommandTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(MpiRun.OpenMpi, 1, 3)]
    [InlineData(MpiRun.Mpich, 2, 4)]
    public void A_training_has_the_same_hash_of_its_weights_and_results_in_any_number_of_processes(string launcher, params int[] sizes)
    {
        string[] Training(string name) =>
            ["train", "--shards", "4", "--samples", "301", "--epochs", "2", "--batch-size", "50", "--seed", "3", "--json", "--out", folder.Inside(name)];
        var expected = CommandRunner.Run(Training("one.keras")).Json;
        Assert.Equal((4, 1), (expected.GetProperty("shards").GetInt32(), expected.GetProperty("processes").GetInt32()));
        foreach (var size in sizes)
        {
            var run = MpiRun.Command(launcher, size, Training($"several-{size}.keras"));
            Assert.Equal(("", 0), (run.Error, run.ExitCode));
            var received = JsonSerializer.Deserialize<JsonElement>(Assert.Single(run.Lines));
            AssertSame(expected, received, "weights_sha256", "test_accuracy", "test_loss", "parameters", "epochs", "shards");
            Assert.Equal(size, received.GetProperty("processes").GetInt32());
            Assert.Equal(Bits(folder.Inside("one.keras")), Bits(folder.Inside($"several-{size}.keras")));
            Assert.True(File.Exists(folder.Inside($"several-{size}-curves.png")));
            Assert.True(File.Exists(folder.Inside($"several-{size}-predictions.png")));
        }
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi, 2)]
    [InlineData(MpiRun.Mpich, 3)]
    public void A_training_on_images_keeps_the_same_best_epoch_and_fine_tunes_to_the_same_weights(string launcher, int size)
    {
        ImageFolderWriter.Write(new DrawnDigits(60, seed: 1), folder.Inside("data"));
        var pretrained = folder.Inside("base.keras");
        new Sequential("base", seed: 5)
        {
            new Input(28, 28, 3), new Conv2D(4, 3, activation: Activation.Relu), new BatchNormalization(), new MaxPooling2D(4),
            new Conv2D(6, 3, activation: Activation.Relu),
        }.Save(pretrained);
        string[] Training(string name) =>
        [
            "train", "--shards", "4", "--data", folder.Inside("data"), "--base", pretrained, "--epochs", "2", "--batch-size", "10",
                "--fine-tune-from", "conv2d_1",
            "--fine-tune-epochs", "2", "--json", "--out", folder.Inside(name),
        ];
        var expected = CommandRunner.Run(Training("one.keras")).Json;
        var run = MpiRun.Command(launcher, size, Training("several.keras"));
        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        AssertSame(
            expected, JsonSerializer.Deserialize<JsonElement>(Assert.Single(run.Lines)), "weights_sha256", "test_accuracy", "test_loss",
                "best_epoch", "val_loss",
            "val_accuracy");
        foreach (var ending in (string[])["-curves.png", "-fine-tuning-curves.png", "-confusion.png", "-mistakes.png"])
            Assert.True(File.Exists(folder.Inside($"several{ending}")), ending);
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi, 3)]
    [InlineData(MpiRun.Mpich, 2)]
    public void Only_the_first_process_prints_and_the_report_names_shards_and_processes(string launcher, int size)
    {
        var run = MpiRun.Command(
            launcher, size, "train", "--shards", "4", "--samples", "100", "--epochs", "1", "--threads", "1", "--out", folder.Inside("model.keras"));
        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Single(
            run.Lines, $"rmsprop, learning rate 0.001, batches of 64 in 4 shards, {size} processes of 1 thread. Ctrl-C keeps the model.");
        Assert.Single(run.Lines, line => line.StartsWith("epoch 1/1 ", StringComparison.Ordinal));
        Assert.DoesNotContain('\e', run.Output);
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi)]
    [InlineData(MpiRun.Mpich)]
    public void An_evaluation_is_shared_and_has_the_numbers_of_one_process(string launcher)
    {
        var model = folder.Inside("model.keras");
        Assert.Equal(0, CommandRunner.Run("train", "--samples", "100", "--epochs", "1", "--out", model).ExitCode);
        ImageFolderWriter.Write(new DrawnDigits(101, seed: 7), folder.Inside("data"));
        string[] arguments = ["evaluate", model, "--data", folder.Inside("data"), "--report", "--json"];
        var expected = CommandRunner.Run(arguments);
        var run = MpiRun.Command(launcher, 3, arguments);
        Assert.Equal(0, run.ExitCode);
        AssertSame(expected.Json, JsonSerializer.Deserialize<JsonElement>(Assert.Single(run.Lines)), "accuracy", "loss", "count", "report");
    }

    [Fact]
    public void Learning_rates_are_tried_by_several_processes_too()
    {
        string[] arguments = ["train", "--find-learning-rate", "--shards", "2", "--samples", "600", "--json", "--out", folder.Inside("model.keras")];
        var expected = CommandRunner.Run(arguments).Output;
        var run = MpiRun.Command(MpiRun.Mpich, 2, arguments);
        Assert.Equal((expected, "", 0), (run.Output, run.Error, run.ExitCode));
    }

    [Theory]
    [InlineData(3, "--shards: expected at least one shard for each of 3 processes; received 2. Start fewer processes, or use --shards 4.", "--shards", "2")]
    [InlineData(2, "--shards: expected a power of two; received 6.", "--shards", "6")]
    [InlineData(3, "--shards: expected a number of shards for 3 processes, among which they divide each batch, such as --shards 4.")]
    [InlineData(
        2, "--data: expected digits, mnist, a folder or an archive with images or IDX files, or a list of images; 'nowhere' does not exist.", "--shards", "2",
        "--data", "nowhere")]
    public void A_mistake_of_the_user_is_one_sentence(int size, string message, params string[] options)
    {
        var run = MpiRun.Command(MpiRun.Mpich, size, ["train", .. options, "--out", folder.Inside("model.keras")]);
        Assert.Equal((1, "", $"fovea train: {message}"), (run.ExitCode, run.Output, run.Error.Trim()));
    }

    [Theory]
    [InlineData(MpiRun.OpenMpi, 2)]
    [InlineData(MpiRun.Mpich, 3)]
    public void Images_are_classified_by_all_processes_and_printed_in_their_order(string launcher, int size)
    {
        ImageFolderWriter.Write(new DrawnDigits(7, seed: 1), folder.Inside("digits"));
        var model = new Sequential("small", seed: 5) { new Input(28, 28, 1), new Flatten(), new Dense(10, Activation.Softmax) };
        model.Save(folder.Inside("small.keras"));
        File.WriteAllText(folder.Inside("broken.png"), "no image");
        string[] images = [.. Directory.GetFiles(folder.Inside("digits"), "*.png", SearchOption.AllDirectories).Order()];
        string[] arguments = ["predict", folder.Inside("small.keras"), .. images[..4], folder.Inside("broken.png"), .. images[4..], "--json"];
        var expected = CommandRunner.Run(arguments);
        var run = MpiRun.Command(launcher, size, arguments);
        Assert.Equal(8, expected.Json.GetProperty("predictions").GetArrayLength());
        Assert.Equal((1, expected.Output.Trim()), (run.ExitCode, run.Output.Trim()));
        Assert.StartsWith(expected.Error.Trim(), run.Error.Trim(), StringComparison.Ordinal);  // then Open MPI reports the exit code
    }

    [Theory]
    [InlineData(
        "fovea summary: expected one process; the launcher has started 2. Only fovea train, evaluate and predict use several: start this command "
            + "without it.", 1,
        "summary", "model.keras")]
    [InlineData("fovea train: Unrecognized command or argument '--shard'.\nTry 'fovea train --help'.", 2, "train", "--shard")]
    public void A_command_that_several_processes_cannot_run_is_refused_once(string message, int code, params string[] arguments)
    {
        var run = MpiRun.Command(MpiRun.Mpich, 2, arguments);
        Assert.Equal((code, "", message), (run.ExitCode, run.Output, run.Error.Trim()));
    }

    [Theory]
    [MemberData(nameof(MpiRun.Launchers), MemberType = typeof(MpiRun))]
    public void A_missing_MPI_is_one_sentence(string launcher)
    {
        var run =
            new MpiStart(
            launcher, 1)
            { Program = "Fovea.Cli.dll", Arguments = ["train", "--shards", "2"], Environment = _ => ["FOVEA_MPI=/nowhere/libmpi.so"] }.Run();
        Assert.StartsWith(
            "fovea: MPI: the library '/nowhere/libmpi.so', which FOVEA_MPI names, cannot be loaded (", run.Error + run.Output, StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public void One_process_may_train_in_shards_and_their_number_must_be_a_power_of_two()
    {
        var outcome = CommandRunner.Run("train", "--shards", "12", "--out", folder.Inside("model.keras"));
        Assert.Equal((1, "fovea train: --shards: expected a power of two; received 12."), (outcome.ExitCode, outcome.Error.Trim()));
        var help = CommandRunner.Run("train", "--help").Output;
        Assert.Contains("--shards <N>", help, StringComparison.Ordinal);
        Assert.Contains("mpirun -n 8 --bind-to none fovea train --shards 16", help, StringComparison.Ordinal);
    }

    private static void AssertSame(JsonElement expected, JsonElement received, params string[] names) => Assert.All(
        names, name => Assert.Equal(expected.GetProperty(name).GetRawText(), received.GetProperty(name).GetRawText()));

    private static IEnumerable<int> Bits(string file) =>
        Model.Load(file).Weights.SelectMany(weight => weight.Values.ToArray().Select(BitConverter.SingleToInt32Bits));
}
