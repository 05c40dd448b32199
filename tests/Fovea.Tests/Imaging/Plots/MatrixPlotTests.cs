using Fovea.Imaging;
using SkiaSharp;

namespace Fovea.Tests.Imaging;

/// <summary>Matrices as colors, and grids of images in their true size.</summary>
public class MatrixPlotTests
{
    private static readonly Tensor Matrix = new([2, 3], [0, 1, 2, 3, 4, float.NaN]);

    [Fact]
    public void Without_margins_a_value_is_a_square_of_its_color()
    {
        using var figure = SKBitmap.Decode(MatrixPlot.ToPng(Matrix, colors: ColorMap.Grey, cellSize: 5, colorBar: false));
        Assert.Equal((15, 10), (figure.Width, figure.Height));
        Assert.Equal([0, 64, 128, 191, 255], new[] { (2, 2), (7, 2), (12, 2), (2, 7), (7, 7) }.Select(at => (int)figure.GetPixel(at.Item1, at.Item2).Red));
        Assert.Equal(new SKColor(0xE5, 0xE7, 0xEB), figure.GetPixel(12, 7));
        using var pixels = SKBitmap.Decode(MatrixPlot.ToPng(Matrix, cellSize: 1, colorBar: false));
        Assert.Equal((3, 2), (pixels.Width, pixels.Height));
    }

    [Fact]
    public void The_smallest_and_the_largest_value_have_the_first_and_the_last_color_of_viridis()
    {
        using var figure = SKBitmap.Decode(MatrixPlot.ToPng(Matrix, cellSize: 1, colorBar: false));
        Assert.Equal(new SKColor(0x44, 0x01, 0x54), figure.GetPixel(0, 0));
        Assert.Equal(new SKColor(0xFD, 0xE7, 0x24), figure.GetPixel(1, 1));
        using var half = SKBitmap.Decode(MatrixPlot.ToPng(Matrix, cellSize: 1, colorBar: false, range: (0, 8)));
        Assert.Equal(ExplanationColors.Viridis(0.5), half.GetPixel(1, 1));
    }

    [Fact]
    public void Diverging_colors_are_white_at_zero()
    {
        using var figure = SKBitmap.Decode(MatrixPlot.ToPng(new Tensor([1, 3], [-1, 0, 4]), colors: ColorMap.Diverging, cellSize: 1, colorBar: false));
        Assert.Equal(SKColors.White, figure.GetPixel(1, 0));
        Assert.True(figure.GetPixel(0, 0) is { Red: > 190, Blue: > 240 } && figure.GetPixel(2, 0) is { Red: > 230, Blue: < 20 });
        using var zeros = SKBitmap.Decode(MatrixPlot.ToPng(new Tensor([1, 1], [0]), colors: ColorMap.Diverging, cellSize: 1, colorBar: false));
        Assert.Equal(SKColors.White, zeros.GetPixel(0, 0));
    }

    [Theory]
    [InlineData(1, 5, 7, 1)]
    [InlineData(5, 7, 1)]
    [InlineData(1, 5, 7)]
    [InlineData(5, 7)]
    public void Dimensions_of_one_around_a_matrix_do_not_matter(params int[] shape)
    {
        using var figure = SKBitmap.Decode(MatrixPlot.ToPng(new Tensor(new Shape(shape), new float[35]), cellSize: 1, colorBar: false));
        Assert.Equal((7, 5), (figure.Width, figure.Height));
    }

    [Fact]
    public void A_bar_and_labels_take_space_around_the_matrix()
    {
        using var plain = SKBitmap.Decode(MatrixPlot.ToPng(Matrix, cellSize: 40));
        using var labelled = SKBitmap.Decode(MatrixPlot.ToPng(
            Matrix, "Three by two", cellSize: 40, rowLabels: ["cat", "dog"], columnLabels: ["a", "b", "a rather long name"]));
        Assert.True(plain.Width > 120 + 48 + 14 && plain.Height == 80 + 48);
        Assert.True(labelled.Width > plain.Width + 20 && labelled.Height > plain.Height + 100);
        Assert.Equal(ExplanationColors.Viridis(0), plain.GetPixel(30, 30));
    }

    [Fact]
    public void What_is_no_matrix_is_refused()
    {
        Assert.Equal(
            "MatrixPlot: expected a matrix (rows, columns), such as one channel maps[0, .., .., 5]; received (1, 26, 26, 32). (Parameter 'matrix')",
            Assert.Throws<ArgumentException>(() => MatrixPlot.ToPng(new Tensor([1, 26, 26, 32], new float[26 * 26 * 32]))).Message);
        Assert.Equal(
            "MatrixPlot: expected a range from a lower to a higher value; received (1, 1). (Parameter 'range')",
            Assert.Throws<ArgumentException>(() => MatrixPlot.ToPng(Matrix, range: (1, 1))).Message);
        Assert.Equal(
            "MatrixPlot: expected 2 row labels, one for each row; received 3. (Parameter 'rowLabels')",
            Assert.Throws<ArgumentException>(() => MatrixPlot.ToPng(Matrix, rowLabels: ["a", "b", "c"])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("cellSize", () => MatrixPlot.ToPng(Matrix, cellSize: 0));
        Assert.Throws<ArgumentNullException>("matrix", () => MatrixPlot.ToPng(null!));
    }

    /// <summary>Two rows of three 4 × 5 images without margins are 12 × 10 pixels, and each pixel is the one of its image.</summary>
    [Fact]
    public void A_grid_in_true_size_has_one_pixel_for_each()
    {
        CaptionedImage Plain(float value) => new(new Tensor([5, 4, 1], [.. Enumerable.Repeat(value, 20)]));
        using var sheet = SKBitmap.Decode(ContactSheet.ToPng(
            [.. Enumerable.Range(0, 5).Select(i => Plain(i / 5f))], columns: 3, cell: null, spacing: 0, margin: 0));
        Assert.Equal((12, 10), (sheet.Width, sheet.Height));
        Assert.Equal([0, 51, 102, 153, 204], new[] { (0, 0), (4, 0), (11, 4), (3, 5), (7, 9) }.Select(at => (int)sheet.GetPixel(at.Item1, at.Item2).Red));
        Assert.Equal(SKColors.White, sheet.GetPixel(8, 5));
    }

    [Fact]
    public void An_image_is_a_tensor_in_its_range()
    {
        byte Red(CaptionedImage image)
        {
            using var sheet = SKBitmap.Decode(ContactSheet.ToPng([image], cell: null, spacing: 0, margin: 0));
            return sheet.GetPixel(0, 0).Red;
        }

        Assert.Equal(200, Red(new CaptionedImage(new Tensor([1, 1, 1, 3], [200, 0, 0])) { Range = PixelRange.ZeroTo255 }));
        Assert.Equal(128, Red(new CaptionedImage(new Tensor([1, 1, 1], [0])) { Range = PixelRange.MinusOneToOne }));
        Assert.Equal(255, Red(new CaptionedImage(new Tensor([1, 1, 1], [1.2f]))));
        Assert.Equal(0x44, Red(CaptionedImage.OfMatrix(new Tensor([1, 2], [-7, 9]))));
        var error = Assert.Throws<ArgumentException>(() => Red(new CaptionedImage(new Tensor([1, 1, 3], [-103.5f, 20, 151]), "a photo")));
        Assert.Equal(
            "ContactSheet: expected values from 0 to 1; 'a photo' has values from -103.5 to 151. Set another Range, as in new CaptionedImage(image) "
            + "{ Range = PixelRange.ZeroTo255 }, or use CaptionedImage.OfMatrix for other values. (Parameter 'images')", error.Message);
    }
}
