namespace Fovea.Imaging;

/// <summary>The options for reading an <see cref="ImageFolder"/>.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>Gets the number of channels: 3 for red, green and blue; 1 for grey.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Gets the range of pixel values; from 0 to 1 by default.</summary>
    public PixelRange Range { get; init; } = PixelRange.ZeroToOne;

    /// <summary>
    /// Gets whether an image with another aspect ratio is cropped rather than stretched; Keras' <c>crop_to_aspect_ratio</c>.
    /// </summary>
    public bool CropToAspectRatio { get; init; }

    /// <summary>Gets whether shrinking takes all pixels into account. Keras' data sets read only four pixels for each new one.</summary>
    public bool Antialias { get; init; }

    /// <summary>
    /// The preprocessing for an image size. <see cref="Model.Fit"/> stores it in the model, so that all readers prepare images for the model in the same way.
    /// </summary>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">The width of the images.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or there are neither 1 nor 3 channels.</exception>
    public ImageInput ToInput(int height, int width) => new(height, width, Channels)
    {
        Pixels = Range,
        Antialias = Antialias,
        Fit = CropToAspectRatio ? ImageFit.Crop : ImageFit.Stretch,
    };

    /// <summary>
    /// Gets whether an image that cannot be read is an error; otherwise it is skipped and listed in <see cref="ImageFolder.Skipped"/>, as files of other
    /// kinds always are.
    /// </summary>
    public bool RefuseDamaged { get; init; }

    /// <summary>
    /// Gets whether the decoded images are kept in memory, with a byte per pixel and channel. Data sets of more than a gibibyte are always decoded each time
    /// they are read.
    /// </summary>
    public bool KeepInMemory { get; init; } = true;
}
