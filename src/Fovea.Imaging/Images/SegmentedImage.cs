namespace Fovea.Imaging;

/// <summary>An image with the class of each pixel.</summary>
public sealed class SegmentedImage
{
    private readonly ushort[] classes;
    private readonly string file;
    private readonly ImageInput input;

    internal SegmentedImage(ushort[] classes, int height, int width, IReadOnlyList<string> classNames, string file, ImageInput input)
    {
        (this.classes, Height, Width, ClassNames) = (classes, height, width, classNames);
        (this.file, this.input) = (file, input);
        var counts = new long[classNames.Count];
        foreach (var label in classes) counts[label]++;
        Shares = [.. counts.Select(count => (double)count / classes.Length)];
    }

    /// <summary>Gets the height of the image in pixels.</summary>
    public int Height { get; }

    /// <summary>Gets the width of the image in pixels.</summary>
    public int Width { get; }

    /// <summary>Gets the height at which the image was predicted, in pixels.</summary>
    public int PredictedHeight { get; internal init; }

    /// <summary>Gets the width at which the image was predicted, in pixels.</summary>
    public int PredictedWidth { get; internal init; }

    /// <summary>Gets the names of the classes by class number.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Gets the share of the pixels of each class, from 0 to 1.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>Gets the class number of a pixel.</summary>
    /// <param name="y">The row, from the top.</param>
    /// <param name="x">The column, from the left.</param>
    public int this[int y, int x] => classes[(y * Width) + x];

    /// <summary>The class number of each pixel, (height, width).</summary>
    public Tensor ToTensor() => new([Height, Width], Array.ConvertAll(classes, label => (float)label));

    /// <summary>Writes a mask: a gray image whose levels are the class numbers. It looks black; <see cref="SaveOverlay"/> is the figure for people.</summary>
    /// <param name="path">The PNG file to write or replace.</param>
    /// <exception cref="ArgumentException">The file is no PNG, or there are more than 256 classes.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveMask(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"SegmentedImage: expected a .png file, which keeps every class number; received '{path}'.", nameof(path));
        ImageFile.Save(ToTensor(), path, PixelRange.ZeroTo255);
    }

    /// <summary>Draws the classes in colors over the image, (height, width, 3) from 0 to 1; see <see cref="SegmentationOverlay"/>.</summary>
    public Tensor Overlay()
    {
        using var image = ImageDecoder.Decode(file, new ImageInput(1, 1) { ApplyOrientation = input.ApplyOrientation });
        var pixels = ByteImage.Of(image).Pixels;
        return SegmentationOverlay.Of(new Tensor([Height, Width, 3], Array.ConvertAll(pixels, value => value / 255f)), ToTensor(), ClassNames);
    }

    /// <summary>Writes the classes in colors over the image.</summary>
    /// <param name="path">The file to write or replace: .png, .jpg, .jpeg or .webp.</param>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    /// <exception cref="IOException">The file cannot be written, or the image can no longer be read.</exception>
    public void SaveOverlay(string path) => ImageFile.Save(Overlay(), path, clip: true);
}
