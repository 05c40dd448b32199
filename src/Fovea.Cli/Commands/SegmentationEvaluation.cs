using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea evaluate</c> with images and masks.</summary>
/// <param name="model">The model.</param>
/// <param name="file">Its file.</param>
/// <param name="source">The data.</param>
/// <param name="folder">The folder for masks, overlays and the page; null for none.</param>
/// <param name="output">The outputs of the command.</param>
/// <param name="cancellationToken">Stops between two images.</param>
internal sealed class SegmentationEvaluation(
    Model model, string file, MaskSource source, string? folder, CommandOutput output, CancellationToken cancellationToken)
{
    /// <summary>Measures the model, and writes the files.</summary>
    /// <param name="images">The preprocessing that the command line sets.</param>
    /// <param name="isJson">Whether the result is printed as JSON.</param>
    /// <exception cref="CommandException">The model does not fit the masks.</exception>
    public void Run(ImageSettings images, bool isJson)
    {
        source.RequireFit(model, file);
        var input = images.Settle(model, output.ErrorConsole);
        var (test, note) = source.LoadTest(new DataRequest(input), null, cancellationToken);
        var ignored = source.Labels.IgnoreClass;
        SegmentationTask.Compile(model, new RmsProp(0), ignored);
        var loss = model.Evaluate(test, verbose: 0, cancellationToken: cancellationToken).Loss;
        var results = SegmentationResults.Of(model, test, ignored, cancellationToken: cancellationToken);
        if (folder is not null && Job.IsFirst) WriteFiles(results, (MaskFolder)test, folder, input);
        if (!Job.IsFirst) return;
        var matrix = results.Matrix;
        if (isJson)
        {
            CliJson.Write(
                output.Output,
                new SegmentationEvaluationResult(
                    matrix.MeanIoU, matrix.MeanDice, matrix.Accuracy, loss, test.Count,
                    [.. matrix.ClassNames.Select((name, label) => new ClassOverlap(label, name, Known(matrix.IoU(label)), Known(matrix.Dice(label))))]),
                context => context.SegmentationEvaluationResult);
            return;
        }

        output.Console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"The mean IoU of {test.Count:N0} images is [bold green]{100 * matrix.MeanIoU:0.00} %[/], the mean loss {loss:0.0000}."));
        output.Console.Write(new Text($"\n{matrix}\n"));
        output.Console.MarkupLine($"[grey58]{Markup.Escape(source.Recognized)}[/]");
        if (note is not null) output.Console.MarkupLine($"[grey58]{Markup.Escape(note)}[/]");
        if (folder is not null)
            output.Console.MarkupLine($"[grey58]Masks, overlays and the page report.html are in '{Markup.Escape(folder)}'.[/]");
    }

    private static double? Known(double value) => double.IsNaN(value) ? null : value;

    private void WriteFiles(SegmentationResults results, MaskFolder test, string path, ImageInput input)
    {
        Directory.CreateDirectory(path);
        var segmenter = new ImageSegmenter(model, input);
        for (var i = 0; i < test.Count; i++)
        {
            var result = segmenter.Segment(test.Image(i), cancellationToken);
            var start = Path.Combine(path, Path.GetFileNameWithoutExtension(test.Image(i)));
            result.SaveMask($"{start}-mask.png");
            result.SaveOverlay($"{start}-overlay.png");
        }

        SegmentationReport.Page(results, $"{Path.GetFileNameWithoutExtension(file)} on {test.Count} images").Save(Path.Combine(path, "report.html"));
    }
}
