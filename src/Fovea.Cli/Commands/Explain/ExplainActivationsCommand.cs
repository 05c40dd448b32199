using System.CommandLine;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary><c>fovea explain activations</c>: draws the output of every layer.</summary>
internal static class ExplainActivationsCommand
{
    public static Command Create(CommandOutput output)
    {
        var request = new ExplainRequest();
        var command = new DocumentedCommand(
            "activations",
            "Draw the output of every layer of a model for an image: one sheet per layer, one tile per channel.",
            new Example("fovea explain activations cats-dogs.keras cat.jpg --out figures", "one PNG for each layer"));
        request.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var explained = request.Read(parsed, output, cancellationToken);
            var number = 0;
            foreach (var activation in LayerActivations.Compute(explained.Model, explained.Image!, cancellationToken).Where(IsShown))
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

    /// <summary>
    /// Whether the output is drawn: an image or a vector that differs from the layer's input. The output of an inner model is not drawn again, because it is
    /// that of the model's last layer.
    /// </summary>
    private static bool IsShown(LayerActivation activation) => activation.Values.Shape.Rank is 2 or 4
        && activation.Layer is not (Model or Input) and { OnlyReshapes: false, ActsOnlyInTraining: false };
}
