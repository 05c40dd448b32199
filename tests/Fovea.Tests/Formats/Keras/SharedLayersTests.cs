using System.Text.Json.Nodes;
using Fovea.Formats.Keras;
using Fovea.Tests.Data;
using Fovea.Tests.Training;

namespace Fovea.Tests.Formats.Keras;

/// <summary>Layers that occur in several models within one: files keep them one layer (ObjectSharingScope of Keras 3's serialization_lib).</summary>
public sealed class SharedLayersTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, string> FilesAndKinds()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in (string[])["m.keras", "m.h5", "m.safetensors", "model.json"])
        {
            foreach (var kind in Kinds.Keys) data.Add(file, kind);
        }

        return data;
    }

    /// <summary>Models on 10 numbers with how many different parameters they have: each Dense(10) on 10 inputs has 110.</summary>
    private static Dictionary<string, (Func<Model> Create, long Parameters)> Kinds { get; } = new()
    {
        ["outer and inner"] = (OuterAndInner, 110),
        ["outer behind inner"] = (() => With(shared => (Within("inner", shared), shared)), 110),
        ["two inner ones"] = (() => With(shared => (Within("one", shared), Within("two", shared, new Dense(10) { Name = "own" }))), 220),
        ["an inner model"] =
            (() => With(shared => Within("base", new Dense(10) { Name = "own" }, shared) is var inner ? (Within("one", inner), Within("two", inner)) : default),
            220),
        ["sequential"] = (Sequence, 220),
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(FilesAndKinds))]
    public void A_shared_layer_is_one_after_loading(string file, string kind)
    {
        var (create, parameters) = Kinds[kind];
        var model = create();
        model.Compile(new Adam(), Loss.MeanSquaredError);
        var path = Path.Combine(folder.Path, file);
        model.Save(path);
        var loaded = Model.Load(path, out var report);
        Assert.DoesNotContain(
            report.Tensors, tensor => tensor.Outcome != TensorOutcome.Loaded && !tensor.Source!.StartsWith("optimizer", StringComparison.Ordinal));
        var summary = loaded.Summary();
        Assert.Equal((parameters, parameters), (summary.Parameters, summary.Layers.Sum(layer => layer.Parameters)));
        var input = Numbers(4);
        Assert.Equal(model.Predict(input).Values, loaded.Predict(input).Values);

        // Two copies of the weights would each move alone.
        loaded.Compile(new Adam(), Loss.MeanSquaredError);
        foreach (var half in (Model[])[model, loaded]) half.Fit(new TensorDataset([Numbers(8)], [Numbers(8)]), epochs: 2, batchSize: 4, shuffle: false);
        Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
        Assert.Equal(model.Predict(input).Values, loaded.Predict(input).Values);
    }

    [Fact]
    public void Json_alone_keeps_it_too_and_takes_the_weights()
    {
        var model = OuterAndInner();
        var copy = Model.FromJson(model.ToJson());
        Assert.Equal(110, copy.Parameters);
        var path = Path.Combine(folder.Path, "m.weights.h5");
        model.SaveWeights(path);
        Assert.Equal(2, copy.LoadWeights(path).Count(TensorOutcome.Loaded));
        Assert.Equal(model.Predict(Numbers(3)).Values, copy.Predict(Numbers(3)).Values);
    }

    /// <summary>
    /// The entry is next to the class at both positions, on nothing else, and the weights are at the first position; the groups of others are counted past it.
    /// </summary>
    [Fact]
    public void The_file_is_as_Keras_writes_it()
    {
        var model = With(shared => (shared, Within("inner", shared, new Dense(10) { Name = "own" })));
        var path = Path.Combine(folder.Path, "m.keras");
        model.Save(path);
        using var archive = KerasArchive.Open(path);
        var layers = archive.ReadConfig()["config"]!["layers"]!.AsArray();
        var inner = Named(layers, "inner")["config"]!["layers"]!.AsArray();
        Assert.Equal(Named(layers, "shared")["shared_object_id"]!.ToJsonString(), Named(inner, "shared")["shared_object_id"]!.ToJsonString());
        Assert.Equal(2, archive.ReadConfig().ToJsonString().Split("shared_object_id").Length - 1);
        using var weights = archive.OpenWeights();
        Assert.Equal(
            ["layers/dense", "layers/functional/layers/dense_1"], weights.Groups.Where(group => group.Variables.Count > 0).Select(group => group.Path));
    }

    [Fact]
    public void Models_without_shared_layers_say_nothing_of_it() =>
        Assert.DoesNotContain("shared_object_id", With(own => (own, Within("inner", new Dense(10) { Name = "other" }))).ToJson(), StringComparison.Ordinal);

    /// <summary>Keras takes the address of the object, and gives ids to initializers, which mean nothing here.</summary>
    [Fact]
    public void Ids_by_Keras_are_addresses_and_occur_on_other_objects_too()
    {
        var json = OuterAndInner().ToJson().Replace("\"shared_object_id\":1", "\"shared_object_id\":140282937412816", StringComparison.Ordinal)
            .Replace("\"class_name\":\"GlorotUniform\"", "\"shared_object_id\":140282937412816,\"class_name\":\"GlorotUniform\"", StringComparison.Ordinal);
        Assert.Equal(110, Model.FromJson(json).Parameters);
    }

    [Fact]
    public void Places_that_differ_are_refused()
    {
        var json = JsonNode.Parse(OuterAndInner().ToJson())!;
        var layers = json["config"]!["layers"]!.AsArray();
        Named(Named(layers, "inner")["config"]!["layers"]!.AsArray(), "shared")["config"]!["activation"] = "relu";
        var error = Assert.Throws<ModelFormatException>(() => Model.FromJson(json.ToJsonString()));
        Assert.Contains(
            "Dense 'shared' and Dense 'shared' have the same shared_object_id and are therefore one layer; expected the same settings of both, received {",
            error.Message, StringComparison.Ordinal);
        Named(layers, "shared")["shared_object_id"] = "one";
        Assert.Contains(
            "shared_object_id of 'shared' is ", Assert.Throws<ModelFormatException>(() => Model.FromJson(json.ToJsonString()))
            .Message, StringComparison.Ordinal);
    }

    /// <summary>Keras 2 begins to count in each functional model of a sequential one: equal ids in two of them are different layers.</summary>
    [Fact]
    public void Ids_of_Keras_2_hold_within_a_functional_model()
    {
        var description = KerasJson.ParseModel(JsonNode.Parse(Sequence().ToJson())!.AsObject(), "m.h5");
        Assert.Equal(110 + 110, ModelBuilding.Build(description, 0, new LoadReport("m.h5"), out _).Parameters);
        Assert.Equal(3 * 110, ModelBuilding.Build(SharedLayers.CountedByFunctionalModels(description), 0, new LoadReport("m.h5"), out _).Parameters);
        var outer = KerasJson.ParseModel(JsonNode.Parse(OuterAndInner().ToJson())!.AsObject(), "m.h5");
        Assert.Equal(110, ModelBuilding.Build(SharedLayers.CountedByFunctionalModels(outer), 0, new LoadReport("m.h5"), out _).Parameters);
    }

    private static Model OuterAndInner() => With(shared => (shared, Within("inner", shared)));

    private static Sequential Sequence()
    {
        var shared = new Dense(10) { Name = "shared" };
        return new Sequential { new Input(10), Within("one", shared), Within("two", shared, new Dense(10) { Name = "own" }) };
    }

    private static Model With(Func<Dense, (Layer First, Layer Second)> layers)
    {
        var (first, second) = layers(new Dense(10) { Name = "shared" });
        var input = new Input(10).Output;
        return new Model(input, second.Call(first.Call(input)), "outer");
    }

    private static Model Within(string name, params Layer[] layers)
    {
        var input = new Input(10).Output;
        return new Model(input, layers.Aggregate(input, (value, layer) => layer.Call(value)), name);
    }

    private static JsonNode Named(JsonArray layers, string name) => layers.First(layer => layer!["config"]!["name"]!.GetValue<string>() == name)!;

    private static Tensor Numbers(int count) => new([count, 10], [.. Enumerable.Range(0, count * 10).Select(i => ((i * 7) % 11 / 11f) - 0.4f)]);
}
