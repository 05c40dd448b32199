using Fovea.Cli;
using Fovea.Tests.Data;
using SkiaSharp;

namespace Fovea.Tests.Cli;

/// <summary>Models that take the numbers of 28 × 28 images in another arrangement, as tutorials build them.</summary>
public sealed class ArrangedImagesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(784)]
    [InlineData(28, 28)]
    [InlineData(1, 28, 28)]
    public void Images_are_reshaped_where_their_numbers_fit(params int[] input)
    {
        var (usual, other) = (Save("usual.keras", 28, 28, 1), Save("other.keras", input));
        var expected = CommandRunner.Run("evaluate", usual, "--json").Json;
        var outcome = CommandRunner.Run("evaluate", other, "--json");
        Assert.Equal(0, outcome.ExitCode);
        foreach (var name in (string[])["accuracy", "loss", "count"])
            Assert.Equal(expected.GetProperty(name).GetDouble(), outcome.Json.GetProperty(name).GetDouble(), 1e-5);
        var text = CommandRunner.Run("evaluate", other);
        Assert.Contains(
            $"The images of (28, 28, 1) are reshaped to the model's input {new Fovea.Shape(input)}.", text.Output + text.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("reshaped", CommandRunner.Run("evaluate", usual).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(784)]
    [InlineData(28, 28)]
    [InlineData(1, 28, 28)]
    public void Images_are_predicted_and_digits_learned(params int[] input)
    {
        var (usual, other) = (Save("usual.keras", 28, 28, 1), Save("other.keras", input));
        var digit = new float[784];
        new DrawnDigits(10).Read(3, digit, new float[1]);
        using var bitmap = new SKBitmap(28, 28, SKColorType.Gray8, SKAlphaType.Opaque);
        for (var i = 0; i < 784; i++) bitmap.GetPixelSpan()[(i / 28 * bitmap.RowBytes) + (i % 28)] = (byte)(255 * digit[i]);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        var image = folder.Write("digit.png", png.ToArray());
        Assert.Equal(
            CommandRunner.Run("predict", usual, image, "--json").Output, CommandRunner.Run("predict", other, image, "--json").Output);
        var trained = Path.Combine(folder.Path, "trained.keras");
        var outcome = CommandRunner.Run("train", "--model", other, "--samples", "500", "--epochs", "1", "--out", trained);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(new Fovea.Shape(input), Model.Load(trained).InputShape);
    }

    [Theory]
    [InlineData(28, 28, 3)]
    [InlineData(32, 32, 1)]
    [InlineData(785)]
    public void What_does_not_fit_is_refused_in_one_sentence(params int[] input)
    {
        var file = Save("other.keras", input);
        var outcome = CommandRunner.Run("evaluate", file);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains($"'{file}' takes inputs of {new Fovea.Shape(input)}", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("28, 28, 1", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>The rows 3 4, 0 0 and 5 12 have the norms 5, 0 and 13; the columns 3 0 5 and 4 0 12 have √34 and √160.</summary>
    [Fact]
    public void Images_are_divided_by_the_norms_of_their_rows_or_columns()
    {
        var data = new TensorDataset([new Tensor(new Fovea.Shape(1, 3, 2), [3, 4, 0, 0, 5, 12])], [new Tensor(new Fovea.Shape(1), [1])]);
        Assert.Equal([0.6f, 0.8f, 0, 0, 5 / 13f, 12 / 13f], Read(data.Normalized(NormalizedAxis.Rows)));
        var (left, right) = ((float)Math.Sqrt(34), (float)Math.Sqrt(160));
        var columns = Read(data.Normalized(NormalizedAxis.Columns));
        float[] expected = [3 / left, 4 / right, 0, 0, 5 / left, 12 / right];
        for (var i = 0; i < 6; i++) Assert.Equal(expected[i], columns[i], 1e-6f);
        Assert.Equal(new Fovea.Shape(6), data.Normalized(NormalizedAxis.Rows).WithShape(new Fovea.Shape(6)).InputShape);
    }

    private static float[] Read(Dataset data)
    {
        var image = new float[data.InputShape.Count];
        data.Read(0, image, new float[1]);
        return image;
    }

    /// <summary>A layer of ten outputs on the numbers as they come, whose weights are the same for any arrangement.</summary>
    private string Save(string name, params int[] input)
    {
        var model = new Sequential("dense") { new Input(input) };
        if (input.Length > 1) model.Add(new Flatten());
        model.Add(new Dense(10, Activation.Softmax));
        var random = new Random(6);
        model.Weights[0].Write([.. Enumerable.Range(0, model.Weights[0].Shape.Count).Select(_ => (random.NextSingle() - 0.5f) / 10)]);
        var path = Path.Combine(folder.Path, name);
        model.Save(path);
        return path;
    }
}
