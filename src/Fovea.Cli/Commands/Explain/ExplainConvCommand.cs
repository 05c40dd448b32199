using System.CommandLine;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea explain conv</c>: draws how a convolution computes.</summary>
internal static class ExplainConvCommand
{
    public static Command Create(CommandOutput output)
    {
        var request = new ExplainRequest();
        var layer = new Option<string?>(
            "--layer")
        { Description = "The convolution to explain, by name or path [default: the model's first]", HelpName = "PATH" };
        var filter = CommandOptions.OptionalNumber("--filter", "The filter, counted from 0 [default: the one that responds most strongly]", minimum: 0);
        var position = new Option<string?>(
            "--at")
        { Description = "The output position, counted from 0,0 [default: where the filter responds most strongly]", HelpName = "ROW,COLUMN" };
        var command = new DocumentedCommand(
            "conv",
            "Draw how a convolution of the model computes: patch, kernel, products and sum; borders, strides and pooling; receptive "
                + "fields.",
            new Example("fovea explain conv book-mnist.keras digit.png --out figures", "the model's first convolution"),
            new Example("fovea explain conv book-mnist.keras digit.png --layer conv2d_1 --filter 3 --at 5,6", "another convolution, and a chosen output"))
        {
            layer, filter, position,
        };
        request.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var at = ReadPosition(parsed.GetValue(position));
            var explained = request.Read(parsed, output, cancellationToken);
            var step = Take(() => ConvolutionStep.Compute(explained.Model, explained.Image!, parsed.GetValue(layer), at, parsed.GetValue(filter)));
            Draw(step, explained.Folder, output, cancellationToken);
            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    private static void Draw(ConvolutionStep step, string folder, CommandOutput output, CancellationToken cancellationToken)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"filter {step.Filter} at {step.Row},{step.Column}");
        (string Name, string Meaning, Action<string> Save)[] figures =
        [
            ("1-one-output.png", $"{step.Path}, {place}: patch × kernel = products, with the sum {step.Sum.ToString("0.000", CultureInfo.InvariantCulture)}",
                file => OneOutputFigure.Save(step, file)),
            ("2-borders.png", "the effect of padding at the border of the input", file => BorderFigure.Save(step.Borders(), file)),
            ("3-strides.png", "strides of 1, 2 and 3", file => StrideFigure.Save(step, step.StridesOf(1, 2, 3), file)),
            ("4-pooling.png", "max pooling and average pooling of the output", file => PoolingFigure.Save(step.Pooling(), file)),
            ("5-receptive-fields.png", "what one output of each layer sees of the image",
                file => ReceptiveFieldFigure.Save(step.ReceptiveFields(), file)),
        ];
        foreach (var (name, meaning, save) in figures)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var file = Path.Combine(folder, name);
            if (name == "4-pooling.png" && Math.Min(step.Window.OutputHeight, step.Window.OutputWidth) < 2)
            {
                output.Console.MarkupLine(
                    $"[grey58]no {name}: the output of {Markup.Escape(step.Path)} is {step.Window.OutputHeight} × {step.Window.OutputWidth}, too small for "
                    + "pooling[/]");
                continue;
            }

            save(file);
            ExplainRequest.Report(output, file, meaning);
        }
    }

    /// <summary>Parses the value of <c>--at</c>.</summary>
    private static (int Row, int Column)? ReadPosition(string? text)
    {
        if (text is null) return null;
        return text.Split(',') is [var row, var column] && NumberText.TryParse(row, out long i) && NumberText.TryParse(column, out long j)
            && i is >= 0 and <= int.MaxValue && j is >= 0 and <= int.MaxValue
            ? ((int)i, (int)j)
            : throw new CommandException($"--at: expected a row and a column, as in 5,6; received '{text}'.");
    }

    /// <summary>Rethrows an <see cref="ArgumentException"/> as a <see cref="CommandException"/>, because the arguments come from the command line.</summary>
    private static T Take<T>(Func<T> compute)
    {
        try
        {
            return compute();
        }
        catch (ArgumentException error)
        {
            throw new CommandException(error.Sentence(), error);
        }
    }
}
