using Fovea.Formats;

namespace Fovea.Imaging;

/// <content>Writes image files.</content>
public static partial class ImageFile
{
    /// <summary>
    /// Writes an image as PNG, JPEG or WebP, as the extension says; Keras' <c>save_img</c>. Each value is rounded to the nearest byte. The file is written
    /// completely or not at all. PNG, and WebP of quality 100, keep every value. JPEG, and WebP of lower quality, store color at half the resolution in both
    /// directions (4:2:0), so that colored details of single pixels are blurred at any quality.
    /// </summary>
    /// <param name="image">
    /// Gray (height, width) or (height, width, 1), color (height, width, 3), or color with opacity (height, width, 4); or a batch of one of them.
    /// </param>
    /// <param name="path">The file to write or replace: .png, .jpg, .jpeg or .webp.</param>
    /// <param name="range">The range of the values, from black to white.</param>
    /// <param name="clip">Whether values outside the range become black or white; otherwise they are an error.</param>
    /// <param name="scale">
    /// Whether the smallest value becomes black and the largest white, whatever the range. An image of one value becomes black.
    /// </param>
    /// <param name="quality">The quality of JPEG and WebP from 1 to 100. WebP of quality 100 is lossless; PNG always is.</param>
    /// <exception cref="ArgumentException">
    /// The tensor is no image, a value is not finite or outside the range, the format cannot hold the image, or the extension is another.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        Tensor image, string path, PixelRange range = PixelRange.ZeroToOne, bool clip = false, bool scale = false, int quality = 95)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var encoded = Encode(image, FormatOf(path), range, clip, scale, quality);
        AtomicFile.Write(path, encoded);
    }

    /// <summary>
    /// Writes the input of a network as an image: mean, deviation and channel order are reversed, as <c>deprocess_image</c> does in Keras' examples.
    /// </summary>
    /// <param name="image">An image (height, width, channels) of any size, or a batch of one.</param>
    /// <param name="path">The file to write or replace: .png, .jpg, .jpeg or .webp.</param>
    /// <param name="input">The preprocessing that gave the values, usually <see cref="Model.ImageInput"/>.</param>
    /// <param name="clip">Whether values beyond black and white are cut off; otherwise they are an error.</param>
    /// <param name="quality">The quality of JPEG and WebP from 1 to 100.</param>
    /// <inheritdoc cref="Save(Tensor, string, PixelRange, bool, bool, int)" path="/exception"/>
    public static void Save(Tensor image, string path, ImageInput input, bool clip = false, int quality = 95)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(input);
        var encoder = new ImageEncoder(image) { Pixels = input.Pixels, Order = input.Order, Clip = clip };
        AtomicFile.Write(path, encoder.Encode(FormatOf(path), quality));
    }

    /// <summary>Writes an image to a stream, which stays open.</summary>
    /// <param name="image">Gray, color, or color with opacity; or a batch of one image.</param>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="range">The range of the values, from black to white.</param>
    /// <param name="clip">Whether values outside the range become black or white; otherwise they are an error.</param>
    /// <param name="scale">Whether the smallest value becomes black and the largest white, whatever the range.</param>
    /// <param name="quality">The quality of JPEG and WebP from 1 to 100.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    /// <inheritdoc cref="Encode" path="/exception"/>
    public static void Save(
        Tensor image, Stream stream, ImageFormat format = ImageFormat.Png, PixelRange range = PixelRange.ZeroToOne, bool clip = false, bool scale = false,
        int quality = 95)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Encode(image, format, range, clip, scale, quality));
    }

    /// <summary>
    /// Returns the bytes of an image file. JPEG stores color at half the resolution, see <see cref="Save(Tensor, string, PixelRange, bool, bool, int)"/>.
    /// </summary>
    /// <param name="image">Gray, color, or color with opacity; or a batch of one image.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="range">The range of the values, from black to white.</param>
    /// <param name="clip">Whether values outside the range become black or white; otherwise they are an error.</param>
    /// <param name="scale">Whether the smallest value becomes black and the largest white, whatever the range.</param>
    /// <param name="quality">The quality of JPEG and WebP from 1 to 100.</param>
    /// <exception cref="ArgumentException">
    /// The tensor is no image, a value is not finite or outside the range, or the format cannot hold the image.
    /// </exception>
    public static byte[] Encode(
        Tensor image, ImageFormat format = ImageFormat.Png, PixelRange range = PixelRange.ZeroToOne, bool clip = false, bool scale = false, int quality = 95)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new ImageEncoder(image) { Pixels = range, Range = range, Clip = clip, Scale = scale }.Encode(format, quality);
    }

    private static ImageFormat FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => ImageFormat.Png,
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" => ImageFormat.Jpeg,
        ".webp" => ImageFormat.Webp,
        var other => throw new ArgumentException(
            $"ImageFile.Save: expected a file name that ends with .png, .jpg or .webp; received {(other.Length == 0 ? "no extension" : other)} in '{path}'.",
            nameof(path)),
    };
}
