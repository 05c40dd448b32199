namespace Fovea.Imaging;

/// <summary>The options for reading an <see cref="ImageFolder"/>.</summary>
public record ImageFolderOptions
{
    /// <summary>Gets the number of channels: 3 for red, green and blue; 1 for grey.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Gets the range of pixel values; from 0 to 1 by default.</summary>
    public PixelRange Range { get; init; } = PixelRange.ZeroToOne;

    /// <summary>
    /// Gets whether an image with another aspect ratio is cropped rather than stretched; Keras' <c>crop_to_aspect_ratio</c>.
    /// </summary>
    public bool CropToAspectRatio { get; init; }

    /// <summary>
    /// Gets whether an image with another aspect ratio is centered on black rather than stretched; Keras' <c>pad_to_aspect_ratio</c>.
    /// </summary>
    public bool PadToAspectRatio { get; init; }

    /// <summary>Gets the method of resizing; Keras' <c>interpolation</c>.</summary>
    public ResizeMethod Resize { get; init; } = ResizeMethod.Bilinear;

    /// <summary>
    /// Gets whether shrinking takes all pixels into account, as <see cref="ImageFile"/> does; <see langword="true"/> by default. Keras' data sets read only
    /// four pixels for each new one: <see langword="false"/> gives the pixels of <c>image_dataset_from_directory</c>.
    /// </summary>
    public bool Antialias { get; init; } = true;

    /// <summary>
    /// The preprocessing for an image size. <see cref="Model.Fit"/> stores it in the model, so that all readers prepare images for the model in the same way.
    /// </summary>
    /// <param name="height">The height of the images.</param>
    /// <param name="width">The width of the images.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or there are neither 1 nor 3 channels.</exception>
    /// <exception cref="ArgumentException">Images are to be cropped and padded.</exception>
    public ImageInput ToInput(int height, int width)
    {
        if (CropToAspectRatio && PadToAspectRatio)
            throw new ArgumentException("ImageFolderOptions: expected CropToAspectRatio or PadToAspectRatio; received both.");
        return new(height, width, Channels)
        {
            Pixels = Range,
            Resize = Resize,
            Antialias = Antialias,
            Fit = CropToAspectRatio ? ImageFit.Crop : PadToAspectRatio ? ImageFit.Pad : ImageFit.Stretch,
        };
    }

    /// <summary>
    /// Gets whether an image that cannot be read is an error; otherwise it is skipped and listed in <see cref="ImageFolder.Skipped"/>, as files of other
    /// kinds always are.
    /// </summary>
    public bool RefuseDamaged { get; init; }

    /// <summary>
    /// Gets whether the decoded images are kept in memory, with a byte per pixel and channel, as long as they take at most a quarter of the memory that the
    /// process may use. Images of larger data sets are decoded each time they are read.
    /// </summary>
    public bool KeepInMemory { get; init; } = true;
}
