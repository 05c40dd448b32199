using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>Settings that are lists of layers, as Keras writes them: module, class, settings and registered name of each.</summary>
internal static class LayerListConfig
{
    extension(Config config)
    {
        public void SetLayers(string key, IReadOnlyList<Layer> layers) =>
            config.Json[key] = new JsonArray([.. layers.Select(layer => (JsonNode)Write(layer, config.Subject))]);

        public Layer[] GetLayers(string key) => config.Find(key) is JsonArray list
            ? [.. list.Select(item => Read(item, config, key))]
            : throw config.Wrong(key, "a list of layers", config.Find(key));

        public ImageAugmentation[] GetAugmentations(string key) =>
            [.. config.GetLayers(key).Select(layer => layer as ImageAugmentation ?? throw config.Wrong(key, "layers that change images", config.Find(key)))];
    }

    private static JsonObject Write(Layer layer, string owner)
    {
        var written = LayerCatalog.Known.Write(layer, owner);
        ((JsonObject)written["config"]!)["name"] = layer.Name;
        return written;
    }

    private static Layer Read(JsonNode? item, Config owner, string key)
    {
        if (item is not JsonObject || PartDescription.Parse(item) is not { } described)
            throw owner.Wrong(key, "layers with class_name and config", item);
        var name = described.Config.TextOrNull("name") ?? SnakeCase.Of(described.ClassName);
        var config = new Config($"{owner.Subject}: {described.ClassName} '{name}'", described.Config) { Name = name };
        var layer = LayerCatalog.Create(described.ClassName, config, described.RegisteredName);
        config.RequireAllRead();
        return layer;
    }
}
