using System.Text.Json.Nodes;
using Fovea.Tests.Data;
using Fovea.Tests.Formats.Onnx;

namespace Fovea.Tests.Formats.Keras;

/// <summary>Arithmetic, comparisons and slices of values in a network: what they compute, and that files keep them.</summary>
public sealed class SymbolicOperatorTests : IDisposable
{
    private static readonly Tensor Data = new([2, 3, 4, 2], [.. Enumerable.Range(0, 48).Select(i => ((i * 7) % 11) - 4.25f)]);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The network, and what it computes of one element.</summary>
    public static TheoryData<string, Func<SymbolicTensor, SymbolicTensor>, Func<float, float>> Elementwise => new()
    {
        { "x * 2", x => x * 2, x => x * 2 },
        { "2.5 * x", x => 2.5 * x, x => 2.5f * x },
        { "x + 1", x => x + 1, x => x + 1 },
        { "1 + x", x => 1 + x, x => 1 + x },
        { "x - 3", x => x - 3, x => x - 3 },
        { "1 - x", x => 1 - x, x => 1 - x },
        { "-x", x => -x, x => -x },
        { "x / 4", x => x / 4, x => x / 4 },
        { "2 / x", x => 2 / x, x => 2 / x },
        { "x / (x + 20)", x => x / (x + 20), x => x / (x + 20) },
        { "x > 0", x => x > 0, x => x > 0 ? 1 : 0 },
        { "x >= -0.25", x => x >= -0.25, x => x >= -0.25f ? 1 : 0 },
        { "x < 1.75", x => x < 1.75, x => x < 1.75f ? 1 : 0 },
        { "x <= 1.75", x => x <= 1.75, x => x <= 1.75f ? 1 : 0 },
        { "1 > x", x => 1 > x, x => 1 > x ? 1 : 0 },
        { "x > -x", x => x > -x, x => x > -x ? 1 : 0 },
        { "x <= x * x", x => x <= x * x, x => x <= x * x ? 1 : 0 },
        { "x.Power(3)", x => x.Power(3), x => x * x * x },
    };

    [Theory]
    [MemberData(nameof(Elementwise))]
    public void Every_operator_computes_its_formula_and_is_kept_by_files(string name, Func<SymbolicTensor, SymbolicTensor> build, Func<float, float> formula)
    {
        var model = Build(build);
        var expected = Data.Values.Select(formula).ToArray();
        Assert.Equal(expected, model.Predict(Data).Values, (a, b) => Math.Abs(a - b) <= 1e-5 * Math.Max(1, Math.Abs(a)));
        AssertKept(model, name);
    }

    /// <summary>The same operators, written with the Input itself.</summary>
    public static TheoryData<string, Func<Input, SymbolicTensor>, Func<float, float>> OfInputs => new()
    {
        { "input * 2", input => input * 2, x => x * 2 },
        { "2.5 * input", input => 2.5 * input, x => 2.5f * x },
        { "input + 1", input => input + 1, x => x + 1 },
        { "1 + input", input => 1 + input, x => 1 + x },
        { "input - 3", input => input - 3, x => x - 3 },
        { "1 - input", input => 1 - input, x => 1 - x },
        { "-input", input => -input, x => -x },
        { "input / 255", input => input / 255, x => x / 255 },
        { "2 / input", input => 2 / input, x => 2 / x },
        { "input * input", input => input * input, x => x * x },
        { "input + (input - input / 2)", input => input + (input - (input / 2)), x => x + (x / 2) },
        { "input / (input + 20)", input => input / (input + 20), x => x / (x + 20) },
        { "input > 0", input => input > 0, x => x > 0 ? 1 : 0 },
        { "input >= -0.25", input => input >= -0.25, x => x >= -0.25f ? 1 : 0 },
        { "input < 1.75", input => input < 1.75, x => x < 1.75f ? 1 : 0 },
        { "input <= 1.75", input => input <= 1.75, x => x <= 1.75f ? 1 : 0 },
        { "1 > input", input => 1 > input, x => 1 > x ? 1 : 0 },
        { "1 < input", input => 1 < input, x => 1 < x ? 1 : 0 },
        { "1.75 >= input", input => 1.75 >= input, x => 1.75f >= x ? 1 : 0 },
        { "1.75 <= input", input => 1.75 <= input, x => 1.75f <= x ? 1 : 0 },
        { "input > -input", input => input > -input, x => x > -x ? 1 : 0 },
        { "input < -input", input => input < -input, x => x < -x ? 1 : 0 },
        { "input >= -input", input => input >= -input, x => x >= -x ? 1 : 0 },
        { "input <= -input", input => input <= -input, x => x <= -x ? 1 : 0 },
        { "input.Power(3)", input => input.Power(3), x => x * x * x },
    };

    [Theory]
    [MemberData(nameof(OfInputs))]
    public void An_input_has_the_operators_of_a_value(string name, Func<Input, SymbolicTensor> build, Func<float, float> formula)
    {
        var input = new Input(3, 4, 2);
        var model = new Model(input, build(input));
        Assert.Equal(Data.Values.Select(formula), model.Predict(Data).Values, (a, b) => Math.Abs(a - b) <= 1e-5 * Math.Max(1, Math.Abs(a)));
        Assert.NotEmpty(name);
    }

    [Fact]
    public void An_input_is_sliced_like_a_value()
    {
        var input = new Input(3, 4, 2);
        foreach (var part in (SymbolicTensor[])[input[.., 1..3, .., ..], input[new TensorIndex[] { .., 1..3, .., .. }], input.Slice(.., 1..3, .., ..)])
            Assert.Equal(Data[.., 1..3, .., ..].Values, new Model(input, part).Predict(Data).Values);
        Assert.Equal("value", Assert.Throws<ArgumentNullException>(() => -(Input)null!).ParamName);
    }

    /// <summary>The slice, and the same of a tensor, which follows NumPy.</summary>
    public static TheoryData<string, Func<SymbolicTensor, SymbolicTensor>, Func<Tensor, Tensor>, int[]> Slices => new()
    {
        { "x[:, 1:3]", x => x[.., 1..3, .., ..], x => x[.., 1..3, .., ..], [2, 2, 4, 2] },
        { "x[:, :, 1:2]", x => x[.., .., 1..2, ..], x => x[.., .., 1..2, ..], [2, 3, 1, 2] },
        { "x[..., :1]", x => x[TensorIndex.Ellipsis, ..1], x => x[TensorIndex.Ellipsis, ..1], [2, 3, 4, 1] },
        { "x[:, -1]", x => x[.., ^1, .., ..], x => x[.., ^1, .., ..], [2, 4, 2] },
        { "x[:, 0, ..., -1]", x => x[.., 0, TensorIndex.Ellipsis, ^1], x => x[.., 0, TensorIndex.Ellipsis, ^1], [2, 4] },
        { "x[:, :-1, 1:-1]", x => x[.., ..^1, 1..^1, ..], x => x[.., ..^1, 1..^1, ..], [2, 2, 2, 2] },
        { "x[:, ::2]", x => x[.., TensorIndex.Every(2), .., ..], x => x[.., TensorIndex.Every(2), .., ..], [2, 2, 4, 2] },
        { "x[:, :, ::-1]", x => x[.., .., TensorIndex.Every(-1), ..], x => x[.., .., TensorIndex.Every(-1), ..], [2, 3, 4, 2] },
        { "x[:, :, 2:0:-1]", x => x[.., .., TensorIndex.Every(-1, 1..3), ..], x => x[.., .., TensorIndex.Every(-1, 1..3), ..], [2, 3, 2, 2] },
        { "x[:, :, -1:-3:-1]", x => x[.., .., TensorIndex.Every(-1, ^2..), ..], x => x[.., .., TensorIndex.Every(-1, ^2..), ..], [2, 3, 2, 2] },
        { "x[:, newaxis, 0]", x => x[.., TensorIndex.NewAxis, 0, .., ..], x => x[.., TensorIndex.NewAxis, 0, .., ..], [2, 1, 4, 2] },
    };

    [Theory]
    [MemberData(nameof(Slices))]
    public void Every_slice_is_that_of_a_tensor_and_is_kept_by_files(
        string python, Func<SymbolicTensor, SymbolicTensor> slice, Func<Tensor, Tensor> same, int[] shape)
    {
        var model = Build(slice);
        var expected = same(Data);
        Assert.Equal(new Shape(shape), expected.Shape);
        Assert.Equal(expected.Shape[1..], model.OutputShape);
        Assert.Equal(expected.Values, model.Predict(Data).Values);
        AssertKept(model, python);
    }

    /// <summary>
    /// As Keras writes <c>x[:, 1:3, ..., -1]</c> and <c>2 / x</c>: operations of <c>keras.src.ops.numpy</c> with their arguments in the call.
    /// </summary>
    [Fact]
    public void Keras_files_have_slices_and_functions_as_operations()
    {
        var model = Build(x => 2 / x[.., 1..3, TensorIndex.Ellipsis, ^1]);
        Assert.Empty(KerasCompatibility.UnknownLayers(model));
        var layers = JsonNode.Parse(model.ToJson())!["config"]!["layers"]!.AsArray();
        AssertJson(
            """
            {"module":"keras.src.ops.numpy","class_name":"GetItem","config":{"name":"slice"},"registered_name":null,"name":"slice","inbound_nodes":[{"args":[
            {"class_name":"__keras_tensor__","config":{"shape":[null,3,4,2],"dtype":"float32","keras_history":["input_layer",0,0]}},
            [{"class_name":"__slice__","config":{"start":null,"stop":null,"step":null}},{"class_name":"__slice__","config":{"start":1,"stop":3,"step":null}},
            {"class_name":"__ellipsis__","config":{}},-1]],"kwargs":{}}]}
            """, layers[1]!);
        AssertJson(
            """
            {"module":"keras.src.ops.numpy","class_name":"Divide","config":{"name":"elementwise"},"registered_name":null,"name":"elementwise","inbound_nodes":[
            {"args":[2,{"class_name":"__keras_tensor__","config":{"shape":[null,2,4],"dtype":"float32","keras_history":["slice",0,0]}}],"kwargs":{}}]}
            """, layers[2]!);
    }

    [Fact]
    public void A_sequential_model_with_a_slice_is_read_by_Fovea_only()
    {
        var model = new Sequential { new Input(3, 4, 2), new Slice(.., .., .., 0), new Flatten(), new Dense(2) };
        Assert.IsType<Slice>(Assert.Single(KerasCompatibility.UnknownLayers(model)));
        AssertKept(model, "sequential");
    }

    /// <summary>Keras 2 (tf.keras) writes a slice as <c>SlicingOpLambda</c>.</summary>
    [Fact]
    public void Slices_of_Keras_2_are_read()
    {
        var model = Model.FromJson(
            """
            {"class_name":"Functional","config":{"name":"m","layers":[
            {"class_name":"InputLayer","config":{"batch_input_shape":[null,3,4,2],"name":"x"},"name":"x","inbound_nodes":[]},
            {"class_name":"SlicingOpLambda","config":{"name":"tf.__operators__.getitem","function":"__operators__.getitem"},"name":"tf.__operators__.getitem",
             "inbound_nodes":[["x",0,0,{"slice_spec":[{"start":null,"stop":null,"step":null},{"start":1,"stop":null,"step":null}]}]]}],
            "input_layers":[["x",0,0]],"output_layers":[["tf.__operators__.getitem",0,0]]}}
            """);
        Assert.Equal(Data[.., 1..].Values, model.Predict(Data).Values);
    }

    [Fact]
    public void A_slice_that_is_ambiguous_or_outside_is_refused()
    {
        SymbolicTensor x = new Input(3, 4, 2);
        Assert.Equal(
            "Slice: expected an index for each of the 4 dimensions of (None, 3, 4, 2), the batch first; received 2: [.., ..1]. For the last dimension write "
            + "[TensorIndex.Ellipsis, ..1], for the first after the batch [.., ..1, TensorIndex.Ellipsis].",
            Assert.Throws<ShapeException>(() => x[.., ..1]).Message);
        Assert.Equal(
            "Slice: the batch cannot be sliced; begin with .. for it, as in x[.., 1..3]. Received [1..3, .., .., ..].",
            Assert.Throws<ArgumentException>(() => x[1..3, .., .., ..]).Sentence());
        Assert.Equal(
            "Slice: the range 1..5 is outside dimension 1 of size 3; expected a range within 0..3.",
            Assert.Throws<ShapeException>(() => x[.., 1..5, .., ..]).Message);
        Assert.Equal("Slice: indices must be given for each dimension; received none.", Assert.Throws<ArgumentException>(() => new Slice()).Sentence());
    }

    private static Model Build(Func<SymbolicTensor, SymbolicTensor> build)
    {
        SymbolicTensor input = new Input(3, 4, 2);
        return new Model(input, build(input), "operators");
    }

    /// <summary>Keras' two formats and ONNX, as ONNX Runtime computes it.</summary>
    private void AssertKept(Model model, string name)
    {
        var expected = model.Predict(Data);
        foreach (var extension in (string[])["keras", "h5", "onnx"])
        {
            var path = Path.Combine(folder.Path, $"model.{extension}");
            model.Save(path);
            var loaded = Model.Load(path);
            Assert.Equal(model.OutputShape, loaded.OutputShape);
            Assert.Equal(expected.Values, loaded.Predict(Data).Values, (a, b) => Math.Abs(a - b) <= 1e-5 * Math.Max(1, Math.Abs(a)));
        }

        var computed = OnnxRuntime.Run(Path.Combine(folder.Path, "model.onnx"), [(Data.Shape.Dimensions.ToArray(), Data.Values)])[0];
        OnnxRuntime.AssertEqual(expected.Values, computed, 1, name);
    }

    private static void AssertJson(string expected, JsonNode received) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), received), received.ToJsonString());
}
