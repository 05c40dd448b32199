using System.Text.Json.Nodes;

namespace Fovea.Tests.Layers;

/// <summary>Rows of a table by their index; <c>keras.layers.Embedding</c>.</summary>
public sealed class EmbeddingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void An_index_gives_its_row_and_one_out_of_range_NaN()
    {
        var model = Labels(out _);
        Assert.Equal([4, 5, 0, 1, 2, 3, 2, 3], model.Predict(new Tensor([2, 2], [2, 0, 1, 1.9f])).Values);
        Assert.Equal(
            [0, 1, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN, float.NaN], model.Predict(new Tensor([2, 2], [-0.5f, 3, -1, float.NaN])).Values);
        Assert.Equal(new Shape(2, 2), model.OutputShape);
        Assert.Equal(new Shape(3, 4, 5, 6), new Embedding(7, 6).Call(new Input(3, 4, 5)).Shape);
    }

    /// <summary>One step of gradient descent on the mean of squares: a row changes by rate · 2 · x · uses / count, an unused one stays.</summary>
    [Fact]
    public void Training_changes_the_rows_that_are_used()
    {
        var model = Labels(out var table);
        model.Compile(new Sgd(0.5f), Loss.MeanSquaredError);
        model.Fit(new ArrayDataset([0, 1, 1, 1], [2], new float[8], [2, 2]), epochs: 1, batchSize: 2, shuffle: false);
        // Eight outputs: 0 1 | 2 3 | 2 3 | 2 3.
        Assert.Equal([0, 1 - (0.5f * 2 * 1 / 8), 2 - (0.5f * 2 * 2 * 3 / 8), 3 - (0.5f * 2 * 3 * 3 / 8), 4, 5], table.Values.ToArray());
    }

    [Theory]
    [InlineData("label.keras")]
    [InlineData("label.h5")]
    [InlineData("label.json")]
    [InlineData("label.onnx")]
    [InlineData("label.safetensors")]
    public void A_generator_with_a_label_is_the_same_after_saving_and_loading_in_every_format(string name)
    {
        var noise = new Input(3) { Name = "noise" };
        var label = new Input(1) { Name = "label" };
        var x = new Concatenate().Call(noise, new Flatten().Call(new Embedding(10, 4).Call(label)));
        var model = new Model([noise, label], [new Dense(5, Activation.Tanh).Call(x)], seed: 3);
        var path = Path.Combine(folder, name);
        model.Save(path);
        Tensor[] inputs = [new([4, 3], LayerRunner.Normal(12)), new([4, 1], [0, 9, 4, 4])];
        var expected = model.Predict(inputs)[0].Values;
        Assert.Equal(expected, Model.Load(path).Predict(inputs)[0].Values);
        if (name != "label.safetensors") return;
        model.Save(path, TensorLayout.PyTorch);
        Assert.Equal(expected, Model.Load(path).Predict(inputs)[0].Values);
    }

    [Fact]
    public void Keras_configuration_is_read_and_masks_are_refused()
    {
        const string Config =
            """
            {"name":"e","input_dim":3,"output_dim":2,"embeddings_initializer":{"class_name":"RandomUniform","config":{"minval":-0.05,"maxval":0.05,
             "seed":null}},"mask_zero":false,"input_length":null,"activity_regularizer":null}
            """;
        var read = (Embedding)LayerCatalog.Create("Embedding", new Config("Embedding", "e", (JsonObject)JsonNode.Parse(Config)!));
        Assert.Equal((3, 2), (read.InputDimension, read.OutputDimension));
        Assert.Equal("Embedding 'e': expected false for 'mask_zero'; received true.", Assert.Throws<ModelFormatException>(
            () => LayerCatalog.Create(
                "Embedding",
                new Config(
                "Embedding", "e", (JsonObject)JsonNode.Parse(Config.Replace("\"mask_zero\":false", "\"mask_zero\":true", StringComparison.Ordinal))!)))
                .Message);
        Assert.Equal(
            "Embedding: inputDimension must be at least 1; received 0.", Assert.ThrowsAny<ArgumentException>(() => new Embedding(0, 2))
            .Message.Split(" (Parameter")[0]);
    }

    private static Sequential Labels(out Weight table)
    {
        var layer = new Embedding(3, 2);
        var model = new Sequential { new Input(2), layer };
        _ = model.Output;
        layer.Weights[0].Write([0, 1, 2, 3, 4, 5]);
        table = layer.Weights[0];
        return model;
    }
}
