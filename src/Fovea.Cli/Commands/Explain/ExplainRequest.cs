using System.CommandLine;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>A model, an image as its input, and the folder for figures.</summary>
/// <param name="Model">The model.</param>
/// <param name="Image">The image, (1, height, width, channels); null if none was given.</param>
/// <param name="ImageFile">The file of the image.</param>
/// <param name="Folder">The folder for figures.</param>
/// <param name="Range">The smallest and the largest value of a pixel.</param>
internal sealed record Explained(Model Model, Tensor? Image, string? ImageFile, string Folder, (float Low, float High) Range);

/// <summary>The arguments that all commands of <c>fovea explain</c> take: a model, an image, and a folder for figures.</summary>
internal sealed class ExplainRequest(bool imageIsOptional = false)
{
    private readonly Argument<string> model = CommandOptions.Model();
    private readonly Argument<string?> image = new("IMAGE")
    {
        Description = "An image file of any size: PNG, JPEG, WebP, GIF or BMP",
        Arity = imageIsOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };

    private readonly Option<string> folder = new("--out")
    {
        Description = "The folder for the figures; it is created if it does not exist",
        HelpName = "DIR",
        DefaultValueFactory = _ => "explained",
    };

    private readonly ImageOptions options = new();
    private readonly Option<Shape?> inputShape = CommandOptions.InputShape();
    private readonly Option<int?> threads = CommandOptions.Threads();

    public void AddTo(Command command)
    {
        command.Add(model);
        command.Add(image);
        command.Add(folder);
        options.AddTo(command);
        command.Add(inputShape);
        command.Add(threads);
    }

    /// <summary>Reads the model and the image, and creates the folder.</summary>
    public Explained Read(ParseResult parsed, CommandOutput output, CancellationToken cancellationToken)
    {
        CommandOptions.UseThreads(parsed.GetValue(threads));
        var loaded = Networks.LoadSized(parsed.GetValue(model)!, parsed.GetValue(inputShape), parsed.GetValue(image));
        cancellationToken.ThrowIfCancellationRequested();
        if (loaded.Inputs is not [{ Shape: { Rank: 3 } shape }] || shape[2] is not (1 or 3))
            throw new CommandException($"expected a model of images (height, width, 1 or 3); '{loaded.Name}' takes {string.Join(" and ", loaded.Inputs)}.");
        var input = options.Read(parsed).Settle(loaded, output.ErrorConsole);
        var file = parsed.GetValue(image);
        var pixels = file is null ? null : ImageFile.Read(file, input);
        var target = parsed.GetValue(folder)!;
        if (File.Exists(target)) throw new CommandException($"--out: '{target}' is a file; expected a folder to write to.");
        Directory.CreateDirectory(target);
        return new Explained(loaded, pixels, file, target, Ends(input));
    }

    /// <summary>The smallest and the largest value of a pixel.</summary>
    private static (float Low, float High) Ends(ImageInput input)
    {
        var channels = Enumerable.Range(0, input.Channels).ToList();
        return (channels.Min(channel => input.Pixels.ToValue(0, channel)), channels.Max(channel => input.Pixels.ToValue(255, channel)));
    }

    /// <summary>Finds a layer with images as output, by its path, or by its name if the name is unique.</summary>
    /// <exception cref="CommandException">There is no such layer.</exception>
    public static LayerValue RequireImages(ModelGraph graph, string name)
    {
        var images = graph.Layers.Where(value => value.Node.Shape.Rank == 4).ToList();
        var found = images.Where(value => value.Path == name || value.Layer.Name == name).ToList();
        if (found.LastOrDefault(value => value.Path == name) is { } exact) return exact;
        if (found.Select(value => value.Path).Distinct().Count() == 1) return found[^1];
        var known = found.Count > 0 ? found : images;
        throw new CommandException(
            $"--layer: expected a layer with images as output ({string.Join(", ", known.Select(value => value.Path).Distinct())}); received '{name}'.");
    }

    /// <summary>Converts the name or path of a layer to a file name: any character except ASCII letters, digits, _ and . becomes a hyphen.</summary>
    public static string FileName(string path) => string.Concat(path.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '-'));

    /// <summary>Prints which file was written and what it shows.</summary>
    public static void Report(CommandOutput output, string file, string meaning) =>
        output.Console.MarkupLine($"{Markup.Escape(file)}  [grey58]{Markup.Escape(meaning)}[/]");
}
