using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The predictions for the first images of a data set.</summary>
internal sealed class ExamplePredictions(Model model, Dataset data, int count)
{
    private const int Shown = 5;

    private readonly List<SamplePrediction> predictions = SamplePrediction.Read(model, data, count, CancellationToken.None);
    private readonly Shape shape = data.ImageInput?.Shape ?? data.InputShape;

    /// <summary>Draws all images on a sheet, with mistakes marked.</summary>
    public void SaveSheet(string path)
    {
        if (shape is not { Rank: 3 } || shape[2] is not (1 or 3)) return;
        var right = predictions.Count(prediction => prediction.IsRight);
        ContactSheet.Save(
            [.. predictions.Select(prediction => new CaptionedImage(
                new Tensor(shape, data.Image(prediction.Index)),
                prediction.IsRight
                    ? $"{data.Name(prediction.Class)}  ·  {Percent(prediction)}"
                    : $"{data.Name(prediction.Class)}, true {data.Name(prediction.Label)}", !prediction.IsRight))],
            path, title: $"{right} of {predictions.Count} test images right");
    }

    /// <summary>Shows the first few side by side.</summary>
    public void Show(IAnsiConsole console)
    {
        if (shape is not { Rank: 3 } || shape[2] != 1) return;
        var grid = new Grid();
        for (var i = 0; i < Shown; i++)
            grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Spectre.Console.Padding(i == 0 ? 1 : 2, 0, 0, 0), Alignment = Justify.Center });
        var first = predictions.Take(Shown).ToList();
        grid.AddRow([.. first.Select(prediction => (Spectre.Console.Rendering.IRenderable)new ImageBlocks(data.Image(prediction.Index), shape[0], shape[1]))]);
        grid.AddRow([.. first.Select(prediction => new Markup(
            prediction.IsRight
                ? $"[green]{data.Name(prediction.Class)}[/] [grey58]{Percent(prediction)}[/]"
                : $"[red]{data.Name(prediction.Class)}[/][grey58], true {data.Name(prediction.Label)}[/]"))]);
        console.Write(grid);
    }

    private static string Percent(SamplePrediction prediction) =>
        (100 * prediction.Score).ToString(prediction.Score >= 0.9995 ? "0" : "0.0", CultureInfo.InvariantCulture) + " %";
}
