namespace Fovea.Tests.Layers;

/// <summary>In every layer of geometry, the box of a rectangle stays the box of its mask.</summary>
public sealed class FollowingTests
{
    private const int Images = 32, Height = 30, Width = 40;

    private static readonly (string Name, ImageAugmentation Layer, double Tolerance)[] Layers =
    [
        ("flip", new RandomFlip(), 0),
        ("rotation", new RandomRotation(0.3, FillMode.Constant), 1),
        ("zoom", new RandomZoom(0.5, 0.3, FillMode.Constant), 1),
        ("translation", new RandomTranslation(0.5, 0.5, FillMode.Constant), 1),
        ("shear", new RandomShear(0.4, 0.2, fillMode: FillMode.Constant), 1),
        ("crop", new RandomCrop(20, 15), 0),
        ("crop per batch", new RandomCrop(20, 15) { PerBatch = true }, 0),
        ("crop of a smaller image", new RandomCrop(50, 45), 1),
        ("center crop", new CenterCrop(16, 25), 0),
        ("center crop of a smaller image", new CenterCrop(50, 20), 1),
        ("resizing", new Resizing(17, 50), 1),
        ("resizing with a crop", new Resizing(25, 25) { CropToAspectRatio = true }, 1),
        ("resizing with margins", new Resizing(25, 25, ResizeInterpolation.Bicubic) { PadToAspectRatio = true, FillValue = 3 }, 1),
        ("perspective", new RandomPerspective((1, 1), 0.6), 1),
        ("elastic", new RandomElasticTransform((1, 1), (0.6, 0.6), fillMode: FillMode.Constant), 2),
        ("resized crop", new RandomResizedCrop((24, 32)), 1),
        ("geometry", new RandomGeometry((24, 32), FlipMode.HorizontalAndVertical, 30, (0.5, 1.5))
        {
            Ratio = (0.75, 1.5), Shear = 10, Translation = 0.1, Warp = 0.2, FillMode = FillMode.Constant,
        }, 1),
        ("erasing", new RandomErasing(), 0),
    ];

    public static IEnumerable<TheoryDataRow<string>> Cases => Layers.Select(row => new TheoryDataRow<string>(row.Name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_box_stays_around_its_mask(string name)
    {
        var (_, layer, tolerance) = Layers.Single(row => row.Name == name);
        var mask = Enumerable.Range(0, Height * Width).Select(i => i / Width is >= 6 and < 18 && i % Width is >= 8 and < 21 ? 1f : 0).ToArray();
        Tensor masks = new([Images, Height, Width], [.. Enumerable.Repeat(mask, Images).SelectMany(values => values)]);
        var batch = new ImageBatch(new Tensor([Images, Height, Width, 1], masks.Values))
        {
            Masks = masks,
            BoxFormat = BoxFormat.Xyxy,
            BoxLabels = Tensor.Ones([Images, 1]),
            Boxes = new Tensor([Images, 1, 4], [.. Enumerable.Range(0, Images).SelectMany(_ => (float[])[8, 6, 21, 18])]),
        };

        var moved = layer.Augment(batch, seed: 4);

        Assert.Equal(moved.Images.Shape[..3], moved.Masks!.Shape);
        var compared = 0;
        for (var i = 0; i < Images; i++)
        {
            var seen = Seen(moved.Masks[i]);
            var box = moved.Boxes![i].Values.ToArray();
            if (moved.BoxLabels!.Values[i] < 0)
            {
                Assert.Equal([-1, -1, -1, -1], box);
                Assert.True(seen is null || seen[2] - seen[0] <= 1 || seen[3] - seen[1] <= 1, $"image {i}: dropped, but {string.Join(' ', seen ?? [])}");
            }
            else if (seen is not null)
            {
                compared++;
                for (var edge = 0; edge < 4; edge++) Assert.Equal(seen[edge], box[edge], tolerance);
            }
        }

        Assert.InRange(compared, Images / 2, Images);
    }

    [Fact]
    public void A_crop_per_batch_has_one_position()
    {
        Tensor images = new([Images, 9, 8, 1], [.. Enumerable.Range(0, Images).SelectMany(_ => Enumerable.Range(0, 72).Select(i => (float)i))]);

        var same = new RandomCrop(4, 4) { PerBatch = true }.Apply(images, training: true, seed: 1);
        var different = new RandomCrop(4, 4).Apply(images, training: true, seed: 1);

        Assert.Single(Enumerable.Range(0, Images).Select(i => same[i].Values[0]).Distinct());
        Assert.InRange(Enumerable.Range(0, Images).Select(i => different[i].Values[0]).Distinct().Count(), 10, 30);
    }

    /// <summary>Keras writes a seed into every configuration of a RandomCrop.</summary>
    [Theory]
    [InlineData("""{"height":4,"width":4,"seed":7432,"data_format":"channels_last"}""", true)]
    [InlineData("""{"height":4,"width":4,"seed":null,"data_format":"channels_last"}""", false)]
    public void A_file_by_Keras_crops_per_batch(string json, bool perBatch)
    {
        var config = new Config("RandomCrop", "crop", System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject());

        Assert.Equal(perBatch, ((RandomCrop)LayerCatalog.Create("RandomCrop", config)).PerBatch);
    }

    [Theory]
    [InlineData(1, "2 1 7 4", "5")]
    [InlineData(2, "2 1 7 4 5 1 9 4", "5 6")]
    [InlineData(3, "2 1 7 4 5 1 9 4 -1 -1 -1 -1", "5 6 -1")]
    public void All_images_get_the_same_number_of_boxes(int number, string boxes, string labels)
    {
        var adjusted = new MaxNumBoundingBoxes(number).Augment(new ImageBatch(Tensor.Zeros([1, 8, 10, 1]))
        {
            Boxes = new Tensor([1, 2, 4], [2, 1, 7, 4, 5, 1, 9, 4]),
            BoxFormat = BoxFormat.Xyxy,
            BoxLabels = new Tensor([1, 2], [5, 6]),
        }, training: false);

        Assert.Equal((boxes, labels), (string.Join(' ', adjusted.Boxes!.Values), string.Join(' ', adjusted.BoxLabels!.Values)));
    }

    [Fact]
    public void Boxes_cannot_be_padded_with_another_value()
    {
        var config = new Config("MaxNumBoundingBoxes", "boxes", System.Text.Json.Nodes.JsonNode.Parse("""{"max_number":4,"fill_value":0}""")!.AsObject());

        var error = Assert.Throws<ModelFormatException>(() => LayerCatalog.Create("MaxNumBoundingBoxes", config));

        Assert.Equal("MaxNumBoundingBoxes 'boxes': expected -1 for 'fill_value'; received 0.", error.Message);
    }

    /// <summary>Torchvision's Resize(256) and CenterCrop(224) of an image of 320 × 400 pixels shows 280 × 280 of it.</summary>
    [Fact]
    public void A_resized_crop_shows_the_center_in_inference()
    {
        Tensor coordinates = new([1, 320, 400, 2], [.. Enumerable.Range(0, 320 * 400).SelectMany(i => (float[])[i % 400, i / 400])]);

        var output = new RandomResizedCrop(140) { CropFraction = 0.875 }.Apply(coordinates);

        Assert.Equal([60.5f, 20.5f], output[0, 0, 0].Values.ToArray());
        Assert.Equal([338.5f, 298.5f], output[0, 139, 139].Values.ToArray());
    }

    /// <summary>The edges around the pixels of a mask of which at least half is inside; null if there are none.</summary>
    private static float[]? Seen(Tensor mask)
    {
        var (height, width) = (mask.Shape[0], mask.Shape[1]);
        var ones = Enumerable.Range(0, height * width).Where(i => mask.Values[i] == 1).ToArray();
        return ones.Length == 0 ? null : [ones.Min(i => i % width), ones.Min(i => i / width), ones.Max(i => i % width) + 1, ones.Max(i => i / width) + 1];
    }
}
