using Fovea.Formats.Onnx;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Formats.Onnx;

/// <summary>ONNX files whose inputs have symbolic sizes, compared with ONNX Runtime at sizes that the import did not see.</summary>
public sealed class OnnxOpenSizeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    private string Saved => Path.Combine(folder, "model.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_classifier_of_any_size_computes_what_ONNX_Runtime_computes()
    {
        Write(
            [
                Node("Conv", ["x", "kernel", "bias"], "c", ("kernel_shape", [3, 3]), ("pads", [1, 1, 1, 1]), ("strides", [2, 2])), Node("Relu", ["c"], "r"),
                Node("MaxPool", ["r"], "m", ("kernel_shape", [2, 2]), ("strides", [2, 2])), Node("GlobalAveragePool", ["m"], "g"),
                Node("Flatten", ["g"], "f"), Node("Gemm", ["f", "dense"], "y"),
            ],
            Floats("kernel", 4, 3, 3, 3), Floats("bias", 4), Floats("dense", 4, 5));
        var model = Model.Load(Saved, out var report);
        Assert.Equal(("(None, None, None, 3)", "(None, 5)"), (model.Input.ToString(), model.Output.ToString()));
        Assert.Contains("the input 'x' (None, 3, None, None) is (None, None, None, 3) here, the channels last.", report.Notes);
        Assert.Equal(3, report.Count(TensorOutcome.Loaded));
        foreach (var (height, width) in new[] { (33, 47), (8, 64), (19, 5) }) Compare(model, height, width);
    }

    [Fact]
    public void Paths_that_are_added_and_doubled_fit_any_size_that_ONNX_Runtime_takes()
    {
        Write(
            [
                Node("Conv", ["x", "kernel"], "c", ("kernel_shape", [3, 3]), ("pads", [1, 1, 1, 1])), Node("AveragePool", ["c"], "p", ("kernel_shape", [2, 2]),
                ("strides", [2, 2])), Node("Resize", ["p", "", "scales"], "u"), Node("Add", ["u", "c"], "y"),
            ],
            Floats("kernel", 4, 3, 3, 3), StoredArray.From("scales", new Shape(4), [1, 1, 2, 2]));
        var model = Model.Load(Saved);
        foreach (var (height, width) in new[] { (34, 46), (8, 64) }) Compare(model, height, width);
        Assert.Contains(
            "Add 'add': expected inputs of one shape",
                Assert.Throws<ShapeException>(() => model.Predict(new Tensor([1, 33, 46, 3], new float[33 * 46 * 3]))).Message,
            StringComparison.Ordinal);
    }

    /// <summary>The size of the result is computed from that of the input within the graph, so that the layers differ from size to size.</summary>
    [Fact]
    public void A_graph_whose_layers_depend_on_the_size_asks_for_it()
    {
        Write(
            [
                Node("MaxPool", ["x"], "m", ("kernel_shape", [2, 2]), ("strides", [2, 2])), Node("Shape", ["x"], "size"),
                Node("Resize", ["m", "", "", "size"], "y"),
            ]);
        Assert.Equal(
            "'model.onnx': the layers depend on the size of the input. The input 'x' leaves sizes open, (None, None, 3); give a shape, as in "
                + "Model.Load(path, [64, 64, 3]) or --input-shape 64,64,3.",
            Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
        Compare(Model.Load(Saved, [33, 47, 3]), 33, 47);
    }

    [Fact]
    public void Features_of_one_size_alone_ask_for_it_too()
    {
        Write([Node("Flatten", ["x"], "f"), Node("Gemm", ["f", "dense"], "y")], Floats("dense", 3 * 4 * 5, 2));
        Assert.EndsWith(
            " The input 'x' leaves sizes open, (None, None, 3); give a shape, as in Model.Load(path, [64, 64, 3]) or --input-shape 64,64,3.",
            Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message, StringComparison.Ordinal);
        Compare(Model.Load(Saved, [4, 5, 3]), 4, 5);
    }

    /// <summary>A model of open size is written to ONNX for one size.</summary>
    [Fact]
    public void Writing_asks_for_a_size()
    {
        var model = new Sequential("net") { new Input(null, null, 3), new Conv2D(2, 3), new GlobalMaxPooling2D() };
        Assert.Equal(
            "net: an ONNX file is written for one size of images; the model takes any, (None, None, None, 3). Fix it: model.WithInput(224, 224, "
                + "3).Save(path), or --input-shape 224,224,3.",
            Assert.Throws<NotSupportedException>(() => model.Save(Saved)).Message);
        model.WithInput(9, 12, 3).Save(Saved);
        Compare(model, 9, 12, isChannelsLast: true);
    }

    private void Compare(Model model, int height, int width, bool isChannelsLast = false)
    {
        var x = LayerRunner.Normal(2 * 3 * height * width);
        var expected = OnnxRuntime.Run(Saved, [(isChannelsLast ? [2, height, width, 3] : [2, 3, height, width], x)])[0];
        var image = isChannelsLast ? x : OnnxConstant.Transpose(x, [2, 3, height, width], [0, 2, 3, 1]);
        var received = model.Predict(new Tensor([2, height, width, 3], image));
        var output = received.Values;
        if (received.Shape.Rank == 4)
            output = OnnxConstant.Transpose(output, [.. received.Shape.Dimensions.ToArray().Select(size => (long)size)], [0, 3, 1, 2]);
        OnnxRuntime.AssertEqual(expected, output, 256, $"{height} × {width}");
    }

    private void Write(OnnxNode[] nodes, params StoredArray[] constants) => OnnxWriter.Write(
        new OnnxModel(
            new OnnxGraph(
                "graph", nodes, [new OnnxValue("x", 1, [null, 3, null, null])], [new OnnxValue("y", 1, [])], constants.ToDictionary(each => each.Name)))
        {
            IrVersion = 8,
            Opsets = new Dictionary<string, long> { [""] = 13 },
        }, Saved);

    private static OnnxNode Node(string type, string[] inputs, string output, params (string Name, long[] Values)[] attributes) => new(type, inputs, [output])
    {
        Attributes = attributes.ToDictionary(each => each.Name, each => new OnnxAttribute { Integers = each.Values }),
    };

    private static StoredArray Floats(string name, params int[] shape) => StoredArray.From(name, new Shape(shape), LayerRunner.Normal(new Shape(shape).Count));
}
