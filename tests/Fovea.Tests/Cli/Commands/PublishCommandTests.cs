using System.Diagnostics;
using System.Text.Json;
using Fovea.Cli;
using SkiaSharp;

namespace Fovea.Tests.Cli;

public sealed class PublishCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_model_that_does_not_take_images_is_refused_before_anything_is_compiled()
    {
        var path = Path.Combine(folder, "m.keras");
        new Sequential { new Input(4), new Dense(2) }.Save(path);
        var outcome = CommandRunner.Run("publish", path, "-o", folder);
        Assert.Equal(
            (1, "fovea publish: sequential: expected a model of images, (height, width, 1 or 3); it takes (4).\n"), (outcome.ExitCode, outcome.Error));
        Assert.Equal([path], Directory.GetFiles(folder));
    }

    [Fact]
    public void The_program_says_what_predict_says()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1", "compiles for half a minute; set FOVEA_SLOW=1 to run it.");
        var model = Path.Combine(folder, "digits.keras");
        Networks.Create(BookMnist.Name, seed: 3).Save(model);
        var published = CommandRunner.Run("publish", model, "-o", folder, "--json").Json;
        Assert.InRange(published.GetProperty("bytes").GetInt64(), 1, 25_000_000);
        string[] images = [Draw("a.png", SKEncodedImageFormat.Png), Draw("b.jpg", SKEncodedImageFormat.Jpeg), Draw("c.webp", SKEncodedImageFormat.Webp)];
        var (code, output, _) = Start([.. images, "--json"]);
        Assert.Equal(0, code);
        var expected = CommandRunner.Run(["predict", model, .. images, "--json"]).Json.GetProperty("predictions");
        var actual = JsonSerializer.Deserialize<JsonElement>(output).GetProperty("predictions");
        Assert.Equal(images.Length, actual.GetArrayLength());
        foreach (var (one, other) in expected.EnumerateArray().Zip(actual.EnumerateArray()))
        {
            Assert.Equal(one.GetProperty("file").GetString(), other.GetProperty("file").GetString());
            Assert.Equal(one.GetProperty("name").GetString(), other.GetProperty("name").GetString());
            foreach (var (first, second) in one.GetProperty("top5").EnumerateArray().Zip(other.GetProperty("top5").EnumerateArray()))
            {
                Assert.Equal(first.GetProperty("class").GetInt32(), second.GetProperty("class").GetInt32());
                Assert.Equal(first.GetProperty("score").GetDouble(), second.GetProperty("score").GetDouble(), 1e-5);
            }
        }

        var broken = Path.Combine(folder, "broken.png");
        File.WriteAllText(broken, "no image");
        Assert.Equal((1, $"'{broken}' is not an image that can be read; expected PNG, JPEG, WebP, GIF or BMP.\n"), Start([broken]) is var failed
            ? (failed.Code, failed.Error)
            : default);
    }

    private (int Code, string Output, string Error) Start(string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(
            Path.Combine(folder, OperatingSystem.IsWindows() ? "digits.exe" : "digits"), arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true
            })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>A seven in dark ink on paper.</summary>
    private string Draw(string name, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(180, 160);
        using var canvas = new SKCanvas(bitmap);
        using var ink = new SKPaint { Color = new SKColor(20, 30, 60), StrokeWidth = 12, IsAntialias = true };
        canvas.Clear(new SKColor(230, 228, 220));
        canvas.DrawLine(50, 35, 125, 35, ink);
        canvas.DrawLine(125, 35, 80, 130, ink);
        canvas.Flush();
        using var data = bitmap.Encode(format, 90);
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, data.ToArray());
        return path;
    }
}
