using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>--data FILE</c> with a list of images that have several labels, or numbers.</summary>
/// <param name="data">The data.</param>
/// <param name="finding">What the list says about the images.</param>
internal sealed class ListSource(ImageData data, ImageTargetFinding finding) : TrainingSource
{
    /// <summary>Whether the images have several labels, rather than numbers.</summary>
    public bool HasLabels => finding.Kind == ImageTargetKind.Labels;

    /// <summary>The names of the labels or numbers.</summary>
    public IReadOnlyList<string> Names => finding.Names;

    public override string Recognized =>
        $"{data.Description} {finding.Description}{(finding.IsGuess ? " --task and --targets decide otherwise." : "")}";

    public override bool HasImages => true;

    public override string Network => SmallNetwork.Auto;

    public override int Epochs => 100;

    public override int BatchSize => 32;

    public override int Classes => finding.Names.Count;

    public override IReadOnlyList<string>? ClassNames => HasLabels ? finding.Names : null;

    public override void RequireFit(Model model, string name)
    {
        var (input, what) = (model.InputShape, HasLabels ? "labels" : "numbers");
        if (input is not { Rank: 3 } || input[2] is not (1 or 3))
            throw new CommandException($"'{name}' takes inputs of {input}; expected a model of images, (height, width, 1 or 3), for '{data.Path}'.");
        if (model.Outputs is not [{ Shape.Rank: 1 }] || model.OutputShape.Count != Classes)
            throw new CommandException(
                $"'{name}' computes {string.Join(" and ", model.Outputs)}; expected {Classes} outputs for the {what} {ListOf(Names)} of '{data.Path}'.");
        if (HasLabels && model.ValueNames.Count > 0)
            throw new CommandException($"'{name}' predicts the numbers {ListOf(model.ValueNames)}; expected a model of labels for '{data.Path}'.");
        if (!HasLabels && model.ClassNames.Count > 0)
            throw new CommandException($"'{name}' predicts the classes {ListOf(model.ClassNames)}; expected a model of numbers for '{data.Path}'.");
        if (HasLabels && model.ClassNames.Count > 0
            && Names.FirstOrDefault(own => !model.ClassNames.Contains(own, StringComparer.OrdinalIgnoreCase)) is { } other)
            throw new CommandException($"'{data.Path}' has the label '{other}', which '{name}' does not have: its labels are {ListOf(model.ClassNames)}.");
    }

    public override ImageSurvey? Survey(TimeProvider clock) => SurveyOf(data, finding, Folds, clock);

    /// <summary>
    /// What is known about the images of a list before they are read. With folds, the rows that are not for testing are divided; the share of those is taken as
    /// that of validation.
    /// </summary>
    public static ImageSurvey SurveyOf(ImageData data, ImageTargetFinding finding, int? folds, TimeProvider clock)
    {
        var training = finding.TrainingCount;
        var heldOut = finding.Files.Count - training;
        if (data.Validation is null)
        {
            var taken = (int)(training * (data.Test is null ? 2 * HeldOut : HeldOut));
            (training, heldOut) = (training - taken, heldOut + taken);
        }

        if (folds is { } number)
        {
            var test = data.Test is null ? 0 : data.Validation is null ? heldOut : heldOut / 2;
            var pool = training + heldOut - test;
            (training, heldOut) = (pool - (pool / number), (pool / number) + test);
        }

        return ImageSurvey.Of(finding.Files, training, heldOut, clock);
    }

    public override string LoadingCode(int? samples, int seed, ImageInput? trainingInput) =>
        Cli.LoadingCode.Of(data.Path, finding.Options, HeldOut, samples, seed, trainingInput);

    public override TrainingData Load(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var split = Split(request, request.Input, HeldOut, cancellationToken);
        var train = Sampled(
            request.TrainingInput is { } larger ? Split(request, larger, HeldOut, cancellationToken).Training : split.Training, request);
        var description = $"Training on [bold]{Count(train.Count)} images of '{Markup.Escape(data.Path)}'[/] ({Markup.Escape(ListOf(Names))}), ";
        description += split.Test is { } test
            ? $"validating on [bold]{Count(split.Validation.Count)} others[/], testing on [bold]{Count(test.Count)} more[/]"
            : $"validating and testing on [bold]{Count(split.Validation.Count)} others[/], since there are no test rows";
        description += data.Validation is null ? ", chosen at random." : ".";
        return new(train, split.Validation, split.Test ?? split.Validation, description) { Skipped = split.Skipped };
    }

    public override FoldPool LoadPool(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var pool = PoolOf(request, input => Split(request, input, test: 0, cancellationToken));
        return pool with
        {
            Strata = HasLabels ? SampleStrata.OfLabels(pool.Samples, cancellationToken) : SampleStrata.OfNumbers(pool.Samples, cancellationToken),
        };
    }

    /// <summary>Reads all parts. <paramref name="test"/> is the share of the images for testing, if there is no part for it.</summary>
    private ImageFolderSplit Split(DataRequest request, ImageInput input, double test, CancellationToken cancellationToken) => data.Training is null
        ? throw new CommandException($"--data: expected a list with images for training. {data.Description}")
        : ImageFolderSplit.Load(data.Path, input, finding.Options, HeldOut, test, request.Seed, cancellationToken);

    public override (Dataset Data, string? Note) LoadTest(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var split = data.Test is not null ? "test" : data.Validation is not null ? "validation" : null;
        var rows = ImageManifest.Load(data.Path, folder: null, request.Input, finding.Options with { Split = split }, cancellationToken);
        var skipped = rows.Skipped.Count == 0 ? "" : $" {SkippedFile.Summarize(rows.Skipped)}";
        var note = split is null
            ? $"These are all images of '{data.Path}'; a model that was trained on this list has already seen some of them."
            : $"These are the images of '{data.Path}' for {split}.";
        return (rows, note + skipped);
    }
}
