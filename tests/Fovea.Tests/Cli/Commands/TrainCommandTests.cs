using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Fovea.Tests.Data;
using SkiaSharp;

namespace Fovea.Tests.Cli;

public sealed partial class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string ModelFile => Path.Combine(folder.Path, "digits.keras");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Training_describes_trains_saves_and_shows()
    {
        var outcome = Train("--epochs", "2");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains("conv2d_1 (Conv2D)              (None, 11, 11, 64)     18,496", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Training on 200 drawn digits, testing on 100 others.", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(EpochLine(), outcome.Output);
        Assert.Contains("epoch 2/2", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Try next:", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', outcome.Output);
        Assert.DoesNotContain('\r', outcome.Output);
        Assert.Equal(93_322, Model.Load(ModelFile).Parameters);
        using var curves = SKBitmap.Decode(Path.Combine(folder.Path, "digits-curves.png"));
        Assert.Equal((1400, 600), (curves.Width, curves.Height));
        using var sheet = SKBitmap.Decode(Path.Combine(folder.Path, "digits-predictions.png"));
        Assert.True(sheet.Width > 1000);
    }

    [Fact]
    public void A_learning_rate_is_found_and_drawn_instead_of_training()
    {
        var outcome = Train("--find-learning-rate", "--optimizer", "adamw");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Matches(@"Of \d+ rates from 0.000001 to [\d.]+, the loss falls fastest at 0\.0*[1-9]\d?\.\n", outcome.Output);
        Assert.Matches(@"Try next: fovea train … --learning-rate 0\.0*[1-9]\d?\n", outcome.Output);
        Assert.False(File.Exists(ModelFile));
        using (var image = SKBitmap.Decode(Path.Combine(folder.Path, "digits-learning-rates.png")))
            Assert.Equal((1000, 600), (image.Width, image.Height));

        var json = Train("--find-learning-rate", "--optimizer", "adamw", "--json").Json;
        Assert.Equal(["learning_rate", "steps", "picture"], json.EnumerateObject().Select(member => member.Name));
        Assert.InRange(json.GetProperty("learning_rate").GetDouble(), 1e-5, 1);
        Assert.InRange(json.GetProperty("steps").GetInt32(), 20, 100);
        Assert.Equal(Path.Combine(folder.Path, "digits-learning-rates.png"), json.GetProperty("picture").GetString());
    }

    [Fact]
    public void The_names_of_the_JSON_are_kept_for_good()
    {
        var outcome = Train("--epochs", "1", "--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal(
            ["test_accuracy", "test_loss", "parameters", "epochs", "images_per_second", "seconds", "model", "weights_sha256", "report"],
            outcome.Json.EnumerateObject().Select(member => member.Name));
        Assert.InRange(outcome.Json.GetProperty("test_accuracy").GetDouble(), 0, 1);
        Assert.Equal(93_322, outcome.Json.GetProperty("parameters").GetInt64());
        Assert.Equal(1, outcome.Json.GetProperty("epochs").GetInt32());
        Assert.Equal(ModelFile, outcome.Json.GetProperty("model").GetString());
        Assert.Equal(Digest(Model.Load(ModelFile)), outcome.Json.GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public void The_seed_decides_every_bit_of_the_weights()
    {
        string Weights(string seed) => Train("--epochs", "1", "--seed", seed, "--json").Json.GetProperty("weights_sha256").GetString()!;
        var first = Weights("7");
        Assert.Equal(first, Weights("7"));
        Assert.NotEqual(first, Weights("8"));
    }

    [Fact]
    public void A_saved_model_goes_on_training_to_the_same_bits()
    {
        var whole = Train("--epochs", "2", "--json").Json.GetProperty("weights_sha256").GetString();
        Train("--epochs", "1", "--json");
        var further = Path.Combine(folder.Path, "further.keras");
        var outcome = CommandRunner.Run("train", "--samples", "200", "--model", ModelFile, "--epochs", "1", "--out", further, "--json");
        Assert.Equal("", outcome.Error);
        Assert.Equal(whole, outcome.Json.GetProperty("weights_sha256").GetString());
    }

    [Fact]
    public void Stopping_keeps_the_model_after_the_present_batch()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var outcome = CommandRunner.Run(stop.Token, "train", "--samples", "5000", "--epochs", "1000", "--out", ModelFile, "--json");
        Assert.Equal((130, ""), (outcome.ExitCode, outcome.Output));
        Assert.Matches($@"^fovea train: stopped in epoch \d+ after batch \d+ of 79; the model is in {Regex.Escape(ModelFile)}\.\n$", outcome.Error);
        Assert.Equal(93_322, Model.Load(ModelFile).Parameters);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_said_and_nothing_good_is_overwritten()
    {
        var before = Train("--epochs", "1", "--json").Json.GetProperty("weights_sha256").GetString();
        var outcome = Train("--learning-rate", "1e30");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(
            "fovea train: The loss became NaN at epoch 1, batch 2 of 4; the model is again as it was before training. A smaller learning rate than 1E+30 "
                + "often helps.\n",
            outcome.Error);
        Assert.Equal(before, Digest(Model.Load(ModelFile)));
    }

    [Theory]
    [InlineData("--out", "FOLDER/none/m.keras", "--out: the folder 'FOLDER/none' does not exist; create it first.")]
    [InlineData("--out", "FOLDER/m.h5", "--out: expected a file name that ends in .keras; received 'FOLDER/m.h5'.")]
    [InlineData("--out", "FOLDER/sub.keras", "--out: 'FOLDER/sub.keras' is a folder; expected the name of a file to write.")]
    [InlineData(
        "--data", "FOLDER/none",
        "--data: expected digits, mnist, a folder or an archive with images or IDX files, or a list of images; 'FOLDER/none' does not exist.")]
    [InlineData(
        "--model", "FOLDER/none.keras",
        "'FOLDER/none.keras' does not exist; expected a model file such as .keras, .h5 or .onnx, or a network that 'fovea models' lists.")]
    [InlineData("--model", "FOLDER/sub.keras", "'sub.keras': it is a folder; expected a model file such as .keras, .h5 or .onnx.")]
    public void Bad_input_gets_one_sentence_before_training(string option, string value, string expected)
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "sub.keras"));
        string[] arguments = ["train", "--samples", "100", option, value.Replace("FOLDER", folder.Path, StringComparison.Ordinal)];
        var outcome = CommandRunner.Run(option == "--out" ? arguments : [.. arguments, "--out", ModelFile]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal($"fovea train: {expected.Replace("FOLDER", folder.Path, StringComparison.Ordinal)}\n", outcome.Error);
        Assert.False(File.Exists(ModelFile));
    }

    [Fact]
    public void Images_of_another_size_are_refused_with_both_shapes()
    {
        WriteIdx(count: 20, side: 20);
        var outcome = CommandRunner.Run("train", "--data", folder.Path, "--out", ModelFile);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("fovea train: book-mnist: expected inputs (None, 28, 28, 1); the data set has (None, 20, 20, 1).\n", outcome.Error);
    }

    [Fact]
    public void A_truncated_IDX_file_is_named()
    {
        WriteIdx(count: 20, side: 28);
        var path = Path.Combine(folder.Path, "train-images-idx3-ubyte");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..1000]);
        var outcome = CommandRunner.Run("train", "--data", folder.Path, "--out", ModelFile);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith("fovea train: train-images-idx3-ubyte: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("cut off", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_IDX_files_is_trained_on()
    {
        WriteIdx(count: 64, side: 28);
        var outcome = CommandRunner.Run("train", "--data", folder.Path, "--epochs", "1", "--batch-size", "32", "--out", ModelFile);
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains($"Training on 64 images of '{folder.Path}', testing on its 64 test images.", outcome.Output, StringComparison.Ordinal);
    }

    private static string Digest(Model model)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var weight in model.Weights)
            foreach (var value in weight.Values.ToArray()) writer.Write(value);
        return Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray()));
    }

    [GeneratedRegex(@"epoch 1/2  [\d,]+ images/s  \d+\.\d s  loss \d\.\d{4}  accuracy \d+\.\d\d %  test loss \d\.\d{4}  test accuracy \d+\.\d\d %\n")]
    private static partial Regex EpochLine();

    private CommandOutcome Train(params string[] options) => CommandRunner.Run(["train", "--samples", "200", "--out", ModelFile, .. options]);

    private void WriteIdx(int count, int side)
    {
        var random = new Random(1);
        foreach (var part in (string[])["train", "t10k"])
        {
            var pixels = new byte[count * side * side];
            random.NextBytes(pixels);
            folder.Write($"{part}-images-idx3-ubyte", IdxBytes.File([count, side, side], pixels));
            folder.Write($"{part}-labels-idx1-ubyte", IdxBytes.File([count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]));
        }
    }
}
