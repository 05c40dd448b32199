namespace Fovea.Imaging;

/// <summary>The masks of the images of a preview, read one by one.</summary>
internal sealed class PreviewMasks
{
    private readonly Dictionary<string, string> masks;
    private readonly MaskReading reading;

    private PreviewMasks(Dictionary<string, string> masks, MaskReading reading, IReadOnlyList<string> classNames) =>
        (this.masks, this.reading, ClassNames) = (masks, reading, classNames);

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Finds the masks of a data set and what their labels mean; null if the images have none.</summary>
    /// <exception cref="InvalidDataException">A mask cannot be read, or the labels are not those of classes.</exception>
    public static PreviewMasks? Of(ImageData data, ImageInput input, CancellationToken cancellationToken)
    {
        if (data.Kind != ImageDataKind.Masks) return null;
        var finding = MaskLabelFinding.Of(data, cancellationToken: cancellationToken);
        var options = new MaskFolderOptions { SkipUnmatched = true, Labels = finding.Labels, Colors = finding.Colors };
        var masks = new Dictionary<string, string>();
        foreach (var part in ((ImageDataPart?[])[data.Training, data.Validation, data.Test]).OfType<ImageDataPart>())
        {
            var pairs = MaskPairs.Find(part.Folder, part.Masks!, options);
            foreach (var (image, mask) in pairs.Images.Zip(pairs.Masks)) masks[image] = mask;
        }

        var labels = new MaskLabels(finding.LabelOffset, finding.ClassCount, finding.IgnoredLabel);
        return new PreviewMasks(masks, new MaskReading(input, labels, options), finding.ClassNames);
    }

    /// <summary>Whether an image has a mask.</summary>
    public bool Has(string image) => masks.ContainsKey(image);

    /// <summary>Reads the class number of each pixel.</summary>
    public float[] Read(string image) => Array.ConvertAll(reading.Read(masks[image]), label => (float)(label + reading.Labels.Offset));
}
