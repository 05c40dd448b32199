using System.Text.Json;
using Fovea.Tests.Cli;
using Fovea.Tests.Imaging;

namespace Fovea.Tests.Mpi;

/// <summary><c>mpirun fovea train --folds</c>: each process trains its own folds.</summary>
public sealed class SharedFoldsTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(MpiRun.OpenMpi, 2)]
    [InlineData(MpiRun.Mpich, 3)]
    public void The_ensemble_and_all_numbers_are_those_of_one_process(string launcher, int size)
    {
        folder.Classes("data/train/", 9, "cat", "dog");
        folder.Classes("data/test/", 4, "cat", "dog");
        string[] Training(string name) =>
        [
            "train", "--data", folder.Inside("data"), "--folds", "3", "--widths", "4,8", "--epochs", "2", "--seed", "2", "--json", "--out",
            folder.Inside(name), "--folds-out", folder.Inside("members"), "--backup", folder.Inside("state"),
        ];
        var expected = CommandRunner.Run(Training("one.keras")).Json;
        var run = MpiRun.Command(launcher, size, Training("several.keras"));
        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        var received = JsonSerializer.Deserialize<JsonElement>(Assert.Single(run.Lines));
        foreach (var name in (string[])["weights_sha256", "folds", "out_of_fold_accuracy", "out_of_fold_loss", "test_accuracy", "test_loss", "mean_loss"])
            Assert.Equal(expected.GetProperty(name).GetRawText(), received.GetProperty(name).GetRawText());
        Assert.Equal(size, received.GetProperty("processes").GetInt32());
        Assert.Equal(File.ReadAllBytes(folder.Inside("one-confusion.png")), File.ReadAllBytes(folder.Inside("several-confusion.png")));
        Assert.Equal(Epochs("one"), Epochs("several"));
        Assert.Equal(["fold-1.keras", "fold-2.keras", "fold-3.keras"], Directory.GetFiles(folder.Inside("members")).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFiles(folder.Path, "*fold*"));

        string Epochs(string name) => JsonDocument.Parse(File.ReadAllBytes(folder.Inside($"{name}-report.json"))).RootElement
            .GetProperty("training").GetProperty("history").GetRawText();
    }

    [Theory]
    [InlineData("--folds: expected at least one fold for each of 3 processes; received 2. Start fewer processes.", "--folds", "2")]
    [InlineData("--folds: expected without --shards, since each fold is trained by one process.", "--folds", "4", "--shards", "4")]
    [InlineData("--time: expected one process; with several, give --input-shape and --epochs.", "--folds", "4", "--time", "1m")]
    public void A_mistake_of_the_user_is_one_sentence(string message, params string[] options)
    {
        folder.Classes("data/", 9, "cat", "dog");
        var run = MpiRun.Command(MpiRun.Mpich, 3, ["train", "--data", folder.Inside("data"), .. options, "--out", folder.Inside("model.keras")]);
        Assert.Equal((1, "", $"fovea train: {message}"), (run.ExitCode, run.Output, run.Error.Trim()));
    }
}
