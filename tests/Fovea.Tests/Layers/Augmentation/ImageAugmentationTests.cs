using System.Globalization;
using System.Text.Json.Nodes;

namespace Fovea.Tests.Layers;

/// <summary>What belongs to images follows them: boxes and masks are moved as their images are.</summary>
public sealed class ImageAugmentationTests
{
    [Fact]
    public void Boxes_and_masks_are_flipped_with_their_images()
    {
        var batch = Square(images: 32);

        var flipped = new RandomFlip().Augment(batch, seed: 1);

        var kinds = new HashSet<string>();
        for (var i = 0; i < 32; i++)
        {
            Assert.Equal(flipped.Images[i].Values, flipped.Masks![i].Values);
            var box = flipped.Boxes![i, 0].ToArray();
            Assert.Equal(box, Box(flipped.Images[i]));
            kinds.Add(string.Join(' ', box));
        }

        Assert.Equal(4, kinds.Count);
        Assert.Equal(batch.Labels!.Values, flipped.Labels!.Values);
        Assert.Equal(batch.BoxLabels!.Values, flipped.BoxLabels!.Values);
    }

    [Fact]
    public void Nothing_changes_in_inference()
    {
        var batch = Square(images: 2);

        var same = new RandomRotation(0.5).Augment(batch, training: false);

        Assert.Equal(batch.Images.Values, same.Images.Values);
        Assert.Equal(batch.Boxes!.Values, same.Boxes!.Values);
    }

    [Fact]
    public void Parts_that_do_not_fit_the_images_are_refused()
    {
        var error = Assert.Throws<ShapeException>(
            () => new RandomFlip().Augment(new ImageBatch(Tensor.Zeros([2, 4, 4, 3])) { Masks = Tensor.Zeros([2, 3, 4]) }));

        Assert.Equal("RandomFlip: expected masks (2, 4, 4); received (2, 3, 4).", error.Message);
    }

    [Theory]
    [InlineData(BoxFormat.Xyxy, "2, 3, 6, 4")]
    [InlineData(BoxFormat.RelXyxy, "0.2, 0.375, 0.6, 0.5")]
    [InlineData(BoxFormat.CenterXywh, "4, 3.5, 4, 1")]
    [InlineData(BoxFormat.Xywh, "2, 3, 4, 1")]
    [InlineData(BoxFormat.RelXywh, "0.2, 0.375, 0.4, 0.125")]
    [InlineData(BoxFormat.Yxyx, "3, 2, 4, 6")]
    [InlineData(BoxFormat.RelYxyx, "0.375, 0.2, 0.5, 0.6")]
    public void Boxes_have_seven_formats(BoxFormat format, string expected)
    {
        var box = BoundingBoxes.Convert(new Tensor([1, 1, 4], [2, 3, 6, 4]), BoxFormat.Xyxy, format, (8, 10));

        Assert.Equal(expected, Text(box));
        Assert.Equal("2, 3, 6, 4", Text(BoundingBoxes.Convert(box, format, BoxFormat.Xyxy, (8, 10))));

        var batch = new ImageBatch(Tensor.Zeros([1, 8, 10, 1])) { Boxes = box, BoxFormat = format, BoxLabels = Tensor.Zeros([1, 1]) };
        var moved = new RandomTranslation((0.25, 0.25), (0.5, 0.5)).Augment(batch);
        Assert.Equal(format, moved.BoxFormat);
        Assert.Equal("7, 5, 10, 6", Text(BoundingBoxes.Convert(moved.Boxes!, format, BoxFormat.Xyxy, (8, 10))));

        static string Text(Tensor box) => string.Join(", ", box.Values.ToArray().Select(value => MathF.Round(value, 5).ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Moved by half the width, a third of the first box stays, nothing of the second, and the third is none.</summary>
    [Theory]
    [InlineData(0, "7 1 10 4 -1 -1 -1 -1 -1 -1 -1 -1", "5 -1 -1")]
    [InlineData(0.59, "7 1 10 4 -1 -1 -1 -1 -1 -1 -1 -1", "5 -1 -1")]
    [InlineData(0.61, "-1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1", "-1 -1 -1")]
    public void Boxes_are_clipped_and_dropped(double minVisibility, string boxes, string labels)
    {
        var moved = new RandomTranslation(0, (0.5, 0.5)).Augment(new ImageBatch(Tensor.Zeros([1, 8, 10, 1]))
        {
            Boxes = new Tensor([1, 3, 4], [2, 1, 7, 4, 5, 1, 9, 4, 0, 0, 0, 0]),
            BoxFormat = BoxFormat.Xyxy,
            BoxLabels = new Tensor([1, 3], [5, 6, -1]),
            MinBoxVisibility = minVisibility,
        });

        Assert.Equal((boxes, labels), (string.Join(' ', moved.Boxes!.Values), string.Join(' ', moved.BoxLabels!.Values)));
    }

    [Theory]
    [InlineData(2, 1, 2, 4, "RandomFlip: box 0 of image 1 has its right edge at or left of its left edge; received (2, 1, 2, 4) in the format Xyxy.")]
    [InlineData(2, 5, 6, 4, "RandomFlip: box 0 of image 1 has its bottom edge at or above its top edge; received (2, 5, 6, 4) in the format Xyxy.")]
    [InlineData(2, 1, 6, float.NaN, "RandomFlip: box 0 of image 1 has a number that is not finite; received (2, 1, 6, NaN) in the format Xyxy.")]
    [InlineData(2, 1, 11, 4, "RandomFlip: box 0 of image 1 reaches beyond its image of 8 × 10 pixels; received (2, 1, 11, 4) in the format Xyxy.")]
    [InlineData(-1, 1, 6, 4, "RandomFlip: box 0 of image 1 reaches beyond its image of 8 × 10 pixels; received (-1, 1, 6, 4) in the format Xyxy.")]
    public void Wrong_boxes_are_refused(float left, float top, float right, float bottom, string expected)
    {
        var batch = Square(images: 2) with { Boxes = new Tensor([2, 1, 4], [2, 1, 7, 4, left, top, right, bottom]) };

        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => new RandomFlip().Augment(batch)).Message);
        _ = new RandomFlip().Augment(batch with { BoxLabels = new Tensor([2, 1], [0, -1]) });
    }

    /// <summary>In a file by Keras the layer has the format. That of a batch takes precedence.</summary>
    [Fact]
    public void A_layer_of_a_file_has_the_format_of_boxes()
    {
        var layer = (RandomTranslation)Read(""","bounding_box_format":"rel_xyxy" """);
        Assert.Equal(BoxFormat.RelXyxy, layer.BoxFormat);
        var written = new Config("RandomTranslation", "x", []);
        ((IConfigurable)layer).WriteSettings(written);
        Assert.Equal("rel_xyxy", (string?)written.Json["bounding_box_format"]);

        var batch = new ImageBatch(Tensor.Zeros([1, 8, 10, 1])) { Boxes = new Tensor([1, 1, 4], [0, 0.5f, 0.2f, 0.75f]), BoxLabels = Tensor.Zeros([1, 1]) };
        Assert.Equal([0.5f, 0.5f, 0.7f, 0.75f], layer.Augment(batch).Boxes!.Values.ToArray().Select(value => MathF.Round(value, 5)));
        batch = batch with { Boxes = new Tensor([1, 1, 4], [0, 4, 2, 6]), BoxFormat = BoxFormat.Xyxy };
        Assert.Equal([5, 4, 7, 6], layer.Augment(batch).Boxes!.Values.ToArray().Select(value => MathF.Round(value, 4)));

        Assert.Null(((RandomTranslation)Read(""","bounding_box_format":null """)).BoxFormat);
        Assert.Equal(
            "RandomTranslation 'x': expected 'xyxy', 'rel_xyxy', 'center_xywh', 'xywh', 'rel_xywh', 'yxyx', 'rel_yxyx' for 'bounding_box_format'; received "
                + "\"coco\".",
            Assert.Throws<ModelFormatException>(() => Read(""","bounding_box_format":"coco" """)).Message);

        static Layer Read(string setting) => LayerCatalog.Create(
            "RandomTranslation", new Config("RandomTranslation", "x", (JsonObject)JsonNode.Parse(
                $$"""{"height_factor":0,"width_factor":[0.5,0.5],"data_format":"channels_last"{{setting}}}""")!));
    }

    [Fact]
    public void Boxes_need_a_format()
    {
        var error = Assert.Throws<ArgumentException>(() => new RandomFlip().Augment(Square(images: 1) with { BoxFormat = null }));

        Assert.Equal(
            "RandomFlip: expected the format of the boxes, such as BoxFormat = BoxFormat.Xyxy for left, top, right and bottom edge in pixels; received none.",
            error.Message);
    }

    [Fact]
    public void Mask_pixels_from_outside_the_image_get_a_class()
    {
        var batch = Square(images: 1) with { MaskFillValue = 255 };

        var moved = new RandomTranslation(0, (0.2, 0.2), FillMode.Constant, fillValue: 7).Augment(batch);

        Assert.Equal("7 7 0 0 1 1 1 1 1 0", string.Join(' ', moved.Images.Values[20..30]));
        Assert.Equal("255 255 0 0 1 1 1 1 1 0", string.Join(' ', moved.Masks!.Values[20..30]));
    }

    /// <summary>Images of 8 × 10 pixels with a rectangle of ones, and its mask and box.</summary>
    private static ImageBatch Square(int images)
    {
        var values = new float[images * 80];
        for (var i = 0; i < images; i++)
        {
            for (var y = 1; y < 4; y++)
            {
                for (var x = 2; x < 7; x++) values[(((i * 8) + y) * 10) + x] = 1;
            }
        }

        return new ImageBatch(new Tensor([images, 8, 10, 1], values))
        {
            Labels = new Tensor([images, 2], [.. Enumerable.Range(0, 2 * images).Select(i => (float)i)]),
            BoxFormat = BoxFormat.Xyxy,
            Boxes = new Tensor([images, 1, 4], [.. Enumerable.Range(0, images).SelectMany(_ => (float[])[2, 1, 7, 4])]),
            BoxLabels = Tensor.Zeros([images, 1]),
            Masks = new Tensor([images, 8, 10, 1], values),
        };
    }

    /// <summary>The smallest box around the ones of an image.</summary>
    private static float[] Box(Tensor image)
    {
        var ones = Enumerable.Range(0, 80).Where(i => image.Values[i] == 1).ToArray();
        return [ones.Min(i => i % 10), ones.Min(i => i / 10), ones.Max(i => i % 10) + 1, ones.Max(i => i / 10) + 1];
    }
}
