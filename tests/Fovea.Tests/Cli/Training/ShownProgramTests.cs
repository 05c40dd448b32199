using System.Text.RegularExpressions;
using Fovea.Cli;
using Fovea.Imaging;
using Fovea.Tests.Imaging;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea train --show-code</c>. The programs are compiled in <see cref="ShownPrograms"/>; they give the weights of the command.</summary>
public sealed class ShownProgramTests : IDisposable
{
    private readonly TestImages folder = new();

    private string Data { get; set; } = "";

    private string ModelFile => folder.Inside("shown.keras");

    public ShownProgramTests() => Data = folder.Inside("data");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("ResNet", "--samples 16 --flip horizontal --widths 4,8 --epochs 2 --batch-size 8")]
    [InlineData(
        "LargerImages",
        "--recipe strong --flip both --oversize 1.5 --progressive 0.7 --widths 4,8 --epochs 4 --stop-after 3 --batch-size 8 --schedule constant "
            + "--test-flip off")]
    [InlineData(
        "BookCatsDogs",
        "--model book-catsdogs --recipe book --optimizer adam --learning-rate 0.0005 --schedule constant --test-flip off --samples 12 --epochs 1 "
            + "--batch-size 6")]
    [InlineData("MiniXception", "--model mini-xception --input-shape 32,32,3 --epochs 2 --batch-size 8 --label-smoothing 0.1 --test-flip on --seed 3")]
    [InlineData(
        "UNet", "--widths 4,8 --input-shape 16,16,3 --epochs 2 --batch-size 4 --class-names background,square --class-weight balanced --ignore-label 255")]
    [InlineData("Labels", "--samples 20 --widths 4 --blocks 1 --input-shape 16,16,3 --epochs 2 --batch-size 8")]
    [InlineData("Flags", "--model mini-xception --input-shape 32,32,3 --targets bright,wide --task labels --label-smoothing 0.1 --epochs 1 --flip none")]
    [InlineData("Regression", "--widths 4 --blocks 1 --input-shape 16,16,3 --epochs 2 --batch-size 8 --flip horizontal --loss huber")]
    [InlineData("KeptRegression", "--model mini-xception --input-shape 32,32,3 --targets level --epochs 2 --batch-size 8 --recipe plain")]
    public void The_program_that_is_shown_gives_the_same_weights(string name, string line)
    {
        if (name == "UNet") WriteMasks();
        else if (name is "Labels" or "Flags" or "Regression" or "KeptRegression") WriteList(name);
        else if (name == "BookCatsDogs") ColoredImages.Write(folder, "a", "b");
        else ColoredImages.Write(folder, "a", "b", "c");
        var options = line.Split(' ');
        var shown = Train(["--show-code", .. options]);
        Assert.Equal(("", 0), (shown.Error, shown.ExitCode));
        Assert.False(File.Exists(ModelFile));
        var compiled = RepositoryFiles.Read("tests/Fovea.Tests/Cli/Training/ShownPrograms.cs");
        var statements = Regex.Match(compiled, $@"// begin {name}\n(.*?)\s*// end", RegexOptions.Singleline).Groups[1].Value;
        var text = shown.Output.Replace($"\"{Data}\"", "folder", StringComparison.Ordinal).Replace($"\"{ModelFile}\"", "file", StringComparison.Ordinal)
            .Replace($"\"{folder.Inside("pictures")}\"", "Pictures(folder)", StringComparison.Ordinal);
        Assert.Equal(Words(statements), Words(text[text.IndexOf("var input", StringComparison.Ordinal)..]));
        Assert.StartsWith("// dotnet add package Fovea.Imaging\nusing Fovea;\nusing Fovea.Imaging;\n\nvar input", text, StringComparison.Ordinal);

        var evaluation = ShownPrograms.Run(name, Data, ModelFile);
        var digest = WeightsDigest.Sha256(Model.Load(ModelFile));
        var trained = Train(["--json", .. options]);
        Assert.Equal(("", 0), (trained.Error, trained.ExitCode));
        Assert.Equal(trained.Json.GetProperty("weights_sha256").GetString(), digest);
        Assert.Equal(trained.Json.GetProperty("test_loss").GetDouble(), evaluation.Loss, 1e-5);  // from predictions in double precision
        var metric = evaluation.Metrics.Single();
        if (trained.Json.TryGetProperty($"test_{metric.Key}", out var score)) Assert.Equal(score.GetDouble(), metric.Value, 1e-9);
        else Assert.True(metric.Key is "f1_score" or "r2_score", "F1 is at the thresholds of the labels, R² that of the means of batches");
        Assert.Contains("The same in C#", File.ReadAllText(folder.Inside("shown-report.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--base x.keras", "'x.keras'")]
    [InlineData("--model x.keras", "'x.keras'")]
    public void Model_files_have_no_program(string line, string received)
    {
        ColoredImages.Write(folder, "a", "b");
        var model = SmallNetworks.ResNet([24, 24, 3], 2, widths: [4]);
        model.Save(folder.Inside("x.keras"));
        var outcome = Train(["--show-code", .. line.Replace("x.keras", folder.Inside("x.keras"), StringComparison.Ordinal).Split(' ')]);
        Assert.Equal(
            "fovea train: --show-code: expected a folder or a list of images, and one of the networks resnet-small, unet, book-catsdogs, "
                + $"mini-xception; received '{Data}' and {received.Replace("x.keras", folder.Inside("x.keras"), StringComparison.Ordinal)}.\n",
            outcome.Error);
    }

    private void WriteMasks()
    {
        foreach (var (part, count) in ((string, int)[])[("train", 8), ("validation", 4), ("test", 3)])
        {
            for (var i = 0; i < count; i++)
            {
                var edge = 20 + (3 * i);
                folder.Image($"data/{part}/images/{i}.png", 60, 40, x => (byte)(x < edge ? 20 + i : 200 + i));
                var path = folder.Inside($"data/{part}/masks/{i}.png");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                float[] labels = [.. Enumerable.Range(0, 40 * 60).Select(pixel => pixel % 60 < edge ? 0f : pixel % 60 > 55 ? 255 : 1)];
                ImageFile.Save(new Tensor([40, 60], labels), path, PixelRange.ZeroTo255);
            }
        }
    }

    /// <summary>Writes a list: of names of labels, of columns of 0 and 1, or of numbers. The images of some are in another folder.</summary>
    private void WriteList(string name)
    {
        var rows = new List<string> { name switch { "Labels" => "file,tags", "Flags" => "file,bright,wide", _ => "file,level" } };
        for (var i = 0; i < 40; i++)
        {
            var (isBright, isWide) = (i % 2 == 0, i / 2 % 2 == 0);
            folder.Image($"{(name is "Flags" or "Regression" ? "pictures/" : "")}{i}.png", isWide ? 32 : 16, 16, x => (byte)((isBright ? 180 : 20) + x + i));
            rows.Add($"{i}.png," + name switch
            {
                "Labels" => $"{(isBright ? "bright" : "")}{(isBright && isWide ? ";" : "")}{(isWide ? "wide" : "")}",
                "Flags" => $"{(isBright ? 1 : 0)},{(isWide ? 1 : 0)}",
                _ => $"{1000 + (6 * i)}.5",
            });
        }

        Data = folder.Inside("list.csv");
        File.WriteAllLines(Data, rows);
    }

    private static string Words(string code) => Regex.Replace(code, @"\s+", " ").Trim();

    private CommandOutcome Train(params string[] options)
    {
        string[] images = Directory.Exists(folder.Inside("pictures")) ? ["--image-folder", folder.Inside("pictures")] : [];
        return CommandRunner.Run(["train", "--data", Data, "--out", ModelFile, .. images, .. options]);
    }
}
