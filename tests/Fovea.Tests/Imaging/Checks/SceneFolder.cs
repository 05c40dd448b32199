using Fovea.Engine.Ops;
using Fovea.Tests.Data;
using SkiaSharp;

namespace Fovea.Tests.Imaging.Checks;

/// <summary>A folder of drawn images, each a different arrangement of colored shapes, that goes away with the test.</summary>
internal sealed class SceneFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public string Path => folder.Path;

    public void Dispose() => folder.Dispose();

    public string Inside(string name) => System.IO.Path.Combine([folder.Path, .. name.Split('/')]);

    /// <summary>Draws a scene of ten shapes.</summary>
    public static SKBitmap Scene(int seed, int width = 96, int height = 72)
    {
        var random = new RandomNumbers(seed);
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(Color(random));
        using var paint = new SKPaint { IsAntialias = true };
        for (var shape = 0; shape < 10; shape++)
        {
            paint.Color = Color(random);
            var place = SKRect.Create(random.NextInt(width) - 10, random.NextInt(height) - 10, 10 + random.NextInt(width / 2), 10 + random.NextInt(height / 2));
            if (shape % 2 == 0) canvas.DrawRect(place, paint);
            else canvas.DrawOval(place, paint);
        }

        // Light from a corner, so that there are many gray levels, as in a photo.
        using var light = SKShader.CreateLinearGradient(
            new SKPoint(0, 0), new SKPoint(width, height), [SKColors.White.WithAlpha(90), SKColors.Black.WithAlpha(90)], SKShaderTileMode.Clamp);
        paint.Shader = light;
        canvas.DrawRect(0, 0, width, height, paint);
        return bitmap;
    }

    /// <summary>Writes scenes 0, 1, 2, … into folders such as "train/cats".</summary>
    public void Fill(int count, params string[] folders)
    {
        var seed = 0;
        foreach (var each in folders)
            for (var i = 0; i < count; i++) Save($"{each}/{i}.png", Scene(seed++));
    }

    /// <summary>Writes an image in the format that the name says, and disposes it.</summary>
    public string Save(string name, SKBitmap bitmap, int quality = 90)
    {
        using (bitmap)
        {
            var format = System.IO.Path.GetExtension(name) == ".png" ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg;
            using var data = bitmap.Encode(format, quality);
            return Write(name, data.ToArray());
        }
    }

    public string Write(string name, byte[] content)
    {
        var path = Inside(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Copy(string from, string to)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Inside(to))!);
        File.Copy(Inside(from), Inside(to));
    }

    /// <summary>Draws a bitmap into another one after a change of coordinates.</summary>
    public static SKBitmap Changed(SKBitmap source, int width, int height, Action<SKCanvas> change)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using (source)
        {
            using var canvas = new SKCanvas(bitmap);
            change(canvas);
            canvas.DrawBitmap(source, 0, 0);
        }

        return bitmap;
    }

    public static SKBitmap Mirrored(SKBitmap source) => Changed(source, source.Width, source.Height, canvas => canvas.Scale(-1, 1, source.Width / 2f, 0));

    public static SKBitmap Rotated(SKBitmap source) => Changed(source, source.Height, source.Width, canvas =>
    {
        canvas.Translate(source.Height, 0);
        canvas.RotateDegrees(90);
    });

    /// <summary>An image in one color.</summary>
    public static SKBitmap Plain(byte level, int width = 96, int height = 72)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(new SKColor(level, level, level));
        return bitmap;
    }

    private static SKColor Color(RandomNumbers random) => new((byte)random.NextInt(256), (byte)random.NextInt(256), (byte)random.NextInt(256));
}
