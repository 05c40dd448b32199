using System.Globalization;
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
    /// <summary>The default network.</summary>
    public abstract string Network { get; }

    public abstract int Epochs { get; }

    public abstract int BatchSize { get; }

    /// <summary>The number of classes of a new network.</summary>
    public abstract int Classes { get; }

    /// <summary>Finds the data of a name.</summary>
    /// <param name="name">digits, mnist or a folder.</param>
    /// <param name="known">The classes of the model that is tested; null for training.</param>
    /// <exception cref="CommandException">There are no such data.</exception>
    public static TrainingSource For(string name, IReadOnlyList<string>? known = null)
    {
        if (name == "digits") return new DrawnDigitSource();
        if (name == "mnist") return new IdxSource(name);
        if (!Directory.Exists(name))
            throw new CommandException($"--data: expected digits, mnist or a folder with images or IDX files; received '{name}', which is no folder.");
        if (IdxSource.IsIn(name)) return new IdxSource(name);
        if (ImageSource.IsIn(name)) return new ImageSource(name, known ?? []);
        var received = Directory.EnumerateFileSystemEntries(name).Any() ? "it holds neither" : "it is empty";
        throw new CommandException(
            $"--data: expected in '{name}' one folder of images for each class, or train with validation, test or both with these, or IDX "
                + $"files; {received}.");
    }

    /// <summary>Refuses a model that does not fit the data, before they are read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The name of the model for the user.</param>
    /// <exception cref="CommandException">The model takes other inputs or has another number of outputs.</exception>
    public virtual void RequireFit(Model model, string name)
    {
    }

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

    /// <summary>Reads the test data, with a note that describes them if needed.</summary>
    public abstract (Dataset Data, string? Note) LoadTest(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken);

    protected static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
