namespace Fovea.Formats.Matching;

/// <summary>
/// The order of flattened features in PyTorch, (channels, height, width), relative to that in Fovea, (height, width, channels). It applies to the weights
/// of the layers between a <see cref="Flatten"/> and a <see cref="Dense"/>, and between a <see cref="Dense"/> and a <see cref="Reshape"/>.
/// </summary>
internal sealed class FeatureOrders
{
    private readonly Dictionary<SymbolicTensor, int[]?> flattened = [];
    private readonly Dictionary<SymbolicTensor, int[]?> wanted = [];
    private readonly Dictionary<Layer, (int[]? Inputs, int[]? Outputs)> layers = [];

    public FeatureOrders(Model model)
    {
        FollowFlattened(model);
        FollowWanted(model);
        foreach (var call in Calls(model))
        {
            if (call.Layer is Model || call.Inputs.Count != 1) continue;
            layers.TryAdd(call.Layer, (flattened.GetValueOrDefault(call.Inputs[0]), wanted.GetValueOrDefault(call.Outputs[0])));
        }
    }

    /// <summary>For each input feature of a dense layer, its index in PyTorch; null for the same order.</summary>
    public int[]? OfInputs(Layer layer) => layers.GetValueOrDefault(layer).Inputs;

    /// <summary>For each output feature of a layer, its index in PyTorch; null for the same order.</summary>
    public int[]? OfOutputs(Layer layer) => layers.GetValueOrDefault(layer) is var (inputs, outputs) && layer is Dense ? outputs : inputs ?? outputs;

    private static IEnumerable<LayerCall> Calls(Model model) =>
        model.Topology.Calls.SelectMany(call => call.Layer is Model within ? Calls(within).Append(call) : [call]);

    private void FollowFlattened(Model model)
    {
        foreach (var call in model.Topology.Calls)
        {
            if (call.Layer is Model within)
            {
                foreach (var (inner, outer) in within.Inputs.Zip(call.Inputs)) flattened[inner] = flattened.GetValueOrDefault(outer);
                FollowFlattened(within);
                foreach (var (inner, outer) in within.Outputs.Zip(call.Outputs)) flattened[outer] = flattened.GetValueOrDefault(inner);
                continue;
            }

            if (call.Inputs.Count > 0 && call.Outputs is [{ Shape.Rank: 1 } output]) flattened[output] = OrderAfter(call);
        }
    }

    private int[]? OrderAfter(LayerCall call)
    {
        var input = call.Inputs[0];
        if (call.Layer is Flatten or Reshape)
            return input.Shape.Rank == 1
                ? flattened.GetValueOrDefault(input)
                : input.Layer is Permute permute && ChannelsGoFirst(permute)
                ? null
                : ChannelByChannel(input.Shape);
        if (call.Layer is Concatenate && call.Inputs.Any(part => flattened.GetValueOrDefault(part) is not null))
        {
            var offset = 0;
            var all = new List<int>();
            foreach (var part in call.Inputs)
            {
                all.AddRange((flattened.GetValueOrDefault(part) ?? Enumerable.Range(0, part.Shape[0])).Select(position => offset + position));
                offset += part.Shape[0];
            }

            return [.. all];
        }

        if (KeepsOrder(call)) return call.Inputs.Select(part => flattened.GetValueOrDefault(part)).FirstOrDefault(order => order is not null);
        return null;
    }

    private void FollowWanted(Model model)
    {
        foreach (var call in model.Topology.Calls.Reverse())
        {
            if (call.Layer is Model within)
            {
                foreach (var (inner, outer) in within.Outputs.Zip(call.Outputs)) wanted[inner] = wanted.GetValueOrDefault(outer);
                FollowWanted(within);
                foreach (var (inner, outer) in within.Inputs.Zip(call.Inputs)) Want(outer, wanted.GetValueOrDefault(inner));
            }
            else if (call.Layer is Reshape && call.Inputs[0].Shape.Rank == 1)
            {
                var goesLast = model.Topology.Calls.Any(
                    next => next.Inputs.Contains(call.Outputs[0]) && next.Layer is Permute permute && ChannelsGoLast(permute));
                if (!goesLast) Want(call.Inputs[0], ChannelByChannel(call.Outputs[0].Shape));
            }
            else if (KeepsOrder(call))
            {
                foreach (var input in call.Inputs) Want(input, wanted.GetValueOrDefault(call.Outputs[0]));
            }
        }
    }

    private void Want(SymbolicTensor value, int[]? order)
    {
        if (order is not null) wanted[value] = order;
    }

    /// <summary>Whether each output feature depends on the input features at the same index alone.</summary>
    private static bool KeepsOrder(LayerCall call) =>
        call.Layer is not (Dense or Concatenate or Dot or Flatten or Reshape or Input) && call.Outputs is [{ Shape.Rank: 1 } output]
            && call.Inputs.All(input => input.Shape == output.Shape);

    private static bool ChannelsGoFirst(Permute permute) => permute.Dims is [2, 1] or [3, 1, 2];

    private static bool ChannelsGoLast(Permute permute) => permute.Dims is [2, 1] or [2, 3, 1];

    /// <summary>For each element of an image (…, channels), its index in (channels, …); null if the order is the same.</summary>
    private static int[]? ChannelByChannel(Shape image)
    {
        var channels = image[^1];
        var pixels = image.Count / channels;
        return channels == 1 || pixels == 1
            ? null
            : [.. Enumerable.Range(0, image.Count).Select(index => ((index % channels) * pixels) + (index / channels))];
    }
}
