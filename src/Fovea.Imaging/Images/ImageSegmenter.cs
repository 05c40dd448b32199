using System.Globalization;

namespace Fovea.Imaging;

/// <summary>
/// Finds the class of each pixel of image files with a model, such as one that <see cref="SmallNetworks"/> or <c>fovea train --task segment</c> has made. The
/// result has the size of the image. Any number of threads may use it at once.
/// </summary>
/// <example><code>new ImageSegmenter(Model.Load("pets.keras")).Segment("cat.jpg").SaveOverlay("cat-overlay.png");</code></example>
public sealed class ImageSegmenter
{
    private readonly ImageTiles tiles;
    private readonly float threshold;

    /// <summary>Prepares a model.</summary>
    /// <param name="model">A model with outputs for each pixel of an image, (height, width, classes), or (height, width, 1) for two classes.</param>
    /// <param name="input">The preprocessing of images; null for that of the model (<see cref="ImageInputFinding.Of"/>).</param>
    /// <exception cref="ArgumentException">The model's output does not have the size of its input.</exception>
    /// <exception cref="NotSupportedException">The model's input is not an image, or nothing tells the size to read images at.</exception>
    public ImageSegmenter(Model model, ImageInput? input = null)
        : this(model, input, tileSize: 768)
    {
    }

    /// <summary>Prepares a model.</summary>
    /// <param name="model">A model with outputs for each pixel of an image, (height, width, classes), or (height, width, 1) for two classes.</param>
    /// <param name="input">The preprocessing of images; null for that of the model.</param>
    /// <param name="tileSize">The maximum height and width that is predicted at once, see <see cref="ImageTiles"/>.</param>
    /// <inheritdoc cref="ImageSegmenter(Model, ImageInput?)" path="/exception"/>
    public ImageSegmenter(Model model, ImageInput? input, int tileSize)
    {
        ArgumentNullException.ThrowIfNull(model);
        Input = input ?? ImageInputFinding.Of(model).Input;
        Input.Validate();
        tiles = new ImageTiles(model, tileSize);
        threshold = model.OutputKind == OutputKind.Logits ? 0 : 0.5f;
        var outputs = model.OutputShape.Sizes[2] ?? throw new ArgumentException(
            $"ImageSegmenter: expected a model with a known number of classes; its outputs are {model.OutputShape}.", nameof(model));
        var classes = outputs == 1 ? 2 : outputs;
        ClassNames = model.ClassNames.Count == classes
            ? model.ClassNames
            : [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>Gets the preprocessing of images. Its size is the one at which images are predicted, unless <see cref="AtOwnSize"/> is set.</summary>
    public ImageInput Input { get; }

    /// <summary>Gets the names of the classes by class number; their numbers if the model has none.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// Gets whether images are predicted at their own size, in tiles if they are large. That is right for a model which was trained on images at their own
    /// size, such as tiles of satellite images. By default an image is resized as in training, and the outputs are resized to the image.
    /// </summary>
    public bool AtOwnSize { get; init; }

    /// <summary>Finds the class of each pixel.</summary>
    /// <param name="file">An image file.</param>
    /// <param name="cancellationToken">Stops between two tiles.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, or it is damaged; the message tells which.</exception>
    public SegmentedImage Segment(string file, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        using var image = ImageDecoder.Decode(file, Input);
        var (pixels, fit) = Resized(image);
        var outputs = tiles.Predict(ImageReader.ToTensor(pixels.Pixels, Input.WithSize(pixels.Height, pixels.Width)), cancellationToken: cancellationToken);
        var classes = ClassMap.Of(outputs.Reshape(outputs.Shape[1..]), image.Height, image.Width, fit, threshold);
        return new SegmentedImage(
            classes, image.Height, image.Width, ClassNames, file, Input)
        { PredictedHeight = pixels.Height, PredictedWidth = pixels.Width };
    }

    /// <summary>The image in the size of the prediction. Where training cuts images, the whole image is predicted at the same scale.</summary>
    private (ByteImage Pixels, ImageFit Fit) Resized(DecodedImage image)
    {
        if (AtOwnSize) return (ByteImage.Of(image), ImageFit.Stretch);
        if (Input.Fit != ImageFit.Crop) return (Resampling.Resize(image, Input), Input.Fit);
        var scale = Math.Max((double)Input.Height / image.Height, (double)Input.Width / image.Width);
        var (height, width) = ((int)Math.Round(image.Height * scale), (int)Math.Round(image.Width * scale));
        return (Resampling.Resize(image, height, width, Input.Resize, Input.Antialias), ImageFit.Stretch);
    }
}
