using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>Describes a model as Keras files do. <see cref="KerasLoading"/> is the other direction.</summary>
internal static class ModelDescribing
{
    /// <summary>The layers of a model and their connections.</summary>
    public static ModelDescription Describe(Model model) => Describe(model, KerasNames.Unchanged);

    /// <summary>The layers of a model and their connections, under the names that they have in the file.</summary>
    public static ModelDescription Describe(Model model, KerasNames names) => Describe(model, names, SharedLayers.Number(model));

    private static ModelDescription Describe(Model model, KerasNames names, IReadOnlyDictionary<Layer, int> shared)
    {
        var sequential = model is Sequential;
        return new ModelDescription(
            sequential
            ? ModelKind.Sequential
            : ModelKind.Functional, names[model],
                [.. KerasLayerOrder.Of(model).Select(
                layer => sequential ? Describe(layer, model.Topology, names, shared) : DescribeInFunctional(layer, model.Topology, names, shared))])
        {
            InputShape = model.Inputs is [var only] ? Shape(only.Shape) : null,
            Inputs = sequential ? [] : [.. model.Inputs.Select(input => Reference(input, model.Topology, names))],
            Outputs = sequential ? [] : [.. model.Outputs.Select(output => Reference(output, model.Topology, names))],

            // In Keras, trainable=False on a model freezes all its layers, whatever their own setting.
            Trainable = model.Leaves.Any(layer => layer.Trainable),
        };
    }

    /// <summary>A layer of a functional model, which may be an operation.</summary>
    private static LayerDescription DescribeInFunctional(Layer layer, Topology topology, KerasNames names, IReadOnlyDictionary<Layer, int> shared)
    {
        var description = Describe(layer, topology, names, shared);
        if (KerasFunctions.ClassOf(layer) is not { } operation) return description;
        return description with
        {
            ClassName = operation,
            Module = KerasFunctions.Module,
            Config = new JsonObject { ["name"] = names[layer] },
            SharedId = null,
            Nodes = [.. description.Nodes.Select(node => node with
            {
                IsList = false,
                Positional = KerasFunctions.Arguments(layer, [.. node.Inputs.Select(input => KerasJson.Tensor(input, names[layer]))]),
            })],
        };
    }

    private static LayerDescription Describe(Layer layer, Topology topology, KerasNames names, IReadOnlyDictionary<Layer, int> shared)
    {
        var calls = topology.Calls.Where(call => call.Layer == layer).ToList();
        var config = layer is Model ? [] : Config(layer, names[layer]);
        var registered = layer is Model ? null : CustomParts.NameOf(layer);
        return new LayerDescription(layer.ClassName, names[layer], config)
        {
            Module = registered is null ? LayerCatalog.Known.Find(layer.ClassName)?.Module : registered[..registered.IndexOf('>', StringComparison.Ordinal)],
            RegisteredName = registered,
            ActsOnlyInTraining = layer.ActsOnlyInTraining,
            IsPreprocessing = registered is null && layer.IsPreprocessing,
            BuildConfig = layer.Weights.Count == 0 ? null : new JsonObject { ["input_shape"] = KerasJson.ToJson(Shape(calls[0].Inputs[0].Shape)) },
            Nested = layer is Model nested ? Describe(nested, names, shared) : null,
            SharedId = shared.TryGetValue(layer, out var id) ? id.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
            Nodes = [.. calls.Select(call => new NodeDescription([.. call.Inputs.Select(input => Reference(input, topology, names))])
            {
                IsList = call.Inputs.Count > 1,
                Arguments = call.Training is { } training ? new JsonObject { ["training"] = training } : null,
            })],
        };
    }

    private static JsonObject Config(Layer layer, string name)
    {
        if (CustomParts.NameOf(layer) is null && ((layer.Contained.Count > 0 && layer is not ImageAugmentation) || !LayerCatalog.Known.CanWrite(layer)))
            throw CustomParts.Refusal(layer.Subject, "layer", layer.GetType().Name);
        var config = new JsonObject { ["name"] = name };
        if (layer is not Input)
        {
            config["trainable"] = layer.Trainable;
            config["dtype"] = KerasJson.DTypePolicy();
        }

        var written = new Config(layer.ClassName, layer.Name, config);
        ((IConfigurable)layer).WriteSettings(written);
        PartTraining.Write(layer, config);
        if (layer.ActivityRegularizer is not null) written.Set("activity_regularizer", layer.ActivityRegularizer);
        if (layer is Input) (config["dtype"], config["sparse"], config["ragged"]) = ("float32", false, false);
        return config;
    }

    /// <summary>The use of a layer that a value comes from. Keras counts the creation of a functional model as its first use.</summary>
    private static TensorReference Reference(SymbolicTensor tensor, Topology topology, KerasNames names)
    {
        var use = topology.Calls.Where(call => call.Layer == tensor.Layer).ToList().IndexOf(tensor.Call);
        return new TensorReference(names[tensor.Layer], tensor.Layer is Model and not Sequential ? use + 1 : use, tensor.Index) { Shape = Shape(tensor.Shape) };
    }

    private static ImmutableArray<int?> Shape(Shape sample) => [null, .. sample.Sizes];
}
