namespace Fovea.Tests.Layers;

/// <summary>
/// One transform of all changes. The two channels of the images are the coordinates x and y of each pixel. They are linear, so bilinear interpolation is exact
/// inside the image, and each output pixel is the position that it was read from.
/// </summary>
public sealed class RandomGeometryTests
{
    private const int Height = 40, Width = 60;

    [Fact]
    public void An_image_that_is_not_changed_keeps_its_bits()
    {
        var images = Noise(8, 37, 50);

        Assert.Equal(images.Values, new RandomGeometry(flip: null, pAffine: 0) { Warp = 0.2 }.Apply(images, training: true).Values);
        Assert.Equal(images.Values, new RandomGeometry().Apply(images).Values);

        var flipped = new RandomGeometry(flip: FlipMode.HorizontalAndVertical, pAffine: 0).Augment(new ImageBatch(images), seed: 1).Images;
        var expected = new RandomFlip().Augment(new ImageBatch(images), seed: 1).Images;
        for (var i = 0; i < 8; i++) Assert.Contains(flipped[i].Values.ToArray(), Flips(images[i]).Select(flip => flip.Values.ToArray()));
        Assert.Equal(expected.Shape, flipped.Shape);
    }

    /// <summary>The composition in float64 from 3 × 3 matrices, for settings without freedom.</summary>
    [Theory]
    [InlineData(0, 1, 1, 0, 0, 0)]
    [InlineData(25, 1, 1, 0, 0, 0)]
    [InlineData(0, 1.2, 1, 0, 0, 0)]
    [InlineData(0, 1.2, 1.1, 0, 0, 0)]
    [InlineData(0, 1, 1, 12, 0, 0)]
    [InlineData(0, 1, 1, 0, 0.1, 0)]
    [InlineData(0, 1, 1, 0, 0, 0.2)]
    [InlineData(-17, 1.3, 0.9, 8, -0.05, 0.15)]
    public void The_changes_are_composed(double rotation, double scale, double ratio, double shear, double translation, double warp)
    {
        var (outHeight, outWidth) = (30, 45);
        var layer = new RandomGeometry((outHeight, outWidth), null, (rotation, rotation), (scale, scale), 1)
        {
            Ratio = (ratio, ratio),
            Shear = (shear, shear),
            Translation = (translation, translation),
            Warp = (warp, warp),
            Antialias = false,
            FillMode = FillMode.Constant,
            FillValue = -1e6,
        };

        var output = layer.Apply(Coordinates(1), training: true);

        var turn = double.DegreesToRadians(rotation);
        var tan = Math.Tan(double.DegreesToRadians(shear));
        var map = Product(
            new[,] { { 1, 0, ((Width - 1) / 2.0) - (translation * Width) }, { 0, 1, ((Height - 1) / 2.0) - (translation * Height) }, { 0, 0, 1 } },
            new[,] { { Math.Cos(turn), -Math.Sin(turn), 0 }, { Math.Sin(turn), Math.Cos(turn), 0 }, { 0, 0, 1 } },
            new[,] { { 1, tan, 0 }, { tan, 1, 0 }, { 0, 0, 1 } },
            new[,] { { Width / 2.0 * Math.Sqrt(scale * ratio), 0, 0 }, { 0, Height / 2.0 * Math.Sqrt(scale / ratio), 0 }, { 0, 0, 1 } },
            new[,] { { 1, 0, 0 }, { 0, 1, 0 }, { warp, warp, 1 } },
            new[,] { { 2.0 / outWidth, 0, (1.0 / outWidth) - 1 }, { 0, 2.0 / outHeight, (1.0 / outHeight) - 1 }, { 0, 0, 1 } });
        var inside = 0;
        for (var y = 0; y < outHeight; y++)
        {
            for (var x = 0; x < outWidth; x++)
            {
                var (readX, readY) = Apply(map, x, y);
                if (readX is < 0.01 or > Width - 1.01 || readY is < 0.01 or > Height - 1.01) continue;
                inside++;
                Assert.Equal(readX, At(output, 0, y, x, 0), 2e-4);
                Assert.Equal(readY, At(output, 0, y, x, 1), 2e-4);
            }
        }

        Assert.InRange(inside, 500, outHeight * outWidth);
    }

    [Fact]
    public void A_part_lies_anywhere_in_the_image()
    {
        const int Images = 400;
        var layer = new RandomGeometry(20, null, 0, (0.25, 0.5), 1);

        var output = layer.Apply(Coordinates(Images), training: true, seed: 5);

        var (areas, centers) = (new List<double>(), new List<double>());
        for (var i = 0; i < Images; i++)
        {
            var (width, height) =
                (20 / 19.0 * (At(output, i, 0, 19, 0) - At(output, i, 0, 0, 0)), 20 / 19.0 * (At(output, i, 19, 0, 1) - At(output, i, 0, 0, 1)));
            Assert.Equal(width, height, 1e-3);  // shapes are kept: the part is a square, as the output
            areas.Add(width * height / (Height * Height));
            var left = At(output, i, 0, 0, 0) + 0.5 - (width / 40);
            Assert.InRange(left, -1e-3, Width - width + 1e-3);
            centers.Add(left / (Width - width));
        }

        // The mean of 400 uniform numbers is within five deviations of 1/√12/20.
        Assert.InRange(areas.Min(), 0.25, 0.26);
        Assert.InRange(areas.Max(), 0.49, 0.5001);
        Assert.Equal(0.375, areas.Average(), 5 * 0.25 / Math.Sqrt(12) / 20);
        Assert.Equal(0.5, centers.Average(), 5 / Math.Sqrt(12) / 20);
        Assert.InRange(centers.Min(), 0, 0.02);
        Assert.InRange(centers.Max(), 0.98, 1);
    }

    [Fact]
    public void Some_images_are_only_flipped()
    {
        var output = new RandomGeometry { Warp = 0.1 }.Apply(Coordinates(400), training: true, seed: 2);

        var unchanged = Enumerable.Range(0, 400).Count(i => At(output, i, 7, 0, 1) == 7 && At(output, i, 7, 59, 1) == 7);
        Assert.Equal(100, unchanged, 5 * Math.Sqrt(400 * 0.25 * 0.75));
        var mirrored = Enumerable.Range(0, 400).Count(i => At(output, i, 7, 10, 0) > At(output, i, 7, 50, 0));
        Assert.Equal(200, mirrored, 5 * Math.Sqrt(400 * 0.25));
    }

    [Fact]
    public void Inference_shows_the_largest_centered_part()
    {
        var output = new RandomGeometry(20, rotation: 90).Apply(Coordinates(1));

        Assert.Equal([1, 20, 20, 2], output.Shape);
        Assert.Equal(10.5, At(output, 0, 0, 0, 0), 1e-4);  // columns 10 to 49 of 60: the mean of columns 10 and 11
        Assert.Equal(48.5, At(output, 0, 0, 19, 0), 1e-4);
        Assert.Equal(0.5, At(output, 0, 0, 0, 1), 1e-4);
        Assert.Equal(38.5, At(output, 0, 19, 0, 1), 1e-4);
    }

    /// <summary>A fine chessboard has the mean ½ everywhere; without antialiasing, a ninth of its pixels decide.</summary>
    [Fact]
    public void A_shrunk_image_is_averaged()
    {
        var board = new Tensor([1, 90, 90, 1], [.. Enumerable.Range(0, 8100).Select(i => (float)(((i / 90) + (i % 90)) % 2))]);

        Assert.All(new RandomGeometry(30).Apply(board).Values, value => Assert.Equal(0.5, value, 0.06));
        Assert.Contains(1, new RandomGeometry(30) { Antialias = false }.Apply(board).Values);
    }

    private static Tensor Coordinates(int images) => new(
        [images, Height, Width, 2],
        [.. Enumerable.Range(0, images).SelectMany(_ => Enumerable.Range(0, Height * Width).SelectMany(i => (float[])[i % Width, i / Width]))]);

    private static float At(Tensor images, int image, int y, int x, int channel) =>
        images.Values[(((((image * images.Shape[1]) + y) * images.Shape[2]) + x) * images.Shape[3]) + channel];

    private static Tensor Noise(int images, int height, int width) => new([images, height, width, 3], LayerRunner.Normal(images * height * width * 3));

    private static IEnumerable<Tensor> Flips(Tensor image)
    {
        var (height, width) = (image.Shape[0], image.Shape[1]);
        foreach (var isFlippedX in (bool[])[false, true])
        {
            foreach (var isFlippedY in (bool[])[false, true])
            {
                yield return new Tensor(
                    image.Shape, [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) from c in Enumerable.Range(0, 3)
                    select image.Values[((((isFlippedY ? height - 1 - y : y) * width) + (isFlippedX ? width - 1 - x : x)) * 3) + c]]);
            }
        }
    }

    private static double[,] Product(params double[][,] matrices) => matrices.Aggregate((left, right) =>
    {
        var product = new double[3, 3];
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++) product[i, j] = Enumerable.Range(0, 3).Sum(k => left[i, k] * right[k, j]);
        }

        return product;
    });

    private static (double X, double Y) Apply(double[,] map, double x, double y)
    {
        var w = (map[2, 0] * x) + (map[2, 1] * y) + map[2, 2];
        return (((map[0, 0] * x) + (map[0, 1] * y) + map[0, 2]) / w, ((map[1, 0] * x) + (map[1, 1] * y) + map[1, 2]) / w);
    }
}
