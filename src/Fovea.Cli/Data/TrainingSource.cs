using System.Globalization;
using Fovea.Engine.Ops;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>The data of a training.</summary>
/// <param name="Train">The training data.</param>
/// <param name="Validation">The data that are evaluated after each epoch.</param>
/// <param name="Test">The data that are evaluated at the end; the same as <paramref name="Validation"/> if there are no others.</param>
/// <param name="Description">A sentence that describes the data, as markup.</param>
internal sealed record TrainingData(Dataset Train, Dataset Validation, Dataset Test, string Description)
{
    /// <summary>Files that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; init; } = [];

    /// <summary>Whether the test data are also the validation data.</summary>
    public bool IsTestValidation => ReferenceEquals(Validation, Test);

    /// <summary>The same data with the class numbers of a model.</summary>
    /// <exception cref="TrainingException">A class is unknown to the model.</exception>
    public TrainingData WithClassNames(IReadOnlyList<string> names)
    {
        var validation = Validation.WithClassNames(names);
        return this with { Train = Train.WithClassNames(names), Validation = validation, Test = IsTestValidation ? validation : Test.WithClassNames(names) };
    }
}

/// <summary>How data are loaded.</summary>
/// <param name="Input">The preprocessing of images.</param>
/// <param name="Samples">The maximum number of training samples; null for all.</param>
/// <param name="Seed">The seed for drawing or choosing samples.</param>
internal sealed record DataRequest(ImageInput Input, int? Samples = null, int Seed = 0)
{
    /// <summary>The model's input shape, if images with as many elements are reshaped to it; null for the shape of the images.</summary>
    public Shape? Arrangement { get; init; }

    /// <summary>The preprocessing of training images that are kept in another size than the others; null for that of all images.</summary>
    public ImageInput? TrainingInput { get; init; }

    /// <summary>The direction in which images are normalized; null for no normalization.</summary>
    public NormalizedAxis? Normalization { get; init; }

    /// <summary>Normalizes images, and reshapes them if the model takes as many elements.</summary>
    public Dataset Arrange(Dataset images)
    {
        var normalized = Normalization is { } axis ? images.Normalized(axis) : images;
        return Arrangement is { } shape && shape.Count == images.InputShape.Count ? normalized.WithShape(shape) : normalized;
    }
}

/// <summary>The data that <c>--data</c> names, and the defaults for training on them.</summary>
internal abstract class TrainingSource
{
    /// <summary>The share of the images for validation, and again for testing, if the data are not divided into parts.</summary>
    protected const double HeldOut = 0.2;

    /// <summary>The default network.</summary>
    public abstract string Network { get; }

    public abstract int Epochs { get; }

    public abstract int BatchSize { get; }

    /// <summary>The number of classes of a new network.</summary>
    public abstract int Classes { get; }

    /// <summary>A line that says how the data are arranged; empty for data of one arrangement.</summary>
    public virtual string Recognized => "";

    /// <summary>Whether the data are files of images, of which some are for validation and others for testing.</summary>
    public virtual bool HasImages => false;

    /// <summary>The names of the classes; null if the data do not name them before they are read.</summary>
    public virtual IReadOnlyList<string>? ClassNames => null;

    /// <summary>The number of folds of a cross-validation; null for one training.</summary>
    public int? Folds { get; set; }

    /// <summary>What is known about the images before they are read; null for data that are no image files.</summary>
    public virtual ImageSurvey? Survey(TimeProvider clock) => null;

    /// <summary>The first two classes that a mirror exchanges, so that images must not be flipped; null if none were found.</summary>
    public virtual MirroredClasses? FindMirroredClasses() => null;

    /// <summary>
    /// The C# statements that load the data as <see cref="Load"/> does, into variables train, validation and test. The preprocessing is in a variable
    /// named input. Null if there is no such code.
    /// </summary>
    /// <param name="samples">The maximum number of training samples; null for all.</param>
    /// <param name="seed">The seed for choosing samples.</param>
    /// <param name="trainingInput">The preprocessing of training images that are kept in another size; null for that of all images.</param>
    public virtual string? LoadingCode(int? samples, int seed, ImageInput? trainingInput) => null;

    /// <summary>Finds the data of a name.</summary>
    /// <param name="name">digits, mnist, a folder, an archive or a list.</param>
    /// <param name="known">The classes of the model that is tested; null for training.</param>
    /// <param name="targets">What the targets of a list are; null to recognize it.</param>
    /// <exception cref="CommandException">There are no such data.</exception>
    public static TrainingSource For(string name, IReadOnlyList<string>? known = null, TargetChoice? targets = null)
    {
        if (targets?.ImageFolder is not null && Path.GetExtension(name).ToLowerInvariant() is not (".csv" or ".tsv" or ".jsonl" or ".ndjson"))
            throw new CommandException($"--image-folder: expected with a list of images (.csv, .tsv, .jsonl); '{name}' is none.");
        if (name == "digits") return new DrawnDigitSource();
        if (name == "mnist") return new IdxSource(name);
        var data = Recognize(name, known, targets?.ImageFolder);
        if (data.Kind == ImageDataKind.List)
        {
            var finding = (targets ?? TargetChoice.None).Find(data.Path);
            return finding.Kind == ImageTargetKind.Class ? new ImageSource(data, known ?? [], finding) : new ListSource(data, finding);
        }

        if (targets is { Columns.Count: > 0 }) throw new CommandException($"--targets: expected a list of images (.csv, .tsv, .jsonl); '{name}' is none.");
        return data.Kind switch
        {
            ImageDataKind.Idx => new IdxSource(data.Folder),
            ImageDataKind.Classes => new ImageSource(data, known ?? []),
            ImageDataKind.Masks => new MaskSource(data, known ?? []),
            ImageDataKind.Unlabeled when !data.IsDivided && ImageFolder.FindFolders(data.Folder) is [_] => new ImageSource(data, known ?? []),
            _ => throw new CommandException(
                $"--data: expected images of classes. {data.Description} Put the images of each class into a folder with its name, or give a list of files and "
                    + "classes (.csv, .tsv, .jsonl)."),
        };
    }

    /// <summary>Recognizes the data in a folder, an archive or a list.</summary>
    /// <exception cref="CommandException">There are none.</exception>
    private static ImageData Recognize(string name, IReadOnlyList<string>? known, string? imageFolder)
    {
        try
        {
            return ImageData.Recognize(name, known, imageFolder);
        }
        catch (FileNotFoundException)
        {
            throw new CommandException(
                $"--data: expected digits, mnist, a folder or an archive with images or IDX files, or a list of images; '{name}' does not exist.");
        }
    }

    /// <summary>Refuses a model that does not fit the data, before they are read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The name of the model for the user.</param>
    /// <exception cref="CommandException">The model takes other inputs or has another number of outputs.</exception>
    public virtual void RequireFit(Model model, string name)
    {
    }

    /// <summary>Chooses samples at random: the first ones would all be of the first class.</summary>
    protected static Dataset Sampled(Dataset whole, DataRequest request)
    {
        if (request.Samples is not { } count || count >= whole.Count) return whole;
        var order = Enumerable.Range(0, whole.Count).ToArray();
        new RandomNumbers(request.Seed, stream: 0).Shuffle<int>(order);
        var chosen = order[..count];
        Array.Sort(chosen);
        return whole.Subset(chosen);
    }

    /// <summary>The first of some names, and the number of the others.</summary>
    protected static string ListOf(IReadOnlyList<string> names) => names.Count <= 6
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more";

    /// <summary>Refuses a model that does not take as many values as a digit image has.</summary>
    protected static void RequireDigits(Model model, string name)
    {
        if (model.Inputs is [{ Shape.Count: 28 * 28 }]) return;
        throw new CommandException(
            $"'{name}' takes inputs of {string.Join(" and ", model.Inputs.Select(input => input.Shape))}; expected (28, 28, 1), or as many values in another "
            + "shape, for images of digits.");
    }

    /// <summary>Reads the data for training.</summary>
    public abstract TrainingData Load(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Reads the data for a cross-validation: the training and validation data as one, and the test data if there are any.</summary>
    public virtual FoldPool LoadPool(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken)
    {
        var data = Load(request, progress, cancellationToken);
        return new FoldPool(data.IsTestValidation ? data.Train : data.Train.Concat(data.Validation), data.Test) { Skipped = data.Skipped };
    }

    /// <summary>The pool of data that are read in parts. Without a part for testing, all samples are in the folds.</summary>
    /// <param name="request">How they are read.</param>
    /// <param name="split">Reads all parts.</param>
    protected static FoldPool PoolOf(DataRequest request, Func<ImageInput, ImageFolderSplit> split)
    {
        var parts = split(request.Input);
        return new FoldPool(Samples(parts), parts.Test)
        {
            Trained = request.TrainingInput is { } larger ? Samples(split(larger)) : null,
            Skipped = parts.Skipped,
        };

        Dataset Samples(ImageFolderSplit whole) => Sampled(whole.Training.Concat(whole.Validation), request);
    }

    /// <summary>Reads the test data, with a note that describes them if needed.</summary>
    public abstract (Dataset Data, string? Note) LoadTest(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken);

    protected static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
