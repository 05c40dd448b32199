using System.Globalization;

namespace Fovea;

/// <summary>
/// How an image becomes the numbers that a network takes. A model carries it (<see cref="Model.ImageInput"/>), its files keep it, and all that reads images
/// goes by
/// it, so that the same file gives the same numbers in training, evaluation and use, to the bit: the image is decoded, brought to the size, rounded
/// to bytes, and each byte becomes its number by <see cref="Pixels"/>.
/// </summary>
/// <remarks>Immutable, and safe to use from several threads.</remarks>
public sealed record ImageInput
{
    /// <summary>Says the size; the rest is as told or as Fovea's readers of images have it by default.</summary>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="channels">1 for grey, 3 for colours.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or there are neither 1 nor 3 channels.</exception>
    public ImageInput(int height, int width, int channels = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), $"ImageInput: expected 1 channel (grey) or 3 (red, green, blue); received {channels}.");
        (Height, Width, Channels) = (height, width, channels);
    }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>1 for grey (0.299 R + 0.587 G + 0.114 B, ITU-R BT.601, as Pillow's mode <c>L</c>), 3 for colours.</summary>
    public int Channels { get; }

    /// <summary>In which order the colours come; of no meaning for grey.</summary>
    public ChannelOrder Order { get; init; }

    /// <summary>Which numbers stand for the bytes of the pixels.</summary>
    public PixelScale Pixels { get; init; } = PixelScale.ZeroToOne;

    /// <summary>How an image gets the size.</summary>
    public ResizeMethod Resize { get; init; }

    /// <summary>
    /// Whether every pixel counts when an image is made smaller; without, only those around the centre of each new pixel do, as in Keras' data sets.
    /// </summary>
    public bool Antialias { get; init; } = true;

    /// <summary>What happens to an image of other proportions.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>Whether an image is turned upright as its file says (EXIF 2.32, tag Orientation). Keras does not.</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>Whether colours are brought to sRGB by the profile, gamma or chromaticities of the file. Pillow and Keras take the bytes as they are.</summary>
    public bool ManageColors { get; init; }

    /// <summary>Whether a digit is looked for.</summary>
    public ImageFraming Framing { get; init; }

    /// <summary>(height, width, channels).</summary>
    public Shape Shape => [Height, Width, Channels];

    /// <summary>Writes the numbers that stand for an image.</summary>
    /// <param name="pixels">The bytes of an image of this size: row after row, the channels of a pixel together, red first.</param>
    /// <param name="values">Receives as many numbers, in the network's order of channels.</param>
    /// <exception cref="ArgumentException">The bytes are not an image of this size, there is no room for the numbers, or two settings contradict each
    /// other.</exception>
    public void ToValues(ReadOnlySpan<byte> pixels, Span<float> values)
    {
        Validate();
        if (pixels.Length != Shape.Count)
            throw new ArgumentException($"ImageInput: expected {Shape.Count} bytes, an image of {Shape}; received {pixels.Length}.", nameof(pixels));
        if (values.Length < pixels.Length)
            throw new ArgumentException($"ImageInput: expected room for {pixels.Length} numbers; received {values.Length}.", nameof(values));
        if (Order == ChannelOrder.Rgb || Channels == 1)
        {
            Pixels.ToValues(pixels, values, Channels);
            return;
        }

        for (var i = 0; i < pixels.Length; i += 3)
        {
            values[i] = Pixels.ToValue(pixels[i + 2], 0);
            values[i + 1] = Pixels.ToValue(pixels[i + 1], 1);
            values[i + 2] = Pixels.ToValue(pixels[i], 2);
        }
    }

    /// <summary>Turns the numbers of an image into parts of 1, red first, to show it.</summary>
    /// <param name="values">The numbers of an image of this size, in place.</param>
    /// <exception cref="ArgumentException">There are not as many numbers as an image of this size has.</exception>
    public void ToUnit(Span<float> values)
    {
        if (values.Length != Shape.Count)
            throw new ArgumentException($"ImageInput: expected {Shape.Count} numbers, an image of {Shape}; received {values.Length}.", nameof(values));
        for (var i = 0; i < values.Length; i++) values[i] = Math.Clamp(Pixels.ToByte(values[i], i % Channels) / 255, 0, 1);
        if (Order == ChannelOrder.Rgb || Channels == 1) return;
        for (var i = 0; i < values.Length; i += 3) (values[i], values[i + 2]) = (values[i + 2], values[i]);
    }

    /// <summary>All settings in a few words, as in <c>64 × 64 RGB, 0..1, bilinear with antialiasing, stretched</c>.</summary>
    public override string ToString() => string.Join(", ", (string[])
    [
        string.Create(CultureInfo.InvariantCulture, $"{Height} × {Width} {(Channels == 1 ? "grey" : Order == ChannelOrder.Rgb ? "RGB" : "BGR")}"),
        Pixels.ToString(),
        $"{Resize.ToString().ToLowerInvariant()} {(Antialias ? "with" : "without")} antialiasing",
        Fit switch { ImageFit.Crop => "cut to the middle", ImageFit.Pad => "padded", _ => "stretched" },
        .. ApplyOrientation ? [] : (string[])["not turned upright"],
        .. ManageColors ? (string[])["colours managed"] : [],
        .. Framing == ImageFraming.Digit ? (string[])["as a digit"] : [],
    ]);

    /// <summary>Compares with other settings.</summary>
    /// <param name="other">The other settings.</param>
    /// <returns>The settings that differ; none if both make the same values of every image.</returns>
    public IReadOnlyList<ImageInputDifference> DifferencesFrom(ImageInput other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var found = new List<ImageInputDifference>();
        Compare("size", Shape, other.Shape);
        if (Channels == 3) Compare("channel order", Order, other.Order);
        Compare("pixels", Pixels, other.Pixels);
        Compare("resize method", Resize, other.Resize);
        if (Resize == other.Resize && Resize is not (ResizeMethod.Nearest or ResizeMethod.Area)) Compare("antialias", Antialias, other.Antialias);
        Compare("fit", Fit, other.Fit);
        Compare("orientation applied", ApplyOrientation, other.ApplyOrientation);
        Compare("colours managed", ManageColors, other.ManageColors);
        Compare("framing", Framing, other.Framing);
        return found;

        void Compare<T>(string what, T mine, T theirs)
        {
            if (EqualityComparer<T>.Default.Equals(mine, theirs)) return;
            found.Add(new ImageInputDifference(what, FormattableString.Invariant($"{mine}"), FormattableString.Invariant($"{theirs}")));
        }
    }

    /// <summary>
    /// Whether the input of a network is such images: of this shape, or the same values as one row; with one channel also without it or with it in front.
    /// </summary>
    public bool Fits(Shape inputShape) => inputShape == Shape || inputShape == [Shape.Count]
        || (Channels == 1 && (inputShape == [Height, Width] || inputShape == [1, Height, Width]));

    /// <summary>Refuses settings that contradict each other; all that takes an input does.</summary>
    /// <exception cref="ArgumentException">A mean for each of three channels, blue first or a digit is asked for in images that do not have it.</exception>
    public void Validate()
    {
        if (Pixels.Channels > Channels) throw new ArgumentException($"ImageInput: expected one mean and one deviation for grey images; received {Pixels}.");
        if (Order == ChannelOrder.Bgr && Channels == 1)
            throw new ArgumentException("ImageInput: expected ChannelOrder.Rgb for grey images, which have one channel; received Bgr.");
        if (Framing == ImageFraming.Digit && Channels != 1)
            throw new ArgumentException($"ImageInput: expected 1 channel for a digit; received {Channels}.");
    }
}
