using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A part of a network: weights, and the computation of outputs from inputs. A custom layer adds its weights in <see cref="Build"/> and computes its output in
/// <see cref="Call(Node, CallContext)"/>, with the ops of <c>Fovea.Engine.Ops</c>. Gradients, fusion and the shape of the output follow from the ops.
/// </summary>
/// <remarks>
/// A layer with one learned factor per channel:
/// <code>
/// public sealed class ChannelScale : Layer
/// {
///     private Variable? scale;
///
///     protected override void Build(IReadOnlyList&lt;Shape&gt; inputs) => scale = AddWeight("scale", [inputs[0][^1]], Initializer.Ones);
///
///     protected override Node Call(Node input, CallContext context) => input * context.Read(scale!);
/// }
/// </code>
/// <see cref="Build"/> gets shapes without the batch. <see cref="Call(Node, CallContext)"/> gets values whose first dimension is the batch, and returns one.
/// <see cref="CallContext"/> gives it the weights, random numbers, and whether the model trains. A layer of several inputs overrides
/// <see cref="Call(IReadOnlyList{Node}, CallContext)"/> instead. A layer may contain other layers (<see cref="Contain{T}(T)"/>). For models to be saved, the
/// layer writes its settings in <see cref="WriteConfig"/>, and its class is registered (<see cref="CustomObjects"/>).
/// </remarks>
public abstract partial class Layer
{
    /// <summary>Held while a layer is connected, built or filled for the first time, since several models that share it may do so on several threads.</summary>
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
    /// Whether training changes the weights; true by default. Setting it on a model, or on a layer that contains others, sets it on all layers within.
    /// <see cref="Model.Fit"/> takes a change into account without compiling again and reports it in <see cref="History.Notes"/>. A change by a callback takes
    /// effect with the next epoch.
    /// </summary>
    /// <exception cref="InvalidOperationException">The weights are trained or evaluated on another thread.</exception>
    public virtual bool Trainable
    {
        get;
        set
        {
            WeightLock?.RequireIdle(nameof(Trainable));
            field = value;
            foreach (var part in parts) part.Trainable = value;
        }
    } = true;

    /// <summary>The penalty on the layer's output, summed over the batch, that is added to the loss; none by default.</summary>
    public Regularizer? ActivityRegularizer { get; set; }

    /// <summary>
    /// The factor by which the optimizer's learning rate is multiplied for the layer's weights; 1 by default. With
    /// <c>pretrained.LearningRateMultiplier = 0.1</c> a pretrained network changes more slowly than the head on top of it: the discriminative fine-tuning of
    /// Howard and Ruder 2018, section 3.2. Setting it on a model sets it on all layers within. <see cref="Model.Fit"/> takes a change into account without
    /// compiling again. Saved models keep it. Keras has no such setting.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, infinite or NaN.</exception>
    /// <exception cref="InvalidOperationException">The weights are trained or evaluated on another thread.</exception>
    public virtual double LearningRateMultiplier
    {
        get;
        set
        {
            WeightLock?.RequireIdle(nameof(LearningRateMultiplier));
            field = value.AtLeast(0, Subject, nameof(LearningRateMultiplier));
            foreach (var part in parts) part.LearningRateMultiplier = value;
        }
    } = 1;

    /// <summary>The lock of the threads that use the weights; null before a model uses the layer.</summary>
    internal WeightLock? WeightLock { get; set; }

    /// <summary>The name of the corresponding Keras class; for a custom layer the name of the class itself.</summary>
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

    /// <summary>The weights in Keras' order, first the layer's own, then those of the layers within; empty before the layer is built.</summary>
    public virtual IReadOnlyList<Weight> Weights => parts.Count == 0 ? weights : [.. Leaves.SelectMany(layer => layer.OwnWeights)];

    /// <summary>The weights that training changes: <see cref="Weights"/> without those of frozen layers and without moving averages.</summary>
    public IReadOnlyList<Weight> TrainableWeights => [.. Weights.Where(weight => weight.IsTrained)];

    /// <summary>The weights that the optimizer does not change: those of frozen layers, and moving averages.</summary>
    public IReadOnlyList<Weight> NonTrainableWeights => [.. Weights.Where(weight => !weight.IsTrained)];

    /// <summary>
    /// The layer and all layers within it, except models, which have no weights but those of their layers. To fine-tune all but the batch normalizations:
    /// <c>foreach (var layer in model.Leaves) layer.Trainable = layer is not BatchNormalization;</c>
    /// </summary>
    public virtual IEnumerable<Layer> Leaves => parts.Count == 0 ? [this] : [this, .. parts.SelectMany(part => part.Leaves)];

    /// <summary>Whether the weights exist: a layer is built when it is first connected to an input.</summary>
    public bool IsBuilt { get; private set; }

    /// <summary>
    /// The output of the layer where it was first connected. With it, a part of a model becomes another model: <c>new Model(model.Input, layer.Output)</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The layer is not connected yet, or has several outputs.</exception>
    public virtual SymbolicTensor Output => firstCall is null
        ? throw new InvalidOperationException($"{Subject}: the layer has no output yet; connect it to an input first.")
        : Only(firstCall);

    /// <summary>Whether the layer is connected to a value.</summary>
    internal bool IsConnected => firstCall is not null;

    /// <summary>Whether the layer summarizes regions of its input: the maximum or the mean of each.</summary>
    internal virtual bool IsPooling => false;

    internal virtual string Subject => name is null ? ClassName : $"{ClassName} '{name}'";

    /// <summary>Whether the user or a model has named the layer.</summary>
    internal bool IsNamed => name is not null;

    /// <summary>Connects the layer to values, as in <c>var x = new Dense(10).Call(inputs)</c>, and builds it the first time.</summary>
    /// <param name="inputs">The values; most layers take one, merging layers such as <see cref="Add"/> take several.</param>
    /// <returns>The output.</returns>
    /// <exception cref="ShapeException">The layer does not accept inputs of these shapes.</exception>
    /// <exception cref="InvalidOperationException">
    /// The layer is a model with several outputs (see <see cref="Model.CallForAll"/>), or is part of a layer.
    /// </exception>
    public SymbolicTensor Call(params ReadOnlySpan<SymbolicTensor> inputs) => Only(Connect(inputs));

    /// <inheritdoc cref="Call(ReadOnlySpan{SymbolicTensor})"/>
    /// <remarks>For F# and Visual Basic, which cannot call the other overload with a list of arguments.</remarks>
    public SymbolicTensor Call(params SymbolicTensor[] inputs) => Only(Connect(inputs.NotNull(Subject, nameof(inputs))));

    /// <summary>
    /// Connects the layer to a value and fixes whether this use of it is training or inference. <c>x = pretrained.Call(x, training: false)</c> keeps the batch
    /// normalizations of a pretrained network in inference while the model around it is fine-tuned.
    /// </summary>
    /// <param name="input">The value.</param>
    /// <param name="training">Whether this use is training, whatever the model around it does.</param>
    /// <returns>The output.</returns>
    /// <exception cref="ShapeException">The layer does not accept an input of this shape.</exception>
    public SymbolicTensor Call(SymbolicTensor input, bool training) => Only(Connect([input], training));

    internal LayerCall Connect(ReadOnlySpan<SymbolicTensor> inputs, bool? training = null)
    {
        if (inputs.Length == 0) throw new ArgumentException($"{Subject}: expected an input; received none.", nameof(inputs));
        if (Holder is not null)
            throw new InvalidOperationException(
                $"{Subject}: the layer is a part of {Holder.Subject}, which uses it in its Call by context.Call; it cannot be connected by itself.");
        var shapes = new Shape[inputs.Length];
        for (var i = 0; i < inputs.Length; i++) shapes[i] = inputs[i].Shape;
        LayerCall call = Array.Exists(shapes, shape => shape.IsOpen)
            ? new(this, [.. inputs], OutputsOfOpen(inputs, shapes), training)
            : new(this, [.. inputs], BuildFor(shapes), training);
        firstCall ??= call;
        return call;
    }

    /// <summary>Creates the weights of the layer and of all its parts, if they do not exist yet.</summary>
    /// <param name="shapes">The shapes of the inputs, without the batch.</param>
    /// <returns>The shapes of the outputs, without the batch.</returns>
    /// <exception cref="ShapeException">The layer does not accept inputs of these shapes.</exception>
    private Shape[] BuildFor(Shape[] shapes)
    {
        EnsureBuilt(shapes);
        return OutputShapes(shapes);
    }

    /// <summary>The shapes of the outputs for one sample, found by adding the layer to a graph.</summary>
    private Shape[] OutputShapes(Shape[] inputs)
    {
        var nodes = Array.ConvertAll(inputs, shape => new Node(new Engine.Ops.InputOp("input", shape.Prepend(1))));
        var outputs = TraceAll(nodes, new CallContext(training: false)).Select(node => node.Shape).ToList();
        foreach (var shape in outputs)
        {
            if (shape.Rank == 0 || shape[0] != 1)
                throw new ShapeException(Subject, $"the output must keep the batch as its first dimension; for {nodes[0].Shape} it was {shape}.");
        }

        if (parts.Count > 0 && !isClosed)
        {
            TraceAll(nodes, new CallContext(training: true));  // builds parts that are used only in training
            Close();
        }

        return [.. outputs.Select(shape => shape[1..])];
    }

    /// <summary>Creates the weights, by <see cref="AddWeight(string, Shape, Initializer, bool, Regularizer?, Constraint?)"/>. It is called once.</summary>
    /// <param name="inputs">The shapes of the inputs, without the batch: (height, width, channels) for images.</param>
    /// <exception cref="ShapeException">The layer does not accept inputs of these shapes. The layer's name is put in front of the message.</exception>
    protected virtual void Build(IReadOnlyList<Shape> inputs)
    {
    }

    /// <summary>Computes the output of a layer with one input. It is called for each graph that the layer becomes part of, so it keeps no state.</summary>
    /// <param name="input">The input. Its first dimension is the batch.</param>
    /// <param name="context">The weights, random numbers, and whether the graph is for training.</param>
    /// <returns>The output. Its first dimension is the batch.</returns>
    protected virtual Node Call(Node input, CallContext context) =>
        throw new InvalidOperationException($"{Subject}: the layer overrides neither form of Call.");

    /// <summary>Computes the output of a layer with several inputs. A layer with one input overrides the other overload.</summary>
    /// <param name="inputs">The inputs. The first dimension of each is the batch.</param>
    /// <param name="context">The weights, random numbers, and whether the graph is for training.</param>
    /// <returns>The output. Its first dimension is the batch.</returns>
    protected virtual Node Call(IReadOnlyList<Node> inputs, CallContext context) => inputs.Count == 1
        ? Call(inputs[0], context)
        : throw new ShapeException(Subject, $"expected one input; received {inputs.Count}.");

    /// <summary>Computes all outputs; only a model has more than one.</summary>
    private protected virtual IReadOnlyList<Node> ComputeAll(IReadOnlyList<Node> inputs, CallContext context) => [Call(inputs, context)];

    /// <summary>
    /// Writes the settings, so that the layer can be created again from a file. Keras' layers write them under Keras' names. A custom layer writes what the
    /// factory needs that is registered with <see cref="CustomObjects"/>.
    /// </summary>
    /// <param name="config">Receives the settings.</param>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    /// <summary>Adds a weight, in <see cref="Build"/>. The model that the layer becomes part of initializes it.</summary>
    /// <param name="name">The name, unique within the layer: <c>kernel</c>. Files store the weight under it.</param>
    /// <param name="shape">The shape, without the batch.</param>
    /// <param name="initializer">Computes the first values.</param>
    /// <param name="trainable">Whether the optimizer changes the weight. If not, it changes only by <see cref="CallContext.Write"/>.</param>
    /// <param name="regularizer">The penalty on the weight that is added to the loss, if any.</param>
    /// <param name="constraint">The constraint applied to the weight after each training step, if any.</param>
    /// <returns>The variable, to be read by <see cref="CallContext.Read"/>.</returns>
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

    /// <summary>Adds the layer's ops to a graph. Errors about shapes name the layer.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="context">The graph.</param>
    /// <param name="training">Whether this use of the layer is training; null for the same as the layers around it.</param>
    internal IReadOnlyList<Node> TraceAll(IReadOnlyList<Node> inputs, CallContext context, bool? training = null)
    {
        IReadOnlyList<Node> values = [];
        context.Within(this, inputs, training, () => InOwnName(() => AddPenalties(values = ComputeAll(inputs, context), context)));
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
            foreach (var value in values) context.AddSumOverSamples(ActivityRegularizer.Penalty(value));
        }

        if (!Trainable) return;
        foreach (var weight in weights) context.Penalize(weight);
    }

    /// <summary>Runs an action whose errors about shapes name the layer.</summary>
    private protected void InOwnName(Action action)
    {
        try
        {
            action();
        }
        catch (ShapeException error)
        {
            throw new ShapeException(Subject, error.Problem, error) { IsAboutOpenSize = error.IsAboutOpenSize };
        }
    }
}
