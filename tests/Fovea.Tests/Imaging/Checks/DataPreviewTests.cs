using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging.Checks;

public sealed class DataPreviewTests : IDisposable
{
    private static readonly ImageInput Input = new(24, 24);

    private readonly SceneFolder scenes = new();

    public void Dispose() => scenes.Dispose();

    /// <summary>Red, green and blue images: the colors of a mixture tell the shares.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_mixed_image_has_the_labels_of_its_parts(bool isMixUp)
    {
        var (names, colors) = ((string[])["blue", "green", "red"], (SKColor[])[SKColors.Blue, SKColors.Lime, SKColors.Red]);
        foreach (var (name, color) in names.Zip(colors)) scenes.Save($"{name}/1.png", Plain(color));
        var preview = DataPreview.Of(scenes.Path, Input, isMixUp ? new MixUp(1) : new CutMix((1, 1)), images: 3, copies: 4, seed: 2);
        Assert.Equal(names, preview.Rows.Select(row => row.Label));
        Assert.All(preview.Rows, row => Assert.Equal([new LabelShare(row.Label, 1)], row.Original.Labels));
        var images = preview.Rows.SelectMany(row => row.Varied).ToList();
        Assert.Contains(images, image => image.Labels.Count == 2);
        foreach (var image in images)
        {
            Assert.Equal(1, image.Labels.Sum(share => share.Share), 1e-5);
            Assert.Equal(image.Labels.OrderByDescending(share => share.Share), image.Labels);
            foreach (var share in image.Labels)
            {
                var channel = 2 - Array.IndexOf(names, share.Label);
                var mean = Enumerable.Range(0, 24 * 24).Average(pixel => image.Image.Values[(3 * pixel) + channel]);
                Assert.Equal(share.Share, mean / 255, 1e-3);
            }
        }
    }

    /// <summary>The image is white where the mask is 1.</summary>
    [Fact]
    public void Masks_follow_their_images()
    {
        for (var i = 0; i < 3; i++)
        {
            var mask = Enumerable.Range(0, 24 * 24).Select(pixel => pixel % 24 > 5 + i && pixel / 24 < 9 + (2 * i) ? (byte)1 : (byte)0).ToArray();
            scenes.Save($"masks/{i}.png", Gray(mask));
            scenes.Save($"images/{i}.png", Painted(mask));
        }

        var layers = new Pipeline(new RandomFlip(), new RandomTranslation(0.3, 0.3, FillMode.Constant));
        var preview = DataPreview.Of(scenes.Path, Input, layers, images: 3, copies: 3);
        Assert.Equal(2, preview.MaskClasses!.Count);
        Assert.Equal(3, preview.Rows.Count);
        foreach (var image in preview.Rows.SelectMany(row => row.Varied.Prepend(row.Original)))
        {
            var white = Enumerable.Range(0, 24 * 24).Count(pixel => image.Image.Values[3 * pixel] > 127 == image.Mask!.Values[pixel] > 0);
            Assert.InRange(white, 24 * 23, 24 * 24);
        }

        Assert.NotEqual(preview.Rows[0].Original.Mask!.Values, preview.Rows[0].Varied[0].Mask!.Values);
        foreach (var name in (string[])["preview.png", "preview.html"])
        {
            preview.Save(scenes.Inside(name));
            Assert.True(new FileInfo(scenes.Inside(name)).Length > 1000);
        }
    }

    [Fact]
    public void Other_files_than_figures_and_pages_are_refused()
    {
        scenes.Save("cats/1.png", SceneFolder.Scene(1));
        var preview = DataPreview.Of(scenes.Path, Input, augmentation: null);
        Assert.Empty(Assert.Single(preview.Rows).Varied);
        Assert.Equal(
            "DataPreview: expected a file .png or .html; received 'x.jpg'. (Parameter 'path')",
            Assert.Throws<ArgumentException>(() => preview.Save("x.jpg")).Message);
    }

    private static SKBitmap Plain(SKColor color)
    {
        var bitmap = new SKBitmap(24, 24, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(color);
        return bitmap;
    }

    private static SKBitmap Gray(byte[] levels)
    {
        var bitmap = new SKBitmap(24, 24, SKColorType.Gray8, SKAlphaType.Opaque);
        for (var y = 0; y < 24; y++) levels.AsSpan(24 * y, 24).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        return bitmap;
    }

    private static SKBitmap Painted(byte[] mask) => new(24, 24, SKColorType.Rgba8888, SKAlphaType.Opaque)
    {
        Pixels = Array.ConvertAll(mask, value => value == 1 ? SKColors.White : SKColors.Black),
    };
}
