using System.CommandLine;

namespace Fovea.Cli;

/// <summary>The options for lists of images with classes, several labels or numbers.</summary>
internal sealed class TargetOptions
{
    private readonly Option<string?> targets = new("--targets")
    {
        Description = "Of a list: the column of the classes, labels or numbers; or several columns of numbers, or of 0 and 1 for several labels "
            + "[default: label, class, category, labels, tags, target, value or the only other columns]",
        HelpName = "COLUMN,COLUMN,…",
    };

    private readonly Option<string?> loss = new("--loss")
    {
        Description = "Of a regression: the mean of the squared errors, of the absolute ones, or of Huber's, which weights large errors less [default: mse]",
        HelpName = "mse|mae|huber",
    };

    private readonly Option<string?> imageFolder = ImageFolder();

    public TargetOptions()
    {
        loss.AcceptOnlyFromAmong("mse", "mae", "huber");
        targets.Validators.Add(result =>
        {
            var columns = Columns(result.Tokens.Count == 0 ? "" : result.Tokens[0].Value);
            if (columns.Any(column => column.Length == 0) || columns.Distinct().Count() < columns.Length)
                result.AddError(
                    $"--targets: expected different names of columns with commas between them, as in width,height; received {string.Join(',', columns)}.");
        });
    }

    /// <summary>Where the files of a list are.</summary>
    public static Option<string?> ImageFolder() => new("--image-folder")
    {
        Description = "Of a list: the folder or archive that its files are relative to [default: the folder of the list]",
        HelpName = "DIR",
    };

    /// <summary>The options of commands that do not train: the columns of the targets, and the folder of the images.</summary>
    public IReadOnlyList<Option> OfLists => [targets, imageFolder];

    /// <summary>Adds the options of a training.</summary>
    public void AddTo(Command command)
    {
        command.Add(targets);
        command.Add(imageFolder);
        command.Add(loss);
    }

    public TrainRequest Read(ParseResult parsed, TrainRequest request) => request with
    {
        Targets = Read(parsed),
        ImageFolder = Folder(parsed),
        Loss = parsed.GetValue(loss),
    };

    /// <summary>The columns; none if they are not given.</summary>
    public IReadOnlyList<string> Read(ParseResult parsed) => parsed.GetValue(targets) is { } text ? Columns(text) : [];

    /// <summary>The folder of the images; null for that of the list.</summary>
    public string? Folder(ParseResult parsed) => parsed.GetValue(imageFolder);

    private static string[] Columns(string text) => text.Split(',', StringSplitOptions.TrimEntries);
}
