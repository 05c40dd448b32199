using Fovea.Cli;
using Fovea.Tests.Data;
using Fovea.Tests.Imaging.Checks;
using SkiaSharp;

namespace Fovea.Tests.Cli.Commands;

public sealed class DataCommandTests : IDisposable
{
    private readonly SceneFolder scenes = new();
    private readonly TemporaryFolder other = new();

    public DataCommandTests() => scenes.Fill(20, "train/cats", "train/dogs", "test/cats", "test/dogs");

    public void Dispose()
    {
        scenes.Dispose();
        other.Dispose();
    }

    [Fact]
    public void A_clean_folder_ends_with_exit_code_0()
    {
        var outcome = CommandRunner.Run("data", "check", scenes.Path);
        Assert.Equal((FoveaCommand.Success, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("80 images checked: 0 errors, 0 warnings, 0 notes.", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("add --base MODEL", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_are_in_the_JSON_and_in_the_exit_code()
    {
        scenes.Write("train/dogs/broken.jpg", [1, 2, 3]);
        scenes.Copy("train/cats/1.png", "test/cats/same.png");
        var outcome = CommandRunner.Run("data", "check", scenes.Path, "--json");
        Assert.Equal(FoveaCommand.Failure, outcome.ExitCode);
        Assert.Equal(
            (82, 2, 0),
            (outcome.Json.GetProperty("images").GetInt32(), outcome.Json.GetProperty("errors").GetInt32(), outcome.Json.GetProperty("warnings").GetInt32()));
        var findings = outcome.Json.GetProperty("findings");
        Assert.Equal("unreadable", findings[0].GetProperty("kind").GetString());
        Assert.Equal("train/dogs/broken.jpg", findings[0].GetProperty("files")[0].GetString());
        Assert.Equal("duplicate_across_splits", findings[1].GetProperty("kind").GetString());
        Assert.Equal("error", findings[1].GetProperty("severity").GetString());
        Assert.Equal(1, findings[1].GetProperty("value").GetDouble());
        Assert.Equal(0.98, findings[1].GetProperty("threshold").GetDouble());
        Assert.Equal("test/cats/same.png", findings[1].GetProperty("file_to_keep").GetString());
        Assert.Equal(1, outcome.Json.GetProperty("kinds").GetProperty("unreadable").GetInt32());
    }

    [Fact]
    public void Files_are_moved_and_moved_back()
    {
        scenes.Write("train/dogs/broken.jpg", [1, 2, 3]);
        var quarantine = Path.Combine(other.Path, "bad");
        var outcome = CommandRunner.Run("data", "check", scenes.Path, "--quarantine", quarantine);
        var list = Path.Combine(quarantine, "undo.json");
        Assert.Contains($"1 file was moved. To move them back: fovea data undo {list}", outcome.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(scenes.Inside("train/dogs/broken.jpg")));
        outcome = CommandRunner.Run("data", "undo", list);
        Assert.Equal((FoveaCommand.Success, "1 file was moved back.\n"), (outcome.ExitCode, outcome.Output.ReplaceLineEndings("\n")));
        Assert.True(File.Exists(scenes.Inside("train/dogs/broken.jpg")));
    }

    [Fact]
    public void A_table_and_a_page_are_written()
    {
        var (csv, page) = (Path.Combine(other.Path, "check.csv"), Path.Combine(other.Path, "check.html"));
        Assert.Equal(FoveaCommand.Success, CommandRunner.Run("data", "check", scenes.Path, "--csv", csv, "--page", page).ExitCode);
        Assert.StartsWith("finding,kind,", File.ReadAllText(csv), StringComparison.Ordinal);
        Assert.Contains("Nothing was found.", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--kinds: expected with --quarantine DIR.", "--kinds", "dark")]
    [InlineData("--base: expected without --model; received both.", "--base", "a", "--model", "b")]
    public void Wrong_usage_ends_with_exit_code_2(string message, params string[] options)
    {
        var outcome = CommandRunner.Run([.. (string[])["data", "check", scenes.Path], .. options]);
        Assert.Equal(FoveaCommand.UsageError, outcome.ExitCode);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_kind_is_named_with_the_known_ones()
    {
        var outcome = CommandRunner.Run("data", "check", scenes.Path, "--quarantine", "x", "--kinds", "dark,ugly");
        Assert.Equal(FoveaCommand.UsageError, outcome.ExitCode);
        Assert.Contains(
            "--kinds: expected some of unreadable, missing_target, mask_size, unmatched_mask, duplicate_with_two_labels,", outcome.Error,
            StringComparison.Ordinal);
        Assert.Contains("received 'ugly'.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_are_compared_with_the_predictions_of_a_model()
    {
        using var colors = new SceneFolder();
        var seed = 0;
        foreach (var (name, color) in (List<(string, SKColor)>)[("blue/1", SKColors.Blue), ("blue/2", SKColors.Blue), ("blue/wrong", SKColors.Red),
            .. Enumerable.Range(1, 7).Select(i => ($"red/{i}", SKColors.Red))])
        {
            var bitmap = SceneFolder.Scene(seed++);
            using (var canvas = new SKCanvas(bitmap)) canvas.DrawColor(color.WithAlpha(160), SKBlendMode.SrcOver);
            colors.Save($"{name}.png", bitmap);
        }

        var model = Path.Combine(other.Path, "colors.keras");
        DataCheckTests.RedOrBlue().Save(model);
        var outcome = CommandRunner.Run("data", "check", colors.Path, "--model", model, "--json");
        Assert.Equal("", outcome.Error);
        var suspect = outcome.Json.GetProperty("findings").EnumerateArray().Single(finding => finding.GetProperty("kind").GetString() == "label_suspect");
        Assert.Equal("blue/wrong.png", suspect.GetProperty("files")[0].GetString());
    }

    [Fact]
    public void A_preview_names_the_labels_of_mixed_images()
    {
        string[] options = ["--size", "32", "--images", "8", "--copies", "3", "--recipe", "strong", "--out", Path.Combine(other.Path, "p.html")];
        var outcome = CommandRunner.Run(["data", "preview", scenes.Path, .. options]);
        Assert.Equal((FoveaCommand.Success, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("MixUp or CutMix (50 % of the images)", outcome.Output, StringComparison.Ordinal);
        Assert.Matches("cats \\d+ %", File.ReadAllText(Path.Combine(other.Path, "p.html")));
    }

    [Theory]
    [InlineData("preview.png")]
    [InlineData("preview.html")]
    public void A_preview_shows_images_of_each_class_varied(string name)
    {
        var file = Path.Combine(other.Path, name);
        var outcome = CommandRunner.Run("data", "preview", scenes.Path, "--size", "32", "--images", "4", "--copies", "2", "--out", file);
        Assert.Equal((FoveaCommand.Success, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("Images are read as 32 × 32 RGB, 0..255", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("RandomGeometry", outcome.Output, StringComparison.Ordinal);
        Assert.True(new FileInfo(file).Length > 1000);
    }

    [Fact]
    public void A_preview_is_the_same_again()
    {
        var files = new[] { "one.png", "other.png" }.Select(name => Path.Combine(other.Path, name)).ToArray();
        foreach (var file in files) CommandRunner.Run("data", "preview", scenes.Path, "--size", "32", "--images", "2", "--copies", "2", "--out", file);
        Assert.Equal(File.ReadAllBytes(files[0]), File.ReadAllBytes(files[1]));
    }
}
