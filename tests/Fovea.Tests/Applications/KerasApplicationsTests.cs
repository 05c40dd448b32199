using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Fovea.Tests.Applications;

/// <summary>
/// The networks of <see cref="Fovea.Applications"/> next to a table of every layer of Keras' 40 applications, which Keras 3.16's own builders gave. No weight
/// is allocated, so that the largest networks need little memory.
/// </summary>
public class KerasApplicationsTests
{
    private const string Table = "keras-applications.json.gz";

    private static readonly Lazy<JsonObject?> Read = new(() =>
    {
        if (TestData.Find(Table) is not { } path) return null;
        using var file = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        return JsonNode.Parse(file)!.AsObject();
    });

    public static TheoryData<string> Names => [.. Fovea.Applications.Names.Take(40)];  // the others are torchvision's

    [Fact]
    public void All_applications_of_Keras_are_there() => Assert.Equal(Known().Select(entry => entry.Key).Order(), Fovea.Applications.Names.Take(40).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_layer_is_that_of_Keras(string name)
    {
        var expected = Known()[name]!["layers"]!.AsArray().ToDictionary(layer => layer!["name"]!.GetValue<string>(), layer => layer!.AsObject());
        var model = Fovea.Applications.Create(name);
        var calls = model.Topology.Calls.ToDictionary(call => call.Layer);
        var layers = model.Layers.Where(layer => layer is not Input && expected.ContainsKey(layer.Name)).ToList();
        Assert.Equal(
            expected.Where(entry => entry.Value["class"]!.ToString() != "InputLayer").Select(entry => entry.Key).Order(),
            layers.Select(layer => layer.Name).Order());
        foreach (var layer in layers)
        {
            var row = expected[layer.Name];
            Assert.Equal($"{layer.Name} {row["class"]}", $"{layer.Name} {layer.ClassName}");
            Assert.Equal($"{layer.Name} {Sizes(name, row["output"]!)}", $"{layer.Name} {Sizes(name, calls[layer].Outputs[0].Shape)}");
            Assert.Equal($"{layer.Name} {row["parameters"]}", $"{layer.Name} {Count(layer.Leaves)}");
            Assert.Equal($"{layer.Name} {Expression(row["inputs"]!)}", $"{layer.Name} {Expression(new JsonArray([.. calls[layer].Inputs.Select(Describe)]))}");
            RequireSettings(row, layer);
        }

        // An operation such as x + y or x · 0.5 is an expression in the table, and a layer in Fovea.
        JsonNode Describe(SymbolicTensor tensor) => tensor.Layer switch
        {
            Input => "input_",
            var layer when expected.ContainsKey(layer.Name) => layer.Name,
            Add => new JsonArray(["add", .. tensor.Inputs.Select(Describe)]),
            Rescaling { Scale: [1] } sum => new JsonArray("add", Describe(tensor.Inputs[0]), sum.Offset[0]),
            Rescaling { Offset: [0] } product => new JsonArray("multiply", Describe(tensor.Inputs[0]), product.Scale[0]),
            var other => throw new InvalidOperationException($"{other} is not in the table."),
        };
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_and_features_are_those_of_Keras(string name)
    {
        var row = Known()[name]!;
        var model = Fovea.Applications.Create(name);
        var size = row["input"]!.GetValue<int>();
        Assert.Equal([size, size, 3], model.InputShape);
        Assert.Equal(row["top"]!.GetValue<long>(), Count(model.Leaves));
        Assert.Equal(row["trainable_top"]!.GetValue<long>(), Count(model.Leaves, trainable: true));
        var features = Fovea.Applications.Create(name, new() { IncludeTop = false, InputShape = [size, size, 3] });
        Assert.Equal(row["notop"]!.GetValue<long>(), Count(features.Leaves));
        var known = Fovea.Applications.Find(name)!;
        Assert.Equal(
            (model.InputShape, Count(model.Leaves), Count(features.Leaves)), (known.InputShape, known.Parameters, known.ParametersWithoutTop));
        Assert.Equal(row["out_notop"]!.ToJsonString(), $"[null,{string.Join(',', features.OutputShape.Dimensions.ToArray())}]");
    }

    /// <summary>He et al. 2016, table 1.</summary>
    [Theory]
    [InlineData("ResNet50", 3, 4, 6, 3)]
    [InlineData("ResNet101", 3, 4, 23, 3)]
    [InlineData("ResNet152", 3, 8, 36, 3)]
    public void Residual_networks_have_the_sizes_of_the_paper(string name, params int[] blocks)
    {
        var model = Fovea.Applications.Create(name);
        Assert.Equal([112, 112, 64], model.OutputOf(model.Layer("conv1_relu")).Shape);
        for (var stage = 0; stage < 4; stage++)
            for (var block = 1; block <= blocks[stage]; block++)
                Assert.Equal([56 >> stage, 56 >> stage, 256 << stage], model.OutputOf(model.Layer($"conv{stage + 2}_block{block}_out")).Shape);
    }

    [Theory]
    [InlineData("TorchResNet18")]
    [InlineData("TorchResNet34")]
    [InlineData("TorchResNet50")]
    [InlineData("SqueezeNet11")]
    public void The_list_has_the_parameters_of_the_other_networks(string name)
    {
        var (known, model) = (Fovea.Applications.Find(name)!, Fovea.Applications.Create(name));
        var features = Fovea.Applications.Create(name, new() { IncludeTop = false });
        Assert.Equal(
            (model.InputShape, Count(model.Leaves), Count(features.Leaves)), (known.InputShape, known.Parameters, known.ParametersWithoutTop));
    }

    /// <summary>Counts that Keras' documentation and the sizes of its published files give.</summary>
    [Theory]
    [InlineData("MobileNet", 0.25, false, 475_544, 218_544)]
    [InlineData("MobileNet", 0.5, false, 1_342_536, 829_536)]
    [InlineData("MobileNet", 0.75, false, 2_601_976, 1_832_976)]
    [InlineData("MobileNetV2", 0.35, false, 1_691_208, 410_208)]
    [InlineData("MobileNetV2", 0.5, false, 1_987_224, 706_224)]
    [InlineData("MobileNetV2", 0.75, false, 2_663_064, 1_382_064)]
    [InlineData("MobileNetV2", 1.3, false, 5_431_048, 3_766_048)]
    [InlineData("MobileNetV2", 1.4, false, 6_156_712, 4_363_712)]
    [InlineData("MobileNetV3Small", 0.75, false, 2_051_552, 583_160)]
    [InlineData("MobileNetV3Small", 1, true, 2_056_848, 441_000)]
    [InlineData("MobileNetV3Large", 0.75, false, 4_012_616, 1_808_736)]
    [InlineData("MobileNetV3Large", 1, true, 3_948_688, 1_437_608)]
    public void Variants_have_the_parameters_of_Keras(string name, double alpha, bool minimalistic, long top, long withoutTop)
    {
        var options = new ApplicationOptions { Alpha = alpha, Minimalistic = minimalistic };
        Assert.Equal(top, Count(Fovea.Applications.Create(name, options).Leaves));
        Assert.Equal(withoutTop, Count(Fovea.Applications.Create(name, options with { IncludeTop = false }).Leaves));
    }

    /// <summary>Compares the settings of a layer, or of the layers within.</summary>
    private static void RequireSettings(JsonObject row, Layer layer)
    {
        if (layer is not Sequential within)
        {
            Assert.Equal($"{layer.Name} {Expected(row)}", $"{layer.Name} {Settings(layer)}");
            return;
        }

        var rows = row["layers"]!.AsArray();
        Assert.Equal(rows.Select(one => one!["name"]!.ToString()), within.Layers.Skip(1).Select(one => one.Name));
        foreach (var (one, inner) in rows.Zip(within.Layers.Skip(1))) RequireSettings(one!.AsObject(), inner);
    }

    private static JsonObject Known()
    {
        Assert.SkipWhen(Read.Value is null, $"shared/data/{Table} is missing; set FOVEA_DATA.");
        return Read.Value;
    }

    /// <summary>The text of inputs, with numbers as in float32.</summary>
    private static string Expression(JsonNode inputs) =>
        inputs.ToJsonString().Replace("3.0", "3", StringComparison.Ordinal).Replace($"{1.0 / 6}", $"{1f / 6}", StringComparison.Ordinal);

    private static string Sizes(string name, JsonNode output) =>
        Sizes(name, new Shape([.. output.AsArray().Select(size => size!.GetValue<int>())]));

    /// <summary>
    /// The shape. Where Keras' source spells padding "SAME", in ResNet50 to 152, the table takes it for "valid": its heights and widths there are not Keras'.
    /// </summary>
    private static string Sizes(string name, Shape shape) =>
        name is "ResNet50" or "ResNet101" or "ResNet152" ? $"{shape.Rank} dimensions, {shape[^1]} channels" : $"{shape}";

    private static long Count(IEnumerable<Layer> leaves, bool trainable = false) =>
        leaves.SelectMany(layer => layer.OwnWeights).Where(weight => weight.Trainable || !trainable).Sum(weight => (long)weight.Shape.Count);

    /// <summary>The settings of a layer that is created from the arguments of the table; those that are not given have Keras' defaults.</summary>
    private static string Expected(JsonObject row)
    {
        var arguments = row["arguments"]?.DeepClone().AsObject() ?? [];
        if (arguments["padding"] is JsonValue padding && padding.TryGetValue<string>(out var text)) arguments["padding"] = text.ToLowerInvariant();
        if (row["class"]!.ToString() is "BatchNormalization" or "Concatenate") arguments["axis"] = -1;  // the table has 3 for some, which is the same
        foreach (var key in (string[])["init_values", "projection_dim"]) if (row[key] is { } value) arguments[key] = value.DeepClone();
        if (row["class"]!.ToString() == "CustomScaleLayer")
            arguments["scale"] = row["inputs"]![1]!.ToString().Split('_') switch
            {
                ["block35", ..] => 0.17,
                ["block17", ..] => 0.1,
                [_, "10", ..] => 1,
                _ => 0.2,
            };
        return Settings(LayerCatalog.Create(row["class"]!.ToString(), new Config(row["class"]!.ToString(), arguments) { Name = row["name"]!.ToString() }));
    }

    private static string Settings(Layer layer)
    {
        var config = new Config(layer.ClassName, []);
        ((IConfigurable)layer).WriteSettings(config);
        foreach (var key in config.Json.Select(entry => entry.Key).Where(key => key.EndsWith("_initializer", StringComparison.Ordinal)).ToList())
            config.Json.Remove(key);
        return config.Json.ToJsonString();
    }
}
