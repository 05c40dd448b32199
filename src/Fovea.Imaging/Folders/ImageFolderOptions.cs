namespace Fovea.Imaging;

/// <summary>How the pictures of an <see cref="ImageFolder"/> become images of one size.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>3 for red, green and blue; 1 for grey.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>Which numbers stand for the pixels; from 0 to 1 unless told otherwise.</summary>
    public PixelRange Range { get; init; } = PixelRange.ZeroToOne;

    /// <summary>
    /// Whether a picture of other proportions is cut at its longer side rather than stretched; Keras' <c>crop_to_aspect_ratio</c>.
    /// </summary>
    public bool CropToAspectRatio { get; init; }

    /// <summary>Whether every pixel counts when a picture is made smaller. Keras' data sets do without: they read four pixels for one.</summary>
    public bool Antialias { get; init; }

    /// <summary>
    /// How a picture becomes an image of a size: what <see cref="Model.Fit"/> gives the model, so that all that reads pictures for it does the same.
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
    /// Whether a picture that cannot be read is an error; otherwise it is left out and listed in <see cref="ImageFolder.Skipped"/>, as files of other
    /// kinds always are.
    /// </summary>
    public bool RefuseDamaged { get; init; }

    /// <summary>
    /// Whether the images are kept in memory, a byte for each channel of each pixel, so that they are decoded once; data sets of
    /// more than a gibibyte are decoded again at every reading all the same.
    /// </summary>
    public bool KeepInMemory { get; init; } = true;
}
