using Fovea.Engine.Ops;
using Fovea.Imaging;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary><c>--data FOLDER</c> with images of classes: one folder per class, or parts such as train, validation and test with these.</summary>
internal sealed class ImageSource : TrainingSource
{
    private readonly ImageData data;
    private readonly string folder;
    private readonly IReadOnlyList<string> classes;
    private readonly IReadOnlyList<string> known;
    private readonly ImageTargetFinding? finding;

    /// <param name="data">The data, which have classes.</param>
    /// <param name="known">The classes of the model that is tested, some of which the folder may lack; none if the folders are the classes.</param>
    /// <param name="finding">The column of the classes of a list; null for a folder.</param>
    /// <exception cref="InvalidDataException">There are fewer than two classes, a class without images, or no training data.</exception>
    public ImageSource(ImageData data, IReadOnlyList<string> known, ImageTargetFinding? finding = null)
    {
        (this.data, this.known, folder, this.finding) = (data, known, data.Path, finding);
        classes = known.Count > 0 ? data.ClassNames : finding?.Names ?? ImageFolderSplit.FindClasses(folder);
    }

    public override string Recognized => finding is { IsGuess: true }
        ? $"{data.Description} {finding.Description} --task and --targets decide otherwise."
        : data.Description;

    public override bool HasImages => true;

    public override string Network => SmallNetwork.Auto;

    public override int Epochs => 100;

    public override int BatchSize => 32;

    public override int Classes => classes.Count;

    public override IReadOnlyList<string> ClassNames => classes;

    /// <summary>Whether the classes are the ten digits.</summary>
    public bool AreDigits => classes.SequenceEqual(Enumerable.Range(0, 10).Select(digit => digit.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    public override void RequireFit(Model model, string name)
    {
        var input = model.InputShape;
        if (input is not { Rank: 3 } || input[2] is not (1 or 3))
            throw new CommandException($"'{name}' takes inputs of {input}; expected a model of images, (height, width, 1 or 3), for '{folder}'.");
        if (model.ClassNames.Count > 0)
        {
            // Names are compared, in any order; a folder may lack classes.
            if (classes.FirstOrDefault(own => !model.ClassNames.Contains(own, StringComparer.OrdinalIgnoreCase)) is not { } unknown) return;
            throw new CommandException(
                $"'{folder}' has the class '{unknown}', which '{name}' does not have: its classes are {ListOf(model.ClassNames)}. Rename the folder, "
                    + "or train a "
                + "new head with --base.");
        }

        var outputs = model.OutputShape.Count;
        if (model.ClassCount == Classes) return;
        throw new CommandException(
            $"'{name}' has {outputs} {(outputs == 1 ? "output" : "outputs")}, but '{folder}' has {Classes} classes ({Listed()}); expected a model "
                + $"with {(Classes == 2 ? "1 or 2" : Classes)} outputs.");
    }

    public override ImageSurvey? Survey(TimeProvider clock)
    {
        if (finding is not null) return ListSource.SurveyOf(data, finding, Folds, clock);
        var files = ImageFolder.FindImages(data.Training!.Folder);
        if (Folds is { } number)
        {
            int CountOf(ImageDataPart? part) => part is null ? 0 : ImageFolder.FindImages(part.Folder).Count;
            var pool = files.Count + CountOf(data.Validation);
            return ImageSurvey.Of(files, pool - (pool / number), (pool / number) + CountOf(data.Test), clock);
        }

        var others = ((ImageDataPart?[])[data.Validation, data.Test]).OfType<ImageDataPart>().Sum(part => ImageFolder.FindImages(part.Folder).Count);
        var split = (data.Validation is null ? HeldOut : 0) + (data.Validation is null && data.Test is null ? HeldOut : 0);
        var heldOut = (int)(files.Count * split);
        return ImageSurvey.Of(files, files.Count - heldOut, others + heldOut, clock);
    }

    /// <summary>A list is not searched, since its files need not be in folders of classes.</summary>
    public override MirroredClasses? FindMirroredClasses() =>
        finding is not null || classes.Count < 2 ? null : MirroredClasses.Find(data.Training!.Folder) is [var pair, ..] ? pair : null;

    public override string LoadingCode(int? samples, int seed, ImageInput? trainingInput) =>
        Cli.LoadingCode.Of(folder, finding?.Options, HeldOut, samples, seed, trainingInput);

    public override TrainingData Load(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var split = Split(request, request.Input, HeldOut, cancellationToken);
        var train = Sampled(
            request.TrainingInput is { } larger ? Split(request, larger, HeldOut, cancellationToken).Training : split.Training, request);
        var description = $"Training on [bold]{Count(train.Count)} images of '{Markup.Escape(folder)}'[/] ({Markup.Escape(Listed())}), ";
        description += split.IsValidationTakenFromTraining
            ? $"validating on [bold]{Count(split.Validation.Count)} others[/], chosen at random from the training {Place} since there {Is} no "
                + $"validation {Place}; "
                + $"testing on [bold]{Count(split.Test!.Count)} more[/]{(data.Test is null ? ", chosen at random too" : "")}."
            : split.Test is { } test
            ? $"validating on [bold]{Count(split.Validation.Count)} others[/], testing on [bold]{Count(test.Count)} more[/]."
            : $"validating and testing on [bold]{Count(split.Validation.Count)} others[/], since there {Is} no test {Place}.";
        return new(train, split.Validation, split.Test ?? split.Validation, description) { Skipped = split.Skipped };
    }

    public override FoldPool LoadPool(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken) =>
        PoolOf(request, input => Split(request, input, test: 0, cancellationToken));

    public override (Dataset Data, string? Note) LoadTest(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        if (data.Kind == ImageDataKind.List) return LoadTestRows(request, cancellationToken);
        var part = data.Test ?? data.Validation ?? data.Training!;
        var names = data.IsDivided && data.Training is not null ? ImageFolder.FindFolders(data.Training.Folder) : known;
        var images = names.Count == 0
            ? ImageFolder.Load(part.Folder, request.Input, cancellationToken: cancellationToken)
            : ImageFolder.Load(part.Folder, request.Input, names, cancellationToken);
        var skipped = images.Skipped.Count == 0 ? "" : $" {SkippedFile.Summarize(images.Skipped)}";
        var note = part == data.Training
            ? AllImages
            : $"These are the images of '{part.Folder}'{(data.Test is null ? ": there is no test folder." : ".")}";
        return (images, note + skipped);
    }

    private string Place => data.Kind == ImageDataKind.List ? "rows" : "folder";

    private string Is => data.Kind == ImageDataKind.List ? "are" : "is";

    private string AllImages => $"These are all images of '{folder}'; a model that was trained on this folder has already seen some of them.";

    /// <summary>Reads all parts. <paramref name="test"/> is the share of the images for testing, if there is no part for it.</summary>
    private ImageFolderSplit Split(DataRequest request, ImageInput input, double test, CancellationToken cancellationToken) => finding is null
        ? ImageFolderSplit.Load(folder, input, validation: HeldOut, test: test, seed: request.Seed, cancellationToken: cancellationToken)
        : ImageFolderSplit.Load(folder, input, finding.Options, HeldOut, test, request.Seed, cancellationToken);

    /// <summary>Reads the rows of a list that are for testing, or else for validation, or else all.</summary>
    private (Dataset Data, string? Note) LoadTestRows(DataRequest request, CancellationToken cancellationToken)
    {
        var split = data.Test is not null ? "test" : data.Validation is not null ? "validation" : null;
        var options = finding!.Options with { Split = split, ClassNames = known.Count > 0 ? known : null };
        var rows = ImageManifest.Load(folder, folder: null, request.Input, options, cancellationToken);
        var skipped = rows.Skipped.Count == 0 ? "" : $" {SkippedFile.Summarize(rows.Skipped)}";
        return (rows, (split is null ? AllImages : $"These are the images of '{folder}' for {split}.") + skipped);
    }

    private string Listed() => ListOf(classes);
}
