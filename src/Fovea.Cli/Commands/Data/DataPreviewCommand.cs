using System.CommandLine;
using System.Globalization;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>fovea data preview</c>: shows what a network is fed.</summary>
internal static class DataPreviewCommand
{
    public static Command Create(CommandOutput output)
    {
        var folder = new Argument<string>("FOLDER") { Description = "The data set: a folder of classes or parts, an archive, or a list of images" };
        var recipe = new Option<AugmentationRecipe>("--recipe")
        {
            Description = "How strongly images are varied, as in fovea train: plain (not at all), gentle, standard or strong",
            HelpName = "plain|gentle|standard|strong",
            DefaultValueFactory = _ => AugmentationRecipe.Standard,
            CustomParser = result =>
            {
                if (Enum.TryParse<AugmentationRecipe>(result.Tokens[0].Value, ignoreCase: true, out var value) && Enum.IsDefined(value)) return value;
                result.AddError($"--recipe: expected plain, gentle, standard or strong; received '{result.Tokens[0].Value}'.");
                return default;
            },
        };
        var model = new Option<string?>("--model") { Description = "Read images as this model does, and at its size", HelpName = "MODEL" };
        var size = CommandOptions.OptionalNumber("--size", "The height and width of the images; not with --model [default: 180]", minimum: 8);
        var images = CommandOptions.Number("--images", "The number of images, from all classes in turn", 6);
        var copies = CommandOptions.Number("--copies", "How often each image is varied", 6);
        var seed = CommandOptions.Number("--seed", "The seed of the choice of images and of their variations", 0, minimum: 0);
        var file = new Option<string>(
            "--out")
        { Description = "The file to write: .png, or .html for a page", HelpName = "FILE", DefaultValueFactory = _ => "preview.png" };
        var command = new DocumentedCommand(
            "preview",
            "Show what a network is fed in training: images of each class at its size, and what the augmentation makes of them, several times each.",
            new("fovea data preview photos", "a figure, preview.png"),
            new("fovea data preview photos --recipe strong --out preview.html", "the strong recipe, as a page"))
        {
            folder, recipe, model, size, images, copies, seed, file,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(model) is not null && result.GetResult(size) is { Implicit: false })
                result.AddError("--size: expected without --model; received both.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var layers = parsed.GetValue(recipe).Layers(SmallNetwork.ResNet, FlipChoice.Horizontal);
            var input = InputOf(parsed.GetValue(model), parsed.GetValue(size) ?? 180);
            var preview = DataPreview.Of(
                parsed.GetValue(folder)!, input, layers, parsed.GetValue(images), parsed.GetValue(copies), parsed.GetValue(seed), cancellationToken);
            preview.Save(parsed.GetValue(file)!);
            Describe(output.Console, input, layers, parsed.GetValue(file)!, preview);
            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    private static ImageInput InputOf(string? model, int size) =>
        model is null ? new ImageInput(size, size) { Pixels = PixelScale.ZeroTo255 } : ImageSettings.Find(Networks.LoadSized(model, null)).Input;

    private static void Describe(IAnsiConsole console, ImageInput input, IReadOnlyList<Layer> layers, string file, DataPreview preview)
    {
        console.MarkupLine($"Images are read as {Markup.Escape(input.ToString())}.");
        console.MarkupLine(layers.Count == 0
            ? "They are not varied."
            : $"In training they are varied by {Markup.Escape(string.Join(", ", layers.Select(layer => layer.GetType().Name)))}.");
        console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture, $"[bold]{Markup.Escape(file)}[/] shows {preview.Rows.Count} images: as they are read, and varied."));
    }
}
