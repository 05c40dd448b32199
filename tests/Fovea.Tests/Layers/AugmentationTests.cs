namespace Fovea.Tests.Layers;

public class AugmentationTests
{
    public static TheoryData<Layer> Layers =>
        [new RandomFlip(), new RandomContrast(0.5f) { ValueRange = (-9, 9) }, new RandomRotation(0.2f), new RandomTranslation(0.3f, 0.3f),
            new RandomZoom(0.3f, 0.3f), new RandomBrightness(0.2f) { ValueRange = (-9, 9) }, new RandomShear(0.3f, 0.3f),
            new RandomErasing { ValueRange = (-9, 9) }];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Numbers_are_drawn_for_each_image_by_seed_and_step(Layer layer)
    {
        Shape sample = [8, 9, 2];
        var one = LayerRunner.Normal(sample.Count);
        float[] values = [.. Enumerable.Repeat(one, 8).SelectMany(image => image)];
        var first = LayerRunner.Run(layer, sample, values, training: true, seed: 1, step: 1);
        Assert.True(first.Chunk(sample.Count).Select(image => string.Join(' ', image)).Distinct().Count() > 1);
        Assert.Equal(first, LayerRunner.Run(layer, sample, values, training: true, seed: 1, step: 1));
        Assert.NotEqual(first, LayerRunner.Run(layer, sample, values, training: true, seed: 1, step: 2));
        Assert.NotEqual(first, LayerRunner.Run(layer, sample, values, training: true, seed: 2, step: 1));
        Assert.Equal(values, LayerRunner.Run(layer, sample, values));
    }

    [Theory]
    [InlineData(FlipMode.Horizontal, "1234 2143")]
    [InlineData(FlipMode.Vertical, "1234 3412")]
    [InlineData(FlipMode.HorizontalAndVertical, "1234 2143 3412 4321")]
    public void Each_flip_is_equally_frequent(FlipMode mode, string expected)
    {
        float[] values = [.. Enumerable.Repeat(new float[] { 1, 2, 3, 4 }, 1000).SelectMany(image => image)];
        var output = LayerRunner.Run(new RandomFlip(mode), [2, 2, 1], values, training: true);
        var counts = output.Chunk(4).CountBy(image => string.Concat(image)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        Assert.Equal(expected.Split(' '), counts.Select(pair => pair.Key));
        var share = 1.0 / counts.Length;
        Assert.All(counts, pair => Assert.Equal(1000 * share, pair.Value, 5 * Math.Sqrt(1000 * share * (1 - share))));
    }

    [Fact]
    public void Contrast_moves_pixels_from_the_mean_of_their_channel_by_one_factor_for_each_image()
    {
        // Channel one has mean 100, channel two 50.
        float[] values = [.. Enumerable.Repeat(new float[] { 90, 40, 110, 60, 80, 50, 120, 50 }, 200).SelectMany(image => image)];
        var factors = new List<float>();
        foreach (var image in LayerRunner.Run(new RandomContrast(0.4f, 0.2f), [2, 2, 2], values, training: true).Chunk(8))
        {
            var factor = (image[2] - 100) / 10;
            float[] expected = [-10, -10, 10, 10, -20, 0, 20, 0];
            for (var i = 0; i < 8; i++) Assert.Equal((i % 2 == 0 ? 100 : 50) + (factor * expected[i]), image[i], 1e-3f);
            factors.Add(factor);
        }

        Assert.InRange(factors.Min(), 0.5999f, 0.62f);
        Assert.InRange(factors.Max(), 1.18f, 1.2001f);
    }

    /// <summary>A window of 2 × 2 pixels has 3 × 4 positions in an image of 4 × 5. Each is drawn about equally often.</summary>
    [Fact]
    public void Every_position_of_a_crop_is_equally_frequent()
    {
        const int Images = 2400;
        float[] image = [.. Enumerable.Range(0, 20).Select(i => (float)i)];
        var output = LayerRunner.Run(new RandomCrop(2, 2), [4, 5, 1], [.. Enumerable.Repeat(image, Images).SelectMany(values => values)], training: true);
        var places = output.Chunk(4).ToList();
        Assert.All(places, crop => Assert.Equal([crop[0], crop[0] + 1, crop[0] + 5, crop[0] + 6], crop));
        var counts = places.CountBy(crop => crop[0]).OrderBy(pair => pair.Key).ToArray();
        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13], counts.Select(pair => pair.Key));
        var share = 1.0 / counts.Length;
        Assert.All(counts, pair => Assert.Equal(Images * share, pair.Value, 5 * Math.Sqrt(Images * share * (1 - share))));
    }

    [Fact]
    public void Brightness_is_one_number_for_all_pixels_of_an_image_and_stays_in_the_range_of_values()
    {
        var output =
            LayerRunner.Run(
            new RandomBrightness((-0.25f, 0.5f)) { ValueRange = (0, 2) }, [1, 3, 1],
            [.. Enumerable.Repeat(new float[] { 0.5f, 1, 2 }, 300).SelectMany(image => image)], training: true);
        var more = output.Chunk(3).Select(image => image[1] - 1).ToList();
        Assert.All(output.Chunk(3).Zip(more), pair => Assert.Equal(Math.Clamp(0.5f + pair.Second, 0, 2), pair.First[0], 1e-6f));
        Assert.All(output.Chunk(3).Zip(more), pair => Assert.Equal(Math.Clamp(2 + pair.Second, 0, 2), pair.First[2], 1e-6f));
        Assert.InRange(more.Min(), -0.5001f, -0.48f);
        Assert.InRange(more.Max(), 0.97f, 1.0001f);
    }

    /// <summary>Red alone is 0.2989 of white, green 0.587 and blue 0.114 (<c>tf.image.rgb_to_grayscale</c>).</summary>
    [Fact]
    public void Some_images_become_gray()
    {
        const int Images = 1000;
        var output =
            LayerRunner.Run(
            new RandomGrayscale(0.25f), [3, 1, 3], [.. Enumerable.Repeat(new float[] { 1, 0, 0, 0, 1, 0, 0, 0, 1 }, Images).SelectMany(image => image)],
            training: true);
        var counts = output.Chunk(9).CountBy(image => string.Join(' ', image)).ToDictionary();
        Assert.Equal(["0.2989 0.2989 0.2989 0.587 0.587 0.587 0.114 0.114 0.114", "1 0 0 0 1 0 0 0 1"], counts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(0.75 * Images, counts["1 0 0 0 1 0 0 0 1"], 5 * Math.Sqrt(Images * 0.25 * 0.75));
    }

    /// <summary>The rectangle has √0.25 of both directions of 100 × 50 pixels: 50 × 25, up to a row and a column. Half of the images are unchanged.</summary>
    [Fact]
    public void A_rectangle_is_erased()
    {
        const int Images = 400;
        var output =
            LayerRunner.Run(new RandomErasing((0.5f, 0.5f), (0.25f, 0.25f), 7), [100, 50, 1], [.. Enumerable.Repeat(1f, Images * 5000)], training: true);
        var erased = 0;
        foreach (var image in output.Chunk(5000))
        {
            Assert.All(image, value => Assert.True(value is 1 or 7));
            var rows = Enumerable.Range(0, 100).Where(y => image.AsSpan(y * 50, 50).Contains(7)).ToList();
            if (rows.Count == 0) continue;
            erased++;
            var columns = Enumerable.Range(0, 50).Where(x => image[(rows[0] * 50) + x] == 7).ToList();
            Assert.Equal((rows.Count - 1, columns.Count - 1), (rows[^1] - rows[0], columns[^1] - columns[0]));
            Assert.Equal(rows.Count * columns.Count, image.Count(value => value == 7));
            Assert.InRange(rows.Count, 50, 51);
            Assert.InRange(columns.Count, 25, 26);
        }

        Assert.Equal(0.5 * Images, erased, 5 * Math.Sqrt(Images * 0.25));
    }

    [Fact]
    public void Erased_pixels_are_noise_within_the_range_of_values()
    {
        var output = LayerRunner.Run(new RandomErasing((1, 1), (1, 1)) { ValueRange = (-9, 3) }, [100, 100, 1], new float[10_000], training: true);
        Assert.All(output, value => Assert.InRange(value, -9, 3));
        Assert.Equal(0.1587, output.Count(value => value == 3) / 10_000.0, 5 * Math.Sqrt(0.1587 * 0.8413 / 10_000));
        Assert.Equal(0.1587, output.Count(value => value < -3) / 10_000.0, 5 * Math.Sqrt(0.1587 * 0.8413 / 10_000));
    }

    [Fact]
    public void A_shear_shifts_each_row_against_the_one_above_to_either_side()
    {
        float[] values = [.. Enumerable.Repeat(new float[] { 1, 2, 3, 1, 2, 3, 1, 2, 3 }, 100).SelectMany(image => image)];
        var output = LayerRunner.Run(new RandomShear((1, 1), fillMode: FillMode.Constant, fillValue: 9), [3, 3, 1], values, training: true);
        var counts = output.Chunk(9).CountBy(image => string.Concat(image)).ToDictionary();
        Assert.Equal(["123239399", "123912991"], counts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(50, counts["123239399"], 5 * Math.Sqrt(100 * 0.25));
    }

    [Fact]
    public void Contrast_stays_in_the_range_of_values()
    {
        var output =
            LayerRunner.Run(
            new RandomContrast(0, 1) { ValueRange = (0, 1) }, [1, 2, 1], [.. Enumerable.Repeat(new float[] { 0.1f, 0.9f }, 50).SelectMany(image => image)],
            training: true);
        Assert.Contains(0, output);
        Assert.Contains(1, output);
        Assert.All(output, value => Assert.InRange(value, 0, 1));
    }

    [Theory]
    [InlineData(0.25f, "369258147")]
    [InlineData(-0.25f, "741852963")]
    [InlineData(0.5f, "987654321")]
    public void A_positive_rotation_is_counter_clockwise_in_full_turns(float turn, string expected)
    {
        float[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        var output = LayerRunner.Run(new RandomRotation((turn, turn)), [3, 3, 1], values, training: true);
        Assert.Equal(expected, string.Concat(output.Select(value => MathF.Round(value))));
        Assert.All(output, value => Assert.Equal(MathF.Round(value), value, 1e-4f));
    }

    [Theory]
    [InlineData(FillMode.Reflect, 0.5f, "2112")]
    [InlineData(FillMode.Constant, 0.5f, "7712")]
    [InlineData(FillMode.Wrap, 0.5f, "3412")]
    [InlineData(FillMode.Nearest, 0.5f, "1112")]
    [InlineData(FillMode.Reflect, -0.75f, "4432")]
    [InlineData(FillMode.Constant, -0.75f, "4777")]
    [InlineData(FillMode.Wrap, -0.75f, "4123")]
    [InlineData(FillMode.Nearest, -0.75f, "4444")]
    public void A_positive_translation_is_down_and_to_the_right_and_the_border_is_filled(FillMode mode, float factor, string expected)
    {
        foreach (var interpolation in Enum.GetValues<Interpolation>())
        {
            var right = LayerRunner.Run(new RandomTranslation(0, (factor, factor), mode, interpolation, 7), [1, 4, 1], [1, 2, 3, 4], training: true);
            Assert.Equal(expected, string.Concat(right));
            var down = LayerRunner.Run(new RandomTranslation((factor, factor), 0, mode, interpolation, 7), [4, 1, 1], [1, 2, 3, 4], training: true);
            Assert.Equal(expected, string.Concat(down));
        }
    }

    [Fact]
    public void A_positive_zoom_is_out_and_a_negative_one_in_around_the_center()
    {
        var outwards = LayerRunner.Run(new RandomZoom((1, 1), (1, 1), FillMode.Constant), [4, 4, 1], Rows(1, 2, 3, 4), training: true);
        Assert.Equal([0, 0, 0, 0, 0, 1.5f, 3.5f, 0, 0, 1.5f, 3.5f, 0, 0, 0, 0, 0], outwards);
        var inwards = LayerRunner.Run(new RandomZoom((-0.5f, -0.5f)), [4, 4, 1], Rows(1, 2, 3, 4), training: true);
        Assert.Equal(Rows(1.75f, 2.25f, 2.75f, 3.25f), inwards);

        static float[] Rows(params float[] row) => [.. Enumerable.Repeat(row, 4).SelectMany(values => values)];
    }

    /// <summary>As Keras writes it: one number for the contrast, names for the filling.</summary>
    [Fact]
    public void A_configuration_with_an_unknown_fill_mode_is_refused_with_the_known_ones()
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse("""{"factor":0.2,"fill_mode":"mirror"}""")!.AsObject();
        var error = Assert.Throws<ModelFormatException>(() => LayerCatalog.Create("RandomRotation", new Config("RandomRotation", "turn", json)));
        Assert.Equal("RandomRotation 'turn': expected 'reflect', 'constant', 'wrap', 'nearest' for 'fill_mode'; received \"mirror\".", error.Message);
        var contrast = (RandomContrast)LayerCatalog.Create("RandomContrast", new Config("RandomContrast", "contrast", json));
        Assert.Equal((0.2, 0.2), (contrast.Lower, contrast.Upper));
    }
}
