using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Formats.Onnx;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Formats.Onnx;

/// <summary>Models written as ONNX, computed by ONNX Runtime and read back.</summary>
public sealed class OnnxWritingTests : IDisposable
{
    private const int Batch = 3;
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public static IEnumerable<TheoryDataRow<LayerCase>> Cases =>
        LayerCases.All.Where(row => row.Create() is not (Input or ContrastLimitedAdaptiveHistogramEqualization
            or RandomResizedCrop or RandomGeometry { Size: not null }) && row.Input.Rank > 0)
            .Select(row => new TheoryDataRow<LayerCase>(row) { TestDisplayName = row.Name });

    private string Saved => Path.Combine(folder, "model.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_layer_gives_the_same_in_ONNX_Runtime(LayerCase row)
    {
        var inputs = Enumerable.Range(0, row.Inputs).Select(_ => new Input(row.Input.Dimensions)).ToList();
        Check(new Model([.. inputs.Select(input => input.Output)], [row.Create().Call([.. inputs.Select(input => input.Output)])], seed: 7), row.Name);

        // Behind a convolution images have their channels first, and features are flattened in another order.
        if (row.Input.Rank == 3)
        {
            var convolved = inputs.ConvertAll(input => new Conv2D(row.Input[2], 1, activation: Activation.Tanh).Call(input.Output));
            var output = row.Create().Call([.. convolved]);
            Check(new Model(
                [.. inputs.Select(input => input.Output)],
                [output.Shape.Rank == 0 ? output : new Dense(3).Call(output.Shape.Rank == 3 ? new Flatten().Call(output) : output)], seed: 7),
                $"{row.Name} behind a convolution");
        }
        else if (row.Input.Rank == 1 && row.Inputs == 1 && row.Input[0] % 2 == 0)
        {
            var image = new Input(1, row.Input[0] / 2, 2);
            var features = new Flatten().Call(new Conv2D(2, 1).Call(image));
            Check(new Model(image, row.Create().Call(features), seed: 7), $"{row.Name} behind flattened features");
        }
    }

    /// <summary>Every activation that files can name.</summary>
    [Fact]
    public void Every_activation_gives_the_same_in_ONNX_Runtime_and_is_read_again()
    {
        foreach (var property in typeof(Activation).GetProperties(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static))
        {
            var activation = (Activation)property.GetValue(null)!;
            Check(new Sequential(seed: 4) { new Input(4, 5, 2), new Conv2D(4, 2, activation: activation) }, activation.Name);
            Check(new Sequential(seed: 4) { new Input(6), new Dense(4, activation) }, activation.Name);
        }
    }

    [Fact]
    public void A_convnet_has_one_transpose()
    {
        var model = new Sequential
        {
            new Input(28, 28, 1), new Rescaling(1f / 255), new RandomFlip(), new Conv2D(8, 3, activation: Activation.Relu), new BatchNormalization(),
                new MaxPooling2D(2), new Dropout(0.5f),
            new Conv2D(8, 3, padding: Padding.Same, strides: 2), new ReLU(6), new Flatten(), new Dense(10, Activation.Softmax),
        };
        model.ClassNames = [.. "0123456789".Select(digit => digit.ToString())];
        model.Save(Saved);
        using var reader = OnnxReader.Open(Saved);
        Assert.Single(reader.Model.Graph.Nodes, node => node.OpType == "Transpose");
        Assert.DoesNotContain(reader.Model.Graph.Nodes, node => node.OpType is "Pad" or "Dropout" or "BatchNormalization");
        Assert.Equal("""["0","1","2","3","4","5","6","7","8","9"]""", reader.Model.Metadata[OnnxFormat.ClassNamesKey]);
        var again = Model.Load(Saved);
        Assert.Equal(model.ClassNames, again.ClassNames);
        Assert.Equal(new Shape(28, 28, 1), again.InputShape);
        Check(model, "convnet");
    }

    [Fact]
    public void Images_that_are_only_flattened_come_back_with_their_channels_last()
    {
        var model = new Sequential(seed: 2) { new Input(28, 28, 1), new Rescaling(0.5f), new Flatten(), new Dense(4) };
        Check(model, "flattened");
        Assert.Equal(new Shape(28, 28, 1), Model.Load(Saved).InputShape);
    }

    [Fact]
    public void Nodes_follow_the_nodes_that_they_read_and_all_names_are_unique()
    {
        new Sequential { new Input(8, 8, 2), new SeparableConv2D(4, 3), new LayerNormalization(), new Flatten(), new Dense(3, Activation.Gelu) }.Save(Saved);
        using var reader = OnnxReader.Open(Saved);
        var known = reader.Model.Graph.Inputs.Select(input => input.Name).Concat(reader.Model.Graph.Initializers.Keys).ToHashSet();
        foreach (var node in reader.Model.Graph.Nodes)
        {
            foreach (var input in node.Inputs) Assert.True(input.Length == 0 || known.Contains(input), $"{node.Name} reads {input}");
            foreach (var output in node.Outputs) Assert.True(known.Add(output), $"{output} occurs twice");
        }

        foreach (var name in reader.Model.Graph.Initializers.Keys) Assert.Contains(reader.Model.Graph.Nodes, node => node.Inputs.Contains(name));
    }

    [Fact]
    public void Several_inputs_and_outputs_shared_and_nested_layers()
    {
        var inner = new Sequential("inner") { new Input(8, 8, 2), new Conv2D(3, 3, activation: Activation.Silu), new BatchNormalization() };
        var shared = new Conv2D(2, 1);
        var (a, b) = (new Input(8, 8, 2), new Input(8, 8, 2));
        var x = new Add().Call(shared.Call(inner.Call(a.Output)), shared.Call(inner.Call(b.Output)));
        Check(new Model([a.Output, b.Output], [new Dense(3, Activation.Softmax).Call(new Flatten().Call(x)), new GlobalAveragePooling2D().Call(x), x], seed: 5),
            "two in, three out");
    }

    /// <summary>A custom layer can be written too, since it consists of the engine's ops.</summary>
    [Fact]
    public void A_layer_of_ones_own_is_written()
    {
        var input = new Input(5, 4, 3);
        Check(new Model(input, new Lambda(x => (x.Square() + 1).Sqrt()).Call(new Conv2D(2, 2).Call(input)), seed: 3), "own");
    }

    [Theory]
    [InlineData("models/mnist-kunritty-k333-aug-bn.keras")]
    [InlineData("models/cifar10-mlcommons-resnet8-k240.h5")]
    [InlineData("models/mnist-kilneta-k2100.h5")]
    [InlineData("pretrained/mobilenet_1_0_224_through_conv_pw_12.h5")]
    public void Published_models_give_the_same_in_ONNX_Runtime_and_read_back(string file)
    {
        var path = TestData.Find(file);
        Assert.SkipWhen(path is null, $"shared/data/{file} is missing; set FOVEA_DATA.");
        var model = Model.Load(path);
        Check(model, file, products: 1 << 14);
        Assert.Equal(model.InputShape, Model.Load(Saved).InputShape);
    }

    [Fact]
    public void What_cannot_be_written_is_said_and_leaves_the_older_file()
    {
        File.WriteAllText(Saved, "older");
        var (a, b) = (new Input(4, 4, 1), new Input(2, 2));
        var own = new TwoInputs();
        var model = new Model([a.Output, b.Output], [own.Call(a.Output, b.Output)]);
        Assert.Contains(
            "has a kernel that is computed from the input", Assert.Throws<NotSupportedException>(() => model.Save(Saved)).Message, StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(Saved));
    }

    [Fact]
    public void Tables_of_histograms_cannot_be_written()
    {
        var input = new Input(8, 8, 3);
        var model = new Model(input, new ContrastLimitedAdaptiveHistogramEqualization().Call(input));

        var error = Assert.Throws<NotSupportedException>(() => model.Save(Saved));

        Assert.Equal("the model computes TileEqualize, which cannot be written as ONNX.", error.Message);
    }

    private void Check(Model model, string what, int products = 256)
    {
        model.Save(Saved);
        var random = new Random(11);
        var inputs = model.Inputs.Select(input =>
        {
            var values = new float[Batch * input.Shape.Count];
            foreach (ref var value in values.AsSpan()) value = (random.NextSingle() * 2) - 1;
            return new Tensor(input.Shape.Prepend(Batch), values);
        }).ToList();
        var expected = model.Predict(inputs);
        var received = OnnxRuntime.Run(Saved, [.. inputs.Select(input => (input.Shape.Dimensions.ToArray(), input.Values.ToArray()))]);
        foreach (var (ours, theirs) in expected.Zip(received)) OnnxRuntime.AssertEqual(ours.Values.ToArray(), theirs, products, what);

        // What is written is read again, and computes the same.
        var again = Model.Load(Saved);
        Assert.Equal(model.Inputs.Select(input => input.Shape), again.Inputs.Select(input => input.Shape));
        Assert.Equal(model.Outputs.Select(output => output.Shape), again.Outputs.Select(output => output.Shape));
        foreach (var (ours, theirs) in expected.Zip(again.Predict(inputs)))
            OnnxRuntime.AssertEqual(ours.Values.ToArray(), theirs.Values.ToArray(), products, $"{what}, read again");
    }

    private sealed class TwoInputs : Layer
    {
        protected override Node Call(IReadOnlyList<Node> inputs, CallContext context) =>
            inputs[0].Conv2D(inputs[1].Reshape([2, 2, 1, inputs[1].Shape[0]]), (1, 1), (1, 1), Padding.Valid);
    }
}
