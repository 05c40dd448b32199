using Fovea.Imaging;
using Fovea.Tests.Data;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

public sealed class LayerSheetsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Png => Path.Combine(folder.Path, "figure.png");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_channel_is_dark_blue_at_its_minimum_and_yellow_at_its_maximum()
    {
        var layer = new Conv2D(1, 1);
        LayerSheets.SaveActivations(new LayerActivation("conv", layer, new Tensor([1, 1, 2, 1], [-3, 7])), Png);
        using var figure = SKBitmap.Decode(Png);
        var colors = Colors(figure);
        Assert.Contains(new SKColor(68, 1, 84), colors);
        Assert.Contains(new SKColor(253, 231, 36), colors);
    }

    [Fact]
    public void Of_many_channels_the_first_are_shown()
    {
        var (few, many) = (Width(64), Width(300));
        Assert.Equal(few, many);

        int Width(int channels)
        {
            LayerSheets.SaveActivations(new LayerActivation("conv", new Conv2D(1, 1), new Tensor([1, 2, 2, channels], new float[4 * channels])), Png);
            using var figure = SKBitmap.Decode(Png);
            return figure.Width;
        }
    }

    [Fact]
    public void Kernels_are_orange_where_positive_and_blue_where_negative()
    {
        LayerSheets.SaveKernels(new Tensor([1, 2, 1, 1], [1, -1]), "kernels", Png);
        using var figure = SKBitmap.Decode(Png);
        var colors = Colors(figure);
        Assert.Contains(colors, color => color.Red > 220 && color.Blue < 40);
        Assert.Contains(colors, color => color.Blue > 200 && color.Red < 60);
    }

    [Fact]
    public void A_heat_map_lies_over_the_image_next_to_it()
    {
        var result = new GradCamResult("conv", 1, 0.873, new Tensor([2, 2], [0, 0, 0, 1]));
        File.WriteAllBytes(Png, GradCamFigure.ToPng(result, new Tensor([1, 10, 20, 3], [.. Enumerable.Repeat(0.5f, 600)]), "dog"));
        using var figure = SKBitmap.Decode(Png);
        Assert.Equal((32 + 520 + 24 + 520 + 32, 32 + 86 + 260 + 32), (figure.Width, figure.Height));
        Assert.Equal(new SKColor(128, 128, 128), figure.GetPixel(100, 200));
        var (cold, hot) = (figure.GetPixel(32 + 520 + 24 + 10, 128), figure.GetPixel(32 + 520 + 24 + 510, 370));
        Assert.True(cold.Blue > cold.Red && hot.Red > hot.Blue + 40, $"{cold} {hot}");
    }

    [Fact]
    public void The_note_above_a_portrait_has_two_lines()
    {
        byte[] Draw(string layer) =>
            GradCamFigure.ToPng(new GradCamResult(layer, 1, 0.9, new Tensor([7, 7], new float[49])), new Tensor([1, 40, 16, 1], new float[640]), "dog");
        using var one = SKBitmap.Decode(Draw("conv"));
        using var two = SKBitmap.Decode(Draw("a_network/a_block/a_convolution"));
        Assert.Equal((560, 32 + 86 + 520 + 32), (one.Width, one.Height));
        Assert.Equal((560, one.Height + 22), (two.Width, two.Height));
    }

    [Fact]
    public void Patterns_are_shown_without_their_border()
    {
        var image = new float[20 * 20];
        Array.Fill(image, 0.5f);
        for (var x = 0; x < 20; x++) image[x] = 1000;
        image[(10 * 20) + 10] = 1;
        LayerSheets.SavePatterns([new FilterPattern(7, new Tensor([20, 20, 1], image), 1, 0)], "patterns", Png);
        using var figure = SKBitmap.Decode(Png);
        Assert.Contains(SKColors.White, Colors(figure, new SKRectI(40, 95, 220, 280)));
    }

    [Fact]
    public void What_cannot_be_drawn_is_said()
    {
        Assert.StartsWith(
            "LayerSheets: expected an activation (1, height, width, channels) or (1, units); 'conv' has (2, 3).",
            Assert.Throws<ArgumentException>(
                () => LayerSheets.SaveActivations(new LayerActivation("conv", new Flatten(), new Tensor([2, 3], new float[6])), Png)).Message,
                StringComparison.Ordinal);
        Assert.StartsWith(
            "LayerSheets: expected kernels (height, width, 1 or 3, filters); received (1, 1, 2, 1).",
            Assert.Throws<ArgumentException>(() => LayerSheets.SaveKernels(new Tensor([1, 1, 2, 1], new float[2]), "", Png)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "GradCamFigure: expected an image (1, height, width, 1 or 3); received (1, 2, 2, 4).",
            Assert.Throws<ArgumentException>(
                () => GradCamFigure.ToPng(new GradCamResult("", 0, 0, new Tensor([1, 1], [0])), new Tensor([1, 2, 2, 4], new float[16]), "")).Message,
                StringComparison.Ordinal);
        Assert.False(File.Exists(Png));
    }

    [Fact]
    public void An_image_to_show_keeps_its_proportions()
    {
        using var figures = new TestImages();
        var path = figures.Image("wide.png", 100, 40, x => (byte)(2 * x));
        Assert.Equal([1, 40, 100, 3], ImageFile.ReadToShow(path).Shape);
        Assert.Equal([1, 20, 50, 3], ImageFile.ReadToShow(path, longest: 50).Shape);
    }

    private static HashSet<SKColor> Colors(SKBitmap figure, SKRectI? place = null)
    {
        var (part, colors) = (place ?? new SKRectI(0, 0, figure.Width, figure.Height), new HashSet<SKColor>());
        for (var y = part.Top; y < part.Bottom; y++)
            for (var x = part.Left; x < part.Right; x++) colors.Add(figure.GetPixel(x, y));
        return colors;
    }
}
