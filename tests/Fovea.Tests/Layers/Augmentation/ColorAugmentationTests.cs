using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Fovea.Tests.Layers;

/// <summary>What is special to some augmentations of colors: draws, batches, and files by Keras.</summary>
public sealed class ColorAugmentationTests
{
    /// <summary>The settings that Keras 3.16 writes, with every argument.</summary>
    public static TheoryData<string, string> KerasConfigs => new()
    {
        { "AutoContrast", """{"value_range":[0,1]}""" },
        { "Equalization", """{"bins":64,"value_range":[0,1]}""" },
        { "ContrastLimitedAdaptiveHistogramEqualization", """{"value_range":[0,1],"clip_limit":2.5,"tile_grid_size":[4,2]}""" },
        { "RandomColorDegeneration", """{"factor":[0.1,0.4],"value_range":[0,1],"seed":7}""" },
        {
            "RandomColorJitter",
            """{"value_range":[0,1],"brightness_factor":0.2,"contrast_factor":[0.1,0.3],"saturation_factor":0.4,"hue_factor":null,"seed":7}"""
        },
        { "RandomGaussianBlur", """{"factor":[0,0.5],"kernel_size":[5,5],"sigma":[0.1,2.0],"value_range":[0,1],"seed":7}""" },
        { "RandomHue", """{"factor":[0.1,0.4],"value_range":[0,1],"seed":7}""" },
        { "RandomInvert", """{"factor":[0,1.0],"value_range":[0,1],"seed":7}""" },
        { "RandomPosterization", """{"factor":[1,4],"value_range":[0,1],"seed":7}""" },
        { "RandomSaturation", """{"factor":[0.1,0.4],"value_range":[0,1],"seed":7}""" },
        { "RandomSharpness", """{"factor":[0.1,0.4],"value_range":[0,1],"seed":7}""" },
        { "Solarization", """{"value_range":[0,1],"addition_factor":[0,0.3],"threshold_factor":[0.1,0.4],"seed":7}""" },
    };

    [Theory]
    [MemberData(nameof(KerasConfigs))]
    public void Every_setting_of_Keras_is_read_and_written_again(string className, string json)
    {
        var settings = JsonNode.Parse(json)!.AsObject();
        settings["data_format"] = "channels_last";
        var config = new Config(className, "layer", settings);
        var layer = LayerCatalog.Create(className, config);

        config.RequireAllRead();
        var written = new JsonObject();
        layer.WriteConfig(new Config(className, "layer", written));
        settings["seed"] = null;
        if (!written.ContainsKey("seed")) settings.Remove("seed");
        if (className == "RandomColorJitter")
            (settings["brightness_factor"], settings["saturation_factor"]) = (new JsonArray(-0.2, 0.2), new JsonArray(-0.4, 0.4));
        Assert.Equal(Sorted(settings), Sorted(written));
    }

    [Theory]
    [MemberData(nameof(KerasConfigs))]
    public void An_unknown_setting_is_refused(string className, string json)
    {
        var settings = JsonNode.Parse(json)!.AsObject();
        settings["strength"] = 2;
        var config = new Config(className, "layer", settings);
        LayerCatalog.Create(className, config);

        var error = Assert.Throws<ModelFormatException>(config.RequireAllRead);

        Assert.Equal($"{className} 'layer': the setting strength = 2 is unknown.", error.Message);
    }

    [Theory]
    [MemberData(nameof(KerasConfigs))]
    public void Images_with_channels_first_are_refused(string className, string json)
    {
        var settings = JsonNode.Parse(json)!.AsObject();
        settings["data_format"] = "channels_first";

        var error = Assert.Throws<ModelFormatException>(() => LayerCatalog.Create(className, new Config(className, "layer", settings)));

        Assert.Equal($"""{className} 'layer': expected 'channels_last' for 'data_format'; received "channels_first".""", error.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_keeps_how_numbers_are_drawn_and_Keras_sees_no_unknown_setting(bool perBatch)
    {
        var model = new Sequential
        {
            new Input(8, 8, 3), new RandomGaussianBlur { PerBatch = perBatch, FillMode = perBatch ? FillMode.Constant : FillMode.Mirror },
            new Equalization { PerBatch = perBatch }, new Flatten(), new Dense(2),
        };
        var path = Path.Combine(Directory.CreateTempSubdirectory("fovea-colors").FullName, "model.keras");

        model.Save(path);
        var loaded = Model.Load(path);

        var blur = loaded.Layers.OfType<RandomGaussianBlur>().Single();
        Assert.Equal((perBatch, perBatch ? FillMode.Constant : FillMode.Mirror), (blur.PerBatch, blur.FillMode));
        Assert.Equal(perBatch, loaded.Layers.OfType<Equalization>().Single().PerBatch);
        using var archive = ZipFile.OpenRead(path);
        using var text = new StreamReader(archive.GetEntry("config.json")!.Open());
        var layers = JsonNode.Parse(text.ReadToEnd())!["config"]!["layers"]!.AsArray();
        Assert.All(layers, layer => Assert.DoesNotContain(layer!["config"]!.AsObject(), entry => entry.Key.StartsWith("fovea", StringComparison.Ordinal)));
        Assert.Equal(perBatch ? 0 : 2, layers.Count(layer => layer!.AsObject().ContainsKey("fovea")));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void One_probability_of_1_means_half_of_the_images_and_two_mean_all()
    {
        const int Images = 2000;
        var images = Tensor.Zeros([Images, 1, 1, 1]);

        Assert.Equal(Images, Inverted(new RandomInvert((1, 1))));
        Assert.Equal(Images * 0.5, Inverted(new RandomInvert()), 5 * Math.Sqrt(Images * 0.25));
        Assert.Equal(Images * 0.1, Inverted(new RandomInvert(0.2)), 5 * Math.Sqrt(Images * 0.09));

        int Inverted(RandomInvert layer) => layer.Apply(images, training: true, seed: 3).Values.ToArray().Count(value => value == 255);
    }

    [Fact]
    public void The_upper_number_of_bits_is_not_drawn()
    {
        var images = new Tensor([500, 1, 1, 1], [.. Enumerable.Repeat(255f, 500)]);

        var drawn = new RandomPosterization((2, 5)).Apply(images, training: true, seed: 3).Values.ToArray().Distinct().Order();

        Assert.Equal([192f, 224f, 240f], drawn);
    }

    [Fact]
    public void Solarization_scales_only_the_upper_ends_of_its_factors()
    {
        var images = Tensor.Zeros([2000, 1, 1, 1]);

        var sums = new Solarization((0.5, 0.5), (1, 1)).Apply(images, training: true, seed: 3).Values.ToArray();

        // 0.5 to 127.5 is added. With thresholds from 1 to 255, some results are inverted.
        var added = sums.Select(value => Math.Min(value, 255 - value)).ToArray();
        Assert.InRange(added.Min(), 0.5f, 1.5f);
        Assert.InRange(added.Max(), 126f, 127.5f);
    }

    [Fact]
    public void A_blur_per_batch_is_the_same_for_all_images()
    {
        var images = new Tensor([6, 5, 5, 1], [.. Enumerable.Range(0, 150).Select(i => i % 25 == 12 ? 100f : 0)]);

        Assert.Equal(6, Distinct(new RandomGaussianBlur((1, 1), 3, (0.3, 2))));
        Assert.Equal(1, Distinct(new RandomGaussianBlur((1, 1), 3, (0.3, 2)) { PerBatch = true }));

        int Distinct(RandomGaussianBlur layer) =>
            layer.Apply(images, training: true, seed: 3).Values.ToArray().Chunk(25).Select(image => string.Join(' ', image)).Distinct().Count();
    }

    [Fact]
    public void One_histogram_of_a_batch_is_that_of_its_images_side_by_side()
    {
        float[] values = [.. Enumerable.Range(0, 48).Select(i => (float)(i * i % 97))];

        var batch = new Equalization { PerBatch = true }.Apply(new Tensor([2, 4, 6, 1], values), training: true);
        var one = new Equalization().Apply(new Tensor([1, 8, 6, 1], values), training: true);
        var each = new Equalization().Apply(new Tensor([2, 4, 6, 1], values), training: true);

        Assert.Equal(one.Values, batch.Values);
        Assert.NotEqual(each.Values.ToArray(), batch.Values.ToArray());
    }

    [Fact]
    public void AutoContrast_and_CLAHE_act_in_inference_and_leave_flat_channels()
    {
        var images = new Tensor([1, 2, 2, 2], [10f, 70, 20, 70, 30, 70, 60, 70]);

        Assert.Equal([0f, 70, 51, 70, 102, 70, 255, 70], new AutoContrast().Apply(images).Values.ToArray());
        Assert.NotEqual(images.Values.ToArray(), new ContrastLimitedAdaptiveHistogramEqualization(4, 1).Apply(images).Values.ToArray());
    }

    [Fact]
    public void Jitter_of_one_color_in_each_step_equals_the_layers_one_after_the_other()
    {
        var images = new Tensor([1, 3, 4, 3], [.. Enumerable.Range(0, 36).Select(i => (float)(i * 37 % 200) + 20)]);
        Layer[] steps =
            [new RandomBrightness((0.1, 0.1)), new RandomContrast(0, 0), new RandomSaturation((0.4, 0.4)) { ValueRange = (0, 255) }];

        var expected = steps.Aggregate(images, (image, layer) => layer.Apply(image, training: true));
        var actual = new RandomColorJitter((0.1, 0.1), (0, 0), (0.4, 0.4), (0, 0)).Apply(images, training: true);

        Assert.Equal(expected.Values.ToArray(), actual.Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-3f);
    }

    private static string Sorted(JsonObject json) =>
        string.Join(
            '\n', json.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{entry.Key} {entry.Value?.ToJsonString().Replace(".0", "", StringComparison.Ordinal)}"));
}
