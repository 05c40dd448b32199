using System.Globalization;

namespace Fovea;

/// <summary>
/// The preprocessing of a network: how an image file becomes the values that the network takes. The image is decoded, resized and rounded to bytes, and each
/// byte is converted to a value by <see cref="Pixels"/>. A model carries its preprocessing (<see cref="Model.ImageInput"/>), its files keep it, and everything
/// that reads images uses it, so that a file gives the same bits in training, evaluation and prediction.
/// </summary>
/// <remarks>Immutable, and safe to use from several threads.</remarks>
public sealed record ImageInput
{
    /// <summary>Creates the preprocessing for a size, with the default of every other setting.</summary>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="channels">The number of channels: 1 for grey, 3 for colours.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the number of channels is neither 1 nor 3.</exception>
    public ImageInput(int height, int width, int channels = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), $"ImageInput: expected 1 channel (grey) or 3 (red, green, blue); received {channels}.");
        (Height, Width, Channels) = (height, width, channels);
    }

    /// <summary>The height in pixels.</summary>
    public int Height { get; private init; }

    /// <summary>The width in pixels.</summary>
    public int Width { get; private init; }

    /// <summary>The number of channels: 1 for grey (0.299 R + 0.587 G + 0.114 B, ITU-R BT.601, as Pillow's mode <c>L</c>), 3 for colours.</summary>
    public int Channels { get; }

    /// <summary>The order of the colours; ignored for grey.</summary>
    public ChannelOrder Order { get; init; }

    /// <summary>The conversion of bytes to values.</summary>
    public PixelScale Pixels { get; init; } = PixelScale.ZeroToOne;

    /// <summary>The method by which an image is resized.</summary>
    public ResizeMethod Resize { get; init; }

    /// <summary>
    /// Whether every pixel counts when an image is reduced. If not, only the pixels around the centre of each new pixel count, as in Keras' data sets.
    /// </summary>
    public bool Antialias { get; init; } = true;

    /// <summary>The treatment of an image with another aspect ratio.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>Whether an image is rotated or flipped as its file says (EXIF 2.32, tag Orientation). Keras does not do that.</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>Whether colours are converted to sRGB from the profile, gamma or chromaticities of the file. Pillow and Keras do not convert.</summary>
    public bool ManageColors { get; init; }

    /// <summary>The part of the image that the network gets: all of it, or a digit that is cut out.</summary>
    public ImageFraming Framing { get; init; }

    /// <summary>The shape of the values, (height, width, channels).</summary>
    public Shape Shape => [Height, Width, Channels];

    /// <summary>Converts the bytes of an image to values.</summary>
    /// <param name="pixels">The bytes of an image of this size: row after row, the channels of a pixel together, red first.</param>
    /// <param name="values">Receives as many values, in the network's order of channels.</param>
    /// <exception cref="ArgumentException">
    /// The bytes are not an image of this size, the span for the values is too short, or two settings contradict each other.
    /// </exception>
    public void ToValues(ReadOnlySpan<byte> pixels, Span<float> values)
    {
        Validate();
        if (pixels.Length != Shape.Count)
            throw new ArgumentException($"ImageInput: expected {Shape.Count} bytes, an image of {Shape}; received {pixels.Length}.", nameof(pixels));
        if (values.Length < pixels.Length)
            throw new ArgumentException($"ImageInput: expected a span for {pixels.Length} values; received one of {values.Length}.", nameof(values));
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

    /// <summary>Converts values in place to brightness from 0 to 1, red first, to show the image.</summary>
    /// <param name="values">The values of an image of this size.</param>
    /// <exception cref="ArgumentException">The number of values is not that of an image of this size.</exception>
    public void ToUnit(Span<float> values)
    {
        if (values.Length != Shape.Count)
            throw new ArgumentException($"ImageInput: expected {Shape.Count} values, an image of {Shape}; received {values.Length}.", nameof(values));
        for (var i = 0; i < values.Length; i++) values[i] = Math.Clamp(Pixels.ToByte(values[i], i % Channels) / 255, 0, 1);
        if (Order == ChannelOrder.Rgb || Channels == 1) return;
        for (var i = 0; i < values.Length; i += 3) (values[i], values[i + 2]) = (values[i + 2], values[i]);
    }

    /// <summary>Prints all settings, as in <c>64 × 64 RGB, 0..1, bilinear with antialiasing, stretched</c>.</summary>
    public override string ToString() => string.Join(", ", (string[])
    [
        string.Create(CultureInfo.InvariantCulture, $"{Height} × {Width} {(Channels == 1 ? "grey" : Order == ChannelOrder.Rgb ? "RGB" : "BGR")}"),
        Pixels.ToString(),
        $"{Resize.ToString().ToLowerInvariant()} {(Antialias ? "with" : "without")} antialiasing",
        Fit switch { ImageFit.Crop => "cut to the middle", ImageFit.Pad => "padded", _ => "stretched" },
        .. ApplyOrientation ? [] : (string[])["not rotated upright"],
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

    /// <summary>The same preprocessing for images of another size.</summary>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public ImageInput WithSize(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return this with { Height = height, Width = width };
    }

    /// <summary>
    /// Whether images of this size fit an input of a shape: the same shape, or the same values as one row. With one channel, the input may also lack the
    /// dimension of the channel, or have it first.
    /// </summary>
    public bool Fits(Shape inputShape) => inputShape.IsOpen ? inputShape.Accepts(Shape) : inputShape == Shape || inputShape == [Shape.Count]
        || (Channels == 1 && (inputShape == [Height, Width] || inputShape == [1, Height, Width]));

    /// <summary>Refuses settings that contradict each other. Everything that uses the preprocessing calls it.</summary>
    /// <exception cref="ArgumentException">A grey image has three means or blue first, or a colour image is to show a digit.</exception>
    public void Validate()
    {
        if (Pixels.Channels > Channels) throw new ArgumentException($"ImageInput: expected one mean and one deviation for grey images; received {Pixels}.");
        if (Order == ChannelOrder.Bgr && Channels == 1)
            throw new ArgumentException("ImageInput: expected ChannelOrder.Rgb for grey images, which have one channel; received Bgr.");
        if (Framing == ImageFraming.Digit && Channels != 1)
            throw new ArgumentException($"ImageInput: expected 1 channel for a digit; received {Channels}.");
    }
}
