using System.CommandLine;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary><c>fovea summary</c>: describes a model layer by layer.</summary>
internal static class SummaryCommand
{
    public static Command Create(CommandOutput output)
    {
        var model = new Argument<string>(
            "MODEL")
        {
            Description = "A model file: .keras, .h5, .onnx, .tflite, .safetensors by fovea, or TensorFlow.js' model.json; or book-mnist, "
            + "book-catsdogs, or a network that 'fovea models' lists"
        };
        var json = CommandOptions.Json();
        var expand = new Option<bool>("--expand-nested") { Description = "List and draw the layers of models within the model too." };
        var figure = new Option<string?>("--figure") { Description = "Also draw the architecture into this file, .svg or .png.", HelpName = "FILE" };
        var inputShape = CommandOptions.InputShape();
        var command = new DocumentedCommand(
            "summary",
            "Describe a model layer by layer: output shapes, parameters, receptive fields, multiply-adds and memory for one image.",
            new("fovea summary book-mnist.keras", "a model file"),
            new("fovea summary book-mnist", "the book's convnet for digits, untrained"),
            new("fovea summary book-catsdogs", "the book's convnet for cats and dogs, untrained"),
            new("fovea summary model.keras --figure model.svg --expand-nested", "also a drawing of all layers and their connections"))
        {
            model, expand, figure, inputShape, json,
        };
        command.SetAction(parsed =>
        {
            var name = parsed.GetValue(model)!;
            var shape = parsed.GetValue(inputShape);
            var network = Networks.IsNamed(name) ? Networks.Create(name, seed: 0)
                : Networks.Published(name)?.Create(new() { InputShape = shape }) ?? Networks.Load(name, shape);
            var summary = network.Summary(parsed.GetValue(expand));
            if (parsed.GetValue(figure) is { } file) Draw(network, file, parsed.GetValue(expand));
            if (parsed.GetValue(json)) CliJson.Write(output.Output, ToJson(summary), context => context.SummaryResult);
            else SummaryTable.Write(output.Console, summary);
            return FoveaCommand.Success;
        });
        return command;
    }

    private static void Draw(Model network, string file, bool expandNested)
    {
        if (Path.GetExtension(file).ToLowerInvariant() is not (".svg" or ".png"))
            throw new CommandException($"--figure: expected a file that ends with .svg or .png; received '{file}'.");
        ModelFigure.Save(network, file, expandNested);
    }

    private static SummaryResult ToJson(ModelSummary summary) => new(
        [.. summary.Layers.Select(layer => new LayerResult(
            layer.Name, layer.ClassName, [null, .. layer.OutputShape.Sizes], layer.Parameters,
            layer.ReceptiveField is { } field ? new([field.Height, field.Width], [field.StrideHeight, field.StrideWidth]) : null,
            layer.MultiplyAdds))],
        summary.Parameters);
}
