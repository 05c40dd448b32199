namespace Fovea.Formats.Matching;

/// <summary>
/// The weights that one module of a file fills: those of a layer. A separable convolution is two modules in PyTorch, and therefore two units.
/// </summary>
/// <param name="Path">The layer's path in the model, as in <c>mobilenet/conv1</c>.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Weights">The weights of the layer, or a part of them.</param>
internal sealed record WeightUnit(string Path, Layer Layer, IReadOnlyList<Weight> Weights)
{
    /// <summary>Whether the layer is a normalization.</summary>
    public bool IsNormalization => Layer is ScaledNormalization or RMSNormalization;

    /// <summary>The path of one of its weights, as in <c>conv2d/kernel</c>.</summary>
    public string PathOf(Weight weight) => $"{Path}/{weight.Name}";

    /// <summary>The units of a model in the order in which its layers compute.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layout">The layout, which decides whether a layer is one unit or two.</param>
    /// <param name="lastInputFirst">Whether the last of several branches is visited first. Files list branches in either order.</param>
    public static IReadOnlyList<WeightUnit> Of(Model model, TensorLayout layout, bool lastInputFirst = false) =>
        [.. Leaves(model, "", lastInputFirst).DistinctBy(leaf => leaf.Layer).SelectMany(leaf => Split(leaf.Path, leaf.Layer, layout))];

    private static IEnumerable<WeightUnit> Split(string path, Layer layer, TensorLayout layout)
    {
        if (layer.OwnWeights.Count == 0) return [];
        if (layout == TensorLayout.Keras || layer is not (SeparableConv2D or SeparableConv1D)) return [new(path, layer, layer.OwnWeights)];
        return [new(path, layer, [.. layer.Weights.Take(1)]), new(path, layer, [.. layer.Weights.Skip(1)])];
    }

    private static IEnumerable<(string Path, Layer Layer)> Leaves(Model model, string prefix, bool lastInputFirst) =>
        (lastInputFirst ? LastInputFirst(model) : model.Layers).SelectMany(layer => WithParts(layer, $"{prefix}{layer.Name}", lastInputFirst));

    private static IEnumerable<(string Path, Layer Layer)> WithParts(Layer layer, string path, bool lastInputFirst) => layer is Model within
        ? Leaves(within, $"{path}/", lastInputFirst)
        : layer.Contained.SelectMany(part => WithParts(part, $"{path}/{part.Name}", lastInputFirst)).Prepend((path, layer));

    private static List<Layer> LastInputFirst(Model model)
    {
        var order = new List<Layer>();
        var seen = new HashSet<LayerCall>();
        var path = new Stack<(LayerCall Call, int Next)>(model.Outputs.Select(output => (output.Call, output.Call.Inputs.Count)).Reverse());
        while (path.TryPop(out var top))
        {
            if (top.Next == top.Call.Inputs.Count && !seen.Add(top.Call)) continue;
            if (top.Next == 0)
            {
                if (!order.Contains(top.Call.Layer)) order.Add(top.Call.Layer);
                continue;
            }

            path.Push((top.Call, top.Next - 1));
            var input = top.Call.Inputs[top.Next - 1].Call;
            if (!seen.Contains(input)) path.Push((input, input.Inputs.Count));
        }

        return order;
    }
}
