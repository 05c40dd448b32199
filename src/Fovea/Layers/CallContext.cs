using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Extending;

/// <summary>What a layer finds when its ops are added to a graph: whether it is for training, weights as nodes, random numbers.</summary>
public sealed class CallContext
{
    private readonly Dictionary<Variable, Node> variables = [];
    private readonly List<Update> updates = [];
    private readonly List<LayerValue> values = [];
    private readonly List<Node> losses = [];
    private readonly HashSet<Variable> penalized = [];
    private string path = "";
    private Layer? current;
    private int streams;

    internal CallContext(bool training) => Training = training;

    /// <summary>Whether the graph trains: dropout and augmentation act only then.</summary>
    public bool Training { get; private set; }

    /// <summary>The changes of variables that are no gradient steps: moving statistics.</summary>
    internal IReadOnlyList<Update> Updates => updates;

    /// <summary>The key of the run's random numbers, <see langword="null"/> where no layer has asked for any.</summary>
    internal Node? RandomKey { get; private set; }

    /// <summary>What layers add to the loss: penalties.</summary>
    internal IReadOnlyList<Node> Losses => losses;

    /// <summary>Every use of a layer so far, those within models that serve as layers before the model that holds them.</summary>
    internal IReadOnlyList<LayerValue> Values => values;

    /// <summary>A weight's present value.</summary>
    public Node Read(Variable variable)
    {
        if (!variables.TryGetValue(variable, out var node)) variables[variable] = node = new Node(new VariableOp(variable));
        return node;
    }

    /// <summary>
    /// Uses a layer that the present one contains (<see cref="Layer.Contain{T}(T)"/>): what it gives for a value whose first dimension is the batch.
    /// </summary>
    /// <exception cref="InvalidOperationException">The layer does not contain it, or the part was not used when the layer was connected.</exception>
    /// <exception cref="ShapeException">The part does not take a value of this shape.</exception>
    public Node Call(Layer part, Node input) => Call(part, [input]);

    /// <summary>As <see cref="Call(Layer, Node)"/>, for a part of several inputs such as <see cref="Add"/>.</summary>
    /// <exception cref="InvalidOperationException">The layer does not contain it, the part was not used when the layer was connected, or it is a model of
    /// several outputs.</exception>
    /// <exception cref="ShapeException">The part does not take values of these shapes.</exception>
    public Node Call(Layer part, IReadOnlyList<Node> inputs)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(inputs);
        var holder = current ?? throw new InvalidOperationException($"{part.Subject}: context.Call is for a layer's Call.");
        if (part.Holder != holder)
            throw new InvalidOperationException(
                $"{holder.Subject}: {part.Subject} is no part of the layer, so that its weights would be neither trained nor saved; take it in the constructor, "
                + "as in conv = Contain(new Conv2D(…)).");
        part.EnsureBuiltAsPart([.. inputs.Select(input => input.Shape[1..])]);
        return part.TraceAll(inputs, this) is [var output]
            ? output
            : throw new InvalidOperationException($"{holder.Subject}: expected a part of one output; {part.Subject} has several.");
    }

    /// <summary>Changes a variable at the end of each run of the graph.</summary>
    public void Write(Variable variable, Node value) => updates.Add(new Update(variable, value));

    /// <summary>Adds a scalar to the loss that training makes small and that evaluation reports, as Keras' <c>add_loss</c>.</summary>
    /// <exception cref="ShapeException">The value is no scalar.</exception>
    public void AddLoss(Node loss) =>
        losses.Add(loss.Shape.Rank == 0 ? loss : throw new ShapeException("AddLoss", $"expected a scalar; received {loss.Shape}."));

    /// <summary>New random numbers in [0, 1) at each step, the same for the same seed and step.</summary>
    public Node RandomUniform(Shape shape)
    {
        RandomKey ??= new Node(new InputOp("random key", Engine.Ops.RandomKey.Shape));
        return new Node(new RandomUniformOp(shape, streams++), RandomKey);
    }

    /// <summary>
    /// New normally distributed random numbers of mean 0 and deviation 1 at each step, the same for the same seed and step (Box and Muller 1958).
    /// </summary>
    public Node RandomNormal(Shape shape)
    {
        // 1 − u is above 0, so that the logarithm is finite.
        var radius = (-2 * (1 - RandomUniform(shape)).Log()).Sqrt();
        return radius * (2 * MathF.PI * RandomUniform(shape)).Cos();
    }

    /// <summary>A mask that is above 0 with probability 1 − rate: what dropout keeps.</summary>
    internal Node RandomKept(Shape shape, float rate) =>
        RandomUniform(shape) - (rate - (0.5f / (1 << 24)));  // the numbers are multiples of 2⁻²⁴: half of that keeps equality out of the mask

    /// <summary>Adds the penalty of a weight, once however often its layer is used.</summary>
    internal void Penalize(Weight weight)
    {
        if (weight.Regularizer is { } regularizer && penalized.Add(weight.Variable)) AddLoss(regularizer.Penalty(Read(weight.Variable)));
    }

    /// <summary>Adds a layer's ops, in the training or inference that its use asks for.</summary>
    internal void Within(Layer layer, bool? training, Action call)
    {
        var (outerPath, outerTraining, outer) = (path, Training, current);
        (path, Training, current) = (PathOf(layer), training ?? Training, layer);
        call();
        (path, Training, current) = (outerPath, outerTraining, outer);
    }

    /// <summary>Remembers what a layer gave; further outputs of a model stand under its path with their number, as in <c>parts:1</c>.</summary>
    internal void Note(Layer layer, IReadOnlyList<Node> inputs, IReadOnlyList<Node> outputs)
    {
        for (var i = 0; i < outputs.Count; i++) values.Add(new LayerValue(i == 0 ? PathOf(layer) : $"{PathOf(layer)}:{i}", layer, inputs, outputs[i]));
    }

    private string PathOf(Layer layer) => path.Length == 0 ? layer.Name : $"{path}/{layer.Name}";
}
