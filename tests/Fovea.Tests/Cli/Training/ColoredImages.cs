using Fovea.Imaging;
using Fovea.Tests.Imaging;

namespace Fovea.Tests.Cli;

/// <summary>Images of noise whose color tells the class.</summary>
internal static class ColoredImages
{
    /// <summary>Writes ten images of 24 × 26 pixels of each class into the folder data.</summary>
    public static void Write(TestImages folder, params string[] classes) => Write(folder.Inside("."), classes);

    /// <inheritdoc cref="Write(TestImages, string[])"/>
    public static void Write(string folder, params string[] classes)
    {
        var random = new Random(1);
        for (var label = 0; label < classes.Length; label++)
        {
            for (var i = 0; i < 10; i++)
            {
                var pixels = new float[24 * 26 * 3];
                for (var k = 0; k < pixels.Length; k++) pixels[k] = (float)((0.7 * random.NextDouble()) + (k % 3 == label % 3 ? 0.3 : 0));
                var path = Path.Combine(folder, "data", classes[label], $"{i}.png");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                ImageFile.Save(new Tensor([24, 26, 3], pixels), path, PixelRange.ZeroToOne);
            }
        }
    }
}
