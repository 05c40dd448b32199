namespace Fovea.Formats.Keras;

/// <summary>
/// The order of the weights of a layer in Keras 2's <c>.h5</c>. The weights of a model within a model are one flat list in the group of that model: first
/// the weights of all layers that training changed when the file was written, then the others.
/// </summary>
internal static class KerasHdf5WeightOrder
{
    /// <summary>
    /// The weights of a layer in the order of a file. Weights of a model, or of a layer that contains others, are matched by name if the names are unique,
    /// else they have Keras' order.
    /// </summary>
    public static IReadOnlyList<(string Path, Weight Weight)> Order(Layer layer, IReadOnlyList<StoredArray> stored)
    {
        var all = PathsOf(layer).ToList();
        if (layer.Contained.Count == 0) return all;
        var byName = all.GroupBy(entry => LastTwo($"{entry.Path}/{entry.Weight.Name}")).Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => group.Single());
        var named = stored.Select(array => byName.TryGetValue(LastTwo(array.Name), out var entry) ? entry : default).ToList();
        if (named.Count == all.Count && named.All(entry => entry.Weight is not null) && named.Distinct().Count() == all.Count) return named;
        return InKerasOrder(layer);
    }

    /// <summary>The weights of a layer. For a model, or a layer that contains others: those that training changes, then the others.</summary>
    public static IReadOnlyList<(string Path, Weight Weight)> InKerasOrder(Layer layer, KerasNames? names = null)
    {
        var all = PathsOf(layer, "", names).ToList();
        if (layer.Contained.Count == 0) return all;
        var trained = layer.Leaves.Where(leaf => leaf.Trainable).SelectMany(leaf => leaf.OwnWeights.Where(weight => weight.Trainable)).ToHashSet();
        return [.. all.OrderBy(entry => trained.Contains(entry.Weight) ? 0 : 1)];
    }

    /// <summary>The weights of a layer and of the layers in it, each with the path of its layer.</summary>
    public static IEnumerable<(string Path, Weight Weight)> PathsOf(Layer layer, string prefix = "", KerasNames? names = null) => layer.OwnWeights
        .Select(weight => ($"{prefix}{NameOf(layer, names)}", weight))
        .Concat(KerasLayerOrder.Within(layer).SelectMany(within => PathsOf(within, $"{prefix}{NameOf(layer, names)}/", names)))
        .DistinctBy(entry => entry.Item2);

    /// <summary>The arrays of a layer without the count of samples, which Keras 2's <c>Normalization</c> stores after the mean and the variance.</summary>
    public static IReadOnlyList<StoredArray> WithoutCounts(Layer layer, IReadOnlyList<StoredArray> stored) =>
        layer is Normalization && stored.Count == layer.Weights.Count + 1 ? [.. stored.Take(layer.Weights.Count)] : stored;

    private static string NameOf(Layer layer, KerasNames? names) => (names ?? KerasNames.Unchanged)[layer];

    /// <summary>The names of layer and weight in a path such as <c>vgg16/block1_conv1/kernel:0</c>.</summary>
    private static string LastTwo(string name)
    {
        var parts = name.Split(':')[0].Split('/');
        return string.Join('/', parts[Math.Max(0, parts.Length - 2)..]);
    }
}
