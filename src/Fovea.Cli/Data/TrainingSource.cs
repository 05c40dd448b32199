using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>What to learn from, what to watch meanwhile, what to test on in the end, and how to say it.</summary>
/// <param name="Train">What is learned from.</param>
/// <param name="Validation">What is watched during training.</param>
/// <param name="Test">What is tested on in the end; the same as <paramref name="Validation"/> where there is nothing else.</param>
/// <param name="Description">What they are, as markup, in a sentence.</param>
internal sealed record TrainingData(Dataset Train, Dataset Validation, Dataset Test, string Description)
{
    /// <summary>Files that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; init; } = [];

    /// <summary>Whether the test is of data that were watched during training.</summary>
    public bool IsTestWatched => ReferenceEquals(Validation, Test);

    /// <summary>The same data, their classes numbered as a model's.</summary>
    /// <exception cref="TrainingException">The model does not have one of the classes.</exception>
    public TrainingData WithClassNames(IReadOnlyList<string> names)
    {
        var validation = Validation.WithClassNames(names);
        return this with { Train = Train.WithClassNames(names), Validation = validation, Test = IsTestWatched ? validation : Test.WithClassNames(names) };
    }
}

/// <summary>How data are wanted.</summary>
/// <param name="Input">How pictures become numbers.</param>
/// <param name="Samples">How many to train on at most; all where it is null.</param>
/// <param name="Seed">What decides which are drawn or chosen.</param>
internal sealed record DataRequest(ImageInput Input, int? Samples = null, int Seed = 0)
{
    /// <summary>The model's input, where it may take as many numbers in another shape; that of the images where it is null.</summary>
    public Shape? Arrangement { get; init; }

    /// <summary>Along what images are divided by their norms; null where they are not.</summary>
    public NormalizedAxis? Normalization { get; init; }

    /// <summary>The images as the model takes them, where it takes as many numbers.</summary>
    public Dataset Arrange(Dataset images)
    {
        var normalized = Normalization is { } axis ? images.Normalized(axis) : images;
        return Arrangement is { } shape && shape.Count == images.InputShape.Count ? normalized.WithShape(shape) : normalized;
    }
}

/// <summary>The data behind <c>--data</c>, and how they are learned unless told otherwise.</summary>
internal abstract class TrainingSource
{
    /// <summary>The network that is trained on them by default.</summary>
    public abstract string Network { get; }

    public abstract int Epochs { get; }

    public abstract int BatchSize { get; }

    /// <summary>How many classes a new network for them has.</summary>
    public abstract int Classes { get; }

    /// <summary>Finds out what a name stands for.</summary>
    /// <param name="name">The name.</param>
    /// <param name="known">The classes that a model is tested for; null where it is trained.</param>
    /// <exception cref="CommandException">It stands for nothing.</exception>
    public static TrainingSource For(string name, IReadOnlyList<string>? known = null)
    {
        if (name == "digits") return new DrawnDigitSource();
        if (name == "mnist") return new IdxSource(name);
        if (!Directory.Exists(name))
            throw new CommandException($"--data: expected digits, mnist or a folder with pictures or IDX files; received '{name}', which is no folder.");
        if (IdxSource.IsIn(name)) return new IdxSource(name);
        if (ImageSource.IsIn(name)) return new ImageSource(name, known ?? []);
        var received = Directory.EnumerateFileSystemEntries(name).Any() ? "it holds neither" : "it is empty";
        throw new CommandException(
            $"--data: expected in '{name}' one folder of pictures for each class, or train with validation, test or both with these, or IDX "
                + $"files; {received}.");
    }

    /// <summary>Refuses a model that cannot learn these data, before they are read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">What the user calls it.</param>
    /// <exception cref="CommandException">It takes other inputs or has another number of outputs.</exception>
    public virtual void RequireFit(Model model, string name)
    {
    }

    /// <summary>Refuses a model that does not take as many numbers as an image of digits has.</summary>
    protected static void RequireDigits(Model model, string name)
    {
        if (model.Inputs is [{ Shape.Count: 28 * 28 }]) return;
        throw new CommandException(
            $"'{name}' takes inputs of {string.Join(" and ", model.Inputs.Select(input => input.Shape))}; expected (28, 28, 1), or as many numbers in another "
            + "shape, for images of digits.");
    }

    /// <summary>Reads everything.</summary>
    public abstract TrainingData Load(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Reads what models are evaluated on, and says what it is where that needs saying.</summary>
    public abstract (Dataset Data, string? Note) LoadTest(DataRequest request, IProgress<DownloadProgress>? progress, CancellationToken cancellationToken);

    protected static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
