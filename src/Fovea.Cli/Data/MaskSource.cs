using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>--data FOLDER</c> with images and masks of the same names, for segmentation.</summary>
/// <param name="data">The data.</param>
/// <param name="known">The classes of the model that is tested; none if the masks decide.</param>
internal sealed class MaskSource(ImageData data, IReadOnlyList<string> known) : TrainingSource
{
    private MaskLabelFinding? labels;

    /// <summary>What the command line says about the labels; set before anything else is asked.</summary>
    public MaskSettings Settings { get; set; } = MaskSettings.None;

    /// <summary>What the labels of the masks mean. All masks are read once.</summary>
    public MaskLabelFinding Labels => labels ??= MaskLabelFinding.Of(
        data, Settings.ClassNames?.Count ?? (known.Count > 0 ? known.Count : null), Settings.IgnoredLabel);

    public override string Recognized => $"{data.Description} {Labels.Description}";

    public override bool HasImages => true;

    public override string Network => SmallNetwork.UNet;

    public override int Epochs => 100;

    public override int BatchSize => 8;

    public override int Classes => Labels.ClassCount;

    public override IReadOnlyList<string> ClassNames => Settings.ClassNames ?? (known.Count > 0 ? known : Labels.ClassNames);

    private MaskFolderOptions Options => new() { Labels = Labels.Labels, Colors = Labels.Colors };

    public override void RequireFit(Model model, string name)
    {
        var (input, output) = (model.InputShape, model.OutputShape);
        if (input is not { Rank: 3 } || input[2] is not (1 or 3) || output is not { Rank: 3 } || output[..2] != input[..2])
            throw new CommandException(
                $"'{name}' computes {output} from {input}; expected a model with outputs for each pixel of an image, (height, width, classes), for "
                    + "the masks of "
                    + $"'{data.Path}'.");
        if (output[2] != Classes)
            throw new CommandException($"'{name}' has {output[2]} classes, but the masks of '{data.Path}' have {Classes}. {Labels.Description}");
    }

    public override ImageSurvey? Survey(TimeProvider clock)
    {
        var files = ImageFolder.FindImages(data.Training!.Folder);
        var others = ((ImageDataPart?[])[data.Validation, data.Test]).OfType<ImageDataPart>().Sum(part => ImageFolder.FindImages(part.Folder).Count);
        var heldOut = (int)(files.Count * ((data.Validation is null ? HeldOut : 0) + (data.Validation is null && data.Test is null ? HeldOut : 0)));
        return ImageSurvey.Of(files, files.Count - heldOut, others + heldOut, clock);
    }

    public override TrainingData Load(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (data.Training is null) throw new CommandException($"--data: expected a folder of training images with masks. {data.Description}");
        var split = MaskFolderSplit.Load(
            data.Path, request.Input, Labels.LabelOffset, Labels.ClassCount, Labels.IgnoredLabel, ClassNames, Options, HeldOut, HeldOut, request.Seed,
            cancellationToken);
        var train = request.Samples is { } count && count < split.Training.Count ? split.Training.Shuffle(request.Seed).Take(count) : split.Training;
        var description = $"Training on [bold]{Count(train.Count)} images with masks of '{Markup.Escape(data.Path)}'[/] "
            + $"({Markup.Escape(string.Join(", ", ClassNames))}), ";
        description += split.Test is { } test
            ? $"validating on [bold]{Count(split.Validation.Count)} others[/], testing on [bold]{Count(test.Count)} more[/]"
            : $"validating and testing on [bold]{Count(split.Validation.Count)} others[/]";
        description += data.Validation is null ? ", chosen at random." : ".";
        return new(train, split.Validation, split.Test ?? split.Validation, description) { Skipped = split.Skipped };
    }

    public override string? LoadingCode(int? samples, int seed, ImageInput? trainingInput)
    {
        if (data.Training is null) return null;
        var (labels, share) = (Labels, CSharpText.Literal(HeldOut));
        var arguments = $"{CSharpText.Literal(data.Path)}, input, labelOffset: {labels.LabelOffset}, classCount: {labels.ClassCount}, ";
        if (labels.IgnoredLabel is { } ignored) arguments += $"ignoredLabel: {ignored}, ";
        if (ClassNames.Count > 0) arguments += $"classNames: [{string.Join(", ", ClassNames.Select(CSharpText.Literal))}],\n    ";
        if (labels.Labels is { } values) arguments += $"options: new MaskFolderOptions {{ Labels = {CSharpText.Literal(values)} }}, ";
        if (labels.Colors is { } colors)
            arguments += "options: new MaskFolderOptions { Colors = "
                + $"[{string.Join(", ", colors.Select(color => $"({color.Red}, {color.Green}, {color.Blue})"))}] }}, ";
        var load = $"var data = MaskFolderSplit.Load({arguments}validation: {share}, test: {share}, seed: {seed});\n"
            + "Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;";
        return samples is null ? load : $"{load}\nif (train.Count > {samples}) train = train.Shuffle({seed}).Take({samples});";
    }

    public override (Dataset Data, string? Note) LoadTest(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var part = data.Test ?? data.Validation ?? data.Training!;
        var masks = Labels.Load(part, request.Input, ClassNames, Options, cancellationToken);
        var note = part == data.Training
            ? $"These are all images of '{data.Path}'; a model that was trained on this folder has already seen some of them."
            : $"These are the images of '{part.Folder}'{(data.Test is null ? ": there is no test folder." : ".")}";
        return (masks, note + (masks.Skipped.Count == 0 ? "" : $" {SkippedFile.Summarize(masks.Skipped)}"));
    }
}
