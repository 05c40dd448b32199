namespace Fovea.Imaging;

/// <summary>
/// A data set of images and their masks, for segmentation: files of the same names in two folders. The input is an image, the target the class number of
/// each pixel (height, width), as <see cref="SparseCategoricalCrossentropy"/> takes it for outputs (height, width, classes).
/// </summary>
/// <remarks>
/// Masks are read as <see cref="ImageFile.ReadMask(string, int, int, IReadOnlyList{ValueTuple{byte, byte, byte}}?)"/> reads them and resized by nearest
/// neighbor, with the pixels that Pillow chooses. Images are resized as in an <see cref="ImageFolder"/>. Both are cropped or padded in the same way, and both
/// are rotated upright as their own files say. Several threads may read at once; the samples are the same at any number of them.
/// </remarks>
public sealed class MaskFolder : Dataset
{
    private readonly ImageFiles files;
    private readonly string[] masks;
    private readonly ushort[]?[] kept;
    private readonly MaskReading reading;

    private MaskFolder(ImageFiles files, string[] masks, ushort[]?[] kept, MaskReading reading, int classCount, IReadOnlyList<string> classNames)
    {
        (this.files, this.masks, this.kept, this.reading) = (files, masks, kept, reading);
        (ClassCount, ClassNames) = (classCount, classNames);
    }

    /// <inheritdoc/>
    public override int Count => files.Count;

    /// <inheritdoc/>
    public override Shape InputShape => files.Input.Shape;

    /// <summary>The shape of a target, (height, width).</summary>
    public override Shape TargetShape => [files.Input.Height, files.Input.Width];

    /// <summary>The preprocessing of the images.</summary>
    public override ImageInput ImageInput => files.Input;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of classes: the channels that the model's output needs.</summary>
    public int ClassCount { get; }

    /// <summary>
    /// The class number of pixels that belong to no class, the ignored label plus the offset: the value for
    /// <see cref="SparseCategoricalCrossentropy.IgnoreClass"/> and for metrics. <see langword="null"/> if no label is ignored.
    /// </summary>
    public int? IgnoreClass => reading.Labels.Ignored + reading.Labels.Offset;

    /// <summary>The files that were skipped, with the reasons: images that cannot be read, and files of other kinds.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; private init; } = [];

    /// <summary>Whether images and masks are in memory; otherwise both files are decoded each time a sample is read.</summary>
    public bool IsInMemory => files.IsInMemory;

    /// <summary>
    /// Pairs the images and masks of two folders by their names, and decodes each file once to check it:
    /// <c>MaskFolder.Load("images", "trimaps", 200, 200, labelOffset: -1)</c>.
    /// </summary>
    /// <param name="images">The folder of the images. Folders inside it are searched too, and must be the same for the masks.</param>
    /// <param name="masks">
    /// The folder of the masks: PNG files, or others with <see cref="MaskFolderOptions.Colors"/>. A name may have an ending such as <c>_mask</c>. It may be the
    /// same folder if all masks have such an ending.
    /// </param>
    /// <param name="height">The height of the images and masks.</param>
    /// <param name="width">The width of the images and masks.</param>
    /// <param name="labelOffset">The number to add to each label: −1 if the labels begin at 1.</param>
    /// <param name="classCount">The number of classes. By default every class must occur in the masks.</param>
    /// <param name="ignoredLabel">The label, as in the files, of pixels that belong to no class, often 255; see <see cref="IgnoreClass"/>.</param>
    /// <param name="classNames">The names of the classes by their numbers; none by default.</param>
    /// <param name="options">How the files are read and paired.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// A file has no partner, a mask cannot be read, a label is not a class, or an image and its mask have different aspect ratios; the message names the file.
    /// </exception>
    /// <exception cref="ArgumentException">Settings contradict each other.</exception>
    public static MaskFolder Load(
        string images, string masks, int height, int width, int labelOffset = 0, int? classCount = null, int? ignoredLabel = null,
        IReadOnlyList<string>? classNames = null, MaskFolderOptions? options = null, CancellationToken cancellationToken = default) =>
        Load(images, masks, (options ?? new MaskFolderOptions()).ToInput(height, width), labelOffset, classCount, ignoredLabel, classNames, options,
            cancellationToken);

    /// <summary>Pairs the images and masks of two folders, and reads the images with the preprocessing of a model.</summary>
    /// <param name="images">The folder of the images.</param>
    /// <param name="masks">The folder of the masks.</param>
    /// <param name="input">The preprocessing of the images, usually <see cref="Model.ImageInput"/>.</param>
    /// <param name="labelOffset">The number to add to each label.</param>
    /// <param name="classCount">The number of classes. By default every class must occur in the masks.</param>
    /// <param name="ignoredLabel">The label, as in the files, of pixels that belong to no class.</param>
    /// <param name="classNames">The names of the classes by their numbers.</param>
    /// <param name="options">How the files are paired and kept; settings of <paramref name="input"/> are not used.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <inheritdoc cref="Load(string, string, int, int, int, int?, int?, IReadOnlyList{string}?, MaskFolderOptions?, CancellationToken)" path="/exception"/>
    public static MaskFolder Load(
        string images, string masks, ImageInput input, int labelOffset = 0, int? classCount = null, int? ignoredLabel = null,
        IReadOnlyList<string>? classNames = null, MaskFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        ArgumentException.ThrowIfNullOrEmpty(masks);
        ArgumentNullException.ThrowIfNull(input);
        options ??= new MaskFolderOptions();
        var labels = LabelsOf(labelOffset, classCount, ignoredLabel, classNames);
        var reading = new MaskReading(input, labels, options);
        var archive = StoredFiles.Hold(masks);
        var pairs = MaskPairs.Find(images, masks, options);
        var keep = options.KeepInMemory && ImageFiles.Fit(pairs.Images.Length, input.Shape.Count + (2L * input.Height * input.Width));
        var (kept, found, faults) = (new ushort[pairs.Images.Length][], new IReadOnlySet<ushort>[pairs.Images.Length], new Exception?[pairs.Images.Length]);
        var (all, reasons) = ImageFiles.Decode(pairs.Images, input, keep, cancellationToken, (i, imageHeight, imageWidth) =>
        {
            try
            {
                var mask = reading.ReadChecked(pairs.Masks[i], pairs.Images[i], imageHeight, imageWidth, out found[i]);
                if (keep) kept[i] = mask;
            }
            catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                faults[i] = error;
            }
        });
        GC.KeepAlive(archive);
        if (Array.Find(faults, fault => fault is not null) is { } first) throw new InvalidDataException($"MaskFolder: {first.Message}", first);
        if (options.RefuseDamaged && Array.Find(reasons, reason => reason is not null) is { } damaged) throw new InvalidDataException($"MaskFolder: {damaged}");
        var whole = Enumerable.Range(0, pairs.Images.Length).Where(i => reasons[i] is null).ToArray();
        if (whole.Length == 0) throw new InvalidDataException($"MaskFolder: none of the {reasons.Length} images can be read; the first: {reasons[0]}");
        var wholeMasks = Array.ConvertAll(whole, i => pairs.Masks[i]);
        var count = labels.Check(wholeMasks, Array.ConvertAll(whole, i => found[i]));
        return new MaskFolder(all.Subset(whole), wholeMasks, keep ? Array.ConvertAll(whole, i => kept[i]) : [], reading, count, classNames ?? [])
        {
            Skipped = [.. SkippedFile.Damaged(all, reasons), .. pairs.LeftOut],
        };
    }

    /// <summary>The image file of a sample.</summary>
    public string Image(int index) => files[index];

    /// <summary>The mask file of a sample.</summary>
    public string Mask(int index) => masks[index];

    /// <inheritdoc/>
    public override void Read(int index, Span<float> input, Span<float> target)
    {
        files.Read(index, input);
        ReadTarget(index, target);
    }

    /// <inheritdoc/>
    public override void ReadTarget(int index, Span<float> target)
    {
        var labels = IsInMemory ? kept[index]! : reading.Read(masks[index]);
        for (var i = 0; i < labels.Length; i++) target[i] = labels[i] + reading.Labels.Offset;
    }

    private static MaskLabels LabelsOf(int offset, int? classCount, int? ignoredLabel, IReadOnlyList<string>? classNames)
    {
        if (classCount is < 1) throw new ArgumentOutOfRangeException(nameof(classCount), $"MaskFolder: expected at least 1 class; received {classCount}.");
        if (ignoredLabel is < 0 or > ushort.MaxValue)
            throw new ArgumentOutOfRangeException(
                nameof(ignoredLabel), $"MaskFolder: expected a label as in the files, from 0 to {ushort.MaxValue}; received {ignoredLabel}.");
        if (classNames is { Count: 0 }) throw new ArgumentException("MaskFolder: expected the names of the classes; received none.", nameof(classNames));
        if (classCount is { } count && classNames is not null && classNames.Count != count)
            throw new ArgumentException($"MaskFolder: expected a name for each of {count} classes; received {classNames.Count}.", nameof(classNames));
        return new MaskLabels(offset, classNames?.Count ?? classCount, ignoredLabel);
    }
}
