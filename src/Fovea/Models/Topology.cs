using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The connections between the layers of a model, from which it is traced into a graph of ops.</summary>
internal sealed partial class Topology
{
    public Topology(IReadOnlyList<SymbolicTensor> inputs, IReadOnlyList<SymbolicTensor> outputs)
    {
        if (inputs.Count == 0 || outputs.Count == 0)
            throw new ArgumentException($"Model: expected at least one input and one output; received {inputs.Count} and {outputs.Count}.", inputs.Count == 0
                ? nameof(inputs)
                : nameof(outputs));
        foreach (var input in inputs)
        {
            if (input.Layer is not Fovea.Input)
                throw new ArgumentException($"Model: expected the output of an Input; received that of a {input.Layer.ClassName}.", nameof(inputs));
        }

        if (inputs.Distinct().Count() != inputs.Count) throw new ArgumentException("Model: an input is given twice.", nameof(inputs));
        Inputs = inputs;
        Outputs = outputs;
        Calls = TopologicalOrder.Of(outputs.Select(output => output.Call), call => call.Sources);
        var given = inputs.Select(input => input.Call).ToList();
        foreach (var call in given.Where(call => !Calls.Contains(call)))
            throw new ArgumentException(
                given.Count == 1
                ? "Model: the outputs do not depend on the inputs."
                : $"Model: the outputs do not depend on the input {call.Layer.Subject}.", nameof(outputs));
        foreach (var call in Calls.Where(call => call.Layer is Fovea.Input && !given.Contains(call)))
            throw new ArgumentException($"Model: the outputs depend on another input, {call.Layer.Subject}, that is not given.", nameof(outputs));

        Layers = [.. Calls.Select(call => call.Layer).Distinct()];
        Layer.NameLayers(Layers);
        IsOpen = inputs.Any(input => input.Shape.IsOpen);
        if (!IsOpen) only = new ModelSize([.. inputs.Select(input => input.Shape)], [.. outputs.Select(output => output.Shape)]);
        Prediction = new Prediction(this);
    }

    /// <summary>Whether an input has an open size.</summary>
    public bool IsOpen { get; }

    /// <summary>Whether all weights have values.</summary>
    public bool IsInitialized
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>The locks of the layers' weights.</summary>
    public WeightLock[] Locks => KnownLocks ?? (KnownLocks = WeightLock.Of([.. Leaves]));

    /// <summary>The locks if the weights were used before; else null.</summary>
    public WeightLock[]? KnownLocks
    {
        get => Volatile.Read(ref field);
        private set => Volatile.Write(ref field, value);
    }

    /// <summary>The plans and the memory of predictions.</summary>
    public Prediction Prediction { get; }

    /// <summary>All layers that may have weights.</summary>
    public IEnumerable<Layer> Leaves => Layers.SelectMany(layer => layer.Leaves).Distinct();

    public IReadOnlyList<SymbolicTensor> Inputs { get; }

    public IReadOnlyList<SymbolicTensor> Outputs { get; }

    /// <summary>Every use of a layer, each after the uses that it reads.</summary>
    public IReadOnlyList<LayerCall> Calls { get; }

    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>Lets the calling thread read the weights as they are between two steps of training, until the result is disposed.</summary>
    public WeightLock.Pass ReadWeights() => WeightLock.Enter(Locks, writes: false);

    /// <summary>Creates the inputs as nodes of a graph for one batch size and size of the inputs, with the names that messages show.</summary>
    public Node[] InputNodes(int batchSize, ModelSize size) =>
        [.. Inputs.Zip(size.Inputs, (input, shape) => new Node(new InputOp(Inputs.Count == 1 ? "input" : input.Layer.Name, shape.Prepend(batchSize))))];

    /// <summary>Adds all layers to a graph.</summary>
    /// <returns>The values of all uses of layers.</returns>
    public Dictionary<SymbolicTensor, Node> Trace(IReadOnlyList<Node> inputs, CallContext context)
    {
        var values = new Dictionary<SymbolicTensor, Node>();
        for (var i = 0; i < inputs.Count; i++) values[Inputs[i]] = inputs[i];
        foreach (var call in Calls.Where(call => call.Layer is not Fovea.Input))
        {
            var outputs = call.Layer.TraceAll([.. call.Inputs.Select(tensor => values[tensor])], context, call.Training);
            for (var i = 0; i < outputs.Count; i++) values[call.Outputs[i]] = outputs[i];
        }

        return values;
    }

    /// <summary>Adds all layers to a graph.</summary>
    /// <returns>The model's outputs.</returns>
    public IReadOnlyList<Node> TraceOutputs(IReadOnlyList<Node> inputs, CallContext context)
    {
        var values = Trace(inputs, context);
        return [.. Outputs.Select(output => values[output])];
    }
}
