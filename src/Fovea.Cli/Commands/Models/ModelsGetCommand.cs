using System.CommandLine;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea models get NAME</c>: downloads the weights of a published network.</summary>
internal static class ModelsGetCommand
{
    public static Command Create(CommandOutput output)
    {
        var name = new Argument<string>("NAME") { Description = "A network that 'fovea models' lists, such as mobilenet_v2" };
        var withoutTop = new Option<bool>("--without-top") { Description = "Only what a base needs (--base): without the layers for ImageNet's classes" };
        var alpha = CommandOptions.Positive("--alpha", "The width of MobileNet, MobileNetV2 or MobileNetV3 [default: 1]");
        var inputShape = CommandOptions.InputShape("The size of the images: MobileNet and MobileNetV2 have weights for several");
        var json = CommandOptions.Json();
        var command = new DocumentedCommand(
            "get",
            "Download the weights of a published network into the cache (FOVEA_CACHE), and print the path of the file. Files of Keras (~/.keras/models) are "
                + "found too. A download that was interrupted is continued.",
            new("fovea models get mobilenet_v2", "MobileNetV2, with the 1,000 classes of ImageNet"),
            new("fovea models get vgg16 --without-top", "59 MB instead of 553"),
            new("fovea models get mobilenet --alpha 0.25 --input-shape 128,128,3", "a small one, for small images"))
        {
            name, withoutTop, alpha, inputShape, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var network = Fovea.Applications.Find(parsed.GetValue(name)!) ?? throw new CommandException(
                $"NAME: expected a network that 'fovea models' lists; received '{parsed.GetValue(name)}'.");
            var options = new ApplicationOptions
            {
                IncludeTop = !parsed.GetValue(withoutTop),
                Alpha = parsed.GetValue(alpha) ?? 1,
                InputShape = parsed.GetValue(inputShape),
            };
            var isJson = parsed.GetValue(json);
            var path = await Downloads.ShowAsync(
                isJson ? output.ForScripts() : output,
                progress => Fovea.Applications.DownloadWeightsAsync(network.Name, options, progress, cancellationToken: cancellationToken));
            if (isJson) CliJson.Write(output.Output, new ModelFileResult(network.Name, path), context => context.ModelFileResult);
            else output.Console.MarkupLine($"{Markup.Escape(path)}");
            return FoveaCommand.Success;
        });
        return command;
    }
}
