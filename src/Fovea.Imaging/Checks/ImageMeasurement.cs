namespace Fovea.Imaging;

/// <summary>
/// What the checks need of an image after it was decoded once: hashes, a small gray and a smaller color image, and a few numbers. About 2 KB.
/// </summary>
internal sealed class ImageMeasurement
{
    /// <summary>The longest length of the shorter side at which images are measured. Smaller images are measured as they are.</summary>
    private const int CommonSide = 224;

    private const int LongestSide = 5 * CommonSide;

    /// <summary>The largest difference of two channels of a pixel in an image that counts as gray; JPEG rounds colors.</summary>
    private const int GrayTolerance = 6;

    private const int BrightnessLevels = 1024;

    /// <summary>Height and width of <see cref="Colors"/>.</summary>
    public const int ColorSide = 8;

    private ImageMeasurement(ByteImage reduced)
    {
        var gray = GrayOf(reduced);
        var grayImage = new ByteImage(gray, reduced.Height, reduced.Width, 1);
        Gray = Resampling.Resize(grayImage, PerceptualHash.Side, PerceptualHash.Side).Pixels;
        Colors = Resampling.Resize(reduced, ColorSide, ColorSide).Pixels;
        Hashes = PerceptualHash.Of(Gray);
        (Deviation, Entropy) = (DeviationOf(Gray), EntropyOf(gray));
        (DarkEnd, BrightEnd, IsGray) = BrightnessOf(reduced);
        Sharpness = SharpnessMeasure.Of(gray, reduced.Height, reduced.Width);
    }

    public required int Height { get; init; }

    public required int Width { get; init; }

    /// <summary>The hash of the decoded pixels.</summary>
    public required ContentHash Pixels { get; init; }

    /// <summary>The hash of the file.</summary>
    public required ContentHash Bytes { get; init; }

    /// <summary>32 × 32 gray levels.</summary>
    public byte[] Gray { get; }

    /// <summary>8 × 8 colors: red, green and blue.</summary>
    public byte[] Colors { get; }

    /// <summary>The perceptual hash of each symmetry.</summary>
    public ulong[] Hashes { get; }

    /// <summary>The standard deviation of <see cref="Gray"/>.</summary>
    public double Deviation { get; }

    /// <summary>The entropy of the gray levels, in bits.</summary>
    public double Entropy { get; }

    /// <summary>The 5th percentile of the brightness, from 0 to 1.</summary>
    public double DarkEnd { get; }

    /// <summary>The 99th percentile of the brightness, from 0 to 1.</summary>
    public double BrightEnd { get; }

    /// <summary>Whether no pixel has a color.</summary>
    public bool IsGray { get; }

    /// <summary>The sharpness of the sharpest edges; <see langword="null"/> for an image without contrast.</summary>
    public double? Sharpness { get; }

    /// <summary>Decodes and measures an image.</summary>
    /// <param name="file">The bytes of its file.</param>
    /// <param name="name">The name for errors.</param>
    /// <exception cref="InvalidDataException">The file is not an image, or is damaged.</exception>
    /// <exception cref="InsufficientMemoryException">There is not enough memory for its pixels.</exception>
    public static ImageMeasurement Of(byte[] file, string name)
    {
        using var image = ImageDecoder.Decode(file, name, new ImageInput(1, 1));
        using var rows = new HashedRows(image);
        var scale = Math.Min((double)CommonSide / Math.Min(image.Height, image.Width), (double)LongestSide / Math.Max(image.Height, image.Width));
        var reduced = scale < 1
            ? Resampling.Resize(rows, Math.Max(1, (int)Math.Round(image.Height * scale)), Math.Max(1, (int)Math.Round(image.Width * scale)))
            : ByteImage.Of(rows);
        return new ImageMeasurement(reduced)
        {
            Height = image.Height,
            Width = image.Width,
            Pixels = rows.Finish(),
            Bytes = ContentHash.OfBytes(file),
        };
    }

    /// <summary>0.299 R + 0.587 G + 0.114 B, rounded.</summary>
    private static byte[] GrayOf(ByteImage image)
    {
        var gray = new byte[image.Height * image.Width];
        for (var i = 0; i < gray.Length; i++)
        {
            var pixel = image.Pixels.AsSpan(3 * i, 3);
            gray[i] = (byte)(((19595 * pixel[0]) + (38470 * pixel[1]) + (7471 * pixel[2]) + (1 << 15)) >> 16);
        }

        return gray;
    }

    private static double DeviationOf(byte[] gray)
    {
        var mean = gray.Average(level => (double)level);
        return Math.Sqrt(gray.Average(level => (level - mean) * (level - mean)));
    }

    /// <summary>Shannon's entropy of the histogram of the gray levels.</summary>
    private static double EntropyOf(byte[] gray)
    {
        var histogram = new int[256];
        foreach (var level in gray) histogram[level]++;
        return histogram.Where(count => count > 0).Sum(count => -(double)count / gray.Length * Math.Log2((double)count / gray.Length));
    }

    /// <summary>
    /// Percentiles of the brightness √(0.241 R² + 0.691 G² + 0.068 B²) (Finley 2006, "HSP color model"), as CleanVision measures it, and whether the image is
    /// gray.
    /// </summary>
    private static (double DarkEnd, double BrightEnd, bool IsGray) BrightnessOf(ByteImage image)
    {
        var histogram = new int[BrightnessLevels];
        var isGray = true;
        var count = image.Height * image.Width;
        for (var i = 0; i < count; i++)
        {
            int red = image.Pixels[3 * i], green = image.Pixels[(3 * i) + 1], blue = image.Pixels[(3 * i) + 2];
            var brightness = Math.Sqrt((0.241 * red * red) + (0.691 * green * green) + (0.068 * blue * blue)) / 255;
            histogram[(int)Math.Round(Math.Min(1, brightness) * (BrightnessLevels - 1))]++;
            isGray &= Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue)) <= GrayTolerance;
        }

        const double Highest = BrightnessLevels - 1;
        return (Percentiles.Of(histogram, count, 0.05) / Highest, Percentiles.Of(histogram, count, 0.99) / Highest, isGray);
    }
}
