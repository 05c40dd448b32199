using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Formats.Keras;

/// <summary>Keras models with their channels first: turned to channels last, they compute what loops in float64 in Keras' own order do.</summary>
public class ChannelsFirstTests
{
    private static readonly int Nets = Environment.GetEnvironmentVariable("FOVEA_SLOW") is null ? 120 : 3000;

    [Fact]
    public void Random_networks_compute_what_Keras_does()
    {
        for (var seed = 0; seed < Nets; seed++)
        {
            var random = new Random(seed);
            var net = new ChannelsFirstNet(seed, [random.Next(1, 4), random.Next(5, 9), random.Next(5, 9)]);
            for (var i = random.Next(1, 7); i > 0; i--) net.AddRandom();
            if (net.Shape.Length == 3) net.AddEnd(random.Next(6));
            Check(net, seed);
        }
    }

    /// <summary>The layers that a classifier of Keras with a Theano-like configuration has, each kind of end.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Each_end_of_a_classifier(int end)
    {
        var net = new ChannelsFirstNet(100 + end, [3, 7, 6]);
        for (var i = 0; i < 3; i++) net.AddRandom();
        if (net.Shape.Length == 3) net.AddEnd(end);
        Check(net, end);
    }

    [Fact]
    public void What_is_turned_is_said()
    {
        var model = Load(new LoadReport("m"), out var report, """
            {"class_name":"Sequential","config":{"name":"s","layers":[
             {"class_name":"Conv2D","config":{"name":"c","filters":2,"kernel_size":3,"data_format":"channels_first","batch_input_shape":[null,3,8,9]}},
             {"class_name":"BatchNormalization","config":{"name":"b","axis":1}}]}}
            """);
        Assert.Equal(
            ["the input 'input_layer' (None, 3, 8, 9) is (None, 8, 9, 3) here, the channels last.",
            "the output 'b' (None, 2, 6, 7) is (None, 6, 7, 2) here, the channels last."], report.Notes);
        Assert.Equal((new Shape(8, 9, 3), new Shape(6, 7, 2)), (model.InputShape, model.OutputShape));
        Assert.Equal(["input_layer", "c", "b"], model.Layers.Select(layer => layer.Name));
    }

    /// <summary>A model whose images come with their channels last, and are turned inside, keeps its input.</summary>
    [Fact]
    public void A_model_that_turns_its_images_itself_keeps_its_input()
    {
        var model = Load(new LoadReport("m"), out var report, """
            {"class_name":"Sequential","config":{"name":"s","layers":[
             {"class_name":"Permute","config":{"name":"p","dims":[3,1,2],"batch_input_shape":[null,4,5,2]}},
             {"class_name":"MaxPooling2D","config":{"name":"m","pool_size":2,"data_format":"channels_first"}},
             {"class_name":"Flatten","config":{"name":"f"}}]}}
            """);
        Assert.Empty(report.Notes);
        Assert.Equal(new Shape(4, 5, 2), model.InputShape);

        // Row by row 0 1, 2 3, …: the maximum of each 2 × 2 pixels, first of channel 0, then of channel 1.
        var image = new Tensor([1, 4, 5, 2], [.. Enumerable.Range(0, 40).Select(i => (float)i)]);
        Assert.Equal([12, 16, 32, 36, 13, 17, 33, 37], model.Predict(image).Values);
    }

    [Fact]
    public void A_model_within_and_open_sizes_are_turned_too()
    {
        const string Json = """
            {"class_name":"Sequential","config":{"name":"s","layers":[
             {"class_name":"Functional","name":"inner","config":{"name":"inner","layers":[
               {"class_name":"InputLayer","name":"i","config":{"name":"i","batch_input_shape":[null,2,null,null]},"inbound_nodes":[]},
               {"class_name":"AveragePooling2D","name":"a","config":{"name":"a","pool_size":2,"data_format":"channels_first"},"inbound_nodes":[[["i",
                0,0,{}]]]}],
               "input_layers":[["i",0,0]],"output_layers":[["a",0,0]]}},
             {"class_name":"Flatten","config":{"name":"f","data_format":"channels_last"}}]}}
            """;
        var open = Load(new LoadReport("m"), out _, Json);
        Assert.Equal("(None, None, None, 2)", open.Input.ToString());
        var model = Load(new LoadReport("m") { InputShape = [2, 4, 2] }, out _, Json);
        var image = new Tensor([1, 2, 4, 2], [1, 10, 3, 30, 5, 50, 7, 70, 1, 10, 3, 30, 5, 50, 7, 70]);
        Assert.Equal([2, 6, 20, 60], model.Predict(image).Values);
        Assert.Equal([2, 6, 20, 60], open.Predict(image).Values);
    }

    /// <summary>Functions among the layers: a mean over rows and columns, which are the last two dimensions in Keras.</summary>
    [Theory]
    [InlineData("\"axis\":[2,3]", new[] { 4f, 40 })]
    [InlineData("\"axis\":[-2,-1]", new[] { 4f, 40 })]
    public void A_function_over_rows_and_columns(string axis, float[] expected)
    {
        var model = Load(new LoadReport("m"), out _, $$$"""
            {"class_name":"Functional","config":{"name":"f","layers":[
             {"class_name":"InputLayer","name":"i","config":{"name":"i","batch_input_shape":[null,2,2,4]},"inbound_nodes":[]},
             {"class_name":"AveragePooling2D","name":"a","config":{"name":"a","pool_size":[2,2],"data_format":"channels_first"},
              "inbound_nodes":[[["i",0,0,{}]]]},
             {"class_name":"TFOpLambda","name":"m","config":{"name":"m","function":"math.reduce_mean"},"inbound_nodes":[["a",0,0,{ {{{axis}}} }]]}],
             "input_layers":[["i",0,0]],"output_layers":[["m",0,0]]}}
            """);
        Assert.Equal(expected, model.Predict(new Tensor([1, 2, 4, 2], [1, 10, 3, 30, 5, 50, 7, 70, 1, 10, 3, 30, 5, 50, 7, 70])).Values);
    }

    [Fact]
    public void Arguments_of_calls_are_asked_for()
    {
        const string Json = """
            {"class_name":"Functional","config":{"name":"f","layers":[
             {"class_name":"InputLayer","name":"i","config":{"name":"i","batch_input_shape":[null,3]},"inbound_nodes":[]},
             {"class_name":"Dense","name":"d","config":{"name":"d","units":2},"inbound_nodes":[["i",0,0,{"training":null,"mask":null,"weight":2}]]}],
             "input_layers":[["i",0,0]],"output_layers":[["d",0,0]]}}
            """;
        Assert.Equal(
            "'m': Dense 'd' is called with weight = 2, which is unknown.",
            Assert.Throws<ModelFormatException>(() => Load(new LoadReport("m"), out _, Json)).Message);
        Assert.Equal(new Shape(2), Load(new LoadReport("m"), out _, Json.Replace(",\"weight\":2", "", StringComparison.Ordinal)).OutputShape);
    }

    private static void Check(ChannelsFirstNet net, int seed)
    {
        var model = Load(new LoadReport("m"), out var report, net.ToJson());
        foreach (var (name, values) in net.Weights)
            foreach (var (weight, numbers) in model.Layer(name).Weights.Zip(values)) weight.Write([.. numbers.Select(number => (float)number)]);
        var random = new Random(seed);
        double[] image = [.. Enumerable.Range(0, net.InputSizes.Aggregate((a, b) => a * b)).Select(_ => (double)(float)((random.NextDouble() * 2) - 1))];
        var expected = net.Run(image);
        var isTurned = report.Notes.Any(note => note.StartsWith("the input", StringComparison.Ordinal));
        var given = isTurned ? ChannelsFirstNet.Transpose(image, net.InputSizes, [1, 2, 0]) : image;
        var actual = Array.ConvertAll(
            model.Predict(new Tensor(model.InputShape.Prepend(1), [.. given.Select(value => (float)value)])).Values, value => (double)value);
        if (report.Notes.Any(note => note.StartsWith("the output", StringComparison.Ordinal)))
        {
            var shape = model.OutputShape;
            actual = ChannelsFirstNet.Transpose(actual, [shape[0], shape[1], shape[2]], [2, 0, 1]);
        }

        // Sums of some hundred float32 products.
        var scale = 1e-5 * Math.Max(1, expected.Max(Math.Abs));
        Assert.True(
            expected.Length == actual.Length && expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) <= scale), $"seed {seed}: {net.ToJson()}");
    }

    private static Model Load(LoadReport given, out LoadReport report, string json)
    {
        report = given;
        return KerasLoading.Create(KerasJson.ParseModel((JsonObject)JsonNode.Parse(json)!, "m"), null, report);
    }
}
