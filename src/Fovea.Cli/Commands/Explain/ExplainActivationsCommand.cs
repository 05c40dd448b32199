using System.CommandLine;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary><c>fovea explain activations</c>: what every layer makes of a picture.</summary>
internal static class ExplainActivationsCommand
{
    public static Command Create(CommandOutput output)
    {
        var request = new ExplainRequest();
        var command = new DocumentedCommand(
            "activations",
            "Draw what every layer of a model makes of a picture, a sheet for each layer, a tile for each channel.",
            new Example("fovea explain activations cats-dogs.keras cat.jpg --out pictures", "one PNG for each layer"));
        request.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var explained = request.Read(parsed, output, cancellationToken);
            var (number, before) = (0, explained.Image!.Values);
            foreach (var activation in Activations.Compute(explained.Model, explained.Image).Where(IsShown))
            {
                // Layers that act in training only give what they were given.
                if (activation.Values.Values.AsSpan().SequenceEqual(before)) continue;
                before = activation.Values.Values;
                cancellationToken.ThrowIfCancellationRequested();
                var file = Path.Combine(explained.Folder, $"activations-{++number:00}-{ExplainRequest.FileName(activation.Path)}.png");
                LayerSheets.SaveActivations(activation, file);
                ExplainRequest.Report(output, file, $"{activation.Layer.ClassName}, {activation.Values.Shape[1..]}");
            }

            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    /// <summary>Layers that only lay out their input anew, and models whose last layer is shown already, add nothing to see.</summary>
    private static bool IsShown(LayerActivation activation) =>
        activation.Values.Shape.Rank is 2 or 4 && activation.Layer is not (Model or Flatten or Reshape);
}
