using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary><c>fovea data check</c>: looks for what is wrong with a data set.</summary>
internal static class DataCheckCommand
{
    private static readonly Dictionary<string, DataFindingKind> KindsByName =
        Enum.GetValues<DataFindingKind>().ToDictionary(kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));

    public static Command Create(CommandOutput output)
    {
        var folder = new Argument<string>("FOLDER") { Description = "The data set: a folder of classes or parts, an archive, or a list of images" };
        var targets = new TargetOptions();
        var task = new Option<string?>("--task")
        {
            Description = "With a list: what its targets are [default: as the list looks]",
            HelpName = "classify|labels|regression",
        };
        task.AcceptOnlyFromAmong("classify", "labels", "regression");
        var json = CommandOptions.Json();
        var csv = File("--csv", "Write all findings as comma-separated values");
        var page = File("--page", "Write a page with the images of the findings, .html");
        var extractor = Model("--base", "A pretrained network: suspect labels by predictions from its features of all other images");
        var model = Model("--model", "A classifier of these classes: suspect labels by its predictions. It should not have been trained on these images");
        var quarantine = new Option<string?>("--quarantine")
        {
            Description = "Move the files of errors to this folder; 'fovea data undo' moves them back. One file of duplicates stays, that of the test data",
            HelpName = "DIR",
        };
        var kinds = new Option<DataFindingKind[]>("--kinds")
        {
            Description = $"With --quarantine: also move files of these kinds: {string.Join(", ", KindsByName.Keys)}",
            HelpName = "KIND,…",
            CustomParser = ParseKinds,
        };
        var threads = CommandOptions.Threads();
        var command = new DocumentedCommand(
            "check",
            "Look for what is wrong with a data set: broken files, duplicates (also mirrored and rotated, and between train and test), dark, bright, blurred "
                + "and plain images, odd sizes, classes with few images, and labels that are probably wrong; in lists also missing targets and unusual "
                + "numbers; masks of another size or of one class. No file is changed unless --quarantine is given. "
                + "The exit code is 1 if there is an error.",
            new("fovea data check photos", "a list of findings"),
            new("fovea data check photos --base mobilenet.h5", "also suspected labels, by a pretrained network"),
            new("fovea data check list.csv --image-folder photos", "a list whose images are in another folder"),
            new("fovea data check photos --page check.html --csv check.csv", "all findings, with images and as a table"),
            new("fovea data check photos --quarantine bad --kinds dark,blurred", "move errors, dark and blurred images to the folder bad"))
        {
            folder, extractor, model, task,
        };
        foreach (var option in (Option[])[.. targets.OfLists, json, csv, page, quarantine, kinds, threads]) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(extractor) is not null && result.GetValue(model) is not null)
                result.AddError("--base: expected without --model; received both.");
            if (result.GetResult(kinds) is not null && result.GetValue(quarantine) is null) result.AddError("--kinds: expected with --quarantine DIR.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            CommandOptions.UseThreads(parsed.GetValue(threads));
            var request = new DataCheckRequest(parsed.GetValue(folder)!)
            {
                ImageFolder = targets.Folder(parsed),
                TargetKind = TargetChoice.KindOf(parsed.GetValue(task)),
                Targets = targets.Read(parsed),
                Base = parsed.GetValue(extractor),
                Model = parsed.GetValue(model),
                Csv = parsed.GetValue(csv),
                Page = parsed.GetValue(page),
                Quarantine = parsed.GetValue(quarantine),
                Kinds = parsed.GetValue(kinds) ?? [],
                IsJson = parsed.GetValue(json),
            };
            return Task.FromResult(request.Run(output, cancellationToken));
        });
        return command;
    }

    private static DataFindingKind[] ParseKinds(ArgumentResult result)
    {
        var names = result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)).ToArray();
        if (Array.Find(names, name => !KindsByName.ContainsKey(name)) is not { } unknown) return Array.ConvertAll(names, name => KindsByName[name]);
        result.AddError($"--kinds: expected some of {string.Join(", ", KindsByName.Keys)}; received '{unknown}'.");
        return [];
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    private static Option<string?> Model(string name, string description) => new(name) { Description = description, HelpName = "MODEL" };
}
