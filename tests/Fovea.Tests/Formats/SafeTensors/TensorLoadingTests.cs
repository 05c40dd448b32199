using Fovea.Formats.Matching;
using Fovea.Formats.SafeTensors;

namespace Fovea.Tests.Formats.SafeTensors;

public sealed class TensorLoadingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_network_trained_with_PyTorch_scores_its_known_accuracy()
    {
        var (path, mnist) = (TestData.Find("models/mnist-cnn-jq.safetensors"), TestData.Find("mnist"));
        Assert.SkipWhen(path is null || mnist is null, "shared/data/models/mnist-cnn-jq.safetensors or shared/data/mnist is missing; set FOVEA_DATA.");
        var model = new Sequential
        {
            new Input(28, 28, 1),
            new Rescaling(1 / 0.3081f, -0.1307f / 0.3081f),
            new MaxPooling2D(2),
            new Conv2D(10, 3, padding: Padding.Same, activation: Activation.Relu),
            new MaxPooling2D(2),
            new Flatten(),
            new Dense(10, Activation.Softmax),
        };
        var report = new LoadReport(path);
        SafeTensorsFormat.ReadWeights(model, path, report);
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        Assert.Equal(0.9695, model.Evaluate(Mnist.Load(mnist).Test).Accuracy, 1e-9);
        Assert.Equal(
        [
            "conv1.bias (10) -> conv2d/bias (10): ",
            "conv1.weight (10, 1, 3, 3) -> conv2d/kernel (3, 3, 1, 10): OIHW to HWIO",
            "fc1.bias (10) -> dense/bias (10): ",
            "fc1.weight (10, 490) -> dense/kernel (490, 10): transposed, rows from CHW to HWC order",
        ], report.Tensors.Select(tensor => $"{tensor.Source} {tensor.SourceShape} -> {tensor.Target} {tensor.TargetShape}: {tensor.Note}"));
    }

    /// <summary>Names as torchvision's ResNet has them, in the alphabetical order in which the library writes them.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("module.")]
    [InlineData("_orig_mod.backbone.")]
    public void Residual_blocks_are_found_by_the_order_that_their_names_allow(string prefix)
    {
        var model = Residual(mainFirst: true);
        string[] inOrder =
        [
            "conv1", "bn1", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.conv2", "layer1.0.bn2", "layer1.1.conv1", "layer1.1.bn1", "layer1.1.conv2",
                "layer1.1.bn2",
            "layer2.0.conv1", "layer2.0.bn1", "layer2.0.conv2", "layer2.0.bn2", "layer2.0.downsample.0", "layer2.0.downsample.1", "fc",
        ];
        Assert.Equal(inOrder, Match(model, inOrder, prefix));
        // The same blocks with the shortcut as the first input of the sum: the file lists it last all the same.
        Assert.Equal(
            [.. inOrder[..10], .. inOrder[14..16], .. inOrder[10..14], "fc"],
            Match(Residual(mainFirst: false), [.. inOrder[..10], .. inOrder[14..16], .. inOrder[10..14], "fc"], prefix));
    }

    [Fact]
    public void Words_for_convolution_and_normalization_tell_too()
    {
        // As Hugging Face's transformers name a ResNet, with the shortcut first in each block.
        const string Stage = "resnet.encoder.stages";
        string[] names =
        [
            "resnet.embedder.embedder.convolution", "resnet.embedder.embedder.normalization",
            $"{Stage}.0.layers.0.layer.0.convolution", $"{Stage}.0.layers.0.layer.0.normalization", $"{Stage}.0.layers.0.layer.1.convolution",
                $"{Stage}.0.layers.0.layer.1.normalization",
            $"{Stage}.0.layers.1.layer.0.convolution", $"{Stage}.0.layers.1.layer.0.normalization", $"{Stage}.0.layers.1.layer.1.convolution",
                $"{Stage}.0.layers.1.layer.1.normalization",
            $"{Stage}.1.layers.0.shortcut.convolution", $"{Stage}.1.layers.0.shortcut.normalization",
            $"{Stage}.1.layers.0.layer.0.convolution", $"{Stage}.1.layers.0.layer.0.normalization", $"{Stage}.1.layers.0.layer.1.convolution",
                $"{Stage}.1.layers.0.layer.1.normalization",
            "classifier.1",
        ];
        Assert.Equal(names, Match(Residual(mainFirst: false), names, ""));
        string[] mainFirst = [.. names[..10], .. names[12..16], .. names[10..12], names[16]];
        Assert.Equal(mainFirst, Match(Residual(mainFirst: true), mainFirst, ""));
    }

    [Fact]
    public void Numbers_in_names_count_as_numbers()
    {
        var model = new Sequential { new Input(8, 8, 4) };
        for (var i = 0; i < 12; i++) model.Add(new Conv2D(4, 3, padding: Padding.Same));
        var names = Enumerable.Range(0, 12).Select(i => $"features.{2 * i}").ToArray();
        Assert.Equal(names, Match(model, names, ""));
        names = [.. Enumerable.Range(0, 12).Select(i => $"block{1 + (i / 3)}_conv{1 + (i % 3)}")];
        Assert.Equal(names, Match(model, names, ""));
    }

    /// <summary>
    /// Names as people give them, in the order of use; c is a 3 × 3 convolution of 8 channels, b a batch normalization, p a 1 × 1 and d a depthwise
    /// convolution, all of equal shapes wherever they are.
    /// </summary>
    [Theory]
    [InlineData("c:conv1 b:bn1 c:conv2 b:bn2 c:conv3 b:bn3")]
    [InlineData("c:conv_1 b:batchnorm_1 c:conv_2 b:batchnorm_2")]
    [InlineData("c:c1 b:b1 c:c2 b:b2 c:c10 b:b10")]
    [InlineData("c:stem.0 b:stem.1 c:body.0.0 b:body.0.1 c:body.1.0 b:body.1.1")]
    [InlineData("c:layer1.0 b:layer1.1 c:layer1.3 b:layer1.4 c:layer2.0 b:layer2.1")]
    [InlineData("c:encoder.conv1 c:encoder.conv2 c:decoder.conv1 c:decoder.conv2")]
    [InlineData(
        "c:features.0.0 b:features.0.1 d:features.1.conv.0.0 b:features.1.conv.0.1 p:features.1.conv.1 b:features.1.conv.2 p:features.2.conv.0.0 "
        + "b:features.2.conv.0.1 d:features.2.conv.1.0 b:features.2.conv.1.1 p:features.2.conv.2 b:features.2.conv.3")]
    [InlineData("c:conv_stem b:bn1 d:blocks.0.0.conv_dw b:blocks.0.0.bn1 p:blocks.0.0.conv_pw b:blocks.0.0.bn2 p:conv_head b:bn2")]
    [InlineData("c:down1.conv1 b:down1.bn1 c:down1.conv2 b:down1.bn2 c:down2.conv1 b:down2.bn1 c:down2.conv2 b:down2.bn2")]
    [InlineData("c:conv_block1.conv.weight_holder b:conv_block1.bn c:conv_block2.conv.weight_holder b:conv_block2.bn")]
    public void Modules_of_equal_shapes_are_put_in_order(string layers)
    {
        var model = new Sequential { new Input(8, 8, 8) };
        foreach (var kind in layers.Split(' ').Select(layer => layer[0]))
        {
            model.Add(kind switch
            {
                'c' => new Conv2D(8, 3, padding: Padding.Same) { UseBias = false },
                'p' => new Conv2D(8, 1) { UseBias = false },
                'd' => new DepthwiseConv2D(3, padding: Padding.Same) { UseBias = false },
                _ => new BatchNormalization(),
            });
        }

        string[] names = [.. layers.Split(' ').Select(layer => layer[2..])];
        Assert.Equal(names, Match(model, names, ""));
    }

    [Theory]
    [InlineData("b:norm0 c:conv0 b:block1.norm1 p:block1.conv1 b:block1.norm2 c:block1.conv2 b:norm5")]
    [InlineData("c:red c:green")]
    [InlineData("c:up.conv1 c:down.conv1")]
    public void Where_two_orders_are_nearly_as_natural_neither_is_taken(string layers) =>
        Assert.Contains(
            "equally well; a map of names must say", Assert.Throws<ModelFormatException>(() => Modules_of_equal_shapes_are_put_in_order(layers))
            .Message, StringComparison.Ordinal);

    [Fact]
    public void Two_modules_that_fit_equally_well_are_refused_and_a_map_decides()
    {
        var input = new Input(4);
        var model = new Model(input, new Concatenate().Call(new Dense(3).Call(input), new Dense(3).Call(input)));
        var path = Put([("left.weight", [3, 4]), ("left.bias", [3]), ("right.weight", [3, 4]), ("right.bias", [3])]);
        Assert.Equal(
            "'x.safetensors': 'left' and 'right' fit Dense 'dense' equally well; a map of names must say which of the file's modules belongs to which layer.",
            Assert.Throws<ModelFormatException>(() => SafeTensorsFormat.ReadWeights(model, path, new LoadReport(path))).Message);
        SafeTensorsFormat.ReadWeights(model, path, new LoadReport(path), null, new Dictionary<string, string> { ["right"] = "dense" });
        Assert.Equal(2f, model.Layer("dense").Weights[0].Values[0]);
        SafeTensorsFormat.ReadWeights(model, path, new LoadReport(path), null, new Dictionary<string, string>
        {
            ["left.weight"] = "dense/kernel",
            ["left.bias"] = "dense/bias",
            ["right.weight"] = "dense_1/kernel",
            ["right.bias"] = "dense_1/bias",
        });
        Assert.Equal(0f, model.Layer("dense").Weights[0].Values[0]);
        Assert.Equal(
            "'x.safetensors': expected layers with weights in the map of names; received 'nowhere' for 'left', and the model has dense, dense_1.",
            Assert.Throws<ModelFormatException>(() =>
            SafeTensorsFormat.ReadWeights(model, path, new LoadReport(path), null, new Dictionary<string, string> { ["left"] = "nowhere" })).Message);
    }

    [Fact]
    public void Names_of_layers_count_more_than_order_and_what_no_layer_has_is_ignored()
    {
        var model = new Sequential { new Input(4), new Dense(4) { Name = "second" }, new Dense(4) { Name = "first" } };
        var path =
            Put([("first.weight", [4, 4]), ("first.bias", [4]), ("head.weight", [9, 4]), ("net.second.total_ops", [1]), ("net.second.weight", [4, 4]),
            ("net.second.bias", [4])]);
        var report = new LoadReport(path);
        SafeTensorsFormat.ReadWeights(model, path, report);
        Assert.Equal(0f, model.Layer("first").Weights[0].Values[0]);
        Assert.Equal(4f, model.Layer("second").Weights[0].Values[0]);
        Assert.Equal(
            ["head.weight: the model has no layer for it", "net.second.total_ops: a count, no weight"],
            report.Tensors.Where(tensor => tensor.Outcome == TensorOutcome.Ignored).Select(tensor => $"{tensor.Source}: {tensor.Note}"));
    }

    [Theory]
    [InlineData("conv.weight", TensorLayout.PyTorch)]
    [InlineData("conv/kernel:0", TensorLayout.Keras)]
    public void A_kernel_that_fits_both_ways_is_read_as_its_name_says(string name, TensorLayout layout)
    {
        var model = new Sequential { new Input(3, 3, 3), new Conv2D(3, 3) { Name = "conv", UseBias = false } };
        var values = Enumerable.Range(0, 81).Select(i => (float)i).ToArray();
        var path = Path.Combine(folder, "x.safetensors");
        SafeTensorsWriter.Write(path, [(name, [3, 3, 3, 3], () => values)], new Dictionary<string, string>());
        SafeTensorsFormat.ReadWeights(model, path, new LoadReport(path));
        Assert.Equal(layout == TensorLayout.Keras ? 1 : 27, model.Weights[0].Values[1]);
        SafeTensorsFormat.ReadWeights(model, path, new LoadReport(path), layout == TensorLayout.Keras ? TensorLayout.PyTorch : TensorLayout.Keras);
        Assert.Equal(layout == TensorLayout.Keras ? 27 : 1, model.Weights[0].Values[1]);
    }

    [Fact]
    public void A_file_that_does_not_fit_names_the_layer_and_leaves_the_model_as_it_was()
    {
        var model = new Sequential { new Input(4), new Dense(3), new Dense(2) };
        var before = model.Weights.SelectMany(weight => weight.Values.ToArray()).ToArray();
        var path = Put([("a.weight", [3, 4]), ("a.bias", [3]), ("b.weight", [5, 3]), ("b.bias", [5])]);
        Assert.Equal(
            "'x.safetensors': it has nothing that fits Dense 'dense_1', which needs kernel (2, 3), bias (2); it has 'a' (3) (3, 4), 'b' (5) (5, 3).",
            Assert.Throws<ModelFormatException>(() => SafeTensorsFormat.ReadWeights(model, path, new LoadReport(path))).Message);
        path = Put([("dense.weight", [3, 4]), ("dense.bias", [3]), ("dense_1.weight", [2, 4]), ("dense_1.bias", [2])]);
        Assert.Equal(
            "'x.safetensors': expected the shape (2, 3) for the kernel of Dense 'dense_1'; 'dense_1.weight' has (2, 4).",
            Assert.Throws<ModelFormatException>(() => SafeTensorsFormat.ReadWeights(model, path, new LoadReport(path))).Message);
        Assert.Equal(before, model.Weights.SelectMany(weight => weight.Values.ToArray()));
        Assert.StartsWith(
            "'x.safetensors': it has weights only", Assert.Throws<ModelFormatException>(() => Model.Load(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TensorLayout.Keras)]
    [InlineData(TensorLayout.PyTorch)]
    [InlineData(TensorLayout.Mlx)]
    public void A_model_that_Fovea_wrote_comes_back_to_the_bit_in_any_layout(TensorLayout layout)
    {
        var inner = new Sequential("inner") { new Input(6, 7, 3), new SeparableConv2D(4, 3) { DepthMultiplier = 2 }, new Conv2DTranspose(3, 2) };
        var model = new Sequential("outer", seed: 7)
        {
            new Input(6, 7, 3), inner, new PReLU(1, 2), new GroupNormalization(3), new Flatten(), new Dense(5), new LayerNormalization(),
                new BatchNormalization(), new Dense(2, Activation.Softmax),
        };
        model.ClassNames = ["cat", "dog"];
        var path = Path.Combine(folder, "whole.safetensors");
        SafeTensorsFormat.Write(model, path, layout);
        var loaded = Model.Load(path, out var report);
        Assert.Equal(model.Weights.Select(weight => weight.Values.ToArray()), loaded.Weights.Select(weight => weight.Values.ToArray()));
        Assert.Equal(["cat", "dog"], loaded.ClassNames);
        Assert.All(report.Tensors, tensor => Assert.Equal(TensorOutcome.Loaded, tensor.Outcome));
    }

    /// <summary>Two stages of basic blocks as in He et al. 2015; the second halves the image, with a convolution on its shortcut.</summary>
    private static Model Residual(bool mainFirst)
    {
        var input = new Input(16, 16, 3);
        var x = Normalized(new Conv2D(8, 3, padding: Padding.Same) { UseBias = false }.Call(input), relu: true);
        x = Block(x, 8, 1);
        x = Block(x, 8, 1);
        x = Block(x, 16, 2);
        return new Model(input, new Dense(5).Call(new GlobalAveragePooling2D().Call(x)));

        SymbolicTensor Block(SymbolicTensor x, int filters, int strides)
        {
            var main = Normalized(new Conv2D(filters, 3, strides, Padding.Same) { UseBias = false }.Call(x), relu: true);
            main = Normalized(new Conv2D(filters, 3, padding: Padding.Same) { UseBias = false }.Call(main), relu: false);
            var shortcut = strides == 1 ? x : Normalized(new Conv2D(filters, 1, strides) { UseBias = false }.Call(x), relu: false);
            return new ReLU().Call(mainFirst ? new Add().Call(main, shortcut) : new Add().Call(shortcut, main));
        }

        static SymbolicTensor Normalized(SymbolicTensor x, bool relu)
        {
            x = new BatchNormalization().Call(x);
            return relu ? new ReLU().Call(x) : x;
        }
    }

    /// <summary>
    /// Writes the weights under names given in the order of the model's layers, sorted as the library does, and says by what names they came back.
    /// </summary>
    private List<string> Match(Model model, string[] names, string prefix)
    {
        var arrangements = new WeightArrangements(TensorLayout.PyTorch, new FeatureOrders(model));
        var units = WeightUnit.Of(model, TensorLayout.PyTorch);
        Assert.Equal(names.Length, units.Count);
        var path = Put([.. units.Zip(names).SelectMany(pair => pair.First.Weights.Select(weight =>
            (arrangements.PathOf(pair.First with { Path = $"{prefix}{pair.Second}" }, weight), arrangements.Usual(pair.First, weight).Source)))]);
        var report = new LoadReport(path);
        SafeTensorsFormat.ReadWeights(model, path, report);
        var sources = report.Tensors.Where(tensor => tensor.Outcome == TensorOutcome.Loaded).ToDictionary(tensor => tensor.Target!, tensor => tensor.Source!);
        return [.. units.Select(unit => sources[unit.PathOf(unit.Weights[0])][prefix.Length..^".weight".Length])];
    }

    /// <summary>A file of tensors in alphabetical order, each full of its place in it.</summary>
    private string Put((string Name, Shape Shape)[] tensors)
    {
        var path = Path.Combine(folder, "x.safetensors");
        SafeTensorsWriter.Write(
            path,
            [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
                .Select((tensor, place) =>
                (tensor.Name, tensor.Shape, (Func<float[]>)(() => [.. Enumerable.Repeat((float)(place / 2 * 2), tensor.Shape.Count)])))],
            new Dictionary<string, string>());
        return path;
    }
}
