namespace Fovea.Imaging;

/// <summary>
/// A data set of images in folders, one folder per class, as in <c>keras.utils.image_dataset_from_directory</c>. Classes are numbered in ordinal order of
/// the folders' names; folders inside them are searched too. The samples are in the order of their classes: <see cref="Model.Fit"/> shuffles them, and
/// <c>data.Shuffle(seed: 1).Take(100)</c> takes some of all classes. Hidden folders and files are ignored, links are followed once, and a file that is
/// reached in two ways is one sample. Each pixel is rounded to a byte.
/// </summary>
public sealed class ImageFolder : Dataset
{
    private readonly int[]? labels;
    private readonly ImageFiles files;

    private ImageFolder(string[] names, int[]? labels, ImageFiles files) => (ClassNames, this.labels, this.files) = (names, labels, files);

    /// <inheritdoc/>
    public override bool HasTargetsInMemory => labels is not null;

    /// <inheritdoc/>
    public override int Count => files.Count;

    /// <inheritdoc/>
    public override Shape InputShape => ImageInput.Shape;

    /// <summary>The preprocessing of the images.</summary>
    public override ImageInput ImageInput => files.Input;

    /// <summary>The shape of a target: <see cref="Shape.Scalar"/> for a class number, that of the image without labels.</summary>
    public override Shape TargetShape => labels is null ? InputShape : Shape.Scalar;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames { get; }

    /// <summary>Gets the folder that holds the classes' folders or the images: the given one, or one inside it where it holds nothing else.</summary>
    public string Folder { get; private init; } = "";

    /// <summary>
    /// The files that were skipped, with the reasons: images that cannot be read, and files of other kinds (<see cref="SkippedFile.Kind"/>). Hidden files are
    /// not listed.
    /// </summary>
    public IReadOnlyList<SkippedFile> Skipped { get; private init; } = [];

    /// <summary>Whether the images are in memory; otherwise a file is decoded each time it is read.</summary>
    public bool IsInMemory => files.IsInMemory;

    /// <summary>Finds the images and decodes each once, to find damaged ones.</summary>
    /// <param name="folder">The folder that holds the classes' folders, two or more.</param>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">The width of the images.</param>
    /// <param name="options">How the images are read.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// There are fewer than two classes, a class without images, or a damaged image if these are refused; the message names it. Or the folders hold images and
    /// their masks.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">There is not enough memory for an image.</exception>
    public static ImageFolder Load(
        string folder, int height, int width, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ImageFolderOptions();
        return Load(folder, options.ToInput(height, width), options.RefuseDamaged, options.KeepInMemory, cancellationToken);
    }

    /// <summary>Finds the images and decodes each once with the preprocessing of a model: <c>ImageFolder.Load("test", model.ImageInput!)</c>.</summary>
    /// <param name="folder">The folder that holds the classes' folders, two or more.</param>
    /// <param name="input">The preprocessing of the images.</param>
    /// <param name="refuseDamaged">Whether an image that cannot be read is an error; otherwise it is skipped and listed in <see cref="Skipped"/>.</param>
    /// <param name="keepInMemory">Whether the images are kept in memory, if they fit into a quarter of it.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">Two settings of the input contradict each other.</exception>
    /// <exception cref="InvalidDataException">
    /// There are fewer than two classes, a class without images, or a damaged image if these are refused; the message names it.
    /// </exception>
    public static ImageFolder Load(
        string folder, ImageInput input, bool refuseDamaged = false, bool keepInMemory = true, CancellationToken cancellationToken = default) =>
        Load(folder, input, null, refuseDamaged, keepInMemory, cancellationToken);

    /// <summary>
    /// Like <see cref="Load(string, ImageInput, bool, bool, CancellationToken)"/>, for known classes: <c>ImageFolder.Load("test", model.ImageInput!,
    /// model.ClassNames)</c>. Classes are numbered in the given order, whatever the letter case of the folders; the folder may lack classes. Damaged images are
    /// skipped.
    /// </summary>
    /// <param name="folder">The folder that holds the classes' folders, one or more.</param>
    /// <param name="input">The preprocessing of the images.</param>
    /// <param name="classNames">The names of the classes by their numbers.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">Two settings of the input contradict each other, or there are no names.</exception>
    /// <exception cref="InvalidDataException">A class has an unknown name or no images; the message names it.</exception>
    public static ImageFolder Load(string folder, ImageInput input, IReadOnlyList<string> classNames, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        if (classNames.Count == 0) throw new ArgumentException("ImageFolder: expected the names of the classes; received none.", nameof(classNames));
        return Load(folder, input, classNames, refuseDamaged: false, keepInMemory: true, cancellationToken);
    }

    /// <summary>
    /// Finds all images in a folder and the folders inside it, without classes; Keras' <c>labels=None</c>. The target of a sample is the image itself, which
    /// an autoencoder learns; predictions and adversarial networks do not use it.
    /// </summary>
    /// <param name="folder">The folder that holds the images.</param>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">The width of the images.</param>
    /// <param name="options">How the images are read.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">There are no images that can be read, or a damaged image if these are refused.</exception>
    public static ImageFolder LoadUnlabeled(
        string folder, int height, int width, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ImageFolderOptions();
        return LoadUnlabeled(folder, options.ToInput(height, width), options.RefuseDamaged, options.KeepInMemory, cancellationToken);
    }

    /// <summary>Finds all images in a folder, without classes, and reads them with the preprocessing of a model.</summary>
    /// <param name="folder">The folder that holds the images.</param>
    /// <param name="input">The preprocessing of the images.</param>
    /// <param name="refuseDamaged">Whether an image that cannot be read is an error; otherwise it is skipped and listed in <see cref="Skipped"/>.</param>
    /// <param name="keepInMemory">Whether the images are kept in memory, if they fit into a quarter of it.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <inheritdoc cref="LoadUnlabeled(string, int, int, ImageFolderOptions?, CancellationToken)" path="/exception"/>
    public static ImageFolder LoadUnlabeled(
        string folder, ImageInput input, bool refuseDamaged = false, bool keepInMemory = true, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(input);
        input.Validate();
        if (!StoredFiles.FolderExists(folder)) throw new DirectoryNotFoundException($"ImageFolder: expected a folder of images; '{folder}' does not exist.");
        var archive = StoredFiles.Hold(folder);
        var (found, leftOut) = FolderWalk.Find(folder);
        if (found.Count == 0)
            throw new InvalidDataException($"ImageFolder: expected images ({ImageExtensions.Expected}) in '{folder}'; received {Others(leftOut)}.");
        var (all, reasons) = ImageFiles.Decode([.. found], input, keepInMemory && ImageFiles.Fit(found.Count, input.Shape.Count), cancellationToken);
        GC.KeepAlive(archive);
        if (refuseDamaged && Array.Find(reasons, reason => reason is not null) is { } first) throw new InvalidDataException($"ImageFolder: {first}");
        var whole = Enumerable.Range(0, found.Count).Where(i => reasons[i] is null).ToArray();
        if (whole.Length == 0)
            throw new InvalidDataException($"ImageFolder: none of the {found.Count} images in '{folder}' can be read; the first: {reasons[0]}");
        return new ImageFolder([], labels: null, all.Subset(whole))
        {
            Folder = folder,
            Skipped = [.. SkippedFile.Damaged(all, reasons), .. leftOut],
        };
    }

    internal static ImageFolder Load(
        string folder, ImageInput input, IReadOnlyList<string>? classNames, bool refuseDamaged, bool keepInMemory, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(input);
        input.Validate();
        var archive = StoredFiles.Hold(folder);
        var (inside, names, found, leftOut) = ClassFolders.Find(folder, classNames);
        var keep = keepInMemory && ImageFiles.Fit(found.Length, input.Shape.Count);
        var (all, reasons) = ImageFiles.Decode([.. found.Select(file => file.Path)], input, keep, cancellationToken);
        GC.KeepAlive(archive);
        if (refuseDamaged && Array.Find(reasons, reason => reason is not null) is { } first) throw new InvalidDataException($"ImageFolder: {first}");
        RequireAllClasses(names, found, reasons);
        var whole = Enumerable.Range(0, found.Length).Where(i => reasons[i] is null).ToArray();
        return new ImageFolder(names, [.. whole.Select(i => found[i].Label)], all.Subset(whole))
        {
            Folder = inside,
            Skipped = [.. SkippedFile.Damaged(all, reasons), .. leftOut],
        };
    }

    /// <summary>The image files in a folder and the folders inside it, in ordinal order. No image is decoded.</summary>
    /// <param name="folder">The folder, which may be an archive or be inside one.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> FindImages(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return StoredFiles.FolderExists(folder)
            ? FolderWalk.Find(folder).Images
            : throw new DirectoryNotFoundException($"ImageFolder: expected a folder of images; '{folder}' does not exist.");
    }

    /// <summary>
    /// The names of the visible folders in a folder, in ordinal order. Hidden folders and those that operating systems create are ignored.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> FindFolders(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return FolderWalk.Folders(folder);
    }

    /// <summary>The class number of a sample. The image is not read.</summary>
    /// <exception cref="InvalidOperationException">The images have no labels.</exception>
    public int Label(int index) => labels is null
        ? throw new InvalidOperationException("ImageFolder: images that LoadUnlabeled found have no labels. Load reads labels, from one folder for each class.")
        : labels[index];

    /// <summary>The file of a sample.</summary>
    public string File(int index) => files[index];

    /// <inheritdoc/>
    public override string FileOf(int index) => File(index);

    /// <inheritdoc/>
    public override void Read(int index, Span<float> input, Span<float> target)
    {
        files.Read(index, input);
        if (labels is null) input.CopyTo(target);
        else target[0] = labels[index];
    }

    /// <inheritdoc/>
    public override void ReadTarget(int index, Span<float> target)
    {
        if (labels is null) files.Read(index, target);
        else target[0] = labels[index];
    }

    private static string Others(List<SkippedFile> files) => SkippedFile.Kinds(files) is { Length: > 0 } others ? others : "no files";

    private static void RequireAllClasses(string[] names, LabelledFile[] files, string?[] reasons)
    {
        for (var label = 0; label < names.Length; label++)
        {
            var own = Enumerable.Range(0, files.Length).Where(i => files[i].Label == label).ToArray();
            if (own.Length > 0 && own.All(i => reasons[i] is not null))
                throw new InvalidDataException(
                    $"ImageFolder: none of the {own.Length} images of the class '{names[label]}' can be read; the first: {reasons[own[0]]}");
        }
    }
}
