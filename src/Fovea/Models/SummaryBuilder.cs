using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Traces a model into a graph of ops for one sample, and describes each use of a layer by the nodes between its inputs and outputs.</summary>
internal sealed class SummaryBuilder
{
    private readonly CallContext context = new(training: false);
    private readonly HashSet<Layer> counted = [];
    private readonly Dictionary<Node, ReceptiveField?> fields;

    private readonly TracedModel traced;
    private readonly bool isOpen;

    private SummaryBuilder(Model model, ModelSize size)
    {
        isOpen = model.Topology.IsOpen;
        var inputs = model.Topology.InputNodes(1, size);
        traced = Trace(model, inputs);
        fields = ReceptiveField.Trace(traced.Outputs, inputs[0]);
    }

    public static ModelSummary Build(Model model, bool expandNested)
    {
        SummaryBuilder[] builders = [.. model.Topology.Examples().Take(2).Select(size => new SummaryBuilder(model, size))];
        if (builders is [var first, var second]) first.KeepFieldsOfAnySize(second);
        return builders[0].Describe(builders[0].traced, expandNested);
    }

    /// <summary>Keeps the receptive fields that are the same at another size of the input.</summary>
    private void KeepFieldsOfAnySize(SummaryBuilder other)
    {
        foreach (var (value, same) in context.Values.Zip(other.context.Values))
        {
            if (fields.GetValueOrDefault(value.Node) != other.fields.GetValueOrDefault(same.Node)) fields[value.Node] = null;
        }
    }

    /// <summary>Adds the ops of a model and of the models within it to the graph.</summary>
    private TracedModel Trace(Model model, Node[] inputs)
    {
        var topology = model.Topology;
        var (values, calls) = (new Dictionary<SymbolicTensor, Node>(), new List<TracedCall>());
        for (var i = 0; i < inputs.Length; i++) values[topology.Inputs[i]] = inputs[i];
        foreach (var call in topology.Calls.Where(call => call.Layer is not Input))
        {
            Node[] from = [.. call.Inputs.Select(tensor => values[tensor])];
            var known = context.Values.Count;
            var inner = call.Layer is Model nested ? Trace(nested, from) : null;
            var outputs = inner?.Outputs ?? call.Layer.TraceAll(from, context, call.Training);
            for (var i = 0; i < outputs.Count; i++) values[call.Outputs[i]] = outputs[i];
            calls.Add(new TracedCall(call, from, outputs, inner, [.. context.Values.Skip(known)]));
        }

        return new TracedModel(model, calls, [.. topology.Outputs.Select(output => values[output])]);
    }

    private ModelSummary Describe(TracedModel traced, bool expandNested)
    {
        var topology = traced.Model.Topology;
        var uses = new Dictionary<LayerCall, int>();
        foreach (var call in topology.Calls) uses[call] = 1 + uses.Keys.Count(earlier => earlier.Layer == call.Layer);
        LayerSource Source(SymbolicTensor tensor) => new(tensor.Layer.Name, uses[tensor.Call], tensor.Index);
        var weights = traced.Model.Leaves.SelectMany(layer => layer.OwnWeights).ToList();
        return new ModelSummary(
            traced.Model.Name,
            [.. topology.Inputs.Select(input => new LayerSummary
            {
                Name = input.Layer.Name, ClassName = input.Layer.ClassName, OutputShape = input.Shape, ReceptiveField = null,
            })],
            [.. traced.Calls.Select(call => Describe(call, uses[call.Call], [.. call.Call.Inputs.Select(Source)]))],
            [.. topology.Outputs.Select(Source)])
        {
            ExpandNested = expandNested,
            IsOpen = isOpen,
            Parameters = weights.Sum(weight => (long)weight.Shape.Count),
            TrainableParameters = weights.Where(weight => weight.IsTrained).Sum(weight => (long)weight.Shape.Count),
        };
    }

    private LayerSummary Describe(TracedCall traced, int use, IReadOnlyList<LayerSource> inputs)
    {
        var layer = traced.Call.Layer;
        var inner = traced.Inner is { } model ? Describe(model, expandNested: false) : null;
        var own = inner is null ? layer.Leaves.Where(counted.Add).SelectMany(leaf => leaf.OwnWeights).Sum(weight => (long)weight.Shape.Count) : 0;
        var trainable = layer.Leaves.SelectMany(leaf => leaf.OwnWeights).Where(weight => weight.Trainable).ToList();
        var trained = trainable.Count(weight => weight.IsTrained);
        return new LayerSummary
        {
            Name = layer.Name,
            ClassName = layer.ClassName,
            OutputShape = isOpen ? traced.Call.Outputs[0].Shape : traced.Outputs[0].Shape[1..],
            Use = use,
            Inputs = inputs,
            Parameters = inner?.Layers.Sum(part => part.Parameters) ?? own,
            IsFrozen = trainable.Count > 0 && trained == 0,
            IsPartlyFrozen = trained > 0 && trained < trainable.Count,
            ReceptiveField = fields.GetValueOrDefault(traced.Outputs[0]),
            MultiplyAdds = isOpen ? 0 : inner?.MultiplyAdds ?? NodesBetween(traced.Outputs, traced.Inputs)
                .Sum(node => node.Op.MultiplyAdds([.. node.Inputs.Select(operand => operand.Shape)], node.Shape)),
            ActivationBytes = isOpen ? 0 : inner?.ActivationBytes ?? Bytes(traced.Values),
            Model = inner,
        };
    }

    /// <summary>The memory of the outputs of a layer and of the layers that it contains.</summary>
    private static long Bytes(IReadOnlyList<LayerValue> values) => sizeof(float) * values
        .Where(value => NodesBetween([value.Node], value.Inputs).Any(node => node.Op is not ReshapeOp))
        .DistinctBy(value => value.Node).Sum(value => (long)value.Node.Shape.Count);

    private static HashSet<Node> NodesBetween(IReadOnlyList<Node> outputs, IReadOnlyList<Node> inputs)
    {
        var found = new HashSet<Node>();
        var open = new Stack<Node>(outputs);
        while (open.TryPop(out var node))
        {
            if (inputs.Contains(node) || !found.Add(node)) continue;
            foreach (var input in node.Inputs) open.Push(input);
        }

        return found;
    }

    private sealed record TracedModel(Model Model, IReadOnlyList<TracedCall> Calls, IReadOnlyList<Node> Outputs);

    /// <summary>One use of a layer as nodes: its inputs and outputs, and the values of the layers that it contains.</summary>
    private sealed record TracedCall(
        LayerCall Call, IReadOnlyList<Node> Inputs, IReadOnlyList<Node> Outputs, TracedModel? Inner, IReadOnlyList<LayerValue> Values);
}
