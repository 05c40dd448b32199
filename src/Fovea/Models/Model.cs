using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A network from inputs to outputs, to train, evaluate, use, save and load. Build one layer after the other with <see cref="Sequential"/>, or connect layers
/// freely: <c>new Model(inputs, outputs)</c>. A model is a layer too: in another model it computes the same, with the same weights.
/// </summary>
/// <remarks>
/// Every member may be called from any thread. <see cref="Predict(Tensor, int?, Verbosity, IProgress{int}, CancellationToken)"/>,
/// <see cref="Save(string, CancellationToken)"/>, <see cref="SaveWeights(string, CancellationToken)"/> and <see cref="Summary"/> work at any time, also while
/// another thread trains: they see the weights as they are between two steps. <see cref="Fit"/>, <see cref="TrainOnBatch(Tensor, Tensor, Tensor?)"/>,
/// <see cref="Evaluate"/>, <see cref="EvaluateOnBatch(Tensor, Tensor, Tensor?)"/>, <see cref="Compile(Optimizer, Loss, IReadOnlyList{Metric})"/>,
/// <see cref="TrainingMemory"/>, <see cref="LoadWeights(string, WeightMatching, CancellationToken)"/>, <see cref="Trainable"/> and
/// <see cref="LearningRateMultiplier"/> throw an <see cref="InvalidOperationException"/> while another thread trains the model, or a model that shares weights
/// with it. Several threads may evaluate at once; the weights cannot be changed meanwhile. What a <see cref="Callback"/> calls is part of the training.
/// </remarks>
public partial class Model : Layer
{
    private Topology? topology;

    /// <summary>Creates a model of all layers between two values.</summary>
    /// <param name="inputs">The output of an <see cref="Input"/>.</param>
    /// <param name="outputs">The value that the model computes.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="seed">The source of all randomness: initial weights, the order of samples, dropout.</param>
    /// <exception cref="ArgumentException">The outputs depend on another input, or two layers have one name.</exception>
    public Model(SymbolicTensor inputs, SymbolicTensor outputs, string? name = null, long seed = 0)
        : this([inputs], [outputs], name, seed)
    {
    }

    /// <summary>Creates a model of several inputs or outputs: <c>new Model([image, age], [digit, position])</c>.</summary>
    /// <inheritdoc cref="Model(SymbolicTensor, SymbolicTensor, string?, long)"/>
    public Model(IReadOnlyList<SymbolicTensor> inputs, IReadOnlyList<SymbolicTensor> outputs, string? name = null, long seed = 0)
        : this(name, seed)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        RequireEach(inputs, nameof(inputs));
        RequireEach(outputs, nameof(outputs));
        topology = new Topology(inputs, outputs);
    }

    private protected Model(string? name, long seed)
    {
        if (name is not null) Name = name;
        Seed = seed;
    }

    /// <summary>
    /// Gets or sets the seed of all random values: initial weights, dropout, augmentation and the order of the samples. Weights that exist stay as they are
    /// when it is set.
    /// </summary>
    public long Seed { get; set; }

    /// <summary>The layers, inputs first, each after the layers that it reads.</summary>
    public IReadOnlyList<Layer> Layers => Topology.Layers;

    /// <summary>The values that the model is computed from.</summary>
    public IReadOnlyList<SymbolicTensor> Inputs => Topology.Inputs;

    /// <summary>The values that the model computes.</summary>
    public IReadOnlyList<SymbolicTensor> Outputs => Topology.Outputs;

    /// <summary>The input of a model that has one, to make another model of a part of it.</summary>
    /// <exception cref="InvalidOperationException">The model has several inputs.</exception>
    public SymbolicTensor Input => Only(Inputs, "inputs");

    /// <summary>The output of a model that has one.</summary>
    /// <exception cref="InvalidOperationException">The model has several outputs.</exception>
    public override SymbolicTensor Output => Only(Outputs, "outputs");

    /// <summary>The shape of one sample of the only input. Its sizes may be open (<see cref="Shape.IsOpen"/>).</summary>
    /// <exception cref="InvalidOperationException">The model has several inputs.</exception>
    public Shape InputShape => Input.Shape;

    /// <summary>The shape of one sample of the only output. Its sizes may be open, if those of an input are.</summary>
    /// <exception cref="InvalidOperationException">The model has several outputs.</exception>
    public Shape OutputShape => Output.Shape;

    /// <summary>
    /// The number of classes that a classifier distinguishes: one for each output, or two if it has a single output, which is the score of class 1.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model has several outputs.</exception>
    public int ClassCount => OutputKindConversion.ClassCount(OutputShape.Count);

    /// <summary>All weights, layer after layer, in Keras' order; those of inner models too.</summary>
    public override IReadOnlyList<Weight> Weights => WeightsOf(Initialized);

    /// <summary>The number of values of all weights.</summary>
    public long Parameters => Weights.Sum(weight => (long)weight.Shape.Count);

    /// <summary>Whether training may change the model. Setting it sets it on all inner layers, which may then be set one by one.</summary>
    public override bool Trainable
    {
        get => base.Trainable;
        set
        {
            RequireIdle(nameof(Trainable));
            base.Trainable = value;
            foreach (var layer in Parts) layer.Trainable = value;
        }
    }

    /// <inheritdoc/>
    public override double LearningRateMultiplier
    {
        get => base.LearningRateMultiplier;
        set
        {
            RequireIdle(nameof(LearningRateMultiplier));
            base.LearningRateMultiplier = value;
            foreach (var layer in Parts) layer.LearningRateMultiplier = value;
        }
    }

    /// <summary>The name of the Keras class.</summary>
    public override string ClassName => "Functional";

    /// <inheritdoc/>
    public override IEnumerable<Layer> Leaves => Topology.Leaves;

    internal Topology Topology
    {
        get
        {
            if (Volatile.Read(ref topology) is { } known) return known;
            lock (FirstUse) return topology ??= Connect();
        }
    }

    /// <summary>The layers that were added so far, also before they are connected.</summary>
    internal virtual IReadOnlyList<Layer> Parts => Layers;

    /// <summary>The connected layers, whose weights have values.</summary>
    internal Topology Initialized
    {
        get
        {
            var connected = Topology;
            if (!connected.IsInitialized) Initialize(connected);
            return connected;
        }
    }

    internal override string Subject => Name;

    /// <summary>
    /// The class, the name and, once the layers are connected, the shapes: <c>Sequential 'digits': (None, 28, 28, 1) → (None, 10)</c>.
    /// <see cref="Summary"/> lists the layers.
    /// </summary>
    public override string ToString() =>
        topology is { } known ? $"{base.ToString()}: {SymbolicTensor.Print(known.Inputs)} → {SymbolicTensor.Print(known.Outputs)}" : base.ToString();

    internal override bool IsModel => true;

    internal override IReadOnlyList<Layer> Contained => Layers;

    /// <summary>The layer of a name, or of a path into an inner model or a layer that contains others: <c>mobilenet/conv1</c>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Layer Layer(string name) => Layers.FirstOrDefault(layer => layer.Name == name)
        ?? Layers.OfType<Model>()
            .FirstOrDefault(model => name?.StartsWith($"{model.Name}/", StringComparison.Ordinal) == true)?.Layer(
            name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..])
        ?? (name is null ? null : Find(name))
        ?? throw new KeyNotFoundException($"{Name}: there is no layer '{name}'; there are {string.Join(", ", Layers.Select(layer => layer.Name))}.");

    /// <summary>
    /// The output of a layer within this model, for a new model that ends there: <c>new Model(model.Input, model.OutputOf(layer))</c>. For a layer that is
    /// called several times it is the output of the last call.
    /// </summary>
    /// <param name="layer">One of <see cref="Layers"/>.</param>
    /// <exception cref="ArgumentException">The model does not have the layer.</exception>
    public SymbolicTensor OutputOf(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Topology.Calls.LastOrDefault(call => call.Layer == layer)?.Outputs[0]
            ?? throw new ArgumentException(
                $"{Name}: expected one of the model's layers, {string.Join(", ", Layers.Select(own => own.Name))}; received '{layer.Name}'.", nameof(layer));
    }

    /// <summary>Connects a model of several outputs to values, as a layer.</summary>
    /// <returns>All outputs.</returns>
    /// <exception cref="ShapeException">The model does not take inputs of these shapes.</exception>
    public IReadOnlyList<SymbolicTensor> CallForAll(params SymbolicTensor[] inputs) => Connect(inputs.NotNull(Name, nameof(inputs))).Outputs;

    /// <summary>
    /// Describes the model layer by layer: shapes, parameters, connections, frozen layers, costs and receptive fields.
    /// <c>Console.WriteLine(model.Summary())</c> prints a table.
    /// </summary>
    /// <param name="expandNested">Whether the table lists the layers of inner models too.</param>
    public ModelSummary Summary(bool expandNested = false)
    {
        EnsureInitialized();
        return SummaryBuilder.Build(this, expandNested);
    }

    /// <summary>Fills the weights that have no values yet, from the seed. Weights that were loaded or trained stay as they are.</summary>
    internal void EnsureInitialized() => _ = Initialized;

    /// <summary>Lets the calling thread read the weights as they are between two steps of training, until the result is disposed.</summary>
    internal WeightLock.Pass ReadWeights() => Topology.ReadWeights();

    /// <summary>Gives the calling thread exclusive use of the weights, until the result is disposed.</summary>
    internal WeightLock.Pass WriteWeights() => WeightLock.Enter(Topology.Locks, writes: true);

    /// <summary>Claims the weights for a member that must not run while another thread trains, evaluates or changes them.</summary>
    /// <exception cref="InvalidOperationException">Another thread does.</exception>
    internal WeightLock.Claim Begin(WeightUse use, string member) => WeightLock.Begin(Topology.Locks, this, use, member);

    private protected override IReadOnlyList<Node> ComputeAll(IReadOnlyList<Node> inputs, CallContext context)
    {
        if (!Topology.Accepts(inputs.Select(input => input.Shape[1..])))
            throw new ShapeException(
                Subject, $"expected inputs {string.Join(" and ", Inputs)}; received {SymbolicTensor.Print(inputs.Select(input => input.Shape[1..]))}.");
        return Topology.TraceOutputs(inputs, context);
    }

    /// <summary>Connects the layers of a model that is put together step by step.</summary>
    private protected virtual Topology Connect() => throw new InvalidOperationException($"{Name}: the model has no layers.");

    /// <summary>
    /// Replaces the connections of a model that was used before, whose weights the caller has claimed. What described the former output is discarded: the
    /// names of the classes and of values, the thresholds of labels, and the kind of the output.
    /// </summary>
    private protected void Reconnect(Topology next)
    {
        if (Topology.IsInitialized) Initialize(next);
        Volatile.Write(ref topology, next);
        (ClassNames, outputKind, Temperature, LabelThresholds, ValueNames) = ([], null, null, [], []);
    }

    private void Initialize(Topology connected)
    {
        lock (FirstUse)
        {
            if (connected.IsInitialized) return;
            Weight.Initialize(WeightsOf(connected), Seed);
            connected.IsInitialized = true;
        }
    }

    private static IReadOnlyList<Weight> WeightsOf(Topology connected) => [.. connected.Leaves.SelectMany(layer => layer.OwnWeights)];

    private SymbolicTensor Only(IReadOnlyList<SymbolicTensor> tensors, string what) => tensors is [var tensor]
        ? tensor
        : throw new InvalidOperationException($"{Name}: expected a model of one input and one output here; this one has {tensors.Count} {what}.");

    private void RequireIdle(string member)
    {
        foreach (var each in Volatile.Read(ref topology)?.KnownLocks ?? []) each.RequireIdle(member);
    }

    private static void RequireEach<T>(IReadOnlyList<T?> values, string argument)
        where T : class
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is null) throw new ArgumentNullException(argument, $"Model: {argument} must be given; number {i} of {values.Count} is null.");
        }
    }
}
