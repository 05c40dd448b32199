using System.Text.Json;
using System.Text.RegularExpressions;
using Fovea.Imaging;
using Fovea.Tests.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea train</c>, <c>evaluate</c> and <c>predict</c> on small images with masks.</summary>
public sealed partial class SegmentationTrainingTests : IDisposable
{
    private static readonly string[] Small = ["--widths", "4,8", "--input-shape", "16,16,3", "--epochs", "2", "--batch-size", "4"];

    private readonly TestImages folder = new();

    private string Data => folder.Inside("data");

    private string ModelFile => folder.Inside("squares.keras");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_and_masks_are_recognized_trained_on_and_reported()
    {
        WriteParts([1, 2]);
        var outcome = Train("--class-names", "background,square");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        var text = Flat(outcome.Output);
        Assert.Contains("The masks have the labels 1 to 2, which are the classes 0 to 1: they begin at 1.", text, StringComparison.Ordinal);
        Assert.Contains(
            $"Training on 8 images with masks of '{Data}' (background, square), validating on 4 others, testing on 3 more.", text, StringComparison.Ordinal);
        Assert.Matches(EpochLine(), outcome.Output);
        Assert.Matches(@"The mean IoU of the 3 test images is \d+\.\d\d %, after ", outcome.Output);
        Assert.Matches(@"The model of epoch [12] of 2 was kept, which has the highest validation mean IoU: \d+\.\d\d %\.", outcome.Output);
        using var worst = SKBitmap.Decode(folder.Inside("squares-mistakes.png"));
        Assert.True(worst.Width > 500);
        var page = File.ReadAllText(folder.Inside("squares-report.html"));
        Assert.Contains("squares: unet on data", page, StringComparison.Ordinal);
        Assert.Contains("Confusion of pixels", page, StringComparison.Ordinal);
        var model = Model.Load(ModelFile);
        Assert.Equal(["background", "square"], model.ClassNames);
        Assert.Equal([16, 16, 2], model.OutputShape);
    }

    [Fact]
    public void The_JSON_has_the_mean_IoU_and_evaluating_gives_the_same()
    {
        WriteParts([0, 255]);
        var outcome = Train("--json");
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Equal(
            [
                "test_loss", "parameters", "epochs", "images_per_second", "seconds", "model", "weights_sha256", "command", "best_epoch", "test_mean_iou",
                "val_mean_iou", "val_loss", "seconds_per_epoch", "skipped", "report",
            ],
            outcome.Json.EnumerateObject().Select(member => member.Name));
        var evaluated = CommandRunner.Run("evaluate", ModelFile, "--data", Data, "--json", "--out", folder.Inside("results"));
        Assert.Equal(("", 0), (evaluated.Error, evaluated.ExitCode));
        Assert.Equal(outcome.Json.GetProperty("test_mean_iou").GetDouble(), evaluated.Json.GetProperty("mean_iou").GetDouble(), 1e-12);
        Assert.Equal(outcome.Json.GetProperty("test_loss").GetDouble(), evaluated.Json.GetProperty("loss").GetDouble(), 1e-6);
        Assert.Equal(["background", "foreground"], evaluated.Json.GetProperty("classes").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        Assert.Equal(7, Directory.GetFiles(folder.Inside("results")).Length);
        Assert.Equal([1, 40, 60], ImageFile.ReadMask(folder.Inside("results/0-mask.png")).Shape);
    }

    [Fact]
    public void An_image_is_segmented_at_its_size_as_a_whole_or_in_tiles()
    {
        WriteParts([0, 255]);
        Train();
        var image = folder.Image("photo.png", 90, 70, x => (byte)(x < 45 ? 20 : 220));
        var outcome = CommandRunner.Run("predict", ModelFile, image, folder.Inside("none.png"), "--out", folder.Inside("whole"), "--json");
        Assert.Equal((1, $"fovea predict: '{folder.Inside("none.png")}' does not exist; expected an image file such as PNG or JPEG.\n"),
            (outcome.ExitCode, outcome.Error.ReplaceLineEndings("\n")));
        var result = outcome.Json.GetProperty("predictions")[0];
        Assert.Equal((70, 90, 16), (Number(result, "height"), Number(result, "width"), Number(result, "predicted_height")));
        Assert.Equal([1, 70, 90], ImageFile.ReadMask(result.GetProperty("mask").GetString()!).Shape);
        Assert.Equal([1, 70, 90, 3], ImageFile.Read(result.GetProperty("overlay").GetString()!).Shape);
        Assert.Equal(1, result.GetProperty("classes").EnumerateArray().Sum(each => each.GetProperty("share").GetDouble()), 9);

        var tiled = CommandRunner.Run("predict", ModelFile, image, "--tiles", "--out", folder.Inside("tiles"));
        Assert.Equal(("", 0), (tiled.Error, tiled.ExitCode));
        Assert.Contains("90 × 70 pixels, predicted at 90 × 70;", Flat(tiled.Output), StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_model_is_trained_further_with_balanced_classes()
    {
        WriteParts([0, 1, 255]);
        Assert.Equal("", Train().Error);
        var outcome = CommandRunner.Run(
            "train", "--data", Data, "--model", ModelFile, "--epochs", "1", "--class-weight", "balanced", "--out", folder.Inside("further.keras"));
        Assert.Equal(("", 0), (outcome.Error, outcome.ExitCode));
        Assert.Contains("Pixels of the label 255 belong to no class and are ignored.", Flat(outcome.Output), StringComparison.Ordinal);
        Assert.Contains("The mean IoU of the 3 test images is ", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--class-names: expected two or more different names with commas between them, as in background,cat; received a,a.", "--class-names", "a,a")]
    [InlineData("--ignore-label: expected a label from 0 to 65535, or none; received x.", "--ignore-label", "x")]
    [InlineData("fovea train: --model: expected unet or a model file for images and masks; received mini-xception.", "--model", "mini-xception")]
    [InlineData("fovea train: MaskLabelFinding: expected masks of 2 classes; received labels 0, 1 and 2.", "--class-names", "a,b")]
    [InlineData("fovea train: --input-shape: expected a height and a width that are multiples of 16, and 1 or 3 channels, as in 160,160,3; received 20,16,3.",
        "--input-shape", "20,16,3")]
    [InlineData("fovea train: --blocks: expected with the network resnet-small; 'unet' has its own layers.", "--blocks", "1,1")]
    public void Options_that_do_not_fit_are_refused(string expected, params string[] options)
    {
        WriteParts([0, 1, 2]);
        var outcome = CommandRunner.Run(["train", "--data", Data, .. options]);
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(expected, Flat(outcome.Error), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_without_masks_are_refused()
    {
        folder.Classes("classes/", 5, "cat", "dog");
        Assert.Equal(
            $"fovea train: --task segment: expected a folder of images and masks of the same names, such as images and masks; '{folder.Inside("classes")}' has "
                + "none.\n",
            CommandRunner.Run("train", "--data", folder.Inside("classes"), "--task", "segment").Error.ReplaceLineEndings("\n"));
        Assert.Equal(
            "fovea train: --class-names and --ignore-label: expected with a folder of images and masks.\n",
            CommandRunner.Run("train", "--class-names", "a,b").Error.ReplaceLineEndings("\n"));
        Assert.Equal(
            "fovea train: --model: expected a folder of images and masks for unet; 'digits' has no masks.\n",
            CommandRunner.Run("train", "--model", "unet").Error.ReplaceLineEndings("\n"));
    }

    private CommandOutcome Train(params string[] options) => CommandRunner.Run(["train", "--data", Data, .. Small, "--out", ModelFile, .. options]);

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static string Flat(string text) => WhiteSpace().Replace(text, " ");

    /// <summary>Dark images with a bright part at the right, which has the last of the labels in the mask that are no 255, or 255 if there are two.</summary>
    private void WriteParts(int[] labels)
    {
        foreach (var (part, count) in ((string, int)[])[("train", 8), ("validation", 4), ("test", 3)])
        {
            for (var i = 0; i < count; i++)
            {
                var edge = 20 + (3 * i);
                folder.Image($"data/{part}/images/{i}.png", 60, 40, x => (byte)(x < edge ? 20 + i : 200 + i));
                var path = folder.Inside($"data/{part}/masks/{i}.png");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                float Label(int x) => labels[x < edge ? 0 : labels.Length > 2 && x > 55 ? 2 : 1];
                ImageFile.Save(new Tensor([40, 60], [.. Enumerable.Range(0, 40 * 60).Select(pixel => Label(pixel % 60))]), path, PixelRange.ZeroTo255);
            }
        }
    }

    [GeneratedRegex(@"epoch 2/2  [\d,.]+ images/s  [^\n]*  loss \d\.\d{4}  mean_iou \d+\.\d\d %  validation loss \d+\.\d{4}  validation mean_iou \d+\.\d\d %")]
    private static partial Regex EpochLine();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
