namespace Fovea.Tests.Layers;

/// <summary>What belongs to images follows them: boxes and masks are moved as their images are.</summary>
public sealed class ImageAugmentationTests
{
    [Fact]
    public void Boxes_and_masks_are_flipped_with_their_images()
    {
        var batch = Square(images: 16);

        var flipped = new RandomFlip().Augment(batch, seed: 1);

        var kinds = new HashSet<string>();
        for (var i = 0; i < 16; i++)
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
        var error = Assert.Throws<ShapeException>(() => new RandomFlip().Augment(new ImageBatch(Tensor.Zeros([2, 4, 4, 3])) { Masks = Tensor.Zeros([2, 3, 4]) }));

        Assert.Equal("RandomFlip: expected masks (2, 4, 4); received (2, 3, 4).", error.Message);
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
