using System.Collections.Immutable;

namespace Fovea.Formats.Keras;

/// <summary>
/// The paths of the weights of layers in a Keras 3 file. Keras names the groups of a list of layers after their classes, not after
/// their names: <c>conv2d</c>, <c>conv2d_1</c>, … in order of appearance (<c>_save_container_state</c> in its saving_lib).
/// The group of a layer named <c>conv2d_7</c> is <c>conv2d</c> if the layer is the first of its class.
/// </summary>
internal static class WeightPaths
{
    /// <summary>The list of layers of a model.</summary>
    public const string Layers = "layers";

    /// <summary>The layers that Keras counts, in their order.</summary>
    public static ImmutableArray<LayerDescription> Counted(ModelDescription model) =>
    [
        .. model.Layers.Where(layer => IsCounted(model.Kind == ModelKind.Sequential, layer.ClassName)
            && layer.Module?.StartsWith("keras.ops", StringComparison.Ordinal) != true
            && layer.Module?.StartsWith("keras.src.ops", StringComparison.Ordinal) != true),
    ];

    /// <summary>Whether Keras counts a layer. It does not count the <c>InputLayer</c> of a sequential model, and counts those of a functional one.</summary>
    public static bool IsCounted(bool isSequential, string className) => !isSequential || className != "InputLayer";

    /// <summary>The paths to which layers of these classes are written, in their order.</summary>
    /// <param name="classNames">The classes of the layers that Keras counts, as in <c>Conv2D</c>.</param>
    /// <param name="container">The list: <c>layers</c>, or <c>layers/functional/layers</c> for a model within a model.</param>
    public static ImmutableArray<string> ForWriting(IEnumerable<string> classNames, string container = Layers)
    {
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. classNames.Select(className =>
        {
            var name = SnakeCase.Of(className);
            var count = used[name] = used.GetValueOrDefault(name, -1) + 1;
            return count == 0 ? $"{container}/{name}" : $"{container}/{name}_{count}";
        })];
    }

    /// <summary>
    /// The paths from which layers are read, in their order; null for a layer without a group in the file. Three ways of naming are tried: by class; by
    /// class as Keras 2.12 and 2.13 do, which count layers with weights twice (their list of dependencies has each as <c>layer_with_weights-0</c> and as
    /// <c>layer-1</c>), so that <c>conv2d</c> is followed by <c>conv2d_2</c>; and by the names of layers. The way that finds the most layers is used, and
    /// the earlier one if two find equally many.
    /// </summary>
    public static ImmutableArray<string?> ForReading(
        WeightsFile weights, IReadOnlyList<(string ClassName, string Name, bool HasWeights)> layers, string container = Layers)
    {
        var byClass = Present(weights, ForWriting(layers.Select(layer => layer.ClassName), container));
        var countedTwice = layers.SelectMany(layer => Enumerable.Repeat(layer, layer.HasWeights ? 2 : 1)).ToList();
        var firstOfTwo = ForWriting(countedTwice.Select(layer => layer.ClassName), container).Zip(countedTwice)
            .DistinctBy(counted => counted.Second.Name).Select(counted => counted.First);
        var twice = Present(weights, [.. firstOfTwo]);
        var byName = Present(weights, [.. layers.Select(layer => $"{container}/{layer.Name}")]);
        return ((ImmutableArray<string?>[])[byClass, twice, byName]).MaxBy(paths => paths.Count(path => path is not null));
    }

    /// <summary>The paths of the groups with the names of layers, by the name that the group states or by its path; null for a layer without one.</summary>
    public static ImmutableArray<string?> ByName(
        WeightsFile weights, IReadOnlyList<(string ClassName, string Name, bool HasWeights)> layers, string container = Layers)
    {
        var named = NamedGroups(weights, container);
        return [.. layers.Select(layer => named.TryGetValue(layer.Name, out var path) || named.TryGetValue(KerasNames.InKeras3(layer.Name), out path)
            ? path
            : weights.Contains($"{container}/{layer.Name}")
            ? $"{container}/{layer.Name}"
            : null)];
    }

    /// <summary>Whether the file states the names of its groups, and all layers with weights are among them.</summary>
    public static bool HasAllNames(
        WeightsFile weights, IReadOnlyList<(string ClassName, string Name, bool HasWeights)> layers, string container = Layers)
    {
        var named = NamedGroups(weights, container);
        return layers.All(layer => !layer.HasWeights || named.ContainsKey(layer.Name));
    }

    private static Dictionary<string, string> NamedGroups(WeightsFile weights, string container) => weights.Groups.Where(
            group => group.Name is not null && group.Path.StartsWith($"{container}/", StringComparison.Ordinal)
            && !group.Path[(container.Length + 1)..].Contains('/', StringComparison.Ordinal))
        .GroupBy(group => group.Name!).ToDictionary(group => group.Key, group => group.First().Path);

    private static ImmutableArray<string?> Present(WeightsFile weights, ImmutableArray<string> paths) =>
        [.. paths.Select(path => weights.Contains(path) ? path : null)];
}
