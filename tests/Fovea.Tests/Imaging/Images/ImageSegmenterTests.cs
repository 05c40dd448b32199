using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>The class of each pixel of image files, at the size of the image.</summary>
public sealed class ImageSegmenterTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(ImageFit.Stretch, false)]
    [InlineData(ImageFit.Crop, false)]
    [InlineData(ImageFit.Pad, false)]
    [InlineData(ImageFit.Stretch, true)]
    public void Bright_pixels_are_found_where_they_are_in_the_image(ImageFit fit, bool atOwnSize)
    {
        var file = folder.Image("a.png", 120, 50, x => (byte)(x < 40 ? 20 : 220));
        var segmenter = new ImageSegmenter(
            Brightness(), new ImageInput(20, 20) { Pixels = PixelRange.ZeroTo255, Fit = fit }, tileSize: 48)
        { AtOwnSize = atOwnSize };
        var result = segmenter.Segment(file);
        Assert.Equal((50, 120), (result.Height, result.Width));
        Assert.Equal(
            atOwnSize ? (50, 120) : fit == ImageFit.Crop ? (20, 48) : (20, 20), (result.PredictedHeight, result.PredictedWidth));
        Assert.Equal(2 / 3.0, result.Shares[1], 0.03);
        for (var y = 0; y < 50; y++)
        {
            Assert.All(Enumerable.Range(0, 34), x => Assert.Equal(0, result[y, x]));
            Assert.All(Enumerable.Range(46, 74), x => Assert.Equal(1, result[y, x]));
        }
    }

    [Fact]
    public void A_mask_file_has_the_class_numbers_and_an_overlay_the_colors()
    {
        var result = new ImageSegmenter(Brightness(), new ImageInput(12, 16) { Pixels = PixelRange.ZeroTo255 }).Segment(
            folder.Image("a.png", 32, 24, x => (byte)(x < 16 ? 20 : 220)));
        result.SaveMask(folder.Inside("mask.png"));
        Assert.Equal(result.ToTensor().Values, ImageFile.ReadMask(folder.Inside("mask.png")).Values);
        result.SaveOverlay(folder.Inside("overlay.png"));
        var overlay = ImageFile.Read(folder.Inside("overlay.png"));
        Assert.Equal([1, 24, 32, 3], overlay.Shape);

        // background is not colored; the first color is orange, E69F00, mixed half and half with the gray
        Assert.Equal([20, 20, 20], Enumerable.Range(0, 3).Select(channel => MathF.Round(255 * (float)overlay[0, 5, 5, channel])));
        Assert.Equal([225, 190, 110], Enumerable.Range(0, 3).Select(channel => MathF.Round(255 * (float)overlay[0, 5, 25, channel])));
        Assert.Equal(
            "SegmentedImage: expected a .png file, which keeps every class number; received 'mask.jpg'. (Parameter 'path')",
            Assert.Throws<ArgumentException>(() => result.SaveMask("mask.jpg")).Message);
    }

    [Fact]
    public void One_output_decides_between_two_classes()
    {
        var model = new Sequential { new Input(null, null, 3), new Conv2D(1, 1, activation: Activation.Sigmoid) };
        model.Weights[0].Write([1, 0, 0]);
        model.Weights[1].Write([-100]);
        var result = new ImageSegmenter(model, new ImageInput(12, 16) { Pixels = PixelRange.ZeroTo255 }).Segment(
            folder.Image("a.png", 16, 12, x => (byte)(x < 4 ? 20 : 220)));
        Assert.Equal(0.75, result.Shares[1]);
        Assert.Equal(["0", "1"], result.ClassNames);
    }

    [Fact]
    public void A_figure_shows_image_mask_and_prediction_side_by_side()
    {
        var (image, zeros) = (new Tensor([80, 90, 3], new float[80 * 90 * 3]), new Tensor([80, 90], new float[80 * 90]));
        var ones = new Tensor([80, 90], [.. Enumerable.Repeat(1f, 80 * 90)]);
        string[] names = ["background", "cat"];
        var row = SegmentationFigure.SideBySide(new SegmentationExample(image, zeros, ones), names);
        Assert.Equal([160, 552, 3], row.Shape);
        Assert.Equal((0f, 0f, 1f), ((float)row[80, 90, 0], (float)row[80, 276, 0], (float)row[80, 183, 0]));
        Assert.Equal(0xE6 / 255f / 2, (float)row[80, 460, 0], 3);
        SegmentationFigure.Save([new SegmentationExample(image, zeros, ones, "a.png, IoU 0 %")], folder.Inside("figure.png"), names, "The worst");
        Assert.Equal(552 + 64, ImageFile.Read(folder.Inside("figure.png")).Shape[2]);
        Assert.StartsWith(
            "SegmentationOverlay: expected an image (height, width, 3 or 1) and classes (height, width) of the same size; received (80, 90, 3) and (3, 3).",
            Assert.Throws<ArgumentException>(() => SegmentationOverlay.Of(image, new Tensor([3, 3], new float[9]), names)).Message, StringComparison.Ordinal);
    }

    /// <summary>A model of pixels: those brighter than 120 are of class 1.</summary>
    private static Sequential Brightness()
    {
        var model = new Sequential { new Input(null, null, 3), new Conv2D(2, 1, activation: Activation.Softmax) };
        model.Weights[0].Write([0, 1, 0, 0, 0, 0]);
        model.Weights[1].Write([0, -120]);
        model.ClassNames = ["background", "bright"];
        return model;
    }
}
