using System.Runtime.InteropServices;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Decodes image files with Skia in bounded memory.</summary>
internal static class ImageDecoder
{
    /// <summary>
    /// JPEG and WebP images with more pixels are decoded at a half, a quarter or an eighth of their size, the largest that does not exceed this limit. It does
    /// not depend on the network's input size, so that training and prediction decode in the same way.
    /// </summary>
    private const long MaxAtFullSize = 50_000_000;

    private const long MaxPixelsOfJpeg = 200_000_000;
    private const long MaxPixelsOfOthers = 100_000_000;

    /// <summary>The maximum size of a file. Larger files are not loaded.</summary>
    private const long MaxFileSize = 1L << 30;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, is damaged or has too many pixels.</exception>
    /// <exception cref="InsufficientMemoryException">There is not enough memory for its pixels.</exception>
    public static DecodedImage Decode(string path, ImageInput input) => Decode(ReadFile(path), $"'{path}'", input);

    /// <summary>Reads the bytes of a file, which may be in an archive.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is a folder, or larger than any image that can be read.</exception>
    public static byte[] ReadFile(string path)
    {
        if (StoredFiles.ReadFromArchive(path) is { } unpacked) return unpacked;
        if (Directory.Exists(path)) throw new InvalidDataException($"'{path}' is a folder; expected an image file such as PNG or JPEG.");
        try
        {
            if (new FileInfo(path).Length is > MaxFileSize and var length)
                throw new InvalidDataException($"'{path}' has {length / (1 << 20)} MiB; expected an image file of at most {MaxFileSize / (1 << 20)}.");
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            // A link without a target counts as a file until it is read.
            throw new FileNotFoundException($"'{path}' does not exist; expected an image file such as PNG or JPEG.", path, error);
        }
    }

    /// <summary>Decodes a file that is in memory.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">The name for errors; in quotes if it is a path.</param>
    /// <param name="input">The number of channels, and whether orientation and color profile are applied.</param>
    /// <exception cref="InvalidDataException">The file is not an image, is damaged or has too many pixels.</exception>
    /// <exception cref="InsufficientMemoryException">There is not enough memory for its pixels.</exception>
    public static DecodedImage Decode(byte[] file, string name, ImageInput input)
    {
        if (file.Length == 0) throw new InvalidDataException($"{name} is empty; expected an image file such as PNG or JPEG.");
        var pinned = GCHandle.Alloc(file, GCHandleType.Pinned);
        try
        {
            using var data = SKData.Create(pinned.AddrOfPinnedObject(), file.Length);
            using var codec = SKCodec.Create(data) ?? throw new InvalidDataException($"{name} {ForeignFile.Describe(file)}");
            return Decode(codec, file, name, input);
        }
        finally
        {
            pinned.Free();
        }
    }

    private static DecodedImage Decode(SKCodec codec, byte[] file, string name, ImageInput input)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        var most = codec.EncodedFormat == SKEncodedImageFormat.Jpeg ? MaxPixelsOfJpeg : MaxPixelsOfOthers;
        if ((long)width * height > most)
        {
            throw new InvalidDataException(
                $"{name} has {width} × {height} pixels; expected at most {most / 1_000_000} million in {codec.EncodedFormat.ToString().ToUpperInvariant()}. "
                    + "Make it smaller.");
        }

        var size = FittingSize(codec);
        var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, alpha, input.ManageColors ? SKColorSpace.CreateSrgb() : null);
        var share = DecodingBudget.Shared.Take(info.BytesSize64 + file.Length + DecoderMemory.Estimate(file, (long)width * height));
        SKBitmap? bitmap = null;
        try
        {
            bitmap = new SKBitmap();
            if (!bitmap.TryAllocPixels(info))
                throw new InsufficientMemoryException(
                    $"There is not enough memory for {name}: its {size.Width} × {size.Height} pixels take {info.BytesSize64 / (1 << 20)} MiB.");
            Require(codec.GetPixels(info, bitmap.GetPixels()), $"{name} is", width, height);
            return new DecodedImage(bitmap, input.ApplyOrientation ? EmbeddedOrientation.Find(file) : 1, input.Channels, share);
        }
        catch
        {
            bitmap?.Dispose();
            share.Dispose();
            throw;
        }
    }

    private static void Require(SKCodecResult result, string who, int width, int height)
    {
        if (result is SKCodecResult.IncompleteInput)
            throw new InvalidDataException($"{who} cut off: its image of {width} × {height} pixels is not complete.");
        if (result is not SKCodecResult.Success) throw new InvalidDataException($"{who} damaged: its image cannot be decoded.");
    }

    private static SKSizeI FittingSize(SKCodec codec)
    {
        var size = codec.Info.Size;
        for (var scale = 0.5f; scale >= 0.125f && (long)size.Width * size.Height > MaxAtFullSize; scale /= 2) size = codec.GetScaledDimensions(scale);
        return size;
    }
}
