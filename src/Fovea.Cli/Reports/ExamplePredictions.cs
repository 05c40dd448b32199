using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>What a model says to the first images of a data set.</summary>
internal sealed class ExamplePredictions(Model model, Dataset data, int count)
{
    private const int Shown = 5;

    private readonly List<Verdict> verdicts = Verdict.Read(model, data, count, CancellationToken.None);
    private readonly Shape shape = data.ImageInput?.Shape ?? data.InputShape;

    /// <summary>Writes a sheet of all of them, mistakes marked.</summary>
    public void SaveSheet(string path)
    {
        if (shape is not { Rank: 3 } || shape[2] is not (1 or 3)) return;
        var right = verdicts.Count(verdict => verdict.IsRight);
        ContactSheet.Save(
            [.. verdicts.Select(verdict => new CaptionedImage(
                data.Image(verdict.Index), shape,
                verdict.IsRight
                    ? $"{data.Name(verdict.Class)}  ·  {Percent(verdict)}"
                    : $"{data.Name(verdict.Class)}, is {data.Name(verdict.Label)}", !verdict.IsRight))],
            path, title: $"{right} of {verdicts.Count} test images right");
    }

    /// <summary>Shows the first few side by side.</summary>
    public void Show(IAnsiConsole console)
    {
        if (shape is not { Rank: 3 } || shape[2] != 1) return;
        var grid = new Grid();
        for (var i = 0; i < Shown; i++)
            grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Spectre.Console.Padding(i == 0 ? 1 : 2, 0, 0, 0), Alignment = Justify.Center });
        var first = verdicts.Take(Shown).ToList();
        grid.AddRow([.. first.Select(verdict => (Spectre.Console.Rendering.IRenderable)new ImageBlocks(data.Image(verdict.Index), shape[0], shape[1]))]);
        grid.AddRow([.. first.Select(verdict => new Markup(
            verdict.IsRight
                ? $"[green]{data.Name(verdict.Class)}[/] [grey58]{Percent(verdict)}[/]"
                : $"[red]{data.Name(verdict.Class)}[/][grey58], is {data.Name(verdict.Label)}[/]"))]);
        console.Write(grid);
    }

    private static string Percent(Verdict verdict) =>
        (100 * verdict.Score).ToString(verdict.Score >= 0.9995 ? "0" : "0.0", CultureInfo.InvariantCulture) + " %";
}
