using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea predict</c> with a model of segmentation: writes a mask and an overlay for each image.</summary>
/// <param name="model">The model.</param>
/// <param name="images">The preprocessing that the command line sets.</param>
/// <param name="atOwnSize">Whether images are predicted at their own size, in tiles if they are large.</param>
/// <param name="folder">The folder of the files to write; null for next to the images.</param>
/// <param name="output">The outputs of the command.</param>
internal sealed class SegmentationPrediction(Model model, ImageSettings images, bool atOwnSize, string? folder, CommandOutput output)
{
    /// <summary>Whether a model has outputs for each pixel of an image.</summary>
    public static bool Fits(Model model) => model is { Inputs: [{ Shape.Rank: 3 }], Outputs: [{ Shape.Rank: 3 }] };

    /// <summary>Segments the images. If one cannot be read, the reason is reported, and the others follow.</summary>
    public List<ImageSegmentation> Run(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        if (folder is not null) Directory.CreateDirectory(folder);
        var segmenter = new ImageSegmenter(model, images.Settle(model, output.ErrorConsole)) { AtOwnSize = atOwnSize };
        return Job.Share(files, file => Segment(segmenter, file, cancellationToken), CliJsonContext.Default.ImageSegmentation);
    }

    /// <summary>Prints the results, or the errors.</summary>
    /// <returns>The exit code.</returns>
    public int Show(IReadOnlyList<ImageSegmentation> results, bool isJson)
    {
        var code = results.All(result => result.Error is null) ? FoveaCommand.Success : FoveaCommand.Failure;
        if (!Job.IsFirst) return code;
        foreach (var failed in results.Where(result => result.Error is not null)) output.Error.WriteLine($"fovea predict: {failed.Error}");
        if (isJson) CliJson.Write(output.Output, new SegmentResult(results), context => context.SegmentResult);
        else Write(output.Console, results);
        return code;
    }

    private static void Write(IAnsiConsole console, IReadOnlyList<ImageSegmentation> results)
    {
        foreach (var result in results.Where(result => result.Error is null))
        {
            var shares = result.Classes!.Where(each => each.Share > 0).OrderByDescending(each => each.Share)
                .Select(each => $"{each.Name} {Percent(each.Share)}");
            console.MarkupLine($"{Markup.Escape(result.File)}: [bold green]{Markup.Escape(string.Join(", ", shares))}[/]");
            console.MarkupLine(
                $"[grey58]  {result.Width} × {result.Height} pixels, predicted at {result.PredictedWidth} "
                    + $"× {result.PredictedHeight}; {Markup.Escape(result.Mask!)}, "
                    + $"{Markup.Escape(result.Overlay!)}[/]");
        }
    }

    private ImageSegmentation Segment(ImageSegmenter segmenter, string file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var result = segmenter.Segment(file, cancellationToken);
            var start = Path.Combine(folder ?? Path.GetDirectoryName(file) ?? "", Path.GetFileNameWithoutExtension(file));
            var (mask, overlay) = ($"{start}-mask.png", $"{start}-overlay.png");
            result.SaveMask(mask);
            result.SaveOverlay(overlay);
            return new ImageSegmentation(file)
            {
                Mask = mask,
                Overlay = overlay,
                Height = result.Height,
                Width = result.Width,
                PredictedHeight = result.PredictedHeight,
                PredictedWidth = result.PredictedWidth,
                Classes = [.. result.Shares.Select((share, label) => new ClassShare(label, result.ClassNames[label], share))],
            };
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException or InsufficientMemoryException)
        {
            return new ImageSegmentation(file) { Error = error.Message };
        }
    }

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
