namespace Fovea.Imaging;

/// <content>Reads masks.</content>
public static partial class ImageFile
{
    /// <summary>
    /// Reads a mask, whose pixels are labels, in its own size: the indices of a PNG with a palette, or the gray levels of 1 to 16 bits that the file stores. An
    /// RGB file of gray levels is a mask too. With <paramref name="colors"/>, the label of a pixel is the index of its color; the file may then also be a GIF,
    /// a BMP or a lossless WebP. The mask is rotated upright as its file says.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="colors">The color of each label, as in <c>[(0, 0, 0), (128, 0, 0)]</c>; null if palette indices or gray levels are the labels.</param>
    /// <returns>A tensor (1, height, width) of whole numbers.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or no mask: it is compressed with loss, has colors without labels, or is transparent. The message names it.
    /// </exception>
    /// <exception cref="ArgumentException">A color occurs twice, or there are none.</exception>
    public static Tensor ReadMask(string path, IReadOnlyList<(byte Red, byte Green, byte Blue)>? colors = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ToTensor(new MaskReader(colors).Read(path));
    }

    /// <summary>Reads a mask from the bytes of its file, in its own size.</summary>
    /// <param name="encoded">The bytes of an image file.</param>
    /// <param name="colors">The color of each label; null if palette indices or gray levels are the labels.</param>
    /// <inheritdoc cref="ReadMask(string, IReadOnlyList{ValueTuple{byte, byte, byte}}?)" path="/returns | /exception"/>
    public static Tensor ReadMask(ReadOnlySpan<byte> encoded, IReadOnlyList<(byte Red, byte Green, byte Blue)>? colors = null) =>
        ToTensor(new MaskReader(colors).Read(encoded.ToArray(), ImageReader.Unnamed));

    /// <summary>Reads a mask from a stream, from its current position to its end, in its own size. The stream stays open.</summary>
    /// <param name="stream">The bytes of an image file.</param>
    /// <param name="colors">The color of each label; null if palette indices or gray levels are the labels.</param>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <inheritdoc cref="ReadMask(string, IReadOnlyList{ValueTuple{byte, byte, byte}}?)" path="/returns | /exception"/>
    public static Tensor ReadMask(Stream stream, IReadOnlyList<(byte Red, byte Green, byte Blue)>? colors = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadMask(ImageReader.ReadToEnd(stream).AsSpan(), colors);
    }

    /// <summary>
    /// Reads a mask in the size of a network's output. Each pixel has the label of the nearest pixel of the file, the one that Pillow's <c>NEAREST</c> chooses
    /// and so Keras' <c>load_img(…, interpolation="nearest")</c>; labels are never blended.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="height">The new height.</param>
    /// <param name="width">The new width.</param>
    /// <param name="colors">The color of each label; null if palette indices or gray levels are the labels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    /// <inheritdoc cref="ReadMask(string, IReadOnlyList{ValueTuple{byte, byte, byte}}?)" path="/returns | /exception"/>
    public static Tensor ReadMask(string path, int height, int width, IReadOnlyList<(byte Red, byte Green, byte Blue)>? colors = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return ToTensor(new MaskReader(colors).Read(path).Resize(height, width));
    }

    private static Tensor ToTensor(LabelImage mask) => new([1, mask.Height, mask.Width], Array.ConvertAll(mask.Labels, label => (float)label));
}
