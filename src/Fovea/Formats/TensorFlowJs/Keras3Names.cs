using Fovea.Formats.Keras;

namespace Fovea.Formats.TensorFlowJs;

/// <summary>
/// Names of weights in TensorFlow.js files that were converted from Keras 3. They are paths of a Keras 3 weights file, as in
/// <c>layers/conv2d_1/vars/0</c>, which have the class and the number of a layer and not its name.
/// </summary>
internal static class Keras3Names
{
    /// <summary>The weight for each such name, as in <c>features/kernel</c>.</summary>
    public static Dictionary<string, string> Of(Model model, ModelDescription description, IReadOnlyList<StoredArray> tensors)
    {
        var stored = tensors.ToDictionary(tensor => Clean(tensor.Name), tensor => tensor.Name);
        var names = new Dictionary<string, string>();
        Add(model, description, "", "");
        return names;

        void Add(Model model, ModelDescription description, string container, string path)
        {
            var layers = WeightPaths.Counted(description);
            foreach (var (described, group) in layers.Zip(WeightPaths.ForWriting(layers.Select(layer => layer.ClassName), container)))
            {
                var layer = model.Layer(described.Name);
                if (layer is Model within && described.Nested is { } nested)
                {
                    Add(within, nested, group, $"{path}{within.Name}/");
                    continue;
                }

                foreach (var (index, weight) in layer.Weights.Index())
                {
                    if (stored.TryGetValue($"{group}/{index}", out var name)) names[name] = $"{path}{layer.Name}/{weight.Name}";
                }
            }
        }
    }

    /// <summary>A path without the parts that only announce a list of layers or a group of variables.</summary>
    private static string Clean(string name) => $"/{string.Join('/', name.Split('/').Where(part =>
        part is not ("layers" or "vars" or "_layer_checkpoint_dependencies" or "_self_tracked_trackables")))}";
}
