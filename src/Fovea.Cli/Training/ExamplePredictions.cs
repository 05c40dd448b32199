using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>What a model says to the first images of a data set.</summary>
internal sealed class ExamplePredictions
{
    private const int Shown = 5;

    private readonly List<Example> examples = [];
    private Shape shape;

    private sealed record Example(float[] Pixels, string Truth, string Class, double Score)
    {
        public bool IsRight => Truth == Class;

        public string Percent => (100 * Score).ToString(Score >= 0.9995 ? "0" : "0.0", CultureInfo.InvariantCulture) + " %";
    }

    public static ExamplePredictions Read(Model model, Dataset data, int count)
    {
        count = Math.Min(count, data.Count);
        var size = data.InputShape.Count;
        var inputs = new float[count * size];
        var targets = new float[count];
        for (var i = 0; i < count; i++) data.Read(i, inputs.AsSpan(i * size, size), targets.AsSpan(i, 1));
        var outputs = model.Predict(new Tensor(data.InputShape.Prepend(count), inputs));
        var result = new ExamplePredictions { shape = data.InputShape };
        for (var i = 0; i < count; i++)
        {
            var scores = Scoring.Probabilities(outputs[i]);
            var best = Array.IndexOf(scores, scores.Max());
            result.examples.Add(new(inputs[(i * size)..((i + 1) * size)], Name(data, (int)targets[i]), Name(data, best), scores[best]));
        }

        return result;
    }

    /// <summary>Writes a sheet of all of them, mistakes marked.</summary>
    public void SaveSheet(string path, PixelRange range)
    {
        if (shape is not { Rank: 3 } || shape[2] is not (1 or 3)) return;
        var right = examples.Count(example => example.IsRight);
        ContactSheet.Save(
            [.. examples.Select(example => new CaptionedImage(
                InUnit(example.Pixels, range), shape, example.IsRight ? $"{example.Class}  ·  {example.Percent}" : $"{example.Class}, is {example.Truth}", !example.IsRight))],
            path, title: $"{right} of {examples.Count} test images right");
    }

    /// <summary>Shows the first few side by side.</summary>
    public void Show(IAnsiConsole console, PixelRange range)
    {
        if (shape is not { Rank: 3 } || shape[2] != 1) return;
        var grid = new Grid();
        for (var i = 0; i < Shown; i++) grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Spectre.Console.Padding(i == 0 ? 1 : 2, 0, 0, 0), Alignment = Justify.Center });
        var first = examples.Take(Shown).ToList();
        grid.AddRow([.. first.Select(example => (Spectre.Console.Rendering.IRenderable)new ImageBlocks(InUnit(example.Pixels, range), shape[0], shape[1]))]);
        grid.AddRow([.. first.Select(example => new Markup(
            example.IsRight ? $"[green]{example.Class}[/] [grey58]{example.Percent}[/]" : $"[red]{example.Class}[/][grey58], is {example.Truth}[/]"))]);
        console.Write(grid);
    }

    private static float[] InUnit(float[] pixels, PixelRange range) => range == PixelRange.ZeroToOne ? pixels : [.. pixels.Select(pixel => pixel / 255)];

    private static string Name(Dataset data, int label) => label < data.ClassNames.Count ? data.ClassNames[label] : label.ToString(CultureInfo.InvariantCulture);
}
