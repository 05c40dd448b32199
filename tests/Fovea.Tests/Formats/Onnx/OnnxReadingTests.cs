using System.Text;
using Fovea.Formats.Onnx;

namespace Fovea.Tests.Formats.Onnx;

/// <summary>Models by others and single nodes in the versions of their operators, each computed by ONNX Runtime too.</summary>
public sealed class OnnxReadingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    /// <summary>Networks that PyTorch wrote; see tests/Golden/onnx/make_onnx.py.</summary>
    public static TheoryData<string> Exported =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Golden", "onnx"), "*.onnx").Select(path => Path.GetFileName(path)).Order()];

    /// <summary>A node on an image of 2 × 4 × 6 × 5 or features of 2 × 6: version, operator, attributes, constants.</summary>
    public static TheoryData<string, int, string, string, string> Nodes => new()
    {
        { "Conv of as many groups as channels, two filters each", 11, "Conv", "group=4 pads=1,1,1,1 strides=2,2", "w:8,1,3,3 b:8" },
        { "Conv same lower", 11, "Conv", "auto_pad=SAME_LOWER strides=2,2", "w:3,4,3,2" },
        { "Conv same upper", 11, "Conv", "auto_pad=SAME_UPPER strides=2,1", "w:3,4,2,3 b:3" },
        { "Conv dilated", 11, "Conv", "dilations=2,1 pads=1,1,1,1", "w:3,4,2,3 b:3" },
        { "Conv on two sides", 11, "Conv", "pads=0,2,1,0", "w:3,4,3,3" },
        { "Conv in groups", 11, "Conv", "group=2", "w:6,2,2,2 b:6" },
        { "ConvTranspose", 11, "ConvTranspose", "strides=2,2 pads=1,0,0,1 output_padding=1,1", "w:4,3,3,3 b:3" },
        { "ConvTranspose to a shape", 11, "ConvTranspose", "strides=2,3 output_shape=12,15", "w:4,2,3,3" },
        { "ConvTranspose dilated", 11, "ConvTranspose", "dilations=2,2", "w:4,2,3,2" },
        { "MaxPool same", 12, "MaxPool", "kernel_shape=3,3 auto_pad=SAME_UPPER strides=2,2", "" },
        { "MaxPool of ceiling", 10, "MaxPool", "kernel_shape=2,2 strides=2,2 ceil_mode=1", "" },
        { "AveragePool counting its padding", 11, "AveragePool", "kernel_shape=3,3 pads=1,1,1,1 count_include_pad=1 strides=2,2", "" },
        { "AveragePool not counting it", 7, "AveragePool", "kernel_shape=3,3 pads=1,1,1,1", "" },
        { "GlobalMaxPool", 1, "GlobalMaxPool", "", "" },
        { "ReduceMean 11", 11, "ReduceMean", "axes=-1,-2 keepdims=0", "" },
        { "ReduceMean 18", 18, "ReduceMean", "keepdims=1", "i:2,3" },
        { "ReduceMax", 12, "ReduceMax", "axes=2,3", "" },
        { "Clip 6", 6, "Clip", "min=-0.2 max=0.4", "" },
        { "Clip 11", 11, "Clip", "", "f:0 f:6" },
        { "Clip from below", 13, "Clip", "", "f:-0.3" },
        { "BatchNormalization", 15, "BatchNormalization", "epsilon=0.01", "w:4 b:4 b:4 p:4" },
        { "InstanceNormalization", 6, "InstanceNormalization", "", "w:4 b:4" },
        { "GroupNormalization", 21, "GroupNormalization", "num_groups=2", "w:4 b:4" },
        { "PRelu", 9, "PRelu", "", "w:4,1,1" },
        { "LeakyRelu", 6, "LeakyRelu", "alpha=0.3", "" },
        { "Elu", 6, "Elu", "alpha=0.6", "" },
        { "Selu", 6, "Selu", "", "" },
        { "HardSigmoid", 6, "HardSigmoid", "alpha=0.3 beta=0.4", "" },
        { "HardSwish", 14, "HardSwish", "", "" },
        { "Mish", 18, "Mish", "", "" },
        { "Gelu", 20, "Gelu", "approximate=tanh", "" },
        { "ThresholdedRelu", 10, "ThresholdedRelu", "alpha=0.2", "" },
        { "Softmax of channels", 13, "Softmax", "axis=1", "" },
        { "Softmax of rows", 13, "Softmax", "axis=2", "" },
        { "Softmax before 13", 11, "Softmax", "", "" },
        { "LogSoftmax", 13, "LogSoftmax", "", "" },
        { "Add of a number for each channel", 14, "Add", "", "w:1,4,1,1" },
        { "Sub of one for each pixel", 14, "Sub", "", "w:6,5" },
        { "Mul of one for each place", 14, "Mul", "", "w:4,6,5" },
        { "Div of a number", 14, "Div", "", "p:1" },
        { "Pow", 15, "Pow", "", "f:2" },
        { "Max", 13, "Max", "", "f:0.1" },
        { "Min", 13, "Min", "", "f:0.1" },
        { "Flatten", 13, "Flatten", "", "" },
        { "Reshape", 13, "Reshape", "", "i:0,2,-1,5" },
        { "Reshape to features", 5, "Reshape", "", "i:-1,120" },
        { "Transpose", 13, "Transpose", "perm=0,2,3,1", "" },
        { "Transpose of rows and columns", 13, "Transpose", "perm=0,1,3,2", "" },
        { "Unsqueeze 11", 11, "Unsqueeze", "axes=1", "" },
        { "Unsqueeze 13", 13, "Unsqueeze", "", "i:-1" },
        { "Slice 9", 9, "Slice", "starts=1,0 ends=9999,-1 axes=2,3", "" },
        { "Slice of channels", 13, "Slice", "", "i:1 i:3 i:1" },
        { "Pad 2", 2, "Pad", "pads=0,0,1,2,0,0,0,1 mode=constant", "" },
        { "Pad of channels", 13, "Pad", "", "i:0,1,0,0,0,2,0,0" },
        { "Resize of whole factors", 13, "Resize", "mode=nearest coordinate_transformation_mode=asymmetric nearest_mode=floor", "- n:1,1,2,3" },
        { "Resize of half pixels", 13, "Resize", "mode=linear coordinate_transformation_mode=half_pixel", "- n:1,1,1.5,2" },
        { "Upsample", 9, "Upsample", "mode=nearest", "n:1,1,2,2" },
        { "DepthToSpace", 13, "DepthToSpace", "blocksize=2 mode=DCR", "" },
        { "DepthToSpace, columns first", 13, "DepthToSpace", "blocksize=2 mode=CRD", "" },
        { "Abs", 13, "Abs", "", "" },
        { "Acos", 7, "Acos", "", "" },
        { "Asin", 7, "Asin", "", "" },
        { "Asinh", 9, "Asinh", "", "" },
        { "Atan", 7, "Atan", "", "" },
        { "Atanh", 9, "Atanh", "", "" },
        { "Ceil", 13, "Ceil", "", "" },
        { "Cos", 7, "Cos", "", "" },
        { "Cosh", 9, "Cosh", "", "" },
        { "Erf", 13, "Erf", "", "" },
        { "Exp", 13, "Exp", "", "" },
        { "Floor", 13, "Floor", "", "" },
        { "Reciprocal", 13, "Reciprocal", "", "" },
        { "Round", 11, "Round", "", "" },
        { "Sign", 13, "Sign", "", "" },
        { "Sin", 7, "Sin", "", "" },
        { "Sinh", 9, "Sinh", "", "" },
        { "Tan", 7, "Tan", "", "" },
        { "Softplus", 1, "Softplus", "", "" },
        { "Shrink", 9, "Shrink", "lambd=0.3 bias=0.1", "" },
        { "LeakyRelu below 0", 16, "LeakyRelu", "alpha=-0.3", "" },
        { "Elu below 0", 6, "Elu", "alpha=-0.6", "" },
        { "ThresholdedRelu below 0", 10, "ThresholdedRelu", "alpha=-0.2", "" },
        { "Celu", 12, "Celu", "alpha=0.7", "" },
        { "Selu with other constants", 6, "Selu", "alpha=1.5 gamma=1.2", "" },
        { "Pow of a fraction", 15, "Pow", "", "f:3" },
        { "Pow of an inverse", 15, "Pow", "", "f:-1" },
        { "Div by one for each place", 14, "Div", "", "w:4,6,5" },
        { "Max of constants for each channel", 13, "Max", "", "w:4,1,1 w:1" },
        { "Mean of constants", 13, "Mean", "", "w:4,6,5 w:1" },
        { "Sum of constants", 13, "Sum", "", "w:1,4,1,1 w:5" },
        { "PRelu along the width", 16, "PRelu", "", "w:5" },
        { "PRelu of each place", 16, "PRelu", "", "w:4,6,5" },
        { "PRelu of one", 16, "PRelu", "", "w:1" },
        { "LRN", 13, "LRN", "size=3 alpha=0.5 beta=0.6 bias=1.5", "" },
        { "LRN by default", 1, "LRN", "size=5", "" },
        { "LayerNormalization of images", 17, "LayerNormalization", "axis=1", "w:4,6,5 w:4,6,5" },
        { "LayerNormalization of the last", 17, "LayerNormalization", "epsilon=0.01", "w:5" },
        { "MaxPool as PyTorch", 12, "MaxPool", "kernel_shape=3,3 pads=1,1,1,1 strides=2,2", "" },
        { "MaxPool dilated", 12, "MaxPool", "kernel_shape=3,2 dilations=2,3 pads=1,0,1,1", "" },
        { "MaxPool padded, of ceiling", 12, "MaxPool", "kernel_shape=3,3 pads=1,1,1,1 strides=3,2 ceil_mode=1", "" },
        { "MaxPool of a storage order", 12, "MaxPool", "kernel_shape=2,2 storage_order=1", "" },
        { "AveragePool padded", 11, "AveragePool", "kernel_shape=3,3 pads=1,1,1,1 strides=2,2", "" },
        { "AveragePool padded, of ceiling", 19, "AveragePool", "kernel_shape=3,3 pads=1,1,1,1 strides=2,2 ceil_mode=1", "" },
        { "AveragePool counting its padding, of ceiling", 19, "AveragePool", "kernel_shape=3,3 pads=1,1,1,1 strides=2,2 ceil_mode=1 count_include_pad=1", "" },
        { "AveragePool counting more, of ceiling", 19, "AveragePool", "kernel_shape=3,2 pads=1,0,1,1 strides=3,3 ceil_mode=1 count_include_pad=1", "" },
        { "AveragePool dilated", 19, "AveragePool", "kernel_shape=2,2 dilations=2,3", "" },
        { "AveragePool same lower", 11, "AveragePool", "kernel_shape=2,2 auto_pad=SAME_LOWER", "" },
        { "AveragePool same lower, counting", 11, "AveragePool", "kernel_shape=3,2 auto_pad=SAME_LOWER strides=2,2 count_include_pad=1", "" },
        { "ReduceSum 13 of channels", 13, "ReduceSum", "keepdims=0", "i:1" },
        { "ReduceMin of rows", 11, "ReduceMin", "axes=2 keepdims=0", "" },
        { "ReduceL1", 18, "ReduceL1", "", "i:1,-1" },
        { "ReduceL2", 11, "ReduceL2", "axes=1,3", "" },
        { "ReduceSumSquare", 11, "ReduceSumSquare", "axes=-1 keepdims=0", "" },
        { "ReduceLogSumExp", 11, "ReduceLogSumExp", "axes=1 keepdims=0", "" },
        { "ReduceMax of channels", 18, "ReduceMax", "keepdims=1", "i:1" },
        { "ReduceMean of columns", 11, "ReduceMean", "axes=3 keepdims=0", "" },
        { "ReduceSum of nothing", 13, "ReduceSum", "noop_with_empty_axes=1", "" },
        { "Softmax before 13 of rows and columns", 11, "Softmax", "axis=2", "" },
        { "LogSoftmax before 13 of columns", 11, "LogSoftmax", "axis=3", "" },
        { "Slice of steps", 13, "Slice", "", "i:5,0 i:-9,9 i:2,3 i:-2,2" },
        { "Gather of channels", 13, "Gather", "axis=1", "i:2,1,0,-1" },
        { "Tile", 13, "Tile", "", "i:1,2,1,3" },
        { "Pad by reflection", 13, "Pad", "mode=reflect", "i:0,0,1,2,0,1,3,0" },
        { "Pad by the edge", 11, "Pad", "mode=edge", "i:0,0,1,2,0,0,3,0" },
        { "Pad around", 19, "Pad", "mode=wrap", "i:0,0,1,2,0,0,3,0" },
        { "Pad of a number", 13, "Pad", "", "i:0,0,1,2,0,0,3,0 f:-1.5" },
        { "Pad of axes, cutting", 18, "Pad", "", "i:-1,2,1,-2 - i:2,-1" },
        { "ConvTranspose of each channel", 11, "ConvTranspose", "group=4 strides=2,2 pads=1,1,1,1", "w:4,1,4,4" },
        { "ConvTranspose in groups", 11, "ConvTranspose", "group=2 strides=2,1 output_padding=1,0", "w:4,3,3,2 b:6" },
        { "ConvTranspose same lower", 11, "ConvTranspose", "strides=2,2 auto_pad=SAME_LOWER", "w:4,3,3,3" },
        { "ConvTranspose same upper", 11, "ConvTranspose", "strides=2,3 auto_pad=SAME_UPPER", "w:4,3,3,4" },
        { "DepthToSpace before 11", 1, "DepthToSpace", "blocksize=2", "" },
        { "SpaceToDepth", 13, "SpaceToDepth", "blocksize=1", "" },
        { "Flatten of nothing behind", 13, "Flatten", "axis=1", "" },
        { "Reshape keeping zeros", 14, "Reshape", "allowzero=1", "i:-1,24,5" },
        { "Dropout", 13, "Dropout", "", "" },
        { "Identity", 14, "Identity", "", "" },
    };

    public static TheoryData<string, string, string> Refused => new()
    {
        { "Resize", "mode=cubic", "the node 'node' (Resize) has neither sizes nor scales." },
        { "Transpose", "perm=1,0,2,3", "the output 'y' does not have the batch as its first dimension." },
        { "Conv", "kernel_shape=3,3", "the node 'node' (Conv) lacks its input 1." },
        { "Relu", "alpha=0.5", "the node 'node' (Relu) has the attribute 'alpha' = 0.5, which is not supported for Relu of version 13." },
        { "LeakyRelu", "alpha=1", "the node 'node' (LeakyRelu) cannot be read: expected a number for the attribute 'alpha'; received 1." },
        { "ReduceMean", "axes=2,3 noop_with_empty_axes=1",
            "the node 'node' (ReduceMean) has the attribute 'noop_with_empty_axes' = 1, which is not supported for ReduceMean of version 13." },
        { "AveragePool", "kernel_shape=2,2 auto_pad=SAME", "the node 'node' (AveragePool) cannot be read: its auto_pad SAME is not known." },
        { "ReduceMean", "", "the node 'node' (ReduceMean) reduces all dimensions, the batch too, which is not supported." },
        { "Softmax", "axis=0", "the node 'node' (Softmax) is taken over the batch, which is not supported." },
        { "Resize", "mode=area", "the node 'node' (Resize) has neither sizes nor scales." },
        { "NonZero", "", "the node 'node' (NonZero) is not supported." },
        { "Flatten", "axis=2", "the node 'node' (Flatten) flattens from the dimension 2 on; only 1 is supported." },
    };

    private string Saved => Path.Combine(folder, "model.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Exported))]
    public void A_network_by_PyTorch_gives_what_ONNX_Runtime_gives(string file)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Golden", "onnx", file), Saved);
        var report = Check(products: 1024, file);
        Assert.Equal(0, report.Count(TensorOutcome.Missing));
    }

    [Fact]
    public void The_model_zoos_MNIST_network_scores_its_known_accuracy()
    {
        var (path, mnist) = (TestData.Find("models/mnist-zoo-cntk8-akinobu.onnx"), TestData.Find("mnist"));
        Assert.SkipWhen(path is null || mnist is null, "shared/data/models or shared/data/mnist is missing; set FOVEA_DATA.");
        var model = Model.Load(path, out var report);
        Assert.DoesNotContain(model.Layers, layer => layer is Permute);
        Assert.Equal((6, 0, 0), (report.Count(TensorOutcome.Loaded), report.Count(TensorOutcome.Ignored), report.Count(TensorOutcome.Missing)));
        var test = Mnist.Load(mnist, PixelRange.ZeroTo255).Test;
        var (pixels, targets, target) = (new float[2000 * 784], new int[2000], new float[1]);
        for (var i = 0; i < 2000; i++)
        {
            test.Read(i, pixels.AsSpan(i * 784, 784), target);
            targets[i] = (int)target[0];
        }

        var scores = model.Predict(new Tensor([2000, 28, 28, 1], pixels)).Values.ToArray();
        var right = Enumerable.Range(0, 2000).Count(i => Enumerable.Range(0, 10).MaxBy(digit => scores[(i * 10) + digit]) == targets[i]);
        Assert.Equal(0.984, right / 2000.0, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Nodes))]
    public void A_node_gives_what_ONNX_Runtime_gives(string what, int opset, string type, string attributes, string constants)
    {
        Write(opset, type, attributes, constants);
        Check(products: 256, what);
    }

    /// <summary>
    /// Nothing in a node is ignored silently: a setting that the reader of the operator does not read is refused, whatever the operator.
    /// </summary>
    [Theory]
    [MemberData(nameof(Nodes))]
    public void An_attribute_or_input_that_is_not_read_is_refused(string what, int opset, string type, string attributes, string constants)
    {
        Write(opset, type, $"{attributes} made_up=7", constants);
        var name = $"'model.onnx': the node 'node' ({type}) ";
        Assert.Equal(
            $"{name}has the attribute 'made_up' = 7, which is not supported for {type} of version {opset}.",
            Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
        if (type is "Max" or "Min" or "Sum" or "Mean" or "Concat") return;
        var inputs = constants.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        Write(opset, type, attributes, $"{constants} {string.Join(' ', Enumerable.Repeat("-", 5 - inputs))} f:0.5");
        var message = Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message;
        Assert.True(
            message == $"{name}has the input 6, 'c6', which is not supported for {type} of version {opset}."
            || message == $"{name}has 7 inputs; expected 2.", $"{what}: {message}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_not_supported_is_refused_by_name(string type, string attributes, string sentence)
    {
        Write(13, type, attributes, "");
        Assert.Equal($"'model.onnx': {sentence}", Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
    }

    [Fact]
    public void Flattened_features_keep_their_order_without_a_transpose()
    {
        var random = new Random(3);
        OnnxWriter.Write(Graph(13,
            [
                new("Conv", ["x", "k"], ["c"]), new("Relu", ["c"], ["r"]), new("Shape", ["r"], ["s"]), new("Gather", ["s", "zero"], ["n"]),
                new("Concat", ["n", "rest"], ["t"]) { Attributes = new Dictionary<string, OnnxAttribute> { ["axis"] = new() { Integer = 0 } } },
                    new("Reshape", ["r", "t"], ["f"]),
                new("Mul", ["f", "each"], ["m"]),
                    new("Gemm", ["m", "w", "b"], ["y"]) { Attributes = new Dictionary<string, OnnxAttribute> { ["transB"] = new() { Integer = 1 } } },
            ],
            [Constant(random, "k", 3, 4, 3, 2), Whole("zero", 0), Whole("rest", -1), Constant(random, "each", 48), Constant(random, "w", 7, 48),
                Constant(random, "b", 7)]), Saved);
        Check(products: 256, "flattened");
        Assert.DoesNotContain(Model.Load(Saved).Layers, layer => layer is Permute);
    }

    [Fact]
    public void Constants_in_a_file_of_the_same_folder_are_read_and_others_are_not()
    {
        var weights = new byte[4 * 3 * 4];
        new Random(4).NextBytes(weights);
        File.WriteAllBytes(Path.Combine(folder, "w.bin"), [0, 0, 0, 0, .. weights]);
        foreach (var (location, offset, sentence) in ((string, int, string?)[])[
            ("w.bin", 4, null), ("w.bin", 8, "is at 8 of the file 'w.bin', which is too short."),
                ("../w.bin", 4, "is in the file '../w.bin'; only files in the folder of the model are opened."),
            ("/etc/passwd", 0, "is in the file '/etc/passwd'; only files in the folder of the model are opened."),
                ("none.bin", 0, "is in the file 'none.bin', which does not exist.")])
        {
            File.WriteAllBytes(Saved, WithExternal(location, offset));
            if (sentence is null)
                Assert.Equal(weights, System.Runtime.InteropServices.MemoryMarshal.AsBytes(Model.Load(Saved).Layers[^1].Weights[0].Values).ToArray());
            else Assert.Equal(
                $"'model.onnx': it is not a sound ONNX file: the constant 'w' {sentence}",
                Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
        }
    }

    [Fact]
    public void Graphs_in_circles_and_names_of_nothing_are_refused()
    {
        OnnxWriter.Write(Graph(13, [new("Add", ["x", "b"], ["a"]), new("Relu", ["a"], ["b"]), new("Relu", ["b"], ["y"])], []), Saved);
        Assert.Equal("'model.onnx': 'b' is computed from itself.", Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
        OnnxWriter.Write(Graph(13, [new("Relu", ["z"], ["y"])], []), Saved);
        Assert.Equal("'model.onnx': nothing computes 'z'.", Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
    }

    private static StoredArray Constant(Random random, string name, params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (product, size) => product * size)];
        foreach (ref var value in values.AsSpan()) value = (random.NextSingle() * 2) - 1;
        return StoredArray.From(name, new Shape(shape), values);
    }

    private static StoredArray Whole(string name, params long[] values) =>
        new(name, new Shape(values.Length), StoredType.Int64, () => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static OnnxModel Graph(int opset, IReadOnlyList<OnnxNode> nodes, IEnumerable<StoredArray> constants) =>
        new(new OnnxGraph(
            "graph", nodes, [new OnnxValue("x", 1, [null, 4, 6, 5])], [new OnnxValue("y", 1, [])], constants.ToDictionary(constant => constant.Name)))
        {
            IrVersion = 8,
            Opsets = new Dictionary<string, long> { [""] = opset },
        };

    private void Write(int opset, string type, string attributes, string constants)
    {
        var random = new Random(5);
        var (inputs, stored) = (new List<string> { "x" }, new List<StoredArray>());
        foreach (var text in constants.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (kind, name, rest) = (text[0], text == "-" ? "" : $"c{inputs.Count}", text.Length > 2 ? text[2..].Split(',') : []);
            inputs.Add(name);
            float[] numbers = [.. kind is 'f' or 'n' ? rest.Select(number => float.Parse(number, System.Globalization.CultureInfo.InvariantCulture)) : []];
            if (kind == 'i') stored.Add(Whole(name, [.. rest.Select(long.Parse)]));
            if (kind == 'f') stored.Add(StoredArray.From(name, Shape.Scalar, numbers));
            if (kind == 'n') stored.Add(StoredArray.From(name, new Shape(numbers.Length), numbers));
            if (kind is 'w' or 'b') stored.Add(Constant(random, name, [.. rest.Select(int.Parse)]));
            if (kind == 'p')
                stored.Add(
                    StoredArray.From(
                    name, new Shape([.. rest.Select(int.Parse)]),
                    [.. Enumerable.Range(0, rest.Aggregate(1, (product, size) => product * int.Parse(size))).Select(i => 0.5f + (i * 0.25f))]));
        }

        var settings = attributes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('=')).ToDictionary(pair => pair[0], pair =>
            char.IsLetter(pair[1][0]) ? new OnnxAttribute { Text = pair[1] }
            : pair[1].Contains('.', StringComparison.Ordinal)
                ? new OnnxAttribute { Number = float.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture) }
            : pair[1].Contains(',', StringComparison.Ordinal) || pair[0] == "axes" ? new OnnxAttribute { Integers = [.. pair[1].Split(',').Select(long.Parse)] }
            : new OnnxAttribute { Integer = long.Parse(pair[1]) });
        OnnxWriter.Write(Graph(opset, [new OnnxNode(type, inputs, ["y"]) { Name = "node", Attributes = settings }], stored), Saved);
    }

    private LoadReport Check(int products, string what)
    {
        var model = Model.Load(Saved, out var report);
        using var reader = OnnxReader.Open(Saved);
        var random = new Random(9);
        var (theirs, ours) = (new List<(int[], float[])>(), new List<Tensor>());
        foreach (var (value, input) in reader.Model.Graph.Inputs.Zip(model.Inputs))
        {
            int[] shape = [(int)(value.Dimensions![0] ?? 2), .. value.Dimensions.Skip(1).Select(size => (int)size!.Value)];
            var numbers = new float[shape.Aggregate(1, (product, size) => product * size)];
            foreach (ref var number in numbers.AsSpan()) number = (random.NextSingle() * 2) - 1;
            theirs.Add((shape, numbers));
            ours.Add(
                new Tensor(
                input.Shape.Prepend(shape[0]), shape.Length == 4
                ? OnnxConstant.Transpose(numbers, [.. shape.Select(size => (long)size)], [0, 2, 3, 1])
                : numbers));
        }

        var expected = OnnxRuntime.Run(Saved, theirs)[0];
        var received = model.Predict(ours)[0];

        // An image comes out with its channels last.
        var output = received.Values.ToArray();
        if (report.Notes.Any(note => note.StartsWith("the output", StringComparison.Ordinal)))
        {
            var shape = received.Shape;
            var order = shape.Rank == 4 ? (int[])[0, 3, 1, 2] : [0, 2, 1];
            output = OnnxConstant.Transpose(output, [.. shape.Dimensions.ToArray().Select(size => (long)size)], order);
        }

        OnnxRuntime.AssertEqual(expected, output, products, what);
        return report;
    }

    /// <summary>A product with a matrix of 3 × 4 that lies in another file, as bytes of a protocol buffer.</summary>
    private static byte[] WithExternal(string location, int offset)
    {
        var entries =
            (byte[])[.. Field(13, [.. Field(1, "location"), .. Field(2, location)]),
            .. Field(13, [.. Field(1, "offset"), .. Field(2, offset.ToString(System.Globalization.CultureInfo.InvariantCulture))])];
        byte[] tensor = [0x08, 3, 0x08, 4, 0x10, 1, .. Field(8, "w"), .. entries, 0x70, 1];
        var node = (byte[])[.. Field(1, "x"), .. Field(1, "w"), .. Field(2, "y"), .. Field(4, "MatMul")];
        byte[] shape = [.. Field(1, [0x12, 1, (byte)'n']), .. Field(1, [0x08, 3])];
        var input = (byte[])[.. Field(1, "x"), .. Field(2, Field(1, [0x08, 1, .. Field(2, shape)]))];
        var graph = (byte[])[.. Field(1, node), .. Field(5, tensor), .. Field(11, input), .. Field(12, Field(1, "y"))];
        return [0x08, 8, .. Field(7, graph), .. Field(8, [0x10, 13])];
    }

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] value) => [(byte)((number << 3) | 2), .. Length(value.Length), .. value];

    private static byte[] Length(int length) => length < 128 ? [(byte)length] : [(byte)((length & 127) | 128), (byte)(length >> 7)];
}
