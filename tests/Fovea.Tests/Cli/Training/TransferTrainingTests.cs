using Fovea.Tests.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea train --base MODEL</c>: a new head on a pretrained network, and fine-tuning.</summary>
public sealed class TransferTrainingTests : IDisposable
{
    private readonly TestImages folder = new();

    private string Data => folder.Inside("data");

    private string ModelFile => folder.Inside("transfer.keras");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_new_head_learns_on_what_the_frozen_base_makes_of_the_images()
    {
        WriteParts("cat", "dog");
        var pretrained = SaveBase();
        var outcome = Train(pretrained, "--epochs", "12", "--learning-rate", "0.02");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains("The head is trained on 6 features per image:", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("epoch 12/12", outcome.Output, StringComparison.Ordinal);
        var model = Model.Load(ModelFile);
        Assert.Equal(["cat", "dog"], model.ClassNames);
        Assert.Equal(
            ["InputLayer", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom", "Rescaling", "Sequential", "GlobalAveragePooling2D",
                "Dropout", "Dense"],
            model.Layers.Select(layer => layer.ClassName));
        Assert.Equal(Bits(Model.Load(pretrained)), Bits((Model)model.Layer("base")));
        Assert.Equal(7, model.Summary().TrainableParameters);
        var evaluated = CommandRunner.Run("evaluate", ModelFile, "--data", Data, "--json");
        Assert.Equal(1, evaluated.Json.GetProperty("accuracy").GetDouble());
        Assert.Matches(
            @"^\S+0\.png: cat \d+\.\d %  then dog \d+\.\d %\n$", CommandRunner.Run("predict", ModelFile, folder.Inside("data/test/cat/0.png")).Output);
    }

    /// <summary>One unit on features that tell the classes apart: its loss falls for long, and at a rate far too high it soon falls no more.</summary>
    [Theory]
    [InlineData("0.0001", 200, "The head was trained for 200 epochs, the default maximum; --epochs sets another.")]
    [InlineData("30", null, "The validation loss has not fallen for 20 epochs: the head has converged.")]
    public void A_head_learns_until_it_has_converged_unless_told_otherwise(string rate, int? epochs, string said)
    {
        WriteParts("cat", "dog");
        var outcome = Train(SaveBase(), "--learning-rate", rate, "--optimizer", "sgd", "--recipe", "plain");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(said, outcome.Output, StringComparison.Ordinal);
        var json = Train(SaveBase(), "--learning-rate", rate, "--optimizer", "sgd", "--recipe", "plain", "--json").Json;
        if (epochs is { } most) Assert.Equal(most, json.GetProperty("epochs").GetInt32());
        else Assert.Equal(json.GetProperty("best_epoch").GetInt32() + 20, json.GetProperty("epochs").GetInt32());
    }

    [Fact]
    public void Fine_tuning_changes_the_last_layers_at_a_hundredth_of_the_rate()
    {
        WriteParts("a", "b", "c");
        var pretrained = SaveBase();
        var outcome =
            Train(pretrained, "--epochs", "3", "--learning-rate", "0.02", "--fine-tune-from", "conv2d_1", "--fine-tune-epochs", "2", "--recipe", "plain");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains(
            "Fine-tuning from conv2d_1 on, 459 parameters:\nrmsprop, learning rate 0.0002, batch normalizations frozen.\n", outcome.Output,
            StringComparison.Ordinal);
        Assert.Contains("epoch 2/2", outcome.Output, StringComparison.Ordinal);
        var (before, after) = (Model.Load(pretrained), (Model)Model.Load(ModelFile).Layer("base"));
        Assert.Equal(before.Layer("conv2d").Weights[0].Values.ToArray(), after.Layer("conv2d").Weights[0].Values.ToArray());
        Assert.NotEqual(before.Layer("conv2d_1").Weights[0].Values.ToArray(), after.Layer("conv2d_1").Weights[0].Values.ToArray());
        foreach (var (old, kept) in before.Layer("batch_normalization").Weights.Zip(after.Layer("batch_normalization").Weights))
            Assert.Equal(old.Values.ToArray(), kept.Values.ToArray());
        foreach (var name in (string[])["transfer-curves.png", "transfer-fine-tuning-curves.png", "transfer-confusion.png", "transfer-mistakes.png"])
        {
            using var image = SKBitmap.Decode(folder.Inside(name));
            Assert.True(image.Width > 200, name);
        }
    }

    [Fact]
    public void A_fine_tuning_that_betters_nothing_keeps_the_model_before_it()
    {
        WriteParts("cat", "dog");
        var pretrained = SaveBase();
        string[] options = ["--epochs", "2", "--learning-rate", "30", "--optimizer", "sgd", "--json"];
        var before = Train(pretrained, options).Json;
        var tuned = Train(pretrained, [.. options, "--fine-tune-from", "conv2d", "--fine-tune-epochs", "1"]).Json;
        if (tuned.GetProperty("best_epoch").GetInt32() == 0)
            Assert.Equal(before.GetProperty("weights_sha256").GetString(), tuned.GetProperty("weights_sha256").GetString());
        Assert.True(tuned.GetProperty("val_loss").GetDouble() <= before.GetProperty("val_loss").GetDouble());
    }

    [Fact]
    public void A_base_that_ends_in_a_classifier_is_cut_at_its_last_layer_of_images()
    {
        WriteParts("cat", "dog");
        var whole = folder.Inside("whole.keras");
        new Sequential(
            "whole", 2) { new Input(16, 16, 3), new Rescaling(1f / 255), new Conv2D(5, 3, activation: Activation.Relu), new Flatten(),
            new Dense(10, Activation.Softmax) }.Save(whole);
        var outcome = Train(whole, "--epochs", "1", "--recipe", "plain");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var model = Model.Load(ModelFile);
        Assert.Equal([14, 14, 5], ((Model)model.Layer("whole")).OutputShape);
        Assert.Equal((1f, 0f), model.Layer("rescaling") is Rescaling rescaling ? (rescaling.Scale[0], rescaling.Offset[0]) : default);
    }

    [Theory]
    [InlineData(
        "--fine-tune-from conv9", "--fine-tune-from: expected a layer of 'BASE'; received 'conv9'. Its last layers are input_layer, conv2d, "
        + "batch_normalization, re_lu, conv2d_1; 'fovea summary BASE' lists all.")]
    [InlineData(
        "--find-learning-rate --fine-tune-from conv2d", "--find-learning-rate: expected without --fine-tune-from; with --base it looks for the head's rate.")]
    [InlineData("--fine-tune-epochs 3", "--fine-tune-epochs: expected with --fine-tune-from LAYER.")]
    [InlineData("--model book-catsdogs", "--base: expected without --model: the new network consists of the base and a head.")]
    [InlineData("--data digits", "--base: expected with a folder of images; 'digits' is none.")]
    [InlineData(
        "--base FOLDER/none.h5",
        "'FOLDER/none.h5' does not exist; expected a model file such as .keras, .h5 or .onnx, or a network that 'fovea models' lists.")]
    public void Requests_that_do_not_fit_get_one_sentence(string options, string expected)
    {
        WriteParts("cat", "dog");
        var pretrained = SaveBase();
        var given = options.Replace("FOLDER", folder.Path, StringComparison.Ordinal).Split(' ');
        string[] arguments = ["train", .. given, "--out", ModelFile];
        if (!given.Contains("--data")) arguments = [.. arguments, "--data", Data];
        if (!given.Contains("--base")) arguments = [.. arguments, "--base", pretrained];
        var outcome = CommandRunner.Run(arguments);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal(
            $"fovea train: {expected.Replace("BASE", pretrained, StringComparison.Ordinal).Replace("FOLDER", folder.Path, StringComparison.Ordinal)}\n",
            outcome.Error);
        Assert.False(File.Exists(ModelFile));
    }

    [Fact]
    public void Fine_tuning_needs_a_base()
    {
        WriteParts("cat", "dog");
        var outcome = CommandRunner.Run("train", "--data", Data, "--fine-tune-from", "conv2d", "--out", ModelFile);
        Assert.Equal("fovea train: --fine-tune-from: expected with --base FILE, a pretrained network.\n", outcome.Error);
    }

    private static float[] Bits(Model model) => [.. model.Weights.SelectMany(weight => weight.Values.ToArray())];

    private CommandOutcome Train(string pretrained, params string[] options) =>
        CommandRunner.Run(["train", "--data", Data, "--base", pretrained, "--out", ModelFile, "--batch-size", "4", .. options]);

    private string SaveBase()
    {
        var path = folder.Inside("base.keras");
        new Sequential("base", 3)
        {
            new Input(16, 16, 3), new Conv2D(8, 3, 2), new BatchNormalization(), new ReLU(), new Conv2D(6, 3, activation: Activation.Relu),
        }.Save(path);
        return path;
    }

    private void WriteParts(params string[] classes)
    {
        folder.Classes("data/train/", 8, classes);
        folder.Classes("data/validation/", 4, classes);
        folder.Classes("data/test/", 3, classes);
    }
}
