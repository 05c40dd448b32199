using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Fovea.Engine;

namespace Fovea.Formats.Keras;

/// <summary>Writes a model as a <c>.keras</c> file that Keras 3 reads, with what Fovea needs beyond it to go on training.</summary>
internal static class KerasSaving
{
    public static void Save(Model model, string path, DateTimeOffset savedAt)
    {
        model.EnsureInitialized();
        var description = Describe(model);
        var paths = WeightPaths.ForWriting(WeightPaths.Counted(description).Select(layer => layer.ClassName));
        var layers = WeightPaths.Counted(description).Select(layer => model.Layer(layer.Name));
        List<WeightGroup> groups =
        [
            new WeightGroup("", model.Name, []),
            .. layers.Zip(paths, (layer, group) => new WeightGroup(group, layer.Name, [.. layer.Weights.Select((weight, i) => Store(i, weight.Variable))])),
        ];
        if (model.Trainer is { } trainer) groups.Add(KerasOptimizers.StoreState(trainer));
        KerasArchiveWriter.Write(path, KerasJson.ToJson(description), groups, savedAt, FoveaState.Of(model).ToJson());
    }

    public static StoredArray Store(int index, Variable variable) =>
        StoredArray.From(index.ToString(System.Globalization.CultureInfo.InvariantCulture), variable.Shape, variable.Values.ToArray());

    private static ModelDescription Describe(Model model)
    {
        var sequential = model is Sequential;
        return new ModelDescription(sequential ? ModelKind.Sequential : ModelKind.Functional, model.Name, [.. model.Layers.Select(layer => Describe(layer, model.Topology))])
        {
            InputShape = Shape(model.InputShape),
            Inputs = sequential ? [] : [Reference(model.Topology.Input, model.Topology)],
            Outputs = sequential ? [] : [Reference(model.Topology.Output, model.Topology)],
            Compile = model.Trainer is null ? null : KerasOptimizers.Describe(model.Trainer),
        };
    }

    private static LayerDescription Describe(Layer layer, Topology topology)
    {
        if (!LayerCatalog.ClassNames.Contains(layer.ClassName))
            throw new NotSupportedException($"{layer.Subject}: a layer of one's own cannot be saved; files know {string.Join(", ", LayerCatalog.ClassNames)}.");
        var calls = topology.Calls.Where(call => call.Layer == layer).ToList();
        var config = new JsonObject { ["name"] = layer.Name };
        if (layer is not Input)
        {
            config["trainable"] = layer.Trainable;
            config["dtype"] = KerasJson.DTypePolicy();
        }

        layer.WriteConfig(new LayerConfig(layer.ClassName, layer.Name!, config));
        if (layer is Input) (config["dtype"], config["sparse"], config["ragged"]) = ("float32", false, false);
        return new LayerDescription(layer.ClassName, layer.Name!, config)
        {
            BuildConfig = layer.Weights.Count == 0 ? null : new JsonObject { ["input_shape"] = KerasJson.ToJson(Shape(calls[0].Inputs[0].Shape)) },
            Nodes = [.. calls.Select(call => new NodeDescription([.. call.Inputs.Select(input => Reference(input, topology))]) { IsList = call.Inputs.Count > 1 })],
        };
    }

    private static TensorReference Reference(SymbolicTensor tensor, Topology topology) =>
        new(tensor.Layer.Name!, topology.Calls.Where(call => call.Layer == tensor.Layer).ToList().IndexOf(tensor)) { Shape = Shape(tensor.Shape) };

    private static ImmutableArray<int?> Shape(Shape sample) => [null, .. sample.Dimensions.ToArray()];
}
