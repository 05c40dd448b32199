using System.Text.Json.Nodes;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Formats.Keras;

/// <summary>Functions among the layers of functional models, in the words of Keras 2 and Keras 3.</summary>
public sealed class KerasOperationsTests
{
    private static readonly Tensor Image = new([1, 2, 2, 2], [-4, 3, 2, -1, 0.5f, 8, -2, 1]);

    /// <summary>Of Keras 3: the class, the arguments and named ones, where T is the input; what becomes of −4 and 3 in the first pixel.</summary>
    public static TheoryData<string, string, string, float, float> Keras3 => new()
    {
        { "Multiply", "[T, 2.0]", "{}", -8, 6 },
        { "Add", "[T, 1]", "{}", -3, 4 },
        { "Subtract", "[1.5, T]", "{}", 5.5f, -1.5f },
        { "Subtract", "[T, 1.5]", "{}", -5.5f, 1.5f },
        { "TrueDivide", "[T, 4]", "{}", -1, 0.75f },
        { "Subtract", "[T, [1.0, 2.0]]", "{}", -5, 1 },
        { "Relu", "[T]", "{}", 0, 3 },
        { "Clip", "[T, 0.0, 2.5]", "{}", 0, 2.5f },
        { "Maximum", "[T, 0.0]", "{}", 0, 3 },
        { "Mean", "[T]", """{"axis": [1, 2], "keepdims": false}""", -0.875f, 2.75f },
        { "Multiply", "[T, T]", "{}", 16, 9 },
    };

    /// <summary>Of TensorFlow: the function and the arguments of its call.</summary>
    public static TheoryData<string, string, float, float> Keras2 => new()
    {
        { "math.truediv", """["i", 0, 0, {"y": 4.0, "name": null}]""", -1, 0.75f },
        { "__operators__.add", """["i", 0, 0, {"y": 1.0}]""", -3, 4 },
        { "math.subtract", """["_CONSTANT_VALUE", -1, 1.5, {"y": ["i", 0, 0]}]""", 5.5f, -1.5f },
        { "math.subtract", """["i", 0, 0, {"y": [[[[1.0, 2.0]]]]}]""", -5, 1 },
        { "math.multiply", """["i", 0, 0, {"y": ["i", 0, 0], "name": null}]""", 16, 9 },
        { "nn.relu6", """["i", 0, 0, {}]""", 0, 3 },
        { "clip_by_value", """["i", 0, 0, {"clip_value_min": 0.0, "clip_value_max": 2.5}]""", 0, 2.5f },
        { "math.reduce_mean", """["i", 0, 0, {"axis": [1, 2]}]""", -0.875f, 2.75f },
        { "cast", """["i", 0, 0, {"dtype": "float32"}]""", -4, 3 },
    };

    [Theory]
    [MemberData(nameof(Keras3))]
    public void A_function_of_Keras_3_is_a_layer(string name, string args, string kwargs, float first, float second)
    {
        const string input = """{"class_name": "__keras_tensor__", "config": {"shape": [null, 2, 2, 2], "dtype": "float32", "keras_history": ["i", 0, 0]}}""";
        Check($$"""
            {"module": "keras.src.ops.numpy", "class_name": "{{name}}", "config": {"name": "op"}, "registered_name": "{{name}}", "name": "op",
             "inbound_nodes": [{"args": {{args.Replace("T", input, StringComparison.Ordinal)}}, "kwargs": {{kwargs}}}]}
            """, first, second);
    }

    [Theory]
    [MemberData(nameof(Keras2))]
    public void A_function_of_TensorFlow_is_a_layer(string function, string call, float first, float second) => Check($$"""
        {"class_name": "TFOpLambda", "config": {"name": "op", "trainable": true, "dtype": "float32", "function": "{{function}}"}, "name": "op",
         "inbound_nodes": [{{call}}]}
        """, first, second);

    [Fact]
    public void A_function_that_no_layer_does_is_refused_by_name()
    {
        var error = Assert.Throws<ModelFormatException>(() => Check("""
            {"class_name": "TFOpLambda", "config": {"name": "op", "function": "math.bessel_i0"}, "name": "op", "inbound_nodes": [["i", 0, 0, {}]]}
            """, 0, 0));
        Assert.Contains("'op' is the function math.bessel_i0", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The message of the layer begins with a quote too, and is not the message about a file.</summary>
    [Fact]
    public void A_file_with_such_a_function_is_named()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("fovea").FullName, "m.keras");
        KerasArchiveWriter.Write(path, WithOperation("""
            {"class_name": "TFOpLambda", "config": {"name": "op", "function": "math.bessel_i0"}, "name": "op", "inbound_nodes": [["i", 0, 0, {}]]}
            """), [new WeightGroup("", null, [])], DateTimeOffset.UnixEpoch);
        var error = Assert.Throws<ModelFormatException>(() => Model.Load(path));
        Assert.StartsWith("'m.keras': 'op' is the function math.bessel_i0", error.Message, StringComparison.Ordinal);
        Assert.Equal(path, error.FilePath);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static JsonObject WithOperation(string operation) => JsonNode.Parse($$$"""
        {"class_name": "Functional", "config": {"name": "m", "layers": [
          {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 2, 2, 2], "name": "i"}, "name": "i", "inbound_nodes": []},
          {{{operation}}}], "input_layers": [["i", 0, 0]], "output_layers": [["op", 0, 0]]}}
        """)!.AsObject();

    private static void Check(string operation, float first, float second)
    {
        var model = Model.FromJson(WithOperation(operation).ToJsonString());
        var values = model.Predict(Image).Values;
        Assert.Equal(first, values[0], 1e-6f);
        Assert.Equal(second, values[1], 1e-6f);
    }
}
