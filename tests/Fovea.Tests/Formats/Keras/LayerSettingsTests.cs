using System.Text.Json.Nodes;
using Fovea.Formats.Keras;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Formats.Keras;

/// <summary>No setting of a layer is ignored silently: changed, it gives another layer, a note or a refusal.</summary>
public class LayerSettingsTests
{
    /// <summary>Settings that never change a number: names, how weights that are loaded anyway would start, random seeds.</summary>
    private static readonly HashSet<string> Harmless = ["name", "seed", "kernel_initializer"];

    public static IEnumerable<TheoryDataRow<LayerCase>> Cases => LayerCases.All.Select(row => new TheoryDataRow<LayerCase>(row) { TestDisplayName = row.Name });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_setting_is_used_noted_or_refused(LayerCase row)
    {
        var layer = row.Create();
        var written = Write(layer);
        foreach (var (key, value) in (JsonObject)JsonNode.Parse(written)!)
        {
            if (Harmless.Contains(key)) continue;
            foreach (var changed in Changes(value))
            {
                var config = (JsonObject)JsonNode.Parse(written)!;
                config[key] = changed.DeepClone();
                if (changed.ToJsonString() == (value?.ToJsonString() ?? "null")) continue;
                Assert.True(IsAnswered(row, layer.ClassName, config, written), $"{key} = {changed.ToJsonString()} is ignored silently");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_unknown_setting_is_refused(LayerCase row)
    {
        var layer = row.Create();
        var config = (JsonObject)JsonNode.Parse(Write(layer))!;
        config["curvature"] = 3;
        Assert.Equal($"{layer.ClassName} 'it': the setting curvature = 3 is unknown, and the layer may compute something else with it.",
            Assert.Throws<ModelFormatException>(() => Create(layer.ClassName, config)).Message);
    }

    /// <summary>What Keras writes for the layers of this table gives no note at all.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void What_Keras_writes_by_itself_gives_no_note(LayerCase row)
    {
        var layer = row.Create();
        var config = (JsonObject)JsonNode.Parse(Write(layer))!;
        config["trainable"] = true;
        config["dtype"] = "float32";
        config["name"] = "it";
        if (layer is not Input) config["batch_input_shape"] = new JsonArray(null, 3);
        foreach (var key in (string[])["activity_regularizer", "quantization_config", "lora_rank", "renorm"]) config[key] ??= null;
        Assert.Empty(Create(layer.ClassName, config));
    }

    [Theory]
    [InlineData("DepthwiseConv2D", "\"groups\":1,\"kernel_initializer\":\"zeros\"", null)]
    [InlineData("DepthwiseConv2D", "\"groups\":2", "!expected 1 for 'groups', the only supported value; received 2.")]
    [InlineData("SeparableConv2D", "\"filters\":2,\"groups\":1,\"kernel_regularizer\":null", null)]
    [InlineData("LeakyReLU", "\"alpha\":0.2", null)]
    [InlineData("LeakyReLU", "\"negative_slope\":0.2,\"alpha\":0.2", null)]
    [InlineData("BatchNormalization", "\"renorm\":false,\"fused\":true,\"virtual_batch_size\":null,\"synchronized\":false", null)]
    [InlineData("BatchNormalization", "\"renorm\":true", "BatchNormalization 'it': the setting renorm = true matters only in training and was ignored.")]
    [InlineData("BatchNormalization", "\"synchronized\":true", "BatchNormalization 'it': the setting synchronized = true has no effect here and was ignored.")]
    [InlineData(
        "AlphaDropout", "\"rate\":0.5,\"noise_shape\":[null,1,1,3]",
        "AlphaDropout 'it': the setting noise_shape = [null,1,1,3] matters only in training and was ignored.")]
    [InlineData(
        "Dense",
        "\"units\":2,\"dtype\":{\"module\":\"keras\",\"class_name\":\"DTypePolicy\",\"config\":{\"name\":\"float32\"},\"registered_name\":null}", null)]
    [InlineData(
        "Dense", "\"units\":2,\"dtype\":{\"class_name\":\"Policy\",\"config\":{\"name\":\"mixed_float16\"}}",
        "the file has layers compute in mixed_float16; here they compute in float32.")]
    [InlineData(
        "Dense",
        "\"units\":2,\"dtype\":{\"module\":\"keras\",\"class_name\":\"QuantizedDTypePolicy\",\"config\":{\"mode\":\"int8\",\"source_name\":\"float32\"}}",
        "!expected the name of a data type; received a QuantizedDTypePolicy of {\"mode\":\"int8\",\"source_name\":\"float32\"}.")]
    [InlineData("Dense", "\"units\":2,\"lora_rank\":4", "!expected null for 'lora_rank', the only supported value; received 4.")]
    [InlineData(
        "Dense", "\"units\":2,\"quantization_config\":{\"mode\":\"int4\"}",
        "!expected null for 'quantization_config', the only supported value; received {\"mode\":\"int4\"}.")]
    [InlineData(
        "Dense", "\"units\":2,\"kernel_regularizer\":{\"class_name\":\"L2\",\"config\":{\"l2\":0.1,\"power\":3}}",
        "!the setting power = 3 is unknown.")]
    [InlineData("RandomFlip", "\"mode\":\"horizontal\",\"data_format\":\"channels_last\"", null)]
    [InlineData(
        "Add", "\"data_format\":\"channels_first\"",
        "!expected \"channels_last\" for 'data_format', the only supported value; received \"channels_first\".")]
    [InlineData("ReLU", "\"clipped\":false", "ReLU 'it': the setting clipped = false is unknown and was ignored.")]
    public void Settings_of_versions(string className, string settings, string? answer)
    {
        var config = (JsonObject)JsonNode.Parse($"{{\"kernel_size\":3,{settings}}}")!;
        if (!className.Contains("Conv", StringComparison.Ordinal)) config.Remove("kernel_size");
        if (answer?[0] == '!')
            Assert.EndsWith(answer[1..], Assert.Throws<ModelFormatException>(() => Create(className, config)).Message, StringComparison.Ordinal);
        else Assert.Equal(answer is null ? [] : [answer], Create(className, config));
    }

    /// <summary>A MobileNet of Keras 2 has groups = 1 in thirteen layers: no note says so.</summary>
    [Fact]
    public void A_MobileNet_loads_without_a_note()
    {
        var path = TestData.Find("pretrained/mobilenet_1_0_224_through_conv_pw_12.h5");
        Assert.SkipWhen(path is null, "shared/data/pretrained is missing; set FOVEA_DATA.");
        Model.Load(path, out var report);
        Assert.Empty(report.Notes);
    }

    /// <summary>The same on what Keras itself wrote: each setting of the first layer of each class in a published file, changed.</summary>
    [Theory]
    [InlineData("models/mnist-kilneta-k2100.h5")]
    [InlineData("models/mnist-moonflower-k311.keras")]
    [InlineData("models/mnist-gosolna-k3140.keras")]
    [InlineData("models/mnist-kunritty-k333-aug-bn.keras")]
    [InlineData("models/cifar10-mlcommons-resnet8-k240.h5")]
    [InlineData("pretrained/mobilenet_1_0_224_through_conv_pw_12.h5")]
    public void Every_setting_of_a_file_is_used_noted_or_refused(string file)
    {
        var path = TestData.Find(file);
        Assert.SkipWhen(path is null, $"shared/data/{file} is missing; set FOVEA_DATA.");
        var json = Config(path);
        var (before, notes) = Build(json)!.Value;
        foreach (var (className, index) in Layers(json).Select((layer, i) => ((string)layer["class_name"]!, i)).DistinctBy(layer => layer.Item1))
        {
            foreach (var (key, value) in (JsonObject)Layers(json)[index]["config"]!)
            {
                // What Keras writes for a layer's weights before they are loaded, where a layer of this class has no such weight, and how it computes the same.
                if (key is "name" or "seed" or "kernel_initializer" or "implementation" or "fused" or "batch_input_shape"
                    || (className == "InputLayer" && key is "dtype")) continue;
                foreach (var changed in Changes(value))
                {
                    if (JsonReading.AsNumber(changed) is { } number && number == JsonReading.AsNumber(value)) continue;
                    var copy = (JsonObject)json.DeepClone();
                    Layers(copy)[index]["config"]![key] = changed.DeepClone();
                    var isAnswered = Build(copy) is not var (after, notesAfter) || after != before || !notesAfter.SequenceEqual(notes);
                    Assert.True(
                        isAnswered, $"{className}: {key} = {changed.ToJsonString()} instead of {value?.ToJsonString() ?? "null"} is ignored silently");
                }
            }
        }
    }

    private static JsonObject Config(string path)
    {
        if (path.EndsWith(".h5", StringComparison.Ordinal))
        {
            using var file = KerasHdf5File.Open(path);
            return file.ReadConfig()!;
        }

        using var archive = KerasArchive.Open(path);
        return archive.ReadConfig();
    }

    private static List<JsonObject> Layers(JsonObject model) =>
        [.. (model["config"] is JsonArray list ? list : model["config"]!["layers"]!.AsArray()).OfType<JsonObject>()];

    /// <summary>The model as Fovea would write it, and the notes; null where it is refused.</summary>
    private static (string Written, IReadOnlyList<string> Notes)? Build(JsonObject json)
    {
        var report = new LoadReport("m");
        try
        {
            var model = KerasLoading.Create(KerasJson.ParseModel(json, "m"), null, report);
            return (KerasJson.ToJson(ModelDescribing.Describe(model)).ToJsonString(), report.Notes);
        }
        catch (Exception error) when (error is ModelFormatException or ShapeException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsAnswered(LayerCase row, string className, JsonObject config, string before)
    {
        try
        {
            var layerConfig = new Config(className, "it", config);
            var layer = LayerCatalog.Create(className, layerConfig);
            if (LayerSettings.JudgeRest(layerConfig, className).Count > 0 || Write(layer) != before || layer.ActivityRegularizer is not null) return true;
            layer.Call([.. Enumerable.Repeat<SymbolicTensor>(new Input(row.Input.Dimensions), row.Inputs)]);
            return false;
        }
        catch (Exception error) when (error is ModelFormatException or ShapeException)
        {
            return true;
        }
    }

    private static IReadOnlyList<string> Create(string className, JsonObject config)
    {
        var layerConfig = new Config(className, "it", config);
        _ = LayerCatalog.Create(className, layerConfig);
        return LayerSettings.JudgeRest(layerConfig, className);
    }

    /// <summary>Other values of the same kind.</summary>
    private static IEnumerable<JsonNode> Changes(JsonNode? value) => value switch
    {
        null => [JsonValue.Create(3), JsonNode.Parse("""{"class_name":"L2","config":{"l2":0.5}}""")!],
        JsonValue truth when truth.TryGetValue<bool>(out var set) => [JsonValue.Create(!set)],
        JsonValue number when number.TryGetValue<double>(out var size) => [JsonValue.Create(size + 1), JsonValue.Create(size / 2)],
        JsonValue => [JsonValue.Create("another")],
        JsonArray list => [new JsonArray([.. list.Select(Changed)])],
        _ => [JsonNode.Parse("""{"class_name":"Constant","config":{"value":0.375}}""")!],
    };

    private static JsonNode? Changed(JsonNode? value) => value switch
    {
        JsonValue number when number.TryGetValue<double>(out var size) => JsonValue.Create(size + 1),
        JsonArray list => new JsonArray([.. list.Select(Changed)]),
        null => JsonValue.Create(7),
        _ => value.DeepClone(),
    };

    private static string Write(Layer layer)
    {
        var json = new JsonObject();
        layer.WriteConfig(new Config(layer.ClassName, "layer", json));
        return json.ToJsonString();
    }
}
