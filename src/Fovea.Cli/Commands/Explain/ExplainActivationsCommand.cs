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
            var number = 0;
            foreach (var activation in Activations.Compute(explained.Model, explained.Image!).Where(IsShown))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var file = Path.Combine(explained.Folder, $"activations-{++number:00}-{ExplainRequest.FileName(activation.Path)}.png");
                LayerSheets.SaveActivations(activation, file);
                ExplainRequest.Report(output, file, $"{activation.Layer.ClassName}, {activation.Values.Shape[1..]}");
            }

            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    /// <summary>Whether a layer's output differs from what is drawn already: the image, the layer before, or the last layer of a model within.</summary>
    private static bool IsShown(LayerActivation activation) => activation.Values.Shape.Rank is 2 or 4
        && activation.Layer is not (Model or Input) and { OnlyReshapes: false, ActsOnlyInTraining: false };
}
