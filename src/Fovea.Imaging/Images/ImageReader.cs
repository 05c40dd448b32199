namespace Fovea.Imaging;

/// <summary>Reads image files as the bytes of a network's input, for all of Fovea. <see cref="ImageInput.ToValues"/> converts them to values.</summary>
internal static class ImageReader
{
    /// <summary>The name of an image without a file in messages.</summary>
    public const string Unnamed = "the image";

    /// <summary>Reads a file.</summary>
    /// <returns>Height × width × channels bytes, red first.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, or is damaged.</exception>
    public static byte[] Read(string path, ImageInput input) => Read(path, input, out _, out _);

    /// <summary>Reads a file and tells the size of the upright image in it.</summary>
    /// <inheritdoc cref="Read(string, ImageInput)"/>
    public static byte[] Read(string path, ImageInput input, out int height, out int width)
    {
        input.Validate();
        using var image = ImageDecoder.Decode(path, input);
        (height, width) = (image.Height, image.Width);
        return ToSize(image, input);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They are not an image, or are damaged.</exception>
    public static byte[] Read(byte[] encoded, ImageInput input)
    {
        input.Validate();
        using var image = ImageDecoder.Decode(encoded, Unnamed, input);
        return ToSize(image, input);
    }

    /// <summary>Reads a stream from its current position to its end.</summary>
    public static byte[] ReadToEnd(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Converts the bytes of one image to values.</summary>
    public static Tensor ToTensor(byte[] pixels, ImageInput input)
    {
        var values = new float[pixels.Length];
        input.ToValues(pixels, values);
        return new Tensor(input.Shape.Prepend(1), values);
    }

    private static byte[] ToSize(IPixelRows image, ImageInput input) =>
        input.Framing == ImageFraming.Digit ? DigitFraming.Frame(image, input) : Resampling.Resize(image, input).Pixels;
}
