namespace Fovea.Formats.Keras;

/// <summary>
/// The order of <c>model.layers</c> in Keras, in which its files have weights. A functional model lists its layers by their depth, the largest number of layers
/// between them and an output; layers of one depth follow the order in which a search from the outputs finds them (<c>map_graph</c> in
/// <c>keras/src/ops/function.py</c>).
/// </summary>
internal static class KerasLayerOrder
{
    /// <summary>The layers of a model in the order of Keras.</summary>
    public static IReadOnlyList<Layer> Of(Model model)
    {
        if (model is Sequential) return model.Layers;
        var (depths, found) = (DepthsOf(model.Topology.Calls), Found(model.Outputs));
        return [.. model.Layers.OrderByDescending(layer => depths[layer]).ThenBy(layer => found[layer])];
    }

    /// <summary>The layers that a model or another layer contains, in the order of Keras.</summary>
    public static IReadOnlyList<Layer> Within(Layer layer) => layer is Model model ? Of(model) : layer.Contained;

    /// <summary>The depth of each layer. A layer that is called several times has its largest one.</summary>
    private static Dictionary<Layer, int> DepthsOf(IReadOnlyList<LayerCall> calls)
    {
        var (ofCalls, ofLayers) = (new Dictionary<LayerCall, int>(), new Dictionary<Layer, int>());
        foreach (var call in calls.Reverse())
        {
            var depth = ofLayers[call.Layer] = Math.Max(ofCalls.GetValueOrDefault(call), ofLayers.GetValueOrDefault(call.Layer));
            foreach (var source in call.Sources) ofCalls[source] = Math.Max(depth + 1, ofCalls.GetValueOrDefault(source));
        }

        return ofLayers;
    }

    /// <summary>The position of each layer in a search that begins at the outputs and follows the inputs of a call in their order, depth first.</summary>
    private static Dictionary<Layer, int> Found(IReadOnlyList<SymbolicTensor> outputs)
    {
        var (found, seen) = (new Dictionary<Layer, int>(), new HashSet<LayerCall>());
        var open = new Stack<LayerCall>(outputs.Reverse().Select(output => output.Call));
        while (open.TryPop(out var call))
        {
            if (!seen.Add(call)) continue;
            found.TryAdd(call.Layer, found.Count);
            foreach (var source in call.Sources.Reverse()) open.Push(source);
        }

        return found;
    }
}
