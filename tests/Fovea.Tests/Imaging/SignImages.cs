using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>Images of signs: a shape that is moved a little, in brightnesses that differ.</summary>
internal static class SignImages
{
    private const int Side = 40;

    /// <summary>Whether a point is in an arrow that points to the left; coordinates are from 0 to 1.</summary>
    public static bool Arrow(double x, double y) => x < 0.45 ? Math.Abs(y - 0.5) < 0.8 * (x - 0.1) : x < 0.85 && Math.Abs(y - 0.5) < 0.08;

    /// <summary>Writes the images of a class, as name/0.png and so on.</summary>
    public static void Write(TestImages folder, string name, int count, Func<double, double, bool> contains)
    {
        var random = new Random(name.Length + name[^1]);
        for (var i = 0; i < count; i++)
        {
            var (right, down, dark, bright) = (random.NextDouble() * 0.1, random.NextDouble() * 0.1, random.Next(20, 90), random.Next(140, 240));
            var pixels = new float[Side * Side * 3];
            for (var k = 0; k < pixels.Length; k++)
            {
                var (x, y) = ((k / 3 % Side) + 0.5, (k / 3 / Side) + 0.5);
                pixels[k] = (contains((x / Side) - right, (y / Side) - down) ? bright : dark) + random.Next(-10, 10);
            }

            var path = folder.Inside($"{name}/{i}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            ImageFile.Save(new Tensor([Side, Side, 3], pixels), path, PixelRange.ZeroTo255);
        }
    }
}
