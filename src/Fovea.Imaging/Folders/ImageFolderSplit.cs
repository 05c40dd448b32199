using System.Globalization;

namespace Fovea.Imaging;

/// <summary>A data set of images, split into parts for training, validation and test.</summary>
/// <param name="Training">The training data.</param>
/// <param name="Validation">The validation data.</param>
/// <param name="Test">The test data; <see langword="null"/> if there are none.</param>
/// <param name="Skipped">The files that were skipped, with the reasons.</param>
public sealed record ImageFolderSplit(Dataset Training, Dataset Validation, Dataset? Test, IReadOnlyList<SkippedFile> Skipped)
{
    /// <summary>Whether the folder has no validation part, so that it was split off the training data.</summary>
    public bool IsValidationTakenFromTraining { get; init; }

    /// <summary>A line for each part and, if files were skipped, a line about them.</summary>
    public override string ToString() => string.Join('\n', ((string[])
        [
            $"training: {Training}", $"validation: {Validation}", Test is null ? "" : $"test: {Test}", SkippedFile.Summarize(Skipped),
        ]).Where(line => line.Length > 0));

    /// <summary>
    /// Loads the parts of a folder (<see cref="ImageData"/>), each with one folder per class. If there is no validation part, a share of each class
    /// of the training part is chosen at random, and if there is no test part either, another one for the test. The other parts may lack classes; letter case
    /// does not matter. If the folder itself holds the classes, each
    /// class is split at random. The rows of a list are divided by a column such as <c>split</c> with values such as <c>train</c>, or at random. The same seed
    /// and files give the same split. Each part is in the order of its
    /// classes, as an <see cref="ImageFolder"/> is.
    /// </summary>
    /// <param name="folder">The folder or archive that holds the parts or the classes, or a list of images.</param>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">The width of the images.</param>
    /// <param name="options">How the images are read; <see cref="ImageManifestOptions"/> for a list with columns of other names.</param>
    /// <param name="validation">The share of each class for validation, above 0; not used if there is a folder for it.</param>
    /// <param name="test">The share of each class for the test; not used if there are folders.</param>
    /// <param name="seed">The seed of the random split.</param>
    /// <exception cref="ArgumentException">The shares leave no training data, or one is negative.</exception>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A folder has unexpected content, or a class has too few images; the message names it.</exception>
    public static ImageFolderSplit Load(
        string folder, int height, int width, ImageFolderOptions? options = null, double validation = 0.2, double test = 0, long seed = 0,
        CancellationToken cancellationToken = default)
    {
        options ??= new ImageFolderOptions();
        if (options is ImageManifestOptions list)
        {
            RequireShares(validation, test);
            return FromList(folder, options.ToInput(height, width), list, validation, test, seed, cancellationToken);
        }

        return Load(folder, options.ToInput(height, width), validation, test, seed, options.RefuseDamaged, options.KeepInMemory, cancellationToken);
    }

    /// <summary>
    /// Like <see cref="Load(string, int, int, ImageFolderOptions?, double, double, long, CancellationToken)"/>, with the preprocessing of a model.
    /// </summary>
    /// <param name="folder">The folder that holds the parts or the classes.</param>
    /// <param name="input">The preprocessing of the images.</param>
    /// <param name="validation">The share of each class for validation, above 0; not used if there is a folder for it.</param>
    /// <param name="test">The share of each class for the test; not used if there are folders.</param>
    /// <param name="seed">The seed of the random split.</param>
    /// <param name="refuseDamaged">Whether a file that cannot be read is an error; otherwise it is skipped and listed in <see cref="Skipped"/>.</param>
    /// <param name="keepInMemory">Whether the images are kept in memory, if they fit into a quarter of it.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <inheritdoc cref="Load(string, int, int, ImageFolderOptions?, double, double, long, CancellationToken)" path="/returns | /exception"/>
    public static ImageFolderSplit Load(
        string folder, ImageInput input, double validation = 0.2, double test = 0, long seed = 0, bool refuseDamaged = false, bool keepInMemory = true,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(input);
        RequireShares(validation, test);
        var data = ImageData.Recognize(folder);
        RequireClasses(data);
        if (data.Kind == ImageDataKind.List)
        {
            return FromList(
                data.Path, input, new ImageManifestOptions { RefuseDamaged = refuseDamaged, KeepInMemory = keepInMemory }, validation, test, seed,
                cancellationToken);
        }

        RequireEnough(data, validation, test, seed);
        return data.IsDivided
            ? FromFolders(data, (part, names) => ImageFolder.Load(part, input, names, refuseDamaged, keepInMemory, cancellationToken), validation, test, seed)
            : Split(ImageFolder.Load(data.Folder, input, refuseDamaged, keepInMemory, cancellationToken), validation, test, seed);
    }

    /// <summary>
    /// Loads a list with the preprocessing of a model. Rows with one class are split as in
    /// <see cref="Load(string, int, int, ImageFolderOptions?, double, double, long, CancellationToken)"/>; rows with several labels so that each part has about
    /// the same share of the rare labels; rows with numbers at random.
    /// </summary>
    /// <param name="list">The list.</param>
    /// <param name="input">The preprocessing of the images.</param>
    /// <param name="options">The columns, as of <see cref="ImageTargetFinding.Options"/>; settings of <paramref name="input"/> are not used.</param>
    /// <param name="validation">The share for validation, above 0; not used if the list divides its rows.</param>
    /// <param name="test">The share for the test; not used if the list divides its rows.</param>
    /// <param name="seed">The seed of the random split.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <inheritdoc cref="Load(string, int, int, ImageFolderOptions?, double, double, long, CancellationToken)" path="/returns | /exception"/>
    public static ImageFolderSplit Load(
        string list, ImageInput input, ImageManifestOptions options, double validation = 0.2, double test = 0, long seed = 0,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(list);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        RequireShares(validation, test);
        return FromList(list, input, options, validation, test, seed, cancellationToken);
    }

    /// <summary>Splits each class at random, in the same shares.</summary>
    private static ImageFolderSplit Split(ImageFolder whole, double validation, double test, long seed)
    {
        var split = RandomSplit.Of([.. Enumerable.Range(0, whole.Count)], whole.Label, label => whole.ClassNames[label], validation, test, seed);
        return Of(whole, split, whole.Skipped);
    }

    private static ImageFolderSplit Of(Dataset whole, RandomSplit split, IReadOnlyList<SkippedFile> skipped) => new(
        whole.Subset(split.Training), whole.Subset(split.Validation), split.Test.Length == 0 ? null : whole.Subset(split.Test), skipped);

    /// <summary>Reads a list once, and divides its rows.</summary>
    private static ImageFolderSplit FromList(
        string path, ImageInput input, ImageManifestOptions options, double validation, double test, long seed, CancellationToken cancellationToken)
    {
        var table = ManifestTable.Read(path);
        var column = ManifestParts.ColumnOf(table, options);
        var parts = column is null ? null : ManifestParts.PartsOf(table, column);
        var whole = ImageManifest.Load(path, folder: null, input, options with { Split = null }, cancellationToken);
        var samples = Enumerable.Range(0, whole.Count).ToLookup(i => parts is null ? DataPart.Training : parts[whole.Line(i)]);
        if (samples[DataPart.Validation].Any())
            return Of(
                whole, new([.. samples[DataPart.Training]], [.. samples[DataPart.Validation]], [.. samples[DataPart.Test]]), whole.Skipped);

        var hasTest = samples[DataPart.Test].Any();
        var split = Divide(whole, [.. samples[DataPart.Training]], validation, hasTest ? 0 : test, seed);
        return Of(whole, hasTest ? split with { Test = [.. samples[DataPart.Test]] } : split, whole.Skipped) with
        {
            IsValidationTakenFromTraining = parts is not null,
        };
    }

    /// <summary>Splits samples at random: each class in the same shares, or each of the rare labels.</summary>
    private static RandomSplit Divide(ImageManifest whole, int[] samples, double validation, double test, long seed)
    {
        if (whole.HasClasses) return RandomSplit.Of(samples, whole.Label, label => whole.ClassNames[label], validation, test, seed);
        if (whole.ClassNames.Count == 0) return RandomSplit.Of(samples, _ => 0, nameOf: null, validation, test, seed);
        var groups = LabelGroups.Of(whole, samples, fewest: test > 0 ? 3 : 2);
        var split = RandomSplit.Of(groups.Divided, sample => groups.Of(sample), nameOf: null, validation, test, seed);
        return split with { Training = [.. split.Training.Concat(groups.Undivided).Order()] };
    }

    /// <summary>
    /// The names of the classes in a folder that <see cref="Load(string, int, int, ImageFolderOptions?, double, double, long, CancellationToken)"/> takes, by
    /// class number. No image is read.
    /// </summary>
    /// <param name="folder">The folder that holds the parts or the classes.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two classes, or a class has no images: the message names it.</exception>
    public static IReadOnlyList<string> FindClasses(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var data = ImageData.Recognize(folder);
        RequireClasses(data);
        return data.Kind == ImageDataKind.List ? ImageManifest.FindClasses(data.Path) : ClassFolders.Find(data.Training!.Folder).Names;
    }

    private static void RequireShares(double validation, double test)
    {
        if (validation > 0 && test >= 0 && validation + test < 1) return;
        throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture,
            $"ImageFolderSplit: expected shares for validation (above 0) and test (0 or more) below 1 together; received {validation} and {test}."));
    }

    /// <exception cref="InvalidDataException">There are no classes, or no training data.</exception>
    private static void RequireClasses(ImageData data)
    {
        var received = data.Kind switch
        {
            ImageDataKind.Masks => "images and their masks, which MaskFolder.Load reads",
            ImageDataKind.Unlabeled when data.IsDivided => "images without classes, which ImageFolder.LoadUnlabeled reads",
            ImageDataKind.Idx => "IDX files, which Mnist.Load reads",
            _ => null,
        };
        if (received is not null)
            throw new InvalidDataException($"ImageFolderSplit: expected one folder for each class in '{data.Folder}'; received {received}.");
        if (!data.IsDivided || data.Training is not null || data.Kind == ImageDataKind.List) return;
        var parts = string.Join(" and ", new[] { data.Validation, data.Test }.OfType<ImageDataPart>().Select(part => $"'{part.Folder}'"));
        throw new InvalidDataException(
            $"ImageFolderSplit: expected a folder train in '{data.Folder}'; received only {parts}. Give the folder with the training images the name train, "
                + "or put the images of all classes into one folder each, which are split at random.");
    }

    /// <summary>Refuses classes with too few files to split, before all are read.</summary>
    private static void RequireEnough(ImageData data, double validation, double test, long seed)
    {
        if (data.Validation is not null) return;
        var found = ClassFolders.Find(data.Training!.Folder);
        int[] files = [.. Enumerable.Range(0, found.Files.Length)];
        RandomSplit.Of(files, file => found.Files[file].Label, label => found.Names[label], validation, data.Test is null ? test : 0, seed);
    }

    private static ImageFolderSplit FromFolders(
        ImageData data, Func<string, IReadOnlyList<string>?, ImageFolder> load, double share, double testShare, long seed)
    {
        var training = load(data.Training!.Folder, null);
        var (validation, test) = (Other(data.Validation?.Folder), Other(data.Test?.Folder));
        IReadOnlyList<SkippedFile> skipped = [.. training.Skipped, .. validation?.Skipped ?? [], .. test?.Skipped ?? []];
        if (validation is not null) return new ImageFolderSplit(training, validation, test, skipped);
        if (test is null) return Split(training, share, testShare, seed) with { IsValidationTakenFromTraining = true };
        return Split(training, share, test: 0, seed) with { Test = test, Skipped = skipped, IsValidationTakenFromTraining = true };

        ImageFolder? Other(string? folder)
        {
            if (folder is null) return null;
            var names = FolderWalk.Folders(folder);
            return names.All(name => ClassFolders.NumberOf(name, training.ClassNames) >= 0)
                ? load(folder, training.ClassNames)
                : throw new InvalidDataException(
                $"ImageFolderSplit: expected the classes {string.Join(", ", training.ClassNames)} in '{folder}' as in train; "
                    + $"received {string.Join(", ", names)}.");
        }
    }
}
