using System.Globalization;

namespace Fovea.Imaging;

/// <summary>A data set of images and masks, split into parts for training, validation and test.</summary>
/// <param name="Training">The training data.</param>
/// <param name="Validation">The validation data.</param>
/// <param name="Test">The test data; <see langword="null"/> if there are none.</param>
/// <param name="Skipped">The files that were skipped, with the reasons.</param>
public sealed record MaskFolderSplit(Dataset Training, Dataset Validation, Dataset? Test, IReadOnlyList<SkippedFile> Skipped)
{
    /// <summary>Gets whether there is no validation part, so that it was split off the training data at random.</summary>
    public bool IsValidationTakenFromTraining { get; private init; }

    /// <summary>Gets the number of classes: the channels that the model's output needs.</summary>
    public int ClassCount { get; private init; }

    /// <summary>Gets the class number of pixels that belong to no class; see <see cref="MaskFolder.IgnoreClass"/>.</summary>
    public int? IgnoreClass { get; private init; }

    /// <summary>
    /// Loads the parts of a folder or an archive of images and masks, as <see cref="ImageData.Recognize"/> finds them. The other parts have the classes of the
    /// training part. Where there is no validation or test part, a share of the training images is chosen at random; the same seed and files give the same
    /// split.
    /// </summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="input">The preprocessing of the images.</param>
    /// <param name="labelOffset">The number to add to each label: −1 if the labels begin at 1.</param>
    /// <param name="classCount">The number of classes. By default every class must occur in the training masks.</param>
    /// <param name="ignoredLabel">The label, as in the files, of pixels that belong to no class, often 255.</param>
    /// <param name="classNames">The names of the classes by their numbers; none by default.</param>
    /// <param name="options">How the files are paired and kept; settings of <paramref name="input"/> are not used.</param>
    /// <param name="validation">The share for validation, above 0; not used if there is a folder for it.</param>
    /// <param name="test">The share for the test; not used if there is a folder for it, or for validation.</param>
    /// <param name="seed">The seed of the random split.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="InvalidDataException">
    /// There are no images with masks or no training part, a file has no partner, or a label is no class; the message names it.
    /// </exception>
    /// <exception cref="ArgumentException">Settings contradict each other, or the shares leave no training data.</exception>
    public static MaskFolderSplit Load(
        string path, ImageInput input, int labelOffset = 0, int? classCount = null, int? ignoredLabel = null, IReadOnlyList<string>? classNames = null,
        MaskFolderOptions? options = null, double validation = 0.2, double test = 0, long seed = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!(validation > 0 && test >= 0 && validation + test < 1))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"MaskFolderSplit: expected shares for validation (above 0) and test (0 or more) below 1 together; received {validation} and {test}."));
        }

        var data = ImageData.Recognize(path);
        if (data.Kind != ImageDataKind.Masks)
            throw new InvalidDataException($"MaskFolderSplit: expected images and masks of the same names. {data.Description}");
        if (data.Training is null) throw new InvalidDataException($"MaskFolderSplit: expected a folder train in '{data.Folder}'. {data.Description}");
        var training = Read(data.Training, classCount);
        var others = new[] { data.Validation, data.Test }.Select(part => part is null ? null : Read(part, training.ClassCount)).ToArray();
        var split = new MaskFolderSplit(training, training, others[1], [.. training.Skipped, .. others[0]?.Skipped ?? [], .. others[1]?.Skipped ?? []])
        {
            ClassCount = training.ClassCount,
            IgnoreClass = training.IgnoreClass,
        };
        if (others[0] is { } validating) return split with { Validation = validating };
        var random = RandomSplit.Of([.. Enumerable.Range(0, training.Count)], _ => 0, nameOf: null, validation, others[1] is null ? test : 0, seed);
        return split with
        {
            Training = training.Subset(random.Training),
            Validation = training.Subset(random.Validation),
            Test = random.Test.Length > 0 ? training.Subset(random.Test) : others[1],
            IsValidationTakenFromTraining = data.IsDivided,
        };

        MaskFolder Read(ImageDataPart part, int? count) =>
            MaskFolder.Load(part.Folder, part.Masks!, input, labelOffset, count, ignoredLabel, classNames, options, cancellationToken);
    }

    /// <summary>
    /// Like <see cref="Load(string, ImageInput, int, int?, int?, IReadOnlyList{string}?, MaskFolderOptions?, double, double, long, CancellationToken)"/>, with
    /// images of a size: <c>MaskFolderSplit.Load("pets.zip", 128, 128, labelOffset: -1)</c>.
    /// </summary>
    /// <param name="path">The folder or archive.</param>
    /// <param name="height">The height of the images and masks.</param>
    /// <param name="width">The width of the images and masks.</param>
    /// <param name="labelOffset">The number to add to each label: −1 if the labels begin at 1.</param>
    /// <param name="classCount">The number of classes. By default every class must occur in the training masks.</param>
    /// <param name="ignoredLabel">The label, as in the files, of pixels that belong to no class, often 255.</param>
    /// <param name="options">How the files are read and paired.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="InvalidDataException">As above.</exception>
    public static MaskFolderSplit Load(
        string path, int height, int width, int labelOffset = 0, int? classCount = null, int? ignoredLabel = null, MaskFolderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new MaskFolderOptions();
        return Load(path, options.ToInput(height, width), labelOffset, classCount, ignoredLabel, options: options, cancellationToken: cancellationToken);
    }

    /// <summary>A line for each part and, if files were skipped, a line about them.</summary>
    public override string ToString() => string.Join('\n', ((string[])
        [
            $"training: {Training}", $"validation: {Validation}", Test is null ? "" : $"test: {Test}", SkippedFile.Summarize(Skipped),
        ]).Where(line => line.Length > 0));
}
