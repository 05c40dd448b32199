namespace Fovea.Imaging;

/// <summary>The one way from a picture file to the bytes of a network's input; <see cref="ImageInput.ToValues"/> makes numbers of them.</summary>
internal static class ImageReader
{
    /// <summary>What messages call a picture that has no name.</summary>
    private const string Unnamed = "the picture";

    /// <summary>Reads a file.</summary>
    /// <returns>Height × width × channels bytes, red first.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a picture, or is damaged.</exception>
    public static byte[] Read(string path, ImageInput input)
    {
        input.Validate();
        using var picture = ImageDecoder.Decode(path, input);
        return ToSize(picture, input);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="InvalidDataException">They are not a picture, or are damaged.</exception>
    public static byte[] Read(byte[] encoded, ImageInput input)
    {
        input.Validate();
        using var picture = ImageDecoder.Decode(encoded, Unnamed, input);
        return ToSize(picture, input);
    }

    /// <summary>The bytes of a stream from where it stands.</summary>
    public static byte[] ReadToEnd(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>The numbers of one picture.</summary>
    public static Tensor ToTensor(byte[] pixels, ImageInput input)
    {
        var values = new float[pixels.Length];
        input.ToValues(pixels, values);
        return new Tensor(input.Shape.Prepend(1), values);
    }

    private static byte[] ToSize(IPixelRows picture, ImageInput input) =>
        input.Framing == ImageFraming.Digit ? DigitFraming.Frame(picture, input) : Resampling.Resize(picture, input).Pixels;
}
