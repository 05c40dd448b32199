using Fovea.Tests.Data;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

/// <summary>A folder of small images that goes away with the test.</summary>
internal sealed class TestImages : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public string Path => folder.Path;

    public void Dispose() => folder.Dispose();

    /// <summary>Writes a text file, whatever its name says.</summary>
    public string Text(string name) => Place(name, "not an image"u8.ToArray());

    /// <summary>Writes an image of 16 × 12 in one grey.</summary>
    public string Image(string name, byte level) => Image(name, 16, 12, _ => level);

    /// <summary>Writes a grey image whose columns have the given levels, in the format that the name says.</summary>
    public string Image(string name, int width, int height, Func<int, byte> level)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++) bitmap.SetPixel(x, y, new SKColor(level(x), level(x), level(x)));
        using var data = bitmap.Encode(
            System.IO.Path.GetExtension(
                name) switch
            { ".jpg" => SKEncodedImageFormat.Jpeg, ".webp" => SKEncodedImageFormat.Webp, _ => SKEncodedImageFormat.Png }, 95);
        return Place(name, data.ToArray());
    }

    /// <summary>Writes a JPEG that ends in the middle.</summary>
    public string TruncatedImage(string name)
    {
        var path = Image(name, 64, 64, x => (byte)(x * 37));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^200]);
        return path;
    }

    /// <summary>Writes images of the classes, each darker or brighter than the others.</summary>
    /// <param name="under">A folder for the classes' folders, or "".</param>
    /// <param name="count">How many of each class.</param>
    /// <param name="classes">Their names.</param>
    public void Classes(string under, int count, params string[] classes)
    {
        for (var label = 0; label < classes.Length; label++)
            for (var i = 0; i < count; i++) Image($"{under}{classes[label]}/{i}.png", (byte)(20 + (200 * label / (classes.Length - 1)) + i));
    }

    public string Inside(string name) => System.IO.Path.Combine(folder.Path, System.IO.Path.Combine(name.Split('/')));

    private string Place(string name, byte[] content)
    {
        var path = Inside(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }
}
