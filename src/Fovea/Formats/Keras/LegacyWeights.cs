namespace Fovea.Formats.Keras;

/// <summary>
/// The weights of a model within a model in Keras 2's <c>.h5</c>: one flat list in the model's group, those that training changes of
/// all layers first, then the others, as they were when the file was written.
/// </summary>
internal static class LegacyWeights
{
    /// <summary>The weights of a model in the order of a file's list: by their names where these tell, else in Keras' order.</summary>
    public static IReadOnlyList<(Layer Owner, Weight Weight)> Order(Model model, IReadOnlyList<StoredArray> stored)
    {
        var all = model.Leaves.SelectMany(layer => layer.Weights.Select(weight => (Owner: layer, Weight: weight))).ToList();
        var byName = all.GroupBy(entry => $"{entry.Owner.Name}/{entry.Weight.Name}").Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.Single());
        var named = stored.Select(array => byName.TryGetValue(LastTwo(array.Name), out var entry) ? entry : default).ToList();
        if (named.Count == all.Count && named.All(entry => entry.Owner is not null) && named.Distinct().Count() == all.Count) return named;
        return [.. all.OrderBy(entry => entry.Owner.Trainable && entry.Weight.Trainable ? 0 : 1)];
    }

    /// <summary>The layer and the weight of a name such as <c>vgg16/block1_conv1/kernel:0</c>.</summary>
    private static string LastTwo(string name)
    {
        var parts = name.Split(':')[0].Split('/');
        return string.Join('/', parts[Math.Max(0, parts.Length - 2)..]);
    }
}
