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
        var recipe = Choice<AugmentationRecipe?>(
            "--recipe", "How strongly images are varied, as in fovea train: plain (not at all), gentle, standard or strong [default: standard; gentle for a "
                + "list of numbers]", "plain|gentle|standard|strong");
        var flip = Choice<FlipChoice?>(
            "--flip", "How images may be flipped [default: as fovea train chooses: horizontal, or none if that could change the class or the number]",
            "none|horizontal|both");
        var imageFolder = TargetOptions.ImageFolder();
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
            "Show what a network is fed in training: images of each class at its size, and what the augmentation makes of them, several times each. Mixed "
                + "images have their labels below them; masks are drawn over their images.",
            new("fovea data preview photos", "a figure, preview.png"),
            new("fovea data preview photos --recipe strong --out preview.html", "the strong recipe, as a page"))
        {
            folder, imageFolder, recipe, flip, model, size, images, copies, seed, file,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(model) is not null && result.GetResult(size) is { Implicit: false })
                result.AddError("--size: expected without --model; received both.");
            if (result.GetValue(file) is { } path && Path.GetExtension(path).ToLowerInvariant() is not (".png" or ".html" or ".htm"))
                result.AddError($"--out: expected a file .png or .html; received '{path}'.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var data = ImageData.Recognize(parsed.GetValue(folder)!, imageFolder: parsed.GetValue(imageFolder));
            var hasNumbers = data.Kind == ImageDataKind.List && HasNumbers(data.Path, parsed.GetValue(imageFolder));
            var augmentation = (parsed.GetValue(recipe) ?? (hasNumbers ? AugmentationRecipe.Gentle : AugmentationRecipe.Standard)).Augmentation(
                data.Kind == ImageDataKind.Masks ? SmallNetwork.UNet : SmallNetwork.ResNet,
                parsed.GetValue(flip) ?? (hasNumbers ? FlipChoice.None : FlipOf(data)), size: null, channels: 3);
            var input = InputOf(parsed.GetValue(model), parsed.GetValue(size) ?? 180);
            var preview = DataPreview.Of(
                parsed.GetValue(folder)!, input, augmentation, parsed.GetValue(images), parsed.GetValue(copies), parsed.GetValue(seed),
                parsed.GetValue(imageFolder), cancellationToken);
            preview.Save(parsed.GetValue(file)!);
            Describe(output.Console, preview, augmentation, parsed.GetValue(file)!);
            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }

    /// <summary>How a training flips the images, unless an option decides.</summary>
    private static FlipChoice FlipOf(ImageData data)
    {
        if (data.ClassNames.Count == 0) return FlipChoice.Horizontal;
        var byNames = SmallNetworkPlan.FlipFor(data.ClassNames).Flip;
        return byNames != FlipChoice.None && data is { Kind: ImageDataKind.Classes, Training: { } training } && MirroredClasses.Find(training.Folder).Count > 0
            ? FlipChoice.None
            : byNames;
    }

    /// <summary>Whether the targets of a list are numbers; false if it is not clear what they are.</summary>
    private static bool HasNumbers(string list, string? imageFolder)
    {
        try
        {
            return ImageTargetFinding.Of(list, imageFolder: imageFolder).Kind == ImageTargetKind.Numbers;
        }
        catch (InvalidDataException)
        {
            return false;  // the preview needs no targets
        }
    }

    private static Option<T> Choice<T>(string name, string description, string choices)
    {
        var type = Nullable.GetUnderlyingType(typeof(T))!;
        return new Option<T>(name)
        {
            Description = description,
            HelpName = choices,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (choices.Split('|').Contains(text, StringComparer.OrdinalIgnoreCase)) return (T)Enum.Parse(type, text, ignoreCase: true);
                result.AddError($"{name}: expected {string.Join(", ", choices.Split('|')[..^1])} or {choices.Split('|')[^1]}; received '{text}'.");
                return default!;
            },
        };
    }

    private static ImageInput InputOf(string? model, int size) =>
        model is null ? new ImageInput(size, size) { Pixels = PixelScale.ZeroTo255 } : ImageSettings.Find(Networks.LoadSized(model, null)).Input;

    private static void Describe(IAnsiConsole console, DataPreview preview, ImageAugmentation? augmentation, string file)
    {
        console.MarkupLine($"Images are read as {Markup.Escape(preview.Input.ToString())}.");
        console.MarkupLine(augmentation is null
            ? "They are not varied."
            : $"In training they are varied by {Markup.Escape(string.Join(", ", NamesOf(augmentation)))}.");
        console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture, $"[bold]{Markup.Escape(file)}[/] shows {preview.Rows.Count} images: as they are read, and varied."));
    }

    /// <summary>The names of the layers; a choice is named by its alternatives.</summary>
    private static IEnumerable<string> NamesOf(Layer layer) => layer switch
    {
        Pipeline pipeline => pipeline.Layers.SelectMany(NamesOf),
        RandomChoice choice => [string.Join(" or ", choice.Layers.SelectMany(NamesOf))],
        RandomApply part => [string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", NamesOf(part.Applied))} ({100 * part.Rate:0} % of the images)")],
        _ => [layer.GetType().Name],
    };
}
