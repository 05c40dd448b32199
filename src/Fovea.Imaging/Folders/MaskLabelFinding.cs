namespace Fovea.Imaging;

/// <summary>
/// What the labels in the masks of a data set mean, found by reading all masks: numbers from 0 or from 1, black and white, other gray levels, or colors; and an
/// ignored label.
/// </summary>
/// <remarks>
/// <code>
/// var data = ImageData.Recognize("pets");
/// var labels = MaskLabelFinding.Of(data);
/// var train = labels.Load(data.Training!, new ImageInput(160, 160));
/// </code>
/// </remarks>
public sealed record MaskLabelFinding
{
    /// <summary>The number of colors or levels that classes may have, if they are no numbers.</summary>
    internal const int MaxLevels = 256;

    /// <summary>Gets the number to add to each label.</summary>
    public int LabelOffset { get; init; }

    /// <summary>Gets the number of classes.</summary>
    public int ClassCount { get; init; }

    /// <summary>Gets the ignored label: as in the files, or its index in <see cref="Labels"/> or <see cref="Colors"/>; null if there is none.</summary>
    public int? IgnoredLabel { get; init; }

    /// <summary>Gets the label of each class where they are no numbers from 0 or 1; null otherwise.</summary>
    public IReadOnlyList<int>? Labels { get; init; }

    /// <summary>Gets the color of each class; null if the masks have no colors or a palette.</summary>
    public IReadOnlyList<(byte Red, byte Green, byte Blue)>? Colors { get; init; }

    /// <summary>Gets names for the classes: the labels, or background and foreground for two.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Gets one line that says what was found, in whole sentences: <c>The masks have the labels 1 to 3: classes 0 to 2.</c></summary>
    public string Description { get; init; } = "";

    /// <summary>Gets the class number of ignored pixels, for <see cref="SparseCategoricalCrossentropy.IgnoreClass"/>; null if there are none.</summary>
    public int? IgnoreClass => IgnoredLabel + LabelOffset;

    /// <summary>Reads all masks of a data set.</summary>
    /// <param name="data">The data set: images and masks.</param>
    /// <param name="classCount">The number of classes, as of a model; null to derive it from the labels.</param>
    /// <param name="ignoredLabel">
    /// The label, as in the files, of pixels that belong to no class; null to recognize 255 next to other class numbers, or −1 for none.
    /// </param>
    /// <param name="cancellationToken">Stops between two masks.</param>
    /// <exception cref="InvalidDataException">The data set has no masks, one cannot be read, or the labels are not those of classes.</exception>
    public static MaskLabelFinding Of(ImageData data, int? classCount = null, int? ignoredLabel = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var parts = ((ImageDataPart?[])[data.Training, data.Validation, data.Test]).OfType<ImageDataPart>().ToList();
        if (data.Kind != ImageDataKind.Masks) throw new InvalidDataException($"MaskLabelFinding: expected images with masks. {data.Description}");
        var options = new MaskFolderOptions { SkipUnmatched = true };
        return Of([.. parts.SelectMany(part => MaskPairs.Find(part.Folder, part.Masks!, options).Masks)], classCount, ignoredLabel, cancellationToken);
    }

    /// <summary>Reads masks.</summary>
    /// <param name="masks">The mask files.</param>
    /// <param name="classCount">The number of classes, as of a model; null to derive it from the labels.</param>
    /// <param name="ignoredLabel">
    /// The label, as in the files, of pixels that belong to no class; null to recognize 255 next to other class numbers, or −1 for none.
    /// </param>
    /// <param name="cancellationToken">Stops between two masks.</param>
    /// <exception cref="InvalidDataException">There are no masks, one cannot be read, or the labels are not those of classes.</exception>
    public static MaskLabelFinding Of(
        IReadOnlyList<string> masks, int? classCount = null, int? ignoredLabel = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(masks);
        if (masks.Count == 0) throw new InvalidDataException("MaskLabelFinding: expected masks; received none.");
        var survey = MaskSurvey.Of(masks, cancellationToken);
        return survey.Colors is { } colors
            ? MaskLabelRules.OfColors(colors, classCount)
            : MaskLabelRules.OfLabels(survey.Labels, classCount, ignoredLabel);
    }

    /// <summary>Reads the images and masks of a part with what was found.</summary>
    /// <param name="part">The part.</param>
    /// <param name="input">The preprocessing of the images.</param>
    /// <param name="classNames">The names of the classes; null for <see cref="ClassNames"/>.</param>
    /// <param name="options">How the files are paired and kept; null for the defaults.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <exception cref="InvalidDataException">A file has no partner or cannot be read, or a label is none of those that were found.</exception>
    public MaskFolder Load(
        ImageDataPart part, ImageInput input, IReadOnlyList<string>? classNames = null, MaskFolderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(input);
        if (part.Masks is null) throw new ArgumentException($"MaskLabelFinding: expected a part with masks; '{part.Folder}' has none.", nameof(part));
        return MaskFolder.Load(
            part.Folder, part.Masks, input, LabelOffset, ClassCount, IgnoredLabel, classNames ?? ClassNames,
            (options ?? new MaskFolderOptions()) with { Labels = Labels, Colors = Colors }, cancellationToken);
    }
}
