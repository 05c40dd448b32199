using System.Globalization;
using System.Numerics.Tensors;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Encodes a tensor as an image file.</summary>
internal sealed class ImageEncoder
{
    private readonly Tensor image;
    private readonly int height;
    private readonly int width;
    private readonly int channels;

    /// <param name="image">An image, or a batch of one.</param>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public ImageEncoder(Tensor image)
    {
        this.image = image;
        var shape = image.Shape;
        (height, width, channels) = shape.Rank switch
        {
            2 => (shape[0], shape[1], 1),
            3 when IsChannels(shape[2]) => (shape[0], shape[1], shape[2]),
            3 when shape[0] == 1 => (shape[1], shape[2], 1),
            4 when shape[0] == 1 && IsChannels(shape[3]) => (shape[1], shape[2], shape[3]),
            _ => throw new ArgumentException(
                $"ImageFile.Save: expected an image (height, width) or (height, width, 1, 3 or 4), or a batch of one; received {shape}."
                    + (shape.Rank == 4 && shape[0] > 1 && IsChannels(shape[3]) ? " Save the images of a batch one by one." : ""),
                nameof(image)),
        };
    }

    /// <summary>The conversion of bytes to the values.</summary>
    public required PixelScale Pixels { get; init; }

    /// <summary>The range for errors; null if the scale is none.</summary>
    public PixelRange? Range { get; init; }

    /// <summary>The order of the colors.</summary>
    public ChannelOrder Order { get; init; }

    /// <summary>Whether values outside the range become black or white.</summary>
    public bool Clip { get; init; }

    /// <summary>Whether the range is from the minimum to the maximum of the values.</summary>
    public bool Scale { get; init; }

    /// <exception cref="ArgumentException">A value is not finite or outside the range, or the format cannot hold the image.</exception>
    public byte[] Encode(ImageFormat format, int quality)
    {
        if (quality is < 1 or > 100)
            throw new ArgumentOutOfRangeException(nameof(quality), $"ImageFile.Save: expected a quality from 1 to 100; received {quality}.");
        if (channels == 1 && (Pixels.Mean.Count > 1 || Pixels.Deviation.Count > 1))
            throw new ArgumentException($"ImageFile.Save: expected an image of three channels for the pixels {Pixels}; received {image.Shape}.");
        if (format == ImageFormat.Jpeg && channels == 4)
            throw new ArgumentException("ImageFile.Save: JPEG cannot hold the opacity of an image of 4 channels; save it as .png or .webp.");
        var bytes = ToBytes();
        using var bitmap = ToBitmap(bytes);
        using var pixmap = bitmap.PeekPixels();
        using var data = format switch
        {
            ImageFormat.Jpeg => pixmap.Encode(new SKJpegEncoderOptions(quality)),
            ImageFormat.Webp => pixmap.Encode(
                new SKWebpEncoderOptions(quality == 100 ? SKWebpEncoderCompression.Lossless : SKWebpEncoderCompression.Lossy, quality)),
            ImageFormat.Png => pixmap.Encode(SKEncodedImageFormat.Png, 100),
            _ => throw new ArgumentOutOfRangeException(nameof(format), $"ImageFile.Save: expected an ImageFormat; received {format}."),
        };
        return data?.ToArray() ?? throw new ArgumentException(
            $"ImageFile.Save: {format} cannot hold an image of {width} × {height} pixels; the longest side is "
                + $"{(format == ImageFormat.Webp ? 16383 : 65535)}.");
    }

    private static bool IsChannels(int count) => count is 1 or 3 or 4;

    /// <summary>Rounds all values to bytes, the channels of a pixel together.</summary>
    private byte[] ToBytes()
    {
        var values = image.Values;
        RequireFinite(values);
        var (min, max) = (TensorPrimitives.Min<float>(values), TensorPrimitives.Max<float>(values));
        var bytes = new byte[values.Length];
        var isOutside = false;
        for (var i = 0; i < values.Length; i++)
        {
            var exact = Scale ? (max > min ? 255 * ((double)values[i] - min) / ((double)max - min) : 0) : Pixels.ToByte(values[i], Math.Min(i % channels, 2));
            var rounded = Math.Floor(exact + 0.5);
            isOutside |= rounded is < 0 or > 255;
            bytes[i] = (byte)Math.Clamp(rounded, 0, 255);
        }

        return isOutside && !Clip ? throw OutsideRange(min, max) : bytes;
    }

    private ArgumentException OutsideRange(float min, float max)
    {
        var (black, white) = (Pixels.ToValue(0, 0), Pixels.ToValue(255, 0));
        var expected = Range is { } range ? FormattableString.Invariant($"values from {black} to {white} (PixelRange.{range})") : $"values of pixels {Pixels}";
        PixelRange? other = min >= 0 && max is > 1 and <= 255 ? PixelRange.ZeroTo255 : min is < 0 and >= -1 && max <= 1 ? PixelRange.MinusOneToOne : null;
        var fix = Range is null ? "Pass clip: true to cut them off."
            : $"Pass {(other is { } fitting && fitting != Range ? $"PixelRange.{fitting} if that is their range, " : "")}clip: true to cut them off, or "
                + "scale: true to map the smallest to black and the largest to white.";
        return new ArgumentException(
            string.Create(CultureInfo.InvariantCulture, $"ImageFile.Save: expected {expected}; received values from {min} to {max}. {fix}"));
    }

    private void RequireFinite(float[] values)
    {
        var at = Array.FindIndex(values, value => !float.IsFinite(value));
        if (at < 0) return;
        var pixel = at / channels;
        throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture,
            $"ImageFile.Save: expected finite values; received {values[at]} at row {pixel / width}, column {pixel % width}, channel {at % channels}."));
    }

    private SKBitmap ToBitmap(byte[] bytes)
    {
        var bitmap = new SKBitmap(new SKImageInfo(
            width, height, channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888, channels == 4 ? SKAlphaType.Unpremul : SKAlphaType.Opaque));
        var target = bitmap.GetPixelSpan();
        for (var y = 0; y < height; y++)
        {
            var row = target[(y * bitmap.RowBytes)..];
            var source = bytes.AsSpan(y * width * channels, width * channels);
            if (channels == 1)
            {
                source.CopyTo(row);
                continue;
            }

            for (var x = 0; x < width; x++)
            {
                var pixel = source.Slice(x * channels, channels);
                var (red, blue) = Order == ChannelOrder.Rgb ? (pixel[0], pixel[2]) : (pixel[2], pixel[0]);
                (row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2], row[(4 * x) + 3]) = (red, pixel[1], blue, channels == 4 ? pixel[3] : (byte)255);
            }
        }

        return bitmap;
    }
}
