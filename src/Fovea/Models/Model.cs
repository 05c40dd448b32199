using Fovea.Engine;

namespace Fovea;

/// <summary>
/// A network from an input to an output, to train, evaluate, use, save and load. Build one layer after the other with
/// <see cref="Sequential"/>, or connect layers as you like: <c>new Model(inputs, outputs)</c>. A model is a layer too: within another
/// it computes what it does alone, with the same weights.
/// </summary>
/// <remarks>
/// Every member may be called from any thread. <see cref="Predict(Tensor, int?, CancellationToken)"/>, <see cref="Save(string)"/>,
/// <see cref="SaveWeights(string)"/> and <see cref="Summary"/> work at any
/// time, also while another thread trains: they see the weights as they are between two steps. <see cref="Fit"/>,
/// <see cref="TrainOnBatch(Tensor, Tensor, Tensor?)"/>, <see cref="Evaluate"/>,
/// <see cref="EvaluateOnBatch(Tensor, Tensor, Tensor?)"/>, <see cref="Compile(Optimizer, Loss, IReadOnlyList{Metric})"/>,
/// <see cref="TrainingMemory"/>, <see cref="LoadWeights(string, WeightMatching)"/>, <see cref="LoadTensors"/>, <see cref="Trainable"/> and
/// <see cref="LearningRateMultiplier"/> refuse with an <see cref="InvalidOperationException"/>
/// while another thread trains the model, or one that shares weights with it; several threads may evaluate at once, but nothing changes the weights meanwhile.
/// What a
/// <see cref="Callback"/> calls is a part of the training.
/// </remarks>
public partial class Model : Layer
{
    private const int ValuesPerBatch = 1 << 21;
    private const int LargestBatch = 256;

    /// <summary>Guards which model an optimizer or a metric belongs to.</summary>
    private static readonly Lock Ownership = new();

    private Topology? topology;
    private Trainer? trainer;
    private WeightGate[]? gates;
    private long memoryLimit;
    private volatile bool isInitialized;
    private OutputKind? outputKind;

    /// <summary>Makes a model of all layers between two values.</summary>
    /// <param name="inputs">The output of an <see cref="Input"/>.</param>
    /// <param name="outputs">What the model computes.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="seed">Where all its randomness comes from: initial weights, the order of samples, dropout.</param>
    /// <exception cref="ArgumentException">The outputs depend on another input, or two layers share a name.</exception>
    public Model(SymbolicTensor inputs, SymbolicTensor outputs, string? name = null, ulong seed = 0)
        : this([inputs], [outputs], name, seed)
    {
    }

    /// <summary>Makes a model of several inputs or outputs: <c>new Model([image, age], [digit, place])</c>.</summary>
    /// <inheritdoc cref="Model(SymbolicTensor, SymbolicTensor, string?, ulong)"/>
    public Model(IReadOnlyList<SymbolicTensor> inputs, IReadOnlyList<SymbolicTensor> outputs, string? name = null, ulong seed = 0)
        : this(name, seed)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        RequireEach(inputs, nameof(inputs));
        RequireEach(outputs, nameof(outputs));
        topology = new Topology(inputs, outputs);
    }

    private protected Model(string? name, ulong seed)
    {
        if (name is not null) Name = name;
        Seed = seed;
        Prediction = new Prediction(this);
    }

    /// <summary>
    /// Gets or sets the seed of all random numbers: initial weights, dropout, augmentation and the order of the samples. Weights that exist stay as they
    /// are when it is set.
    /// </summary>
    public ulong Seed { get; set; }

    /// <summary>
    /// How many bytes a step of training may take for activations, gradients and scratch; null for no limit. Where it would take more, activations are
    /// computed again when the gradients need them (Chen et al. 2016, "Training deep nets with sublinear memory cost"): the same bits, less memory,
    /// more time. Weights, the optimizer's slots and batches that are read ahead are not counted. It is not saved with the model.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public long? MemoryLimit
    {
        get => Interlocked.Read(ref memoryLimit) is > 0 and var bytes ? bytes : null;
        set
        {
            if (value is { } bytes) ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1, nameof(value));
            Interlocked.Exchange(ref memoryLimit, value ?? 0);
        }
    }

    /// <summary>The layers, each after those that it needs, the input first.</summary>
    public IReadOnlyList<Layer> Layers => Topology.Layers;

    /// <summary>The values that the model is computed from.</summary>
    public IReadOnlyList<SymbolicTensor> Inputs => Topology.Inputs;

    /// <summary>What the model computes.</summary>
    public IReadOnlyList<SymbolicTensor> Outputs => Topology.Outputs;

    /// <summary>The value that a model of one input is computed from, to make another model of a part of it.</summary>
    /// <exception cref="InvalidOperationException">The model has several inputs.</exception>
    public SymbolicTensor Input => Only(Inputs, "inputs");

    /// <summary>What a model of one output computes.</summary>
    /// <exception cref="InvalidOperationException">The model has several outputs.</exception>
    public override SymbolicTensor Output => Only(Outputs, "outputs");

    /// <summary>The shape of one sample of the only input.</summary>
    /// <exception cref="InvalidOperationException">The model has several inputs.</exception>
    public Shape InputShape => Input.Shape;

    /// <summary>The shape of one sample of the only output.</summary>
    /// <exception cref="InvalidOperationException">The model has several outputs.</exception>
    public Shape OutputShape => Output.Shape;

    /// <summary>All weights, layer after layer, in Keras' order; those of models within too.</summary>
    public override IReadOnlyList<Weight> Weights
    {
        get
        {
            EnsureInitialized();
            return AllWeights;
        }
    }

    /// <summary>Whether training may change the model; setting it sets it on all layers within, which may then be set one by one.</summary>
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
    public override float LearningRateMultiplier
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

    /// <summary>
    /// The names of the classes that the outputs stand for, by class number; empty where they are not known. <see cref="Fit"/> takes
    /// them from the data where there are none. They are saved with the model.
    /// </summary>
    /// <exception cref="ArgumentNullException">They are null, or one of them is.</exception>
    /// <exception cref="ArgumentException">There are more or fewer than the model's only output has classes: its innermost dimension, or two for a single
    /// number.</exception>
    public IReadOnlyList<string> ClassNames
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var name in value) ArgumentNullException.ThrowIfNull(name, nameof(value));
            if (topology is not null && Mismatch(value) is { } wrong) throw new ArgumentException(wrong, nameof(value));
            field = value;
        }
    } = [];

    /// <summary>
    /// How pictures become the numbers that the model takes; null where it is not known. <see cref="Fit"/> takes it from the data where there is none, all that
    /// reads pictures goes by it, and it is saved with the model. For models by others <see cref="ImageInputFinding.Of"/> finds out what can be known.
    /// </summary>
    /// <exception cref="ArgumentException">Two settings contradict each other.</exception>
    public ImageInput? ImageInput
    {
        get;
        set
        {
            value?.Validate();
            field = value;
        }
    }

    /// <summary>
    /// What the only output is, or the first: as was said, by setting it or by the file, else as the last ops that compute it tell, and where these are neither
    /// softmax nor
    /// sigmoid, the loss. It is saved with the model.
    /// </summary>
    public OutputKind OutputKind
    {
        get => outputKind ?? OutputAnalysis.Of(this);
        set => outputKind = value.Defined(Name, nameof(value));
    }

    /// <summary>How many numbers the weights are.</summary>
    public long Parameters => Weights.Sum(weight => (long)weight.Shape.Count);

    /// <summary>The optimizer, once compiled.</summary>
    public Optimizer? Optimizer => trainer?.Optimizer;

    /// <summary>The loss of the first objective, once compiled.</summary>
    public Loss? Loss => trainer?.Objectives[0].Loss;

    /// <summary>The metrics of all objectives, once compiled; else none.</summary>
    public IReadOnlyList<Metric> Metrics => trainer?.Metrics ?? [];

    internal Topology Topology
    {
        get
        {
            if (Volatile.Read(ref topology) is { } known) return known;
            lock (FirstUse) return topology ??= Connect();
        }
    }

    internal Prediction Prediction { get; }

    internal Trainer? Trainer => trainer;

    internal override string Subject => Name;

    /// <inheritdoc/>
    public override IEnumerable<Layer> Leaves => Layers.SelectMany(layer => layer.Leaves).Distinct();

    /// <summary>The layers as far as they are put together.</summary>
    private protected virtual IReadOnlyList<Layer> Parts => Layers;

    internal override IReadOnlyList<Layer> Contained => Layers;

    private IReadOnlyList<Weight> AllWeights => [.. Leaves.SelectMany(layer => layer.OwnWeights)];

    /// <summary>The layer of a name, or of a path such as <c>mobilenet/conv1</c> that leads into a model within, or a layer that contains others.</summary>
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

    /// <summary>Prepares training: how weights are changed, what is made small, what is watched.</summary>
    /// <exception cref="ArgumentException">The optimizer or a metric is that of another model: both keep what they count, so that each model needs its
    /// own.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained or evaluated, or has names of more or fewer classes than its output.</exception>
    /// <exception cref="ShapeException">The loss does not take the model's output.</exception>
    public void Compile(Optimizer optimizer, Loss loss, params IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        _ = Output;
        Compile(optimizer, [new OutputObjective(0, loss, 1, Metric.Prepare(metrics, OutputShape), Prefix: "")]);
    }

    /// <summary>Prepares the training of a model of several outputs: what each is trained for, or some of them.</summary>
    /// <exception cref="ArgumentException">There is no objective, an output of that name does not exist, or it has two.</exception>
    /// <exception cref="ShapeException">A loss does not take its output.</exception>
    public void Compile(Optimizer optimizer, params IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(objectives);
        var names = Outputs.Select(output => output.Layer.Name).ToList();
        if (objectives.Count == 0) throw new ArgumentException($"{Name}: expected at least one objective; received none.", nameof(objectives));
        if (objectives.FirstOrDefault(objective => names.Count(name => name == objective.Output) != 1) is { } unknown)
            throw new ArgumentException(
                $"{Name}: expected objectives for outputs among {string.Join(", ", names)}; received one for '{unknown.Output}'.", nameof(objectives));
        if (objectives.GroupBy(objective => objective.Output).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"{Name}: expected one objective for each output; '{twice.Key}' has {twice.Count()}.", nameof(objectives));
        Compile(optimizer, [.. objectives
            .Select(objective =>
                new OutputObjective(
                names.IndexOf(objective.Output), objective.Loss, objective.Weight,
                Metric.Prepare(objective.Metrics, Outputs[names.IndexOf(objective.Output)].Shape), names.Count > 1 ? $"{objective.Output}_" : ""))
            .OrderBy(objective => objective.Index)]);
    }

    /// <summary>
    /// Trains on a data set, shuffled anew each epoch. The same seed, data and arguments give the same weights to the last bit, at
    /// any number of threads, also when the model was saved and loaded between epochs. Layers that were frozen, thawed or given another rate since
    /// <c>Compile</c> are taken up, the optimizer's
    /// state kept; data whose classes have the model's names in another order are numbered as the model's. <see cref="History.Notes"/> says so.
    /// </summary>
    /// <param name="data">What to learn.</param>
    /// <param name="epochs">How often to go through the data.</param>
    /// <param name="batchSize">How many samples make one step of the optimizer.</param>
    /// <param name="validation">What to evaluate on after each epoch.</param>
    /// <param name="shuffle">Whether the order of the samples is random.</param>
    /// <param name="callbacks">What watches or steers the training.</param>
    /// <param name="cancellationToken">Stops after the present batch.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled, another thread trains or evaluates it, or a callback of its own training called
    /// this.</exception>
    /// <exception cref="ShapeException">The data do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">
    /// The data or the loss are not finite: the model is as after the last good epoch. Or, before the first epoch, the data have a class that the model does
    /// not have or pictures that were not read as <see cref="ImageInput"/> says, or a
    /// callback watches what is not measured.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">A step needs more memory than <see cref="MemoryLimit"/> allows, or than this machine has.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; the model is as after the last whole batch, or as callbacks leave it that restore
    /// the best weights.</exception>
    public History Fit(
        Dataset data, int epochs = 1, int batchSize = 32, Dataset? validation = null, bool shuffle = true,
        IReadOnlyList<Callback>? callbacks = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        RequireTrainer();
        using var claim = Begin(WeightUse.Training, nameof(Fit));
        var note = ClassNames.Count == 0 ? TakeClassNames(data.ClassNames) : null;
        TakeImageInput(data);
        RequireSameImageInput(data);
        if (validation is not null) RequireSameImageInput(validation);
        return RequireTrainer().Fit(data, epochs, batchSize, validation, shuffle, callbacks ?? [], cancellationToken, note);
    }

    /// <summary>
    /// How many bytes a step of training takes for activations, gradients and scratch, within the <see cref="MemoryLimit"/> if there is one. The step
    /// is prepared for <see cref="Fit"/> by that.
    /// </summary>
    /// <param name="batchSize">How many samples make one step.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled, or another thread trains or evaluates it.</exception>
    /// <exception cref="InsufficientMemoryException">A step needs more memory than <see cref="MemoryLimit"/> allows, or than this machine has.</exception>
    public long TrainingMemory(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        RequireTrainer();
        using var claim = Begin(WeightUse.Change, nameof(TrainingMemory));
        return RequireTrainer().TrainingStep(batchSize).ArenaBytes;
    }

    /// <summary>
    /// Measures loss and metrics on a data set, without training; classes are compared by name where the model and the data have names. Several threads may
    /// call it at once.
    /// </summary>
    /// <param name="data">The samples.</param>
    /// <param name="batchSize">The number of samples per batch; null for as many as are sensible: 256, but fewer where samples are large.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled, or another thread trains or changes it.</exception>
    /// <exception cref="ShapeException">The data do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">The data are not finite, or have targets that the model cannot give, a class that it does not have, or pictures that
    /// were not read as <see cref="ImageInput"/> says.</exception>
    public Evaluation Evaluate(Dataset data, int? batchSize = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var size = BatchSizeOr(batchSize);
        RequireTrainer();
        RequireSameImageInput(data);
        using var claim = Begin(WeightUse.Evaluation, nameof(Evaluate));
        return RequireTrainer().Evaluate(data, size, cancellationToken);
    }

    /// <summary>
    /// Computes the outputs for some inputs. Any threads may call it at once, also the first time: as many as <see cref="Cpu.Threads"/> compute at the same
    /// time, further ones
    /// wait for one to end. Each needs memory of its own for activations, for as many samples as its largest batch so far; weights, and what is computed from
    /// them, exist once.
    /// One caller alone has the help of all threads, several share them; the bits are the same.
    /// </summary>
    /// <param name="inputs">One or more samples: the model's input shape with a batch in front.</param>
    /// <param name="batchSize">The number of samples per batch; null for as many as are sensible: 256, but fewer where samples are large.</param>
    /// <param name="cancellationToken">Ends the waiting for others, and stops between two batches.</param>
    /// <exception cref="ShapeException">The inputs do not have the model's shape.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Tensor Predict(Tensor inputs, int? batchSize = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        _ = Output;
        return Predict([inputs], batchSize, cancellationToken)[0];
    }

    /// <summary>
    /// As <see cref="Predict(Tensor, int?, CancellationToken)"/>, from the caller's memory and into it: for a model of one input and one output. It allocates
    /// nothing once a
    /// batch of that size has been predicted.
    /// </summary>
    /// <param name="inputs">The numbers of one or more samples, one sample after the other.</param>
    /// <param name="outputs">Where the outputs go: room for <see cref="OutputShape"/> of each sample, no more and no less.</param>
    /// <param name="batchSize">The number of samples per batch; null for as many as are sensible: 256, but fewer where samples are large.</param>
    /// <param name="cancellationToken">Ends the waiting for others, and stops between two batches.</param>
    /// <exception cref="ArgumentException">The inputs are not whole samples, or the outputs have another length or share memory with them.</exception>
    /// <exception cref="InvalidOperationException">The model has several inputs or outputs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Predict(ReadOnlySpan<float> inputs, Span<float> outputs, int? batchSize = null, CancellationToken cancellationToken = default)
    {
        var size = BatchSizeOr(batchSize);
        int inputLength = InputShape.Count, outputLength = OutputShape.Count;
        if (inputs.Length % inputLength != 0)
            throw new ArgumentException(
                $"{Subject}: expected inputs of a multiple of {inputLength} numbers, {SymbolicTensor.Print(InputShape)}; received {inputs.Length}.",
                nameof(inputs));
        if (outputs.Length != (long)inputs.Length / inputLength * outputLength)
            throw new ArgumentException(
                $"{Subject}: expected room for {inputs.Length / inputLength} × {outputLength} outputs; received {outputs.Length}.", nameof(outputs));
        if (inputs.Overlaps(outputs)) throw new ArgumentException($"{Subject}: expected outputs beside the inputs; they share memory.", nameof(outputs));
        Prediction.Run(inputs, outputs, size, cancellationToken);
    }

    /// <summary>
    /// Computes all outputs of a model of several inputs or outputs. Any threads may call it at once, as <see cref="Predict(Tensor, int?, CancellationToken)"/>
    /// says.
    /// </summary>
    /// <param name="inputs">A tensor for each input, all of as many samples.</param>
    /// <param name="batchSize">The number of samples per batch; null for as many as are sensible: 256, but fewer where samples are large.</param>
    /// <param name="cancellationToken">Ends the waiting for others, and stops between two batches.</param>
    /// <returns>A tensor for each output.</returns>
    /// <exception cref="ShapeException">The inputs do not have the model's shapes.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<Tensor> Predict(IReadOnlyList<Tensor> inputs, int? batchSize = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var size = BatchSizeOr(batchSize);
        RequireEach(inputs, nameof(inputs));
        var count = inputs.Count > 0 && inputs[0].Shape.Rank > 0 ? inputs[0].Shape[0] : 0;
        if (!inputs.Select(input => input.Shape).SequenceEqual(Inputs.Select(input => input.Shape.Prepend(count))))
            throw new ShapeException(
                Subject, $"expected inputs {string.Join(" and ", Inputs)}; received {string.Join(" and ", inputs.Select(input => input.Shape))}.");
        Tensor[] outputs = [.. Outputs.Select(output => new Tensor(output.Shape.Prepend(count), new float[count * output.Shape.Count]))];
        Prediction.Run(inputs, outputs, size, cancellationToken);
        return outputs;
    }

    /// <summary>The batch size that was asked for; else 256, or as many samples as have 2²¹ input or output values, so that memory stays bounded.</summary>
    internal int BatchSizeOr(int? batchSize)
    {
        if (batchSize is { } size)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(batchSize));
            return size;
        }

        var values = Math.Max(Inputs.Sum(input => (long)input.Shape.Count), Outputs.Sum(output => (long)output.Shape.Count));
        return (int)Math.Clamp(ValuesPerBatch / Math.Max(values, 1), 1, LargestBatch);
    }

    /// <summary>Connects a model of several outputs to values, as a layer, and gives all that it computes.</summary>
    /// <exception cref="ShapeException">The model does not take inputs of these shapes.</exception>
    public IReadOnlyList<SymbolicTensor> CallForAll(params ReadOnlySpan<SymbolicTensor> inputs) => Connect(inputs).Outputs;

    /// <summary>What the model is made of, layer by layer, with costs and receptive fields.</summary>
    public ModelSummary Summary()
    {
        EnsureInitialized();
        return ModelSummary.Of(this);
    }

    /// <summary>
    /// Writes the model in the format that the file's name asks for: <c>.keras</c> (also for a name that asks for none), which Keras 3 reads too,
    /// with the optimizer's state if compiled. The file is written whole or not at all: a failure leaves an older file as it was.
    /// </summary>
    /// <remarks>A symbolic link stays one, and its target is written; a file keeps its permissions.</remarks>
    /// <exception cref="IOException">The folder does not exist, the name is too long, the path is that of a folder, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is read-only, or the folder is.</exception>
    /// <exception cref="NotSupportedException">The format has no place for something in the model.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        EnsureInitialized();
        using var pass = ReadWeights();
        ModelFormats.ForWriting(path).Write(this, path);
    }

    /// <summary>
    /// Reads a model from a file of any format that is known (its bytes say which): Keras' <c>.keras</c> and <c>.h5</c>. Compiled as it
    /// was where optimizer and loss are known here; training then goes on where it stopped, to the same bits.
    /// </summary>
    /// <exception cref="ModelFormatException">The file is damaged, or has a layer that is not supported; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path) => Load(path, out _);

    /// <summary>As <see cref="Load(string)"/>, with a report of where each tensor of the file went.</summary>
    /// <exception cref="ModelFormatException">The file is damaged, or has a layer that is not supported; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path, out LoadReport report)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelFormats.Read(path, out report);
    }

    /// <summary>As <see cref="Load(string)"/>, for a file that leaves sizes of its input open: height and width of pictures, in most.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputShape">The shape of one sample, the batch left out and the channels last, as in <c>[64, 64, 3]</c>. Where the file says a size, it
    /// must be the same. Of several inputs it is that of those with open sizes.</param>
    /// <exception cref="ModelFormatException">The file is damaged, has a layer that is not supported, or its input has not that shape; the message says
    /// which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path, Shape inputShape) => Load(path, inputShape, out _);

    /// <summary>As <see cref="Load(string, Shape)"/>, with a report of where each tensor of the file went.</summary>
    /// <exception cref="ModelFormatException">The file is damaged, has a layer that is not supported, or its input has not that shape; the message says
    /// which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path, Shape inputShape, out LoadReport report)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelFormats.Read(path, out report, inputShape);
    }

    /// <summary>
    /// Writes the weights alone, in the format that the file's name asks for: <c>.weights.h5</c> as Keras 3 lays them out, <c>.h5</c> as Keras 2 did, or
    /// <c>.safetensors</c>. The file is written whole or not at all.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">The name asks for no format that is known.</exception>
    public void SaveWeights(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        EnsureInitialized();
        using var pass = ReadWeights();
        WeightFormats.ForWriting(path).Write(this, path);
    }

    /// <summary>
    /// Fills the model's weights from a file of weights alone (<c>.weights.h5</c>, <c>.h5</c>, <c>.safetensors</c>) or of a whole model, whatever its name.
    /// Nothing is changed unless all fits.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="matching">By the order of layers, or by their names; a <c>.safetensors</c> file is matched by both and by shapes.</param>
    /// <returns>Where each tensor of the file went, and which weights stayed as they were.</returns>
    /// <exception cref="ModelFormatException">The file is damaged, or does not fit the model; the message says where.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public LoadReport LoadWeights(string path, WeightMatching matching = WeightMatching.Order)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        EnsureInitialized();
        using var claim = Begin(WeightUse.Change, nameof(LoadWeights));
        return WeightFormats.Read(this, path, matching);
    }

    /// <summary>
    /// Makes a model with fresh weights from its configuration, as Keras' <c>model.to_json()</c> gives it and <see cref="ToJson"/>: Keras 3's, and Keras 2's
    /// too.
    /// </summary>
    /// <exception cref="ModelFormatException">The text is not JSON, or has a layer that is not supported; the message says which.</exception>
    public static Model FromJson(string json) => FromJson(json, out _);

    /// <summary>As <see cref="FromJson(string)"/>, with a report of what was understood in another way.</summary>
    /// <exception cref="ModelFormatException">The text is not JSON, or has a layer that is not supported; the message says which.</exception>
    public static Model FromJson(string json, out LoadReport report)
    {
        ArgumentNullException.ThrowIfNull(json);
        const string Name = "model configuration";
        report = new LoadReport(Name);
        return Formats.Keras.KerasLoading.Create(Formats.Keras.KerasJson.ParseModel(JsonText.ParseObject(json, Name, Name), Name), null, report);
    }

    /// <summary>The layers and how they are connected, without weights, as Keras 3's <c>model.to_json()</c> gives them.</summary>
    /// <exception cref="NotSupportedException">A layer of one's own is not registered; see <see cref="CustomObjects"/>.</exception>
    public string ToJson() => Formats.Keras.KerasJson.ToJson(Formats.Keras.ModelDescribing.Describe(this)).ToJsonString();

    /// <summary>
    /// As <see cref="LoadWeights(string, WeightMatching)"/> for <c>.safetensors</c> files that do not tell everything themselves: tensors by PyTorch, MLX or
    /// Keras find their layers by names, by shapes
    /// that occur once, or by the order that their names allow; dimensions, and the order of flattened images, become those of Fovea.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Whose names and order of dimensions the tensors have; null for what fits, which names decide where both would.</param>
    /// <param name="names">For tensors of the file (<c>encoder.0.weight</c>) or modules (<c>encoder.0</c>) the weights (<c>conv2d/kernel</c>) or layers that
    /// they belong to, where names do not tell.</param>
    /// <returns>Where each tensor of the file went, and what was done to it on the way.</returns>
    /// <exception cref="ModelFormatException">The file is damaged, or fits the model not at all or in several ways; the message says where.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public LoadReport LoadTensors(string path, TensorLayout? layout = null, IReadOnlyDictionary<string, string>? names = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        EnsureInitialized();
        using var claim = Begin(WeightUse.Change, nameof(LoadTensors));
        var report = new LoadReport(path) { Format = new Formats.SafeTensors.SafeTensorsFormat().Name };
        Formats.SafeTensors.SafeTensorsFormat.ReadWeights(this, path, report, layout, names);
        return report;
    }

    /// <summary>
    /// Writes a <c>.safetensors</c> file in the layout of a framework; <see cref="Load(string)"/> reads all of them back to the same bits, with the layers.
    /// </summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="layout">Whose names and order of dimensions the tensors get.</param>
    /// <param name="half">Whether numbers are rounded to 16-bit floats.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">A layer of one's own is not registered; see <see cref="CustomObjects"/>.</exception>
    public void SaveTensors(string path, TensorLayout layout = TensorLayout.Keras, bool half = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        EnsureInitialized();
        using var pass = ReadWeights();
        Formats.SafeTensors.SafeTensorsFormat.Write(this, path, layout.Defined(Name, nameof(layout)), half);
    }

    /// <summary>Takes over how the data read pictures, where the model does not know how it takes them.</summary>
    private void TakeImageInput(Dataset data)
    {
        if (ImageInput is null && data.ImageInput is { } input && input.Fits(this)) ImageInput = input;
    }

    /// <summary>Refuses data whose pictures were read in another way than the model says: other numbers for the same picture.</summary>
    /// <exception cref="TrainingException">They were.</exception>
    internal void RequireSameImageInput(Dataset data)
    {
        if (ImageInput is not { } own || data.ImageInput is not { } other || own.Shape != other.Shape
            || own.DifferencesFrom(other) is not { Count: > 0 } differences) return;
        throw new TrainingException(
            $"{Subject}: expected pictures read as the model's ImageInput says; the data set reads them in another way ({string.Join("; ", differences)}, the "
                + "model's first). Load the data with model.ImageInput, or set model.ImageInput to the data set's.");
    }

    /// <summary>Takes over what a file says of the model's use.</summary>
    /// <exception cref="ModelFormatException">The pictures are not of the model's size.</exception>
    internal void SetServing(ImageInput? input, OutputKind? kind, string file)
    {
        if (input?.Fits(this) == false)
            throw ModelFormatException.About(
                file, $"expected pictures of the model's input {string.Join(" and ", Inputs)}; received how pictures of {input.Shape} become numbers.");
        ImageInput = input;
        outputKind = kind;
    }

    /// <summary>Fills from the seed what has no values yet: weights that were read from a file or trained before stay as they are.</summary>
    internal void EnsureInitialized()
    {
        if (isInitialized) return;
        lock (FirstUse)
        {
            if (isInitialized) return;
            var number = 0UL;
            foreach (var weight in AllWeights)
            {
                // Each weight has its own sequence, so that changing one layer leaves the others as they were.
                var seed = unchecked((Seed * 0x9E3779B97F4A7C15) + ++number);
                if (!weight.IsFilled) weight.Initializer.Fill(weight.Variable.Overwrite(), weight.Variable.Shape, seed);
                weight.IsFilled = true;
            }

            isInitialized = true;
        }
    }

    private protected override IReadOnlyList<Node> ComputeAll(IReadOnlyList<Node> inputs, CallContext context)
    {
        if (!inputs.Select(input => input.Shape[1..]).SequenceEqual(Inputs.Select(input => input.Shape)))
            throw new ShapeException(
                Subject, $"expected inputs {string.Join(" and ", Inputs)}; received {SymbolicTensor.Print(inputs.Select(input => input.Shape[1..]))}.");
        return Topology.TraceOutputs(inputs, context);
    }

    /// <summary>Connects the layers of a model that is put together step by step.</summary>
    private protected virtual Topology Connect() => throw new InvalidOperationException($"{Name}: the model has no layers.");

    private SymbolicTensor Only(IReadOnlyList<SymbolicTensor> tensors, string what) => tensors is [var tensor]
        ? tensor
        : throw new InvalidOperationException($"{Name}: expected a model of one input and one output here; this one has {tensors.Count} {what}.");

    private void Compile(Optimizer optimizer, IReadOnlyList<OutputObjective> objectives)
    {
        EnsureInitialized();
        if (Mismatch(ClassNames) is { } wrong) throw new InvalidOperationException(wrong);
        using var claim = Begin(WeightUse.Compilation, nameof(Compile));
        lock (Ownership)
        {
            optimizer.RequireFree(this, nameof(optimizer));
            foreach (var metric in objectives.SelectMany(objective => objective.Metrics)) metric.RequireFree(this, "metrics");
            var next = new Trainer(this, optimizer, objectives);
            trainer?.Own(null);
            next.Own(this);
            trainer = next;
        }
    }

    /// <summary>
    /// Lets the calling thread read the weights as they are between two steps of training, until the pass is disposed. Predictions are made within.
    /// </summary>
    internal WeightGate.Pass ReadWeights() => WeightGate.Enter(Gates, writes: false);

    /// <summary>Lets the calling thread alone use the weights, until the pass is disposed.</summary>
    internal WeightGate.Pass WriteWeights() => WeightGate.Enter(Gates, writes: true);

    /// <summary>Begins what must not run while another thread trains, evaluates or changes the weights.</summary>
    /// <exception cref="InvalidOperationException">Another thread does.</exception>
    internal WeightGate.Claim Begin(WeightUse use, string member) => WeightGate.Begin(Gates, this, use, member);

    /// <summary>Takes names from a file or from data where they fit; else says why not.</summary>
    internal string? TakeClassNames(IReadOnlyList<string> names)
    {
        var wrong = Mismatch(names);
        if (wrong is null) ClassNames = names;
        return wrong is null ? null : $"{wrong} They were left out.";
    }

    /// <summary>What is wrong with the number of some names; null where it fits, or cannot be told.</summary>
    private string? Mismatch(IReadOnlyList<string> names)
    {
        if (names.Count == 0 || Outputs is not [{ Shape: { Rank: > 0 } shape }]) return null;
        var classes = shape[^1] == 1 ? 2 : shape[^1];
        return names.Count == classes
            ? null
            : $"{Name}: expected the names of {classes} classes, as the model's outputs are {shape}; "
                + $"received {names.Count}: {string.Join(", ", names.Take(10))}{(names.Count > 10 ? ", …" : "")}.";
    }

    private WeightGate[] Gates => Volatile.Read(ref gates) ?? (gates = WeightGate.Of([.. Leaves]));

    private void RequireIdle(string member)
    {
        foreach (var gate in Volatile.Read(ref gates) ?? []) gate.RequireIdle(member);
    }

    internal Trainer RequireTrainer() =>
        trainer ?? throw new InvalidOperationException(
        $"{Name}: compile the model first, as in model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, Metric.Accuracy).");

    private static void RequireEach<T>(IReadOnlyList<T?> values, string argument)
        where T : class
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is null) throw new ArgumentNullException(argument, $"Model: {argument} must be given; number {i} of {values.Count} is null.");
        }
    }
}
