using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Decodes picture files with Skia and turns them upright.</summary>
internal static class PictureDecoder
{
    private const long MaxPixels = 200_000_000;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a picture, or is damaged.</exception>
    public static Picture Decode(string path, int channels)
    {
        if (Directory.Exists(path)) throw new InvalidDataException($"'{path}' is a folder; expected a picture file such as PNG or JPEG.");
        if (!File.Exists(path)) throw new FileNotFoundException($"'{path}' does not exist; expected a picture file such as PNG or JPEG.");
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0) throw new InvalidDataException($"'{path}' is empty; expected a picture file such as PNG or JPEG.");
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data)
            ?? throw new InvalidDataException($"'{path}' is not a picture that can be read; expected PNG, JPEG, WebP, GIF or BMP.");
        if ((long)codec.Info.Width * codec.Info.Height > MaxPixels)
            throw new InvalidDataException($"'{path}' has {codec.Info.Width} × {codec.Info.Height} pixels; expected at most {MaxPixels / 1_000_000} million.");
        using var decoded = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb()));
        var result = codec.GetPixels(decoded.Info, decoded.GetPixels());
        if (result is SKCodecResult.IncompleteInput)
            throw new InvalidDataException($"'{path}' is cut off: its picture of {codec.Info.Width} × {codec.Info.Height} pixels is not complete.");
        if (result is not SKCodecResult.Success)
            throw new InvalidDataException($"'{path}' is damaged: its picture cannot be decoded.");
        return Upright(decoded, codec.EncodedOrigin, channels);
    }

    /// <summary>Reads the pixels in the order in which the camera was held (EXIF 2.32, tag Orientation), over white.</summary>
    private static Picture Upright(SKBitmap bitmap, SKEncodedOrigin origin, int channels)
    {
        var turned = origin >= SKEncodedOrigin.LeftTop;
        var (height, width) = turned ? (bitmap.Width, bitmap.Height) : (bitmap.Height, bitmap.Width);
        var (lastX, lastY) = (bitmap.Width - 1, bitmap.Height - 1);
        var source = bitmap.GetPixelSpan();
        var pixels = new float[height * width * channels];
        var next = 0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (sourceX, sourceY) = origin switch
                {
                    SKEncodedOrigin.TopRight => (lastX - x, y),
                    SKEncodedOrigin.BottomRight => (lastX - x, lastY - y),
                    SKEncodedOrigin.BottomLeft => (x, lastY - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, lastY - x),
                    SKEncodedOrigin.RightBottom => (lastX - y, lastY - x),
                    SKEncodedOrigin.LeftBottom => (lastX - y, x),
                    _ => (x, y),
                };
                var pixel = source.Slice((sourceY * bitmap.RowBytes) + (4 * sourceX), 4);
                var paper = 255 - pixel[3];
                var (red, green, blue) = (pixel[0] + paper, pixel[1] + paper, pixel[2] + paper);
                if (channels == 1)
                {
                    pixels[next++] = ((0.299f * red) + (0.587f * green) + (0.114f * blue)) / 255;
                    continue;
                }

                pixels[next++] = red / 255f;
                pixels[next++] = green / 255f;
                pixels[next++] = blue / 255f;
            }
        }

        return new Picture(pixels, height, width, channels);
    }
}
