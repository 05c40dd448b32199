using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// A decoded image with four bytes per pixel, read upright and blended with white. It holds memory outside the managed heap, and its share of the
/// <see cref="DecodingBudget"/>, until it is disposed.
/// </summary>
internal sealed class DecodedImage : IPixelRows, IDisposable
{
    private readonly SKBitmap bitmap;
    private readonly DecodingBudget.Share share;
    private readonly UprightOrder order;

    /// <param name="bitmap">Red, green, blue and alpha, not premultiplied.</param>
    /// <param name="orientation">From 1 to 8, as in EXIF 2.32, tag Orientation: 1 is upright.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="share">The share of the budget, which is returned on disposal.</param>
    public DecodedImage(SKBitmap bitmap, int orientation, int channels, DecodingBudget.Share share)
    {
        (this.bitmap, this.share, Channels) = (bitmap, share, channels);
        order = new UprightOrder(bitmap.Height, bitmap.Width, bitmap.BytesPerPixel, bitmap.RowBytes, orientation);
    }

    public int Height => order.Height;

    public int Width => order.Width;

    public int Channels { get; }

    public void ReadRow(int y, Span<byte> row)
    {
        var source = bitmap.GetPixelSpan();
        var (place, pixelStep) = (order.Start + (y * order.RowStep), order.PixelStep);
        if (Channels == 1)
        {
            for (var x = 0; x < Width; x++, place += pixelStep)
            {
                var (red, green, blue) = OverWhite(source.Slice(place, 4));
                row[x] = Grey(red, green, blue);
            }

            return;
        }

        if (pixelStep == 4 && bitmap.AlphaType == SKAlphaType.Opaque)
        {
            var pixels = source.Slice(place, 4 * Width);
            for (var x = 0; x < Width; x++)
            {
                var pixel = pixels.Slice(4 * x, 3);
                var own = row.Slice(3 * x, 3);
                (own[0], own[1], own[2]) = (pixel[0], pixel[1], pixel[2]);
            }

            return;
        }

        for (var x = 0; x < row.Length; x += 3, place += pixelStep)
        {
            var (red, green, blue) = OverWhite(source.Slice(place, 4));
            (row[x], row[x + 1], row[x + 2]) = ((byte)red, (byte)green, (byte)blue);
        }
    }

    public void Dispose()
    {
        bitmap.Dispose();
        share.Dispose();
    }

    /// <summary>0.299 R + 0.587 G + 0.114 B, rounded, in fixed point as Pillow computes it.</summary>
    private static byte Grey(int red, int green, int blue) => (byte)(((19595 * red) + (38470 * green) + (7471 * blue) + (1 << 15)) >> 16);

    private static (int Red, int Green, int Blue) OverWhite(ReadOnlySpan<byte> pixel)
    {
        var alpha = pixel[3];
        return alpha == 255
            ? (pixel[0], pixel[1], pixel[2])
            : (Blend(pixel[0], alpha), Blend(pixel[1], alpha), Blend(pixel[2], alpha));

        // Rounded, as Pillow does.
        static int Blend(int color, int alpha) => ((color * alpha) + (255 * (255 - alpha)) + 127) / 255;
    }
}
