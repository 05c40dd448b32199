namespace Fovea.Imaging;

/// <summary>
/// Reads image files (PNG, JPEG, WebP, GIF, BMP) and writes them (PNG, JPEG, WebP). Several threads may use it at the same time.
/// </summary>
public static partial class ImageFile
{
    /// <summary>
    /// Reads an image as the input of a network, with the same bytes as <see cref="ImageFolder"/>, <see cref="ImageClassifier"/> and the <c>fovea</c> command.
    /// Transparent pixels are blended with white. Masks are read by <see cref="ReadMask(string, int, int, IReadOnlyList{ValueTuple{byte, byte, byte}}?)"/>:
    /// here resizing would blend their labels, and the colors of a palette would replace its indices.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="input">The preprocessing, usually that of a model: <see cref="Model.ImageInput"/>.</param>
    /// <returns>A tensor (1, height, width, channels).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, or it is damaged; the message tells which.</exception>
    /// <exception cref="ArgumentException">Two settings contradict each other.</exception>
    public static Tensor Read(string path, ImageInput input)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(input);
        return ImageReader.ToTensor(ImageReader.Read(path, input), input);
    }

    /// <summary>Reads an image from the bytes of its file.</summary>
    /// <param name="encoded">The bytes of an image file.</param>
    /// <param name="input">The preprocessing.</param>
    /// <returns>A tensor (1, height, width, channels).</returns>
    /// <exception cref="InvalidDataException">The bytes are not an image, or are damaged.</exception>
    /// <exception cref="ArgumentException">Two settings contradict each other.</exception>
    public static Tensor Read(ReadOnlySpan<byte> encoded, ImageInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return ImageReader.ToTensor(ImageReader.Read(encoded.ToArray(), input), input);
    }

    /// <summary>Reads an image from a stream, from its current position to its end. The stream need not be seekable, and stays open.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, ImageInput)" path="/returns | /exception"/>
    /// <param name="stream">The bytes of an image file.</param>
    /// <param name="input">The preprocessing.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static Tensor Read(Stream stream, ImageInput input)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(input);
        return ImageReader.ToTensor(ImageReader.Read(ImageReader.ReadToEnd(stream), input), input);
    }

    /// <summary>
    /// Reads an image in the size of a network's input: rotated upright and resized by bilinear interpolation with antialiasing, with the bytes of Pillow's
    /// <c>resize</c>. Keras' <c>load_img</c> chooses the nearest pixels by default instead; <see cref="ImageInput.Resize"/> sets that.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="height">The height of the network's input.</param>
    /// <param name="width">The width of the network's input.</param>
    /// <param name="channels">1 for grey (0.299 R + 0.587 G + 0.114 B, ITU-R BT.601), 3 for red, green and blue.</param>
    /// <param name="range">The range of pixel values.</param>
    /// <param name="framing">Whether the whole image is read, or a digit in it.</param>
    /// <returns>A tensor (1, height, width, channels).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, or it is damaged; the message tells which.</exception>
    /// <exception cref="ArgumentException">The channels are neither 1 nor 3, or a digit is to be read in color.</exception>
    public static Tensor Read(
        string path, int height, int width, int channels = 3, PixelRange range = PixelRange.ZeroToOne, ImageFraming framing = ImageFraming.Whole) =>
        Read(path, new ImageInput(height, width, channels) { Pixels = range, Framing = framing });

    /// <summary>
    /// Reads an image in its own size, upright: <c>ImageFile.Read("cat.jpg")</c>. JPEG and WebP of more than 50 million pixels are decoded at a half, a quarter
    /// or an eighth of their size.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="range">The range of pixel values.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <returns>A tensor (1, height, width, channels).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, or it is damaged; the message tells which.</exception>
    /// <exception cref="ArgumentException">The channels are neither 1 nor 3.</exception>
    public static Tensor Read(string path, PixelRange range = PixelRange.ZeroToOne, int channels = 3)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var image = ImageDecoder.Decode(path, new ImageInput(1, 1, channels));
        return InOwnSize(image, range);
    }

    /// <summary>Reads an image in its own size from the bytes of its file.</summary>
    /// <param name="encoded">The bytes of an image file.</param>
    /// <param name="range">The range of pixel values.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <returns>A tensor (1, height, width, channels).</returns>
    /// <exception cref="InvalidDataException">The bytes are not an image, or are damaged.</exception>
    /// <exception cref="ArgumentException">The channels are neither 1 nor 3.</exception>
    public static Tensor Read(ReadOnlySpan<byte> encoded, PixelRange range = PixelRange.ZeroToOne, int channels = 3)
    {
        using var image = ImageDecoder.Decode(encoded.ToArray(), ImageReader.Unnamed, new ImageInput(1, 1, channels));
        return InOwnSize(image, range);
    }

    /// <summary>Reads an image in its own size from a stream, from its current position to its end. The stream stays open.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, PixelRange, int)" path="/returns | /exception"/>
    /// <param name="stream">The bytes of an image file.</param>
    /// <param name="range">The range of pixel values.</param>
    /// <param name="channels">1 for grey, 3 for red, green and blue.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static Tensor Read(Stream stream, PixelRange range = PixelRange.ZeroToOne, int channels = 3)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(ImageReader.ReadToEnd(stream).AsSpan(), range, channels);
    }

    /// <summary>Reads an image for display: in color and upright, with its aspect ratio, reduced if its longer side exceeds a limit.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">The maximum length of the longer side in pixels.</param>
    /// <returns>A tensor (1, height, width, 3) from 0 to 1.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, or it is damaged; the message tells which.</exception>
    public static Tensor ReadToShow(string path, int longest = 640)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        using var decoded = ImageDecoder.Decode(path, new ImageInput(longest, longest));
        var image = Resampling.ShrinkTo(decoded, longest);
        return ImageReader.ToTensor(image.Pixels, new ImageInput(image.Height, image.Width));
    }

    private static Tensor InOwnSize(DecodedImage image, PixelRange range) =>
        ImageReader.ToTensor(ByteImage.Of(image).Pixels, new ImageInput(image.Height, image.Width, image.Channels) { Pixels = range });
}
