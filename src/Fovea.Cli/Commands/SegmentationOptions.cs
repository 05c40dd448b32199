using System.CommandLine;
using System.Globalization;

namespace Fovea.Cli;

/// <summary>The options of <c>fovea train</c> for the task, for the weights of classes, and for images and masks.</summary>
internal sealed class SegmentationOptions
{
    private readonly Option<string?> task = Choice(
        "--task", "What is learned: classify, the class of an image; labels, any number of labels for an image, from a list; regression, numbers, from a list; "
            + "segment, the class of each pixel, from masks [default: as the data look, which is said in a line]",
        "classify", "labels", "regression", "segment");

    private readonly Option<string?> names = new("--class-names")
    {
        Description = "With masks: the names of the classes in the order of their labels, as in pet,background,border. A class named background is not "
            + "colored in "
            + "overlays [default: background,foreground for two classes; else label 1, label 2, …]",
        HelpName = "NAME,NAME,…",
    };

    private readonly Option<string?> ignored = new("--ignore-label")
    {
        Description = "With masks: the label of pixels that belong to no class, or none [default: 255, if it occurs next to other class numbers]",
        HelpName = "N|none",
    };

    private readonly Option<string?> weight = new("--class-weight")
    {
        Description = "How much a class counts in the loss. balanced: each class as much as the others, so that an image (or a pixel of a mask) of a "
            + "rare class "
            + "counts more: images / (classes × images of the class), as in scikit-learn. Or the weights of some classes, as in cat=2,dog=1 [default: none]",
        HelpName = "balanced|NAME=X,…",
    };

    public void AddTo(Command command) => command.Add(task);

    /// <summary>Adds the options that few people need, after the others.</summary>
    public void AddDetailsTo(Command command)
    {
        ignored.Validators.Add(result =>
        {
            var text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            if (text != "none" && Label(text) is null)
                result.AddError($"--ignore-label: expected a label from 0 to {ushort.MaxValue}, or none; received {text}.");
        });
        names.Validators.Add(result =>
        {
            var list = Names(result.Tokens.Count == 0 ? "" : result.Tokens[0].Value);
            if (list.Length < 2 || list.Any(name => name.Length == 0) || list.Distinct(StringComparer.OrdinalIgnoreCase).Count() < list.Length)
                result.AddError(
                    $"--class-names: expected two or more different names with commas between them, as in background,cat; received {string.Join(',', list)}.");
        });
        weight.Validators.Add(result =>
        {
            if (ClassWeights.Fault(result.Tokens.Count == 0 ? "" : result.Tokens[0].Value) is { } fault) result.AddError(fault);
        });
        foreach (var option in (Option[])[names, ignored, weight]) command.Add(option);
    }

    public TrainRequest Read(ParseResult parsed, TrainRequest request)
    {
        var (list, label) = (parsed.GetValue(names), parsed.GetValue(ignored));
        return request with
        {
            Task = parsed.GetValue(task),
            Masks = list is null && label is null
                ? MaskSettings.None
                : new MaskSettings(list is null ? null : Names(list), label is null ? null : label == "none" ? -1 : Label(label)),
            ClassWeight = parsed.GetValue(weight),
        };
    }

    private static string[] Names(string text) => text.Split(',', StringSplitOptions.TrimEntries);

    private static int? Label(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var label) ? label : null;

    private static Option<string?> Choice(string name, string description, params string[] choices)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', choices) };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }
}
