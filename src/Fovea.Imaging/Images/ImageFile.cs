namespace Fovea.Imaging;

/// <summary>Reads pictures: PNG, JPEG, WebP, GIF, BMP and what else Skia decodes. Several threads may read at once.</summary>
public static class ImageFile
{
    /// <summary>
    /// Reads a picture as one input of a network, in the same way as <see cref="ImageFolder"/> and <see cref="ImageClassifier"/> do; transparency becomes
    /// white paper.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="input">How a picture becomes numbers, as a model says it: <see cref="Model.ImageInput"/>.</param>
    /// <returns>A tensor (1, height, width, channels).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a picture, or is damaged: the message says which.</exception>
    /// <exception cref="ArgumentException">Two settings contradict each other.</exception>
    public static Tensor Read(string path, ImageInput input)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(input);
        return ImageReader.ToTensor(ImageReader.Read(path, input), input);
    }

    /// <summary>Reads a picture from the bytes of its file.</summary>
    /// <param name="encoded">The bytes of a picture file.</param>
    /// <param name="input">How a picture becomes numbers.</param>
    /// <returns>A tensor (1, height, width, channels).</returns>
    /// <exception cref="InvalidDataException">The bytes are not a picture, or are damaged.</exception>
    /// <exception cref="ArgumentException">Two settings contradict each other.</exception>
    public static Tensor Read(ReadOnlySpan<byte> encoded, ImageInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ImageReader.ToTensor(ImageReader.Read(encoded.ToArray(), input), input);
    }

    /// <summary>Reads a picture from a stream, from where it stands to its end; it need not be able to seek, and stays open.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, ImageInput)" path="/returns | /exception"/>
    /// <param name="stream">The bytes of a picture file.</param>
    /// <param name="input">How a picture becomes numbers.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static Tensor Read(Stream stream, ImageInput input)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(input);
        return ImageReader.ToTensor(ImageReader.Read(ImageReader.ReadToEnd(stream), input), input);
    }

    /// <summary>Reads a picture as one input of a network: upright, bilinear with antialiasing, rounded to bytes as Pillow does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="height">The height that the network expects.</param>
    /// <param name="width">The width that the network expects.</param>
    /// <param name="channels">1 for grey (0.299 R + 0.587 G + 0.114 B, ITU-R BT.601), 3 for red, green and blue.</param>
    /// <param name="range">Which numbers stand for the pixels.</param>
    /// <param name="framing">Whether to look for a digit.</param>
    /// <returns>A tensor (1, height, width, channels).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a picture, or is damaged: the message says which.</exception>
    /// <exception cref="ArgumentException">The channels are neither 1 nor 3, or a digit is asked for in colour.</exception>
    public static Tensor Read(
        string path, int height, int width, int channels, PixelRange range = PixelRange.ZeroToOne, ImageFraming framing = ImageFraming.Whole) =>
        Read(path, new ImageInput(height, width, channels) { Pixels = range, Framing = framing });

    /// <summary>Reads a picture in colour at its own proportions to be shown: upright, its longer side made smaller if it is longer than asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">How long the longer side may be, in pixels.</param>
    /// <returns>A tensor (1, height, width, 3) from 0 to 1.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a picture, or is damaged: the message says which.</exception>
    public static Tensor ReadToShow(string path, int longest = 640)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        using var decoded = ImageDecoder.Decode(path, new ImageInput(longest, longest));
        var picture = Resampling.ShrinkTo(decoded, longest);
        return ImageReader.ToTensor(picture.Pixels, new ImageInput(picture.Height, picture.Width));
    }
}
