using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A piece of a network: weights and what they do to a value. A layer of your own overrides <see cref="Call(Node, CallContext)"/>
/// with the ops of <c>Fovea.Engine.Ops</c> and gets gradients, fusion and shapes for free.
/// </summary>
public abstract class Layer
{
    private readonly List<Weight> weights = [];

    /// <summary>The name, unique in a model. A model names layers that have none after their class: conv2d, conv2d_1, …</summary>
    public string? Name { get; set; }

    /// <summary>Whether training changes the weights. Compile the model again after changing it.</summary>
    public bool Trainable { get; set; } = true;

    /// <summary>The name of the Keras class that this layer equals.</summary>
    public virtual string ClassName => GetType().Name;

    /// <summary>The weights in Keras' order; empty before the layer is built.</summary>
    public IReadOnlyList<Weight> Weights => weights;

    /// <summary>Whether the weights exist: a layer is built when it is first connected to an input.</summary>
    public bool IsBuilt { get; private set; }

    internal string Subject => Name is null ? ClassName : $"{ClassName} '{Name}'";

    /// <summary>Connects the layer to values, as in <c>var x = new Dense(10).Call(inputs)</c>, and builds it if this is the first time.</summary>
    /// <exception cref="ShapeException">The layer does not take inputs of these shapes.</exception>
    public SymbolicTensor Call(params ReadOnlySpan<SymbolicTensor> inputs)
    {
        if (inputs.Length == 0) throw new ArgumentException($"{Subject}: expected an input; received none.", nameof(inputs));
        var shapes = new Shape[inputs.Length];
        for (var i = 0; i < inputs.Length; i++) shapes[i] = inputs[i].Shape;
        EnsureBuilt(shapes);

        var nodes = Array.ConvertAll(shapes, shape => new Node(new Engine.Ops.InputOp("input", shape.Prepend(1))));
        var output = Trace(nodes, new CallContext(training: false)).Shape;
        if (output.Rank == 0 || output[0] != 1)
            throw new ShapeException(Subject, $"the output must keep the batch as its first dimension; for {nodes[0].Shape} it was {output}.");
        return new SymbolicTensor(this, [.. inputs], output[1..]);
    }

    /// <summary>Creates the weights for inputs of these shapes, the batch left out. Called once.</summary>
    protected virtual void Build(IReadOnlyList<Shape> inputs)
    {
    }

    /// <summary>Computes the output for one input whose first dimension is the batch.</summary>
    protected virtual Node Call(Node input, CallContext context) => throw new InvalidOperationException($"{Subject}: the layer overrides neither form of Call.");

    /// <summary>Computes the output for several inputs; a layer of one input need not override it.</summary>
    protected virtual Node Call(IReadOnlyList<Node> inputs, CallContext context) => inputs.Count == 1
        ? Call(inputs[0], context)
        : throw new ShapeException(Subject, $"expected one input; received {inputs.Count}.");

    /// <summary>Writes the constructor's arguments under Keras' names, so that a saved model can be built again.</summary>
    protected internal virtual void WriteConfig(LayerConfig config)
    {
    }

    /// <summary>Adds a weight, in <see cref="Build"/>; the model that the layer becomes part of fills it.</summary>
    protected Variable AddWeight(string name, Shape shape, Initializer initializer, bool trainable = true)
    {
        var variable = new Variable(name, shape);
        weights.Add(new Weight(variable, initializer, trainable));
        return variable;
    }

    internal void EnsureBuilt(IReadOnlyList<Shape> inputs)
    {
        if (IsBuilt) return;
        InOwnName(() => Build(inputs));
        IsBuilt = true;
    }

    /// <summary>Adds the layer's ops to a graph, with errors in the layer's name.</summary>
    internal Node Trace(IReadOnlyList<Node> inputs, CallContext context)
    {
        Node? output = null;
        InOwnName(() => output = Call(inputs, context));
        return output!;
    }

    private void InOwnName(Action action)
    {
        try
        {
            action();
        }
        catch (ShapeException error)
        {
            throw new ShapeException(Subject, error.Problem, error);
        }
    }
}

/// <summary>A variable of a layer, how it starts, and whether training changes it.</summary>
public sealed record Weight(Variable Variable, Initializer Initializer, bool Trainable)
{
    /// <summary>Whether the variable has its values: a layer that serves in a second model keeps what it has learned.</summary>
    internal bool IsFilled { get; set; }
}
