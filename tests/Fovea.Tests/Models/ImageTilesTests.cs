namespace Fovea.Tests.Models;

/// <summary>Images of any size are predicted, as a whole or in tiles.</summary>
public class ImageTilesTests
{
    /// <summary>The outputs depend on at most 8 pixels in each direction, which is less than the margin of the tiles.</summary>
    [Theory]
    [InlineData(100, 140, 12)]
    [InlineData(64, 64, 1)]
    [InlineData(31, 201, 6)]
    [InlineData(5, 7, 1)]
    public void Tiles_give_the_outputs_of_the_whole_image(int height, int width, int count)
    {
        var model = Small();
        var tiles = new ImageTiles(model, tileSize: 64, overlap: 36);
        Assert.Equal((2, count), (tiles.Multiple, tiles.Count(height, width)));
        var image = Image(height, width);
        var outputs = tiles.Predict(image);
        Assert.Equal([height, width, 2], outputs.Shape);
        Close(Whole(model, image, 2), outputs, _ => true);
    }

    /// <summary>A tile sees less than the whole image; its outputs differ only where an edge of a tile is near.</summary>
    [Fact]
    public void Outputs_away_from_the_edges_of_tiles_equal_those_of_the_whole_image()
    {
        var model = SmallNetworks.UNet(Shape.WithOpen(null, null, 3), 2, [4, 6, 8], seed: 3);
        var image = Image(64, 160);
        var tiles = new ImageTiles(model, tileSize: 96, overlap: 32);
        Assert.Equal((4, 2), (tiles.Multiple, tiles.Count(64, 160)));
        var (whole, tiled) = (Whole(model, image, 4), tiles.Predict(image));
        Close(whole, tiled, x => x is < 72 or > 88);
        Assert.NotEqual(whole.Values, tiled.Values);
        Assert.All(tiled.Values.Zip(whole.Values), pair => Assert.InRange(pair.First - pair.Second, -0.1, 0.1));
    }

    [Fact]
    public void Probabilities_of_blended_tiles_add_up_to_1()
    {
        var outputs = new ImageTiles(SmallNetworks.UNet([16, 16, 3], 3, [4, 6]), tileSize: 32, overlap: 8).Predict(Image(50, 71));
        for (var pixel = 0; pixel < 50 * 71; pixel++) Assert.Equal(1, outputs.Values.AsSpan(pixel * 3, 3).ToArray().Sum(), 5);
    }

    [Fact]
    public void A_batch_of_one_image_gives_a_batch_and_each_tile_is_reported()
    {
        var reported = new List<int>();
        var progress = new Reports(reported);
        var outputs = new ImageTiles(Small(), tileSize: 64, overlap: 36).Predict(Image(100, 100).Reshape([1, 100, 100, 3]), progress);
        Assert.Equal([1, 100, 100, 2], outputs.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], reported);
    }

    /// <summary>The weights depend on the size: a dense layer over all pixels, which returns them unchanged.</summary>
    [Theory]
    [InlineData(8, 8)]
    [InlineData(3, 21)]
    [InlineData(30, 11)]
    public void A_model_of_one_size_predicts_in_tiles_of_that_size(int height, int width)
    {
        var model = new Sequential { new Input(8, 8, 1), new Flatten(), new Dense(64), new Reshape(8, 8, 1) };
        model.Weights[0].Write([.. Enumerable.Range(0, 64 * 64).Select(i => i / 64 == i % 64 ? 1f : 0)]);
        var image = new Tensor([height, width, 1], [.. Enumerable.Range(0, height * width).Select(i => i * 0.01f)]);
        var tiles = new ImageTiles(model);
        Assert.Equal((1, 2), (tiles.Multiple, tiles.Overlap));
        Assert.All(tiles.Predict(image).Values.Zip(image.Values), pair => Assert.Equal(pair.Second, pair.First, 4));
    }

    [Fact]
    public void Models_and_images_that_do_not_fit_are_refused()
    {
        Assert.Equal(
            "ImageTiles: expected a model with one output for each pixel, (height, width, channels) to (height, width, outputs), of the same size; "
                + "'classifier' "
                + "computes (None, 2) from (None, 8, 8, 3). (Parameter 'model')",
            Assert.Throws<ArgumentException>(
                () => new ImageTiles(new Sequential("classifier") { new Input(8, 8, 3), new GlobalAveragePooling2D(), new Dense(2) })).Message);
        Assert.Contains(
            "'halves' computes (None, None, None, 2) from (None, None, None, 3)",
            Assert.Throws<ArgumentException>(() => new ImageTiles(new Sequential("halves") { new Input(null, null, 3), new Conv2D(2, 3, 2) })).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "ImageTiles: expected tiles that are at least 2 pixels larger than their overlap; received tiles of 16 × 16 pixels and an overlap of 16. "
                + "(Parameter 'overlap')",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ImageTiles(Small(), tileSize: 17, overlap: 16)).Message);
        Assert.Equal(
            "ImageTiles: expected one image, (height, width, 3) or (1, height, width, 3); received (9, 9, 1).",
            Assert.Throws<ShapeException>(() => new ImageTiles(Small()).Predict(new Tensor([9, 9, 1], new float[81]))).Message);
    }

    [Fact]
    public void A_prediction_in_tiles_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => new ImageTiles(Small()).Predict(Image(8, 8), cancellationToken: cancel.Token));
    }

    private static Sequential Small() => new("small", seed: 4)
    {
        new Input(null, null, 3), new Conv2D(4, 3, padding: Padding.Same, activation: Activation.Relu), new MaxPooling2D(2),
        new Conv2D(4, 3, padding: Padding.Same, activation: Activation.Tanh), new UpSampling2D(2, ResizeInterpolation.Bilinear), new Conv2D(2, 1),
    };

    private static Tensor Image(int height, int width)
    {
        var random = new Random(8);
        return new Tensor([height, width, 3], [.. Enumerable.Range(0, height * width * 3).Select(_ => 255 * random.NextSingle())]);
    }

    /// <summary>The prediction of an image that is extended at its bottom and its right by its last pixels.</summary>
    private static Tensor Whole(Model model, Tensor image, int multiple)
    {
        var (height, width) = (image.Shape[0], image.Shape[1]);
        var (tall, wide) = ((height + multiple - 1) / multiple * multiple, (width + multiple - 1) / multiple * multiple);
        var values =
            from y in Enumerable.Range(0, tall)
            from x in Enumerable.Range(0, wide)
            from channel in Enumerable.Range(0, 3)
            select image.Values[(((Math.Min(y, height - 1) * width) + Math.Min(x, width - 1)) * 3) + channel];
        var outputs = model.Predict(new Tensor([1, tall, wide, 3], [.. values]));
        var cropped =
            from y in Enumerable.Range(0, height)
            from x in Enumerable.Range(0, width)
            from output in Enumerable.Range(0, 2)
            select outputs.Values[(((y * wide) + x) * 2) + output];
        return new Tensor([height, width, 2], [.. cropped]);
    }

    private static void Close(Tensor expected, Tensor received, Func<int, bool> isCompared)
    {
        for (var i = 0; i < expected.Values.Length; i++)
        {
            var x = i / 2 % expected.Shape[1];
            if (isCompared(x))
                Assert.True(Math.Abs(expected.Values[i] - received.Values[i]) <= 2e-4 * Math.Max(1, Math.Abs(expected.Values[i])), $"column {x}");
        }
    }

    private sealed class Reports(List<int> values) : IProgress<int>
    {
        public void Report(int value) => values.Add(value);
    }
}
