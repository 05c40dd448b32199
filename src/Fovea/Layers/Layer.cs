using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A piece of a network: weights and what they do to a value. A layer of your own overrides <see cref="Call(Node, CallContext)"/>
/// with the ops of <c>Fovea.Engine.Ops</c> and gets gradients, fusion and shapes for free. It may contain other layers (<see cref="Contain{T}(T)"/>), and is
/// saved
/// once its class is registered (<see cref="CustomObjects"/>).
/// </summary>
public abstract partial class Layer
{
    /// <summary>Held while layers are connected, built or filled for the first time: a layer may belong to several models that are used at once.</summary>
    private protected static readonly Lock FirstUse = new();

    private readonly List<Weight> weights = [];
    private string? name;
    private LayerCall? firstCall;

    /// <summary>
    /// The name, unique within a model: <c>new Conv2D(32, 3) { Name = "stem" }</c>. A layer without one is named after its class by the model that it becomes
    /// part of, as in Keras: <c>conv2d</c>, <c>conv2d_1</c>, … Until then it is <c>conv2d</c>.
    /// </summary>
    public string Name
    {
        get => name ?? SnakeCase.Of(ClassName);
        set => name = value.NotNull(ClassName, nameof(Name));
    }

    /// <summary>
    /// Whether training changes the weights. Set on a model, or a layer that contains others, it is set on all layers within. <see cref="Model.Fit"/> takes it
    /// up by itself, and says so in
    /// <see cref="History.Notes"/>; set by a callback, it counts from the next epoch on.
    /// </summary>
    /// <exception cref="InvalidOperationException">The weights are trained or evaluated on another thread.</exception>
    public virtual bool Trainable
    {
        get;
        set
        {
            Gate?.RequireIdle(nameof(Trainable));
            field = value;
            foreach (var part in parts) part.Trainable = value;
        }
    } = true;

    /// <summary>A penalty on what the layer gives, summed over the batch, that is added to the loss; none by default.</summary>
    public Regularizer? ActivityRegularizer { get; set; }

    /// <summary>
    /// By how much the optimizer's learning rate is multiplied for the layer's weights: with <c>pretrained.LearningRateMultiplier = 0.1f</c> a pretrained
    /// network
    /// is changed more gently than the head on it (the discriminative fine-tuning of Howard and Ruder 2018, section 3.2). 1 by default. Set on a
    /// model, it is set on all layers within. <see cref="Model.Fit"/> takes up a change by itself. Saved models keep it; Keras has nothing like it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, infinite or NaN.</exception>
    /// <exception cref="InvalidOperationException">The weights are trained or evaluated on another thread.</exception>
    public virtual float LearningRateMultiplier
    {
        get;
        set
        {
            Gate?.RequireIdle(nameof(LearningRateMultiplier));
            field = value.AtLeast(0, Subject, nameof(LearningRateMultiplier));
            foreach (var part in parts) part.LearningRateMultiplier = value;
        }
    } = 1;

    /// <summary>What keeps the threads apart that use the weights; none before a model uses the layer.</summary>
    internal WeightGate? Gate { get; set; }

    /// <summary>The name of the Keras class that this layer equals.</summary>
    public virtual string ClassName => GetType().Name;

    /// <summary>
    /// Whether the layer returns its input unchanged except in training, as dropout and random augmentation do. Explanations and converters skip such a layer.
    /// A custom layer of this kind overrides it.
    /// </summary>
    public virtual bool ActsOnlyInTraining => false;

    /// <summary>
    /// Whether the layer prepares inputs for a network instead of computing features: rescaling, normalization with fixed moments, resizing, cropping and
    /// augmentation. A custom layer of this kind overrides it.
    /// </summary>
    public virtual bool IsPreprocessing => false;

    /// <summary>Whether the layer only gives its input another shape, as <see cref="Flatten"/> and <see cref="Reshape"/> do.</summary>
    public virtual bool OnlyReshapes => false;

    /// <summary>The weights in Keras' order, those of layers within behind its own; empty before the layer is built.</summary>
    public virtual IReadOnlyList<Weight> Weights => parts.Count == 0 ? weights : [.. Leaves.SelectMany(layer => layer.OwnWeights)];

    /// <summary>The weights that training changes: <see cref="Weights"/> without those of frozen layers and without moving statistics.</summary>
    public IReadOnlyList<Weight> TrainableWeights => [.. Weights.Where(weight => weight.IsTrained)];

    /// <summary>The weights that training leaves as they are: those of frozen layers, and moving statistics.</summary>
    public IReadOnlyList<Weight> NonTrainableWeights => [.. Weights.Where(weight => !weight.IsTrained)];

    /// <summary>Whether the weights exist: a layer is built when it is first connected to an input.</summary>
    public bool IsBuilt { get; private set; }

    /// <summary>What the layer gave when it was first connected, to make another model of a part of one: <c>new Model(model.Input, layer.Output)</c>.</summary>
    /// <exception cref="InvalidOperationException">The layer is not connected yet, or gives several values.</exception>
    public virtual SymbolicTensor Output => firstCall is null
        ? throw new InvalidOperationException($"{Subject}: the layer has no output yet; connect it to an input first.")
        : Only(firstCall);

    /// <summary>Whether the layer summarizes regions of its input: the maximum or the mean of each.</summary>
    internal virtual bool IsPooling => false;

    internal virtual string Subject => name is null ? ClassName : $"{ClassName} '{name}'";

    /// <summary>Whether the user or a model has named the layer.</summary>
    internal bool IsNamed => name is not null;

    /// <summary>
    /// The layers that can have own weights: the layer itself and those that it contains. Of a model all layers, those of models within it too, but no models:
    /// <c>foreach (var layer in model.Leaves) layer.Trainable = layer is not BatchNormalization;</c>
    /// </summary>
    public virtual IEnumerable<Layer> Leaves => parts.Count == 0 ? [this] : [this, .. parts.SelectMany(part => part.Leaves)];

    /// <summary>Connects the layer to values, as in <c>var x = new Dense(10).Call(inputs)</c>, and builds it if this is the first time.</summary>
    /// <exception cref="ShapeException">The layer does not take inputs of these shapes.</exception>
    /// <exception cref="InvalidOperationException">The layer is a model of several outputs; see <see cref="Model.CallForAll"/>.</exception>
    public SymbolicTensor Call(params ReadOnlySpan<SymbolicTensor> inputs) => Only(Connect(inputs));

    /// <inheritdoc cref="Call(ReadOnlySpan{SymbolicTensor})"/>
    /// <remarks>For F#, which cannot call the other overload with a list of arguments.</remarks>
    public SymbolicTensor Call(params SymbolicTensor[] inputs) => Only(Connect(inputs));

    /// <summary>
    /// Connects the layer to a value for training or inference once and for all, whatever the model around it does:
    /// <c>x = pretrained.Call(x, training: false)</c> keeps the batch normalizations of a network that is fine-tuned in inference.
    /// </summary>
    /// <exception cref="ShapeException">The layer does not take an input of this shape.</exception>
    public SymbolicTensor Call(SymbolicTensor input, bool training) => Only(Connect([input], training));

    internal LayerCall Connect(ReadOnlySpan<SymbolicTensor> inputs, bool? training = null)
    {
        if (inputs.Length == 0) throw new ArgumentException($"{Subject}: expected an input; received none.", nameof(inputs));
        if (Holder is not null)
            throw new InvalidOperationException(
                $"{Subject}: the layer is a part of {Holder.Subject}, which uses it in its Call by context.Call; it cannot be connected by itself.");
        var shapes = new Shape[inputs.Length];
        for (var i = 0; i < inputs.Length; i++) shapes[i] = inputs[i].Shape;
        EnsureBuilt(shapes);

        var nodes = Array.ConvertAll(shapes, shape => new Node(new Engine.Ops.InputOp("input", shape.Prepend(1))));
        var outputs = TraceAll(nodes, new CallContext(training: false)).Select(node => node.Shape).ToList();
        foreach (var shape in outputs)
        {
            if (shape.Rank == 0 || shape[0] != 1)
                throw new ShapeException(Subject, $"the output must keep the batch as its first dimension; for {nodes[0].Shape} it was {shape}.");
        }

        if (parts.Count > 0 && !isClosed)
        {
            TraceAll(nodes, new CallContext(training: true));  // parts that are used in training alone are built too
            Close();
        }

        var call = new LayerCall(this, [.. inputs], [.. outputs.Select(shape => shape[1..])], training);
        firstCall ??= call;
        return call;
    }

    /// <summary>Creates the weights for inputs of these shapes, the batch left out. Called once.</summary>
    protected virtual void Build(IReadOnlyList<Shape> inputs)
    {
    }

    /// <summary>Computes the output for one input whose first dimension is the batch.</summary>
    protected virtual Node Call(Node input, CallContext context) =>
        throw new InvalidOperationException($"{Subject}: the layer overrides neither form of Call.");

    /// <summary>Computes the output for several inputs; a layer of one input need not override it.</summary>
    protected virtual Node Call(IReadOnlyList<Node> inputs, CallContext context) => inputs.Count == 1
        ? Call(inputs[0], context)
        : throw new ShapeException(Subject, $"expected one input; received {inputs.Count}.");

    /// <summary>Computes all outputs; only a model has more than one.</summary>
    private protected virtual IReadOnlyList<Node> ComputeAll(IReadOnlyList<Node> inputs, CallContext context) => [Call(inputs, context)];

    /// <summary>Writes the constructor's arguments under Keras' names, so that a saved model can be built again.</summary>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    /// <summary>Adds a weight, in <see cref="Build"/>; the model that the layer becomes part of fills it.</summary>
    /// <param name="name">Its name, unique in the layer.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="initializer">How it starts.</param>
    /// <param name="trainable">Whether training changes it.</param>
    /// <param name="regularizer">A penalty on it that is added to the loss.</param>
    /// <param name="constraint">What it is made to be after each step.</param>
    protected Variable AddWeight(
        string name, Shape shape, Initializer initializer, bool trainable = true, Regularizer? regularizer = null, Constraint? constraint = null)
    {
        var variable = new Variable(name, shape);
        weights.Add(new Weight(variable, initializer, trainable) { Regularizer = regularizer, Constraint = constraint, Layer = this });
        return variable;
    }

    private protected Variable AddWeight(string name, Shape shape, WeightSpec spec) =>
        AddWeight(name, shape, spec.Initializer, trainable: true, spec.Regularizer, spec.Constraint);

    /// <summary>Demands samples (height, width, channels).</summary>
    internal void RequireImages(Shape sample) => Require(sample, 3, "images (None, height, width, channels)");

    /// <summary>Demands samples (length, channels).</summary>
    internal void RequireSequences(Shape sample) => Require(sample, 2, "sequences (None, length, channels)");

    internal void EnsureBuilt(IReadOnlyList<Shape> inputs)
    {
        lock (FirstUse)
        {
            if (IsBuilt) return;
            InOwnName(() => Build(inputs));
            NameParts();
            IsBuilt = true;
        }
    }

    /// <summary>Adds the layer's ops to a graph, with errors in the layer's name.</summary>
    /// <param name="inputs">The values it is connected to.</param>
    /// <param name="context">What the ops are added to.</param>
    /// <param name="training">Whether this use of the layer trains; as around it where null.</param>
    internal IReadOnlyList<Node> TraceAll(IReadOnlyList<Node> inputs, CallContext context, bool? training = null)
    {
        IReadOnlyList<Node> values = [];
        context.Within(this, training, () => InOwnName(() => AddPenalties(values = ComputeAll(inputs, context), context)));
        context.Note(this, inputs, values);
        return values;
    }

    private void Require(Shape sample, int rank, string expected)
    {
        if (sample.Rank != rank) throw new ShapeException(Subject, $"expected {expected}; received {SymbolicTensor.Print(sample)}.");
    }

    private SymbolicTensor Only(LayerCall call) => call.Outputs is [var output]
        ? output
        : throw new InvalidOperationException($"{Subject}: the model has {call.Outputs.Count} outputs; CallForAll gives them all.");

    private void AddPenalties(IReadOnlyList<Node> values, CallContext context)
    {
        if (ActivityRegularizer is not null)
        {
            foreach (var value in values) context.AddLoss(ActivityRegularizer.Penalty(value));
        }

        if (!Trainable) return;
        foreach (var weight in weights) context.Penalize(weight);
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
    /// <summary>The name, unique among the weights of one layer: <c>kernel</c>, <c>bias</c>.</summary>
    public string Name => Variable.Name;

    /// <summary>The shape, which never changes.</summary>
    public Shape Shape => Variable.Shape;

    /// <summary>A penalty on it that is added to the loss, if any.</summary>
    public Regularizer? Regularizer { get; init; }

    /// <summary>What it is made to be after each step of training, if anything.</summary>
    public Constraint? Constraint { get; init; }

    /// <summary>The values, row-major.</summary>
    public ReadOnlySpan<float> Values => Variable.Values;

    /// <summary>Whether the variable has its values: a layer that serves in a second model keeps what it has learned.</summary>
    internal bool IsFilled { get; set; }

    /// <summary>Whether training changes it, its layer being frozen or not.</summary>
    internal bool IsTrained => Trainable && Layer is not { Trainable: false };

    /// <summary>The layer whose weight it is.</summary>
    internal Layer? Layer { get; init; }

    /// <summary>Replaces all values, row-major. Any thread may call it: predictions and steps of training see the values before or those after.</summary>
    /// <exception cref="ArgumentException">There are more or fewer of them than the shape has elements.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        using var pass = WeightGate.Enter(Layer?.Gate is { } gate ? [gate] : [], writes: true);
        Variable.Write(values);
        IsFilled = true;
    }

    /// <summary>Writes all values in place, without waiting for other threads: for models that are being loaded.</summary>
    internal void Fill(Action<Span<float>> write)
    {
        write(Variable.Overwrite());
        Variable.CountChange();  // after the values, so that a prediction which reads them now reads them again
        IsFilled = true;
    }
}
