using System.CommandLine;
using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary><c>fovea explain filters</c>: draws kernels, and the patterns that filters respond to.</summary>
internal static class ExplainFiltersCommand
{
    private const int MaxLayers = 4;

    public static Command Create(CommandOutput output)
    {
        var request = new ExplainRequest(imageIsOptional: true);
        var layer = new Option<string?>(
            "--layer")
        {
            Description = "The layer whose filters are searched, by name or path [default: four convolutions from the first to the last]",
            HelpName = "LAYER"
        };
        var count = CommandOptions.Number("--count", "The number of filters per layer", 12);
        var steps = CommandOptions.Number("--steps", "The number of steps of gradient ascent", 40);
        var command = new DocumentedCommand(
            "filters",
            "Draw the kernels of the first convolution and, for filters of several layers, the pattern to which each responds most "
                + "strongly, found by gradient ascent from noise. With an image, the filters with the strongest response to it are drawn; "
                + "without one, the first of each layer.",
            new Example("fovea explain filters cats-dogs.keras", "the first convolution, the last and two between them"),
            new Example("fovea explain filters cats-dogs.keras cat.jpg --layer conv2d_3", "the filters of a layer that respond most to this cat"));
        request.AddTo(command);
        command.Add(layer);
        command.Add(count);
        command.Add(steps);
        command.SetAction((parsed, cancellationToken) =>
        {
            var explained = request.Read(parsed, output, cancellationToken);
            var graph = new ModelGraph(explained.Model);
            var layers = parsed.GetValue(layer) is { } name ? [ExplainRequest.RequireImages(graph, name)] : Spread(graph);
            DrawKernels(explained, output);
            var search = new FilterMaximization { Steps = parsed.GetValue(steps), Range = explained.Range };
            foreach (var value in layers)
            {
                var filters = Choose(graph, value, explained.Image, parsed.GetValue(count));
                var patterns = search.Compute(explained.Model, value.Path, filters, cancellationToken);
                var file = Path.Combine(explained.Folder, $"filters-{ExplainRequest.FileName(value.Path)}.png");
                var order = explained.Image is null ? "" : ", strongest response to the image first";
                LayerSheets.SavePatterns(patterns, $"Patterns for filters of {value.Path}{order}", file);
                var silent = patterns.Count(pattern => pattern.Response <= pattern.Start);
                ExplainRequest.Report(
                    output, file, silent == 0
                    ? $"{patterns.Count} patterns"
                    : $"{patterns.Count} patterns; {silent} of them are grey, because no step of the search raised the response of their filter");
            }

            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    private static void DrawKernels(Explained explained, CommandOutput output)
    {
        var first = explained.Model.Leaves.OfType<Conv2D>().FirstOrDefault();
        if (first is null || first.Weights[0].Shape[2] is not (1 or 3)) return;
        var file = Path.Combine(explained.Folder, "kernels.png");
        var kernels = first.Weights[0];
        LayerSheets.SaveKernels(kernels.ToTensor(), string.Create(CultureInfo.InvariantCulture,
            $"The {kernels.Shape[3]} kernels of {first.Name}, {kernels.Shape[0]} × {kernels.Shape[1]} × {kernels.Shape[2]}"), file);
        ExplainRequest.Report(output, file, "the first convolution's kernels");
    }

    /// <summary>The first and the last convolution and some between them.</summary>
    private static List<LayerValue> Spread(ModelGraph graph)
    {
        var convolutions = graph.Layers.Where(value => value.Layer is Conv2D).ToList();
        if (convolutions.Count == 0)
            throw new CommandException("expected a model with convolutions; this one has none. Choose a layer with images as output by --layer.");
        var shown = Math.Min(MaxLayers, convolutions.Count);
        return [.. Enumerable.Range(0, shown).Select(i => convolutions[shown == 1 ? 0 : i * (convolutions.Count - 1) / (shown - 1)])];
    }

    /// <summary>The filters with the largest mean output for the image, or the first of the layer if there is no image.</summary>
    private static int[] Choose(ModelGraph graph, LayerValue layer, Tensor? image, int count)
    {
        var channels = layer.Node.Shape[^1];
        count = Math.Min(count, channels);
        if (image is null || layer.Node.Shape.Rank != 4) return [.. Enumerable.Range(0, count)];
        var sums = new double[channels];
        var values = graph.Compute(image, layer.Node)[0].Values;
        for (var i = 0; i < values.Length; i++) sums[i % channels] += values[i];
        return [.. Enumerable.Range(0, channels).OrderByDescending(filter => sums[filter]).Take(count)];
    }
}
