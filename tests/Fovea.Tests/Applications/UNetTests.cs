using Fovea.Tests.Models;

namespace Fovea.Tests.Applications;

/// <summary>The U-Net of <see cref="SmallNetworks"/>.</summary>
public class UNetTests
{
    [Fact]
    public void Each_pixel_gets_probabilities_of_the_classes()
    {
        var model = SmallNetworks.UNet([32, 16, 3], 4, widths: [4, 6, 8]);
        Assert.Equal([32, 16, 4], model.OutputShape);
        Assert.Equal(OutputKind.Probabilities, model.OutputKind);
        var outputs = model.Predict(Images(1, 32, 16));
        for (var pixel = 0; pixel < 32 * 16; pixel++) Assert.Equal(1, outputs.Values.AsSpan(pixel * 4, 4).ToArray().Sum(), 5);
    }

    [Fact]
    public void The_default_network_has_1_8_million_parameters() =>
        Assert.Equal(1_814_995, SmallNetworks.UNet(Shape.WithOpen(null, null, 3), 3).Parameters);

    [Fact]
    public void A_network_of_open_size_computes_the_same_as_one_of_a_fixed_size()
    {
        var open = SmallNetworks.UNet(Shape.WithOpen(null, null, 3), 3, [4, 6], seed: 5);
        Assert.Equal("(None, None, None, 3)", open.Output.ToString());
        foreach (var (height, width) in ((int, int)[])[(8, 12), (2, 30), (24, 10)])
        {
            var images = Images(2, height, width);
            Assert.Equal(SmallNetworks.UNet([height, width, 3], 3, [4, 6], seed: 5).Predict(images).Values, open.Predict(images).Values);
        }
    }

    [Fact]
    public void It_learns_to_tell_bright_squares_from_a_dark_background()
    {
        var data = Squares(64);
        var model = SmallNetworks.UNet([16, 16, 1], 2, widths: [4, 8], dropout: 0);
        model.Compile(new Adam(0.02), Loss.SparseCategoricalCrossentropy, new MeanIoU(2));
        model.Fit(data, epochs: 6, batchSize: 8, verbose: 0);
        Assert.InRange(PixelConfusionMatrix.Of(model, data, verbose: 0).MeanIoU, 0.9, 1);
    }

    [Fact]
    public void A_file_keeps_it()
    {
        using var file = new MemoryStream();
        var model = SmallNetworks.UNet(Shape.WithOpen(null, null, 3), 3, [4, 6]);
        model.Save(file);
        var images = Images(1, 6, 10);
        Assert.Equal(model.Predict(images).Values, Model.Load(new MemoryStream(file.ToArray()), "unet.keras").Predict(images).Values);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        Assert.StartsWith(
            "SmallNetworks.UNet: expected a height and a width that are multiples of 16, since each of the 4 poolings halves them; received (100, 96, 3).",
            Refusal(() => SmallNetworks.UNet([100, 96, 3], 2)), StringComparison.Ordinal);
        Assert.StartsWith(
            "SmallNetworks.UNet: expected the shape of an image, (height, width, channels), of which height and width may be open; received (64, 64).",
            Refusal(() => SmallNetworks.UNet([64, 64], 2)), StringComparison.Ordinal);
        Assert.StartsWith(
            "SmallNetworks.UNet: classes must be at least 2; received 1.", Refusal(() => SmallNetworks.UNet([64, 64, 3], 1)), StringComparison.Ordinal);
        Assert.StartsWith(
            "SmallNetworks.UNet: widths must be whole numbers of at least 1; received [8, 0].", Refusal(() => SmallNetworks.UNet([64, 64, 3], 2, [8, 0])),
            StringComparison.Ordinal);
    }

    /// <summary>Images with a bright square at a random position, and the square as the mask.</summary>
    internal static Dataset Squares(int count, int size = 16) => Dataset.From(
        count,
        index =>
        {
            var random = new Random(index);
            var (top, left) = (random.Next(size / 2), random.Next(size / 2));
            bool IsInside(int i) => i / size >= top && i / size < top + (size / 2) && i % size >= left && i % size < left + (size / 2);
            var pixels = Enumerable.Range(0, size * size);
            return (
                new Tensor([size, size, 1], [.. pixels.Select(i => (float)random.Next(60) + (IsInside(i) ? 150 : 0))]),
                new Tensor([size, size], [.. pixels.Select(i => IsInside(i) ? 1f : 0)]));
        });

    private static Tensor Images(int count, int height, int width)
    {
        var images = OpenSizeTests.Images(count, height, width);
        return new Tensor(images.Shape, [.. images.Values.Select(value => 255 * Math.Abs(value) % 255)]);
    }

    private static string Refusal(Action build) => Assert.ThrowsAny<ArgumentException>(build).Message;
}
