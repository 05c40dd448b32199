using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Writes images for TensorBoard.</summary>
public static class SummaryImages
{
    /// <summary>Writes an image at a step.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="tag">The name.</param>
    /// <param name="image">The image (1, height, width, channels) with 1 or 3 channels. Values are from 0 to 1, from −1 to 1 or from 0 to 255; others are
    /// scaled from the minimum to the maximum.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="ArgumentException">The tensor is not an image.</exception>
    public static void Image(this SummaryWriter writer, string tag, Tensor image, long step)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(image);
        if (image.Shape is not { Rank: 4 } || image.Shape[0] != 1 || image.Shape[3] is not (1 or 3))
            throw new ArgumentException($"SummaryImages: expected an image (1, height, width, 1 or 3); received {image.Shape}.", nameof(image));
        using var bitmap = TensorBitmap.OfImage(image);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        writer.Image(tag, png.AsSpan(), bitmap.Height, bitmap.Width, 4, step);
    }
}
