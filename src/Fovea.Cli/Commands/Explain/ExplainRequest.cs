using System.CommandLine;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>What all of <c>fovea explain</c> take: a model, a picture, and a folder for the pictures that are drawn.</summary>
internal sealed class ExplainRequest
{
    private readonly Argument<string> model = CommandOptions.Model();
    private readonly Argument<string> image = new("IMAGE") { Description = "A picture: PNG, JPEG, WebP, GIF or BMP, of any size" };
    private readonly Option<string> folder = new("--out")
    {
        Description = "The folder to write pictures to; it is created where there is none",
        HelpName = "DIR",
        DefaultValueFactory = _ => "explained",
    };

    private readonly Option<string> scale = CommandOptions.Scale();
    private readonly Option<int?> threads = CommandOptions.Threads();

    public void AddTo(Command command)
    {
        command.Add(model);
        command.Add(image);
        command.Add(folder);
        command.Add(scale);
        command.Add(threads);
    }

    /// <summary>Reads model and picture, and creates the folder.</summary>
    public (Model Model, Tensor Image, string Folder) Read(ParseResult parsed, CancellationToken cancellation)
    {
        CommandOptions.UseThreads(parsed.GetValue(threads));
        var loaded = Networks.Load(parsed.GetValue(model)!);
        cancellation.ThrowIfCancellationRequested();
        var shape = loaded.InputShape;
        if (shape.Rank != 3 || shape[2] is not (1 or 3))
            throw new CommandException($"the model expects inputs of {shape}; explain needs one of pictures: (height, width, 1 or 3).");
        var picture = ImageFile.Read(parsed.GetValue(image)!, shape[0], shape[1], shape[2], CommandOptions.Range(parsed.GetValue(scale)));
        var target = parsed.GetValue(folder)!;
        Directory.CreateDirectory(target);
        return (loaded, picture, target);
    }
}
