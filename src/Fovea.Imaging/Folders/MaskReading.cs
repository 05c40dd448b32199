namespace Fovea.Imaging;

/// <summary>Reads the masks of a data set in the size of its images.</summary>
internal sealed class MaskReading
{
    private readonly ImageInput input;
    private readonly MaskReader reader;

    /// <exception cref="ArgumentException">Settings contradict each other.</exception>
    public MaskReading(ImageInput input, MaskLabels labels, MaskFolderOptions options)
    {
        input.Validate();
        if (input.Framing != ImageFraming.Whole) throw new ArgumentException("MaskFolder: expected ImageFraming.Whole; received Digit.");
        if (input.Fit == ImageFit.Pad && labels.Ignored is null)
            throw new ArgumentException("MaskFolder: expected an ignoredLabel for ImageFit.Pad, which adds pixels that belong to no class; received none.");
        (this.input, Labels) = (input, labels);
        reader = new MaskReader(options.Colors, input.ApplyOrientation, options.Labels);
    }

    public MaskLabels Labels { get; }

    /// <summary>Reads the label of each pixel.</summary>
    public ushort[] Read(string path) => Resize(reader.Read(path));

    /// <summary>Reads the label of each pixel for the first time, and checks the size.</summary>
    /// <param name="path">The mask.</param>
    /// <param name="image">The image.</param>
    /// <param name="height">The height of the image in its file.</param>
    /// <param name="width">The width of the image in its file.</param>
    /// <param name="found">Receives the labels that occur in the file.</param>
    /// <exception cref="InvalidDataException">The mask has another aspect ratio than the image.</exception>
    public ushort[] ReadChecked(string path, string image, int height, int width, out IReadOnlySet<ushort> found)
    {
        var mask = reader.Read(path);
        if (!AreInProportion(height, width, mask.Height, mask.Width))
            throw new InvalidDataException(
                $"expected an image and a mask of one aspect ratio; '{image}' has {width} × {height} pixels and '{path}' {mask.Width} × {mask.Height}."
                    + (AreInProportion(width, height, mask.Height, mask.Width)
                        ? " Only one of the files has an orientation (EXIF); ImageInput.ApplyOrientation = false reads both as they are stored."
                        : ""));
        found = new HashSet<ushort>(mask.Labels);
        return Resize(mask);
    }

    /// <summary>Whether one size is the other one, enlarged or reduced and rounded to whole pixels.</summary>
    public static bool AreInProportion(int height, int width, int otherHeight, int otherWidth) =>
        Math.Abs(((double)width * otherHeight / height) - otherWidth) <= 1 || Math.Abs(((double)height * otherWidth / width) - otherHeight) <= 1;

    private ushort[] Resize(LabelImage mask) => mask.Resize(input.Height, input.Width, input.Fit, (ushort)(Labels.Ignored ?? 0)).Labels;
}
