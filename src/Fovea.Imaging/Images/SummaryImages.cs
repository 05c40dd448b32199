using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Pictures for TensorBoard.</summary>
public static class SummaryImages
{
    /// <summary>Writes a picture at a step.</summary>
    /// <param name="writer">Where it is written.</param>
    /// <param name="tag">The name.</param>
    /// <param name="image">The picture (1, height, width, channels) with 1 channel or 3; numbers from 0 to 1, from −1 to 1 or from 0 to 255, else from the
    /// least to the greatest.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="ArgumentException">The tensor is no picture.</exception>
    public static void Image(this SummaryWriter writer, string tag, Tensor image, long step)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(image);
        if (image.Shape is not { Rank: 4 } || image.Shape[0] != 1 || image.Shape[3] is not (1 or 3))
            throw new ArgumentException($"SummaryImages: expected a picture (1, height, width, 1 or 3); received {image.Shape}.", nameof(image));
        using var bitmap = TensorBitmap.OfImage(image);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        writer.Image(tag, png.AsSpan(), bitmap.Height, bitmap.Width, 4, step);
    }
}
