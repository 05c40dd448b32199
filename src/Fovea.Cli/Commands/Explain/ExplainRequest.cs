using System.CommandLine;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>A model, a picture as its input, and where the pictures go that are drawn.</summary>
/// <param name="Model">The model.</param>
/// <param name="Image">The picture, (1, height, width, channels); null where none was given.</param>
/// <param name="ImageFile">The picture's file.</param>
/// <param name="Folder">Where to write.</param>
/// <param name="Range">The numbers that stand for black and white.</param>
internal sealed record Explained(Model Model, Tensor? Image, string? ImageFile, string Folder, (float Low, float High) Range);

/// <summary>What all of <c>fovea explain</c> take: a model, a picture, and a folder for the pictures that are drawn.</summary>
internal sealed class ExplainRequest(bool imageIsOptional = false)
{
    private readonly Argument<string> model = CommandOptions.Model();
    private readonly Argument<string?> image = new("IMAGE")
    {
        Description = "A picture: PNG, JPEG, WebP, GIF or BMP, of any size",
        Arity = imageIsOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };

    private readonly Option<string> folder = new("--out")
    {
        Description = "The folder to write pictures to; it is created where there is none",
        HelpName = "DIR",
        DefaultValueFactory = _ => "explained",
    };

    private readonly ImageOptions pictures = new();
    private readonly Option<Shape?> inputShape = CommandOptions.InputShape();
    private readonly Option<int?> threads = CommandOptions.Threads();

    public void AddTo(Command command)
    {
        command.Add(model);
        command.Add(image);
        command.Add(folder);
        pictures.AddTo(command);
        command.Add(inputShape);
        command.Add(threads);
    }

    /// <summary>Reads model and picture, and creates the folder.</summary>
    public Explained Read(ParseResult parsed, CommandOutput output, CancellationToken cancellationToken)
    {
        CommandOptions.UseThreads(parsed.GetValue(threads));
        var loaded = Networks.Load(parsed.GetValue(model)!, parsed.GetValue(inputShape));
        cancellationToken.ThrowIfCancellationRequested();
        if (loaded.Inputs is not [{ Shape: { Rank: 3 } shape }] || shape[2] is not (1 or 3))
            throw new CommandException($"expected a model of pictures (height, width, 1 or 3); '{loaded.Name}' takes {string.Join(" and ", loaded.Inputs)}.");
        var input = pictures.Read(parsed).Settle(loaded, output.ErrorConsole);
        var file = parsed.GetValue(image);
        var picture = file is null ? null : ImageFile.Read(file, input);
        var target = parsed.GetValue(folder)!;
        if (File.Exists(target)) throw new CommandException($"--out: '{target}' is a file; expected a folder to write to.");
        Directory.CreateDirectory(target);
        return new Explained(loaded, picture, file, target, Ends(input));
    }

    /// <summary>The least and the greatest number that stands for a byte.</summary>
    private static (float Low, float High) Ends(ImageInput input)
    {
        var channels = Enumerable.Range(0, input.Channels).ToList();
        return (channels.Min(channel => input.Pixels.ToValue(0, channel)), channels.Max(channel => input.Pixels.ToValue(255, channel)));
    }

    /// <summary>The layer of images that an option names, by its path or, where only one has it, its name.</summary>
    /// <exception cref="CommandException">There is no such layer.</exception>
    public static LayerValue RequireImages(ModelGraph graph, string name)
    {
        var images = graph.Layers.Where(value => value.Node.Shape.Rank == 4).ToList();
        var found = images.Where(value => value.Path == name || value.Layer.Name == name).ToList();
        if (found.LastOrDefault(value => value.Path == name) is { } exact) return exact;
        if (found.Select(value => value.Path).Distinct().Count() == 1) return found[^1];
        var known = found.Count > 0 ? found : images;
        throw new CommandException(
            $"--layer: expected a layer of images, {string.Join(", ", known.Select(value => value.Path).Distinct())}; received '{name}'.");
    }

    /// <summary>A name or a path of a layer as part of a file's name.</summary>
    public static string FileName(string path) => string.Concat(path.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '-'));

    /// <summary>Says which file was written and what it shows.</summary>
    public static void Report(CommandOutput output, string file, string meaning) =>
        output.Console.MarkupLine($"{Markup.Escape(file)}  [grey58]{Markup.Escape(meaning)}[/]");
}
