using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Layers;

/// <summary>What holds for every layer, checked for each row of <see cref="LayerCases"/>.</summary>
public class LayerTests
{
    private const int Samples = 6;

    public static IEnumerable<TheoryDataRow<LayerCase>> Cases => LayerCases.All.Select(row => new TheoryDataRow<LayerCase>(row) { TestDisplayName = row.Name });

    public static IEnumerable<TheoryDataRow<LayerCase>> CasesBehindAnInput =>
        LayerCases.All.Where(row => row.Create() is not Input && row.Input.Rank > 0)
            .Select(row => new TheoryDataRow<LayerCase>(row) { TestDisplayName = row.Name });

    /// <summary>Layers that mix images are not trained inside a model.</summary>
    public static IEnumerable<TheoryDataRow<LayerCase>> CasesOfTraining =>
        CasesBehindAnInput.Where(row => row.Data.Trains && row.Data.Create() is not (MixUp or CutMix));

    /// <summary>
    /// Except for Lambda, which has no configuration, and Embedding, whose inputs are indices. They have separate tests. Names from other versions of Keras
    /// create classes of other names.
    /// </summary>
    [Fact]
    public void Every_class_of_the_catalog_has_a_row_and_every_row_a_class()
    {
        var rows = LayerCases.All.Select(row => row.Create().ClassName).Distinct();
        Assert.Equal(
            LayerCatalog.Known.ClassNames.Except(["Embedding", "Identity", "Lambda"]).Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
        var layers = typeof(Layer).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract && !type.IsAssignableTo(typeof(Model)));
        Assert.Empty(layers.Except([typeof(Embedding), typeof(Lambda)]).Except(LayerCases.All.Select(row => row.Create().GetType())).Select(type => type.Name));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_output_has_Keras_shape_and_the_layer_Keras_number_of_parameters(LayerCase row)
    {
        var layer = row.Create();
        var output = layer is Input input ? input.Output : layer.Call([.. Enumerable.Repeat<SymbolicTensor>(new Input(row.Input.Dimensions), row.Inputs)]);
        Assert.Equal(row.Output, output.Shape);
        Assert.Equal(row.Parameters, layer.Weights.Sum(weight => weight.Variable.Shape.Count));
        Assert.Same(layer, output.Layer);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_configuration_survives_JSON_and_is_that_of_Keras(LayerCase row)
    {
        var layer = row.Create();
        var written = Write(layer);
        if (row.Config is not null) Assert.Equal(JsonNode.Parse(row.Config)!.ToJsonString(), written);

        var read = (JsonObject)JsonNode.Parse(written)!;
        read["trainable"] = false;
        var copy = LayerCatalog.Create(layer.ClassName, new Config(layer.ClassName, "copy", read));
        Assert.Equal(layer.GetType(), copy.GetType());
        Assert.Equal("copy", copy.Name);
        Assert.False(copy.Trainable);
        Assert.Equal(written, Write(copy));
    }

    /// <summary>
    /// Every penalty and constraint that Keras writes for a layer is read, kept, written again and applied to its weight: none is lost silently.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Penalties_and_constraints_of_a_configuration_reach_the_weights(LayerCase row)
    {
        var layer = row.Create();
        var config = (JsonObject)JsonNode.Parse(Write(layer))!;
        var keys = config.Select(entry => entry.Key)
            .Where(key => key.EndsWith("_regularizer", StringComparison.Ordinal) || key.EndsWith("_constraint", StringComparison.Ordinal)).ToList();
        foreach (var key in keys)
        {
            config[key] = JsonNode.Parse(key.EndsWith("_regularizer", StringComparison.Ordinal)
                ? """{"module":"keras.regularizers","class_name":"L2","config":{"l2":0.25},"registered_name":null}"""
                : """{"module":"keras.constraints","class_name":"NonNeg","config":{},"registered_name":null}""");
        }

        var read = LayerCatalog.Create(layer.ClassName, new Config(layer.ClassName, "copy", (JsonObject)config.DeepClone()));
        Assert.Equal(config.ToJsonString(), Write(read));
        if (read is Input) return;
        read.Call([.. Enumerable.Repeat<SymbolicTensor>(new Input(row.Input.Dimensions), row.Inputs)]);
        if (keys.Count > 0)
            Assert.All(
                read.Weights.Where(weight => weight.Trainable), weight =>
                Assert.True(weight is { Regularizer: not null, Constraint: not null }, $"{weight.Name} has lost its regularizer or constraint."));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_made_from_its_configuration_computes_the_same(LayerCase row)
    {
        var layer = row.Create();
        if (layer is Input) return;
        var copy = LayerCatalog.Create(layer.ClassName, new Config(layer.ClassName, "copy", (JsonObject)JsonNode.Parse(Write(layer))!));
        var values = LayerRunner.Normal(Samples * row.Input.Count);
        Assert.Equal(LayerRunner.Run(layer, row.Input, values, inputs: row.Inputs), LayerRunner.Run(copy, row.Input, values, inputs: row.Inputs));
    }

    [Theory]
    [MemberData(nameof(CasesBehindAnInput))]
    public void Training_and_inference_differ_only_for_random_layers(LayerCase row)
    {
        var layer = row.Create();
        var values = LayerRunner.Normal(Samples * row.Input.Count);
        var inference = LayerRunner.Run(layer, row.Input, values, inputs: row.Inputs);
        var training = LayerRunner.Run(layer, row.Input, values, training: true, inputs: row.Inputs);
        if (row.IsRandom) Assert.NotEqual(inference, training);
        else Assert.Equal(inference, training);
    }

    [Theory]
    [MemberData(nameof(CasesBehindAnInput))]
    public void A_layer_that_acts_only_in_training_returns_its_input_in_inference_and_no_other_random_layer_does(LayerCase row)
    {
        var layer = row.Create();
        layer.EnsureBuilt([.. Enumerable.Repeat(row.Input, row.Inputs)]);
        var input = new Node(new InputOp("x", row.Input.Prepend(1)));
        var output = layer.Trace([.. Enumerable.Repeat(input, row.Inputs)], new CallContext(training: false));
        if (layer.ActsOnlyInTraining || row.IsRandom) Assert.Equal(layer.ActsOnlyInTraining, output == input);
    }

    [Theory]
    [MemberData(nameof(CasesBehindAnInput))]
    public void A_layer_that_only_reshapes_keeps_all_values_in_their_order(LayerCase row)
    {
        var (layer, values) = (row.Create(), LayerRunner.Normal(Samples * row.Input.Count));
        if (layer.OnlyReshapes) Assert.Equal(values, LayerRunner.Run(layer, row.Input, values));
    }

    /// <summary>
    /// A property of the layer tells which layers act only in training or prepare inputs. A list of classes in its place misses the next class.
    /// Lists of names in the files of other programs are another matter.
    /// </summary>
    [Fact]
    public void No_list_of_layer_classes_replaces_a_property_of_the_layer()
    {
        var told = LayerCases.All.Where(row => row.IsRandom).Select(row => row.Create()).Where(layer => layer.ActsOnlyInTraining || layer.IsPreprocessing)
            .Select(layer => layer.GetType().Name).Distinct();
        var tested = new Regex($@"\b(is|or|not|not \(|is \() ?({string.Join('|', told)})\b");
        Assert.Empty(
            from path in RepositoryFiles.All
            where path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal)
            from line in RepositoryFiles.Read(path).Split('\n')
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && tested.IsMatch(line)
            select $"{path}: {line.Trim()}");
    }

    /// <summary>The output of a layer for a sample does not depend on the other samples.</summary>
    [Theory]
    [MemberData(nameof(CasesBehindAnInput))]
    public void Samples_do_not_disturb_each_other(LayerCase row)
    {
        var layer = row.Create();
        var values = LayerRunner.Normal(Samples * row.Input.Count);
        var together = LayerRunner.Run(layer, row.Input, values, inputs: row.Inputs);
        for (var i = 0; i < Samples; i++)
        {
            var alone = LayerRunner.Run(layer, row.Input, values[(i * row.Input.Count)..((i + 1) * row.Input.Count)], inputs: row.Inputs);

            // The order of the sums may differ: 16 roundings of values of about 1.
            Assert.Equal(
                together[(i * row.Output.Count)..((i + 1) * row.Output.Count)], alone, (a, b) => MathF.Abs(a - b) <= 1e-6f * MathF.Max(1, MathF.Abs(a)));
        }
    }

    /// <summary>
    /// Only the weights of the layer, or of the layer before if it has none, may change: the classifier after it is frozen. So the loss falls only if the
    /// gradient through the layer points in the right direction.
    /// </summary>
    [Theory]
    [MemberData(nameof(CasesOfTraining))]
    public void Training_through_the_layer_lowers_the_loss(LayerCase row)
    {
        var layer = row.Create();
        var head = new Dense(3, Activation.Softmax) { Trainable = false };
        SymbolicTensor input = new Input(row.Input.Dimensions), x = input;
        if (row.Parameters == 0 || row.IsFixed)
            x = (row.Input.Rank == 3 ? (Layer)new Conv2D(row.Input[2], 3, padding: Padding.Same) : new Dense(row.Input[^1])).Call(x);
        x = layer.Call([x, .. Enumerable.Repeat(row.Parameters == 0 ? input : x, row.Inputs - 1)]);
        if (row.Output.Rank != 1) x = new Flatten().Call(x);
        var model = new Model(input, head.Call(x), seed: 5);
        model.Compile(new Sgd(0.1f), Loss.SparseCategoricalCrossentropy);

        var data = new ArrayDataset(LayerRunner.Normal(Samples * row.Input.Count), row.Input, [0, 1, 2, 0, 1, 2], Shape.Scalar);
        var (fixedKernel, before) = (head.Weights[0].Variable.Values.ToArray(), model.Evaluate(data).Loss);
        model.Fit(data, epochs: 20, batchSize: Samples);
        var after = model.Evaluate(data).Loss;
        Assert.True(after < before - 0.01, $"the loss went from {before} to {after}");
        Assert.Equal(fixedKernel, head.Weights[0].Variable.Values.ToArray());
    }

    [Fact]
    public void A_layer_has_a_name_before_a_model_numbers_it()
    {
        Assert.Equal("global_average_pooling2d", new GlobalAveragePooling2D().Name);
        Assert.Equal(["input_layer", "dense", "dense_1"], new Sequential { new Input(2), new Dense(1), new Dense(1) }.Layers.Select(layer => layer.Name));
        Assert.Equal("Dense: Name must be given; received null.", Assert.Throws<ArgumentNullException>(() => new Dense(1) { Name = null! }).Sentence());
    }

    [Fact]
    public void Operators_between_values_are_layers()
    {
        SymbolicTensor x = new Input(2, 3), y = new Input(1, 3);
        Assert.Equal([typeof(Add), typeof(Subtract), typeof(Multiply)], new[] { x + y, x - y, x * y }.Select(value => value.Layer.GetType()));
        Assert.Equal([2, 3], (x + y).Shape);
        Assert.Equal(
            "Add: expected inputs of one shape, or sizes of 1 where they differ; received (None, 2, 3) and (None, 4).",
            Assert.Throws<ShapeException>(() => x + new Input(4)).Message);
    }

    [Fact]
    public void Settings_may_be_doubles_and_are_computed_with_as_the_floats_nearest_to_them()
    {
        Assert.Equal((0.1, 0.1), (new Dropout(0.1).Rate, new Dropout(0.1f).Rate));
        Assert.Equal(1f / 255, (float)new Rescaling(1.0 / 255).Scale[0]);
        Assert.Equal(new Rescaling([0.5f, 0.1f], [0]).Scale, new Rescaling([0.5, 0.1], [0]).Scale);
        Assert.Equal((-0.1, 0.1), (new RandomZoom(0.1).HeightFactor.Low, new RandomZoom(0.1f).HeightFactor.High));
        Assert.Equal(new FactorRange(-0.2f, 0.3f), (-0.2, 0.3));
        Assert.Equal((0.99, 0.001), (new BatchNormalization().Momentum, new BatchNormalization(0.99f, 1e-3f).Epsilon));
        Assert.Equal(1e-5, new LayerNormalization { Epsilon = 1e-5f }.Epsilon);
        Assert.Equal((-0.1, 0.7), new RandomContrast(0.5) { ValueRange = (-0.1f, 0.7f) }.ValueRange);
        Assert.Equal(0.1, new Dense(1) { LearningRateMultiplier = 0.1f }.LearningRateMultiplier);
    }

    /// <summary>F# calls the overloads of arrays, C# those of spans.</summary>
    [Fact]
    public void Dimensions_may_be_an_array()
    {
        int[] dimensions = [3, 1, 2];
        Assert.Equal([3, 1, 2], new Input(dimensions).Shape);
        Assert.Equal(dimensions, new Reshape(dimensions).TargetShape);
        Assert.Equal(dimensions, new Permute(dimensions).Dims);
        SymbolicTensor[] inputs = [new Input(2), new Input(2)];
        Assert.Equal([2], new Add().Call(inputs).Shape);
    }

    private static string Write(Layer layer)
    {
        var json = new JsonObject();
        layer.WriteConfig(new Config(layer.ClassName, "layer", json));
        return json.ToJsonString();
    }
}
