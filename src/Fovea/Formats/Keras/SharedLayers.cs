using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Layers that occur at several positions of a model and of the models in it. A file has such a layer at each position, with the same
/// <c>shared_object_id</c> (<c>ObjectSharingScope</c> in Keras' serialization_lib). The ids of initializers and other objects are ignored.
/// </summary>
internal static class SharedLayers
{
    /// <summary>The name of the entry, which is next to the class and the configuration of a layer.</summary>
    public const string Entry = "shared_object_id";

    /// <summary>Ids for the layers that occur at more than one position, except inputs, which each model has separately.</summary>
    public static IReadOnlyDictionary<Layer, int> Number(Model model)
    {
        var ids = new Dictionary<Layer, int>();
        foreach (var positions in All(model).Where(layer => layer is not Input).GroupBy(layer => layer).Where(positions => positions.Count() > 1))
            ids[positions.Key] = ids.Count + 1;
        return ids;
    }

    /// <summary>Whether two positions of a file describe the same layer.</summary>
    public static bool AreEqual(LayerDescription one, LayerDescription other) =>
        one.ClassName == other.ClassName && one.Name == other.Name && JsonNode.DeepEquals(WithoutIds(one.Config), WithoutIds(other.Config));

    /// <summary>
    /// Makes the ids unique in a file by Keras 2, which restarts the count in each outermost functional model, so that equal ids in two of them are different
    /// layers.
    /// </summary>
    public static ModelDescription CountedByFunctionalModels(ModelDescription model) => model.Kind == ModelKind.Functional ? model : ByModels(model, "");

    private static ModelDescription ByModels(ModelDescription model, string position) => model.Kind == ModelKind.Functional
        ? Within(model, position)
        : model with
        {
            Layers = [.. model.Layers.Select((layer, i) => layer with
            {
                SharedId = null,
                Nested = layer.Nested is { } nested ? ByModels(nested, $"{position}{i}/") : null,
            })],
        };

    private static ModelDescription Within(ModelDescription model, string position) => model with
    {
        Layers = [.. model.Layers.Select(layer => layer with
        {
            SharedId = layer.SharedId is { } id ? position + id : null,
            Nested = layer.Nested is { } nested ? Within(nested, position) : null,
        })],
    };

    private static IEnumerable<Layer> All(Model model) => model.Layers.SelectMany(layer => layer is Model within ? All(within).Prepend(layer) : [layer]);

    private static JsonNode? WithoutIds(JsonNode? value) => value switch
    {
        JsonObject json => new JsonObject(json.Where(entry => entry.Key != Entry).Select(entry => KeyValuePair.Create(entry.Key, WithoutIds(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(WithoutIds)]),
        _ => value?.DeepClone(),
    };
}
