using Fovea.Engine;
using Fovea.Formats.Keras;

namespace Fovea;

/// <summary>
/// A network from an input to an output, to train, evaluate, use, save and load. Build one layer after the other with
/// <see cref="Sequential"/>, or connect layers as you like: <c>new Model(inputs, outputs)</c>. A model is a layer too: within another
/// it computes what it does alone, with the same weights.
/// </summary>
public class Model : Layer
{
    private readonly Dictionary<int, ModelStep> predictionSteps = [];
    private Topology? topology;
    private Trainer? trainer;
    private bool isInitialized;

    /// <summary>Makes a model of all layers between two values.</summary>
    /// <param name="inputs">The output of an <see cref="Input"/>.</param>
    /// <param name="outputs">What the model computes.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="seed">Where all its randomness comes from: initial weights, the order of samples, dropout.</param>
    /// <exception cref="ArgumentException">The outputs depend on another input, or two layers share a name.</exception>
    public Model(SymbolicTensor inputs, SymbolicTensor outputs, string? name = null, ulong seed = 0)
        : this(name, seed) => topology = new Topology(inputs, outputs);

    private protected Model(string? name, ulong seed)
    {
        Name = name;
        Seed = seed;
    }

    /// <summary>Where all randomness comes from.</summary>
    public ulong Seed { get; internal set; }

    /// <summary>The layers, each after those that it needs, the input first.</summary>
    public IReadOnlyList<Layer> Layers => Topology.Layers;

    /// <summary>The value that the model is computed from, to make another model of a part of it.</summary>
    public SymbolicTensor Inputs => Topology.Input;

    /// <summary>What the model computes.</summary>
    public SymbolicTensor Outputs => Topology.Output;

    /// <inheritdoc cref="Outputs"/>
    public override SymbolicTensor Output => Outputs;

    /// <summary>The shape of one input sample.</summary>
    public Shape InputShape => Topology.Input.Shape;

    /// <summary>The shape of one output sample.</summary>
    public Shape OutputShape => Topology.Output.Shape;

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
            base.Trainable = value;
            foreach (var layer in Parts) layer.Trainable = value;
        }
    }

    /// <summary>The name of the Keras class.</summary>
    public override string ClassName => "Functional";

    /// <summary>
    /// The names of the classes that the outputs stand for, by class number; empty where they are not known. <see cref="Fit"/> takes
    /// them from the data where there are none. They are saved with the model.
    /// </summary>
    public IReadOnlyList<string> ClassNames { get; set; } = [];

    /// <summary>How many numbers the weights are.</summary>
    public long Parameters => Weights.Sum(weight => (long)weight.Shape.Count);

    /// <summary>The optimizer, once compiled.</summary>
    public Optimizer? Optimizer => trainer?.Optimizer;

    /// <summary>The loss, once compiled.</summary>
    public Loss? Loss => trainer?.Loss;

    internal Topology Topology => topology ??= Connect();

    internal Trainer? Trainer => trainer;

    internal override string Subject => Name!;

    internal override string? DefaultName => "functional";

    internal override IEnumerable<Layer> Leaves => Layers.SelectMany(layer => layer.Leaves).Distinct();

    /// <summary>The layers as far as they are put together.</summary>
    private protected virtual IReadOnlyList<Layer> Parts => Layers;

    private IReadOnlyList<Weight> AllWeights => [.. Leaves.SelectMany(layer => layer.Weights)];

    /// <summary>The layer of a name, or of a path such as <c>mobilenet/conv1</c> that leads into a model within.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public Layer Layer(string name) => Layers.FirstOrDefault(layer => layer.Name == name)
        ?? Layers.OfType<Model>().FirstOrDefault(model => name?.StartsWith($"{model.Name}/", StringComparison.Ordinal) == true)?.Layer(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..])
        ?? throw new KeyNotFoundException($"{Name}: there is no layer '{name}'; there are {string.Join(", ", Layers.Select(layer => layer.Name))}.");

    /// <summary>Prepares training: how weights are changed, what is made small, what is watched.</summary>
    /// <exception cref="ShapeException">The loss does not take the model's output.</exception>
    public void Compile(Optimizer optimizer, Loss loss, params IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        EnsureInitialized();
        trainer = new Trainer(this, optimizer, loss, metrics);
    }

    /// <summary>
    /// Trains on a data set, shuffled anew each epoch. The same seed, data and arguments give the same weights to the last bit, at
    /// any number of threads, also when the model was saved and loaded between epochs.
    /// </summary>
    /// <param name="data">What to learn.</param>
    /// <param name="epochs">How often to go through the data.</param>
    /// <param name="batchSize">How many samples make one step of the optimizer.</param>
    /// <param name="validation">What to evaluate on after each epoch.</param>
    /// <param name="shuffle">Whether the order of the samples is random.</param>
    /// <param name="callbacks">What watches or steers the training.</param>
    /// <param name="cancellation">Stops after the present batch.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ShapeException">The data do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">The data or the loss are not finite; the model is as after the last good epoch.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; the model is as after the last whole batch.</exception>
    public History Fit(
        Dataset data, int epochs = 1, int batchSize = 32, Dataset? validation = null, bool shuffle = true,
        IReadOnlyList<Callback>? callbacks = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (ClassNames.Count == 0) ClassNames = data.ClassNames;
        return RequireTrainer().Fit(data, epochs, batchSize, validation, shuffle, callbacks ?? [], cancellation);
    }

    /// <summary>Measures loss and metrics on a data set, without training.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ShapeException">The data do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">The data are not finite or have targets that the model cannot give.</exception>
    public Evaluation Evaluate(Dataset data, int batchSize = 256, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return RequireTrainer().Evaluate(data, batchSize, cancellation);
    }

    /// <summary>Computes the outputs for some inputs. Several threads may call it; they take turns.</summary>
    /// <param name="inputs">One or more samples: the model's input shape with a batch in front.</param>
    /// <param name="batchSize">How many samples are computed together.</param>
    /// <exception cref="ShapeException">The inputs do not have the model's shape.</exception>
    public Tensor Predict(Tensor inputs, int batchSize = 256)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (inputs.Shape.Rank == 0 || inputs.Shape[1..] != InputShape)
            throw new ShapeException(Subject, $"expected inputs {Topology.Input}; received {inputs.Shape}.");
        var count = inputs.Shape[0];
        var outputs = new Tensor(OutputShape.Prepend(count), new float[count * OutputShape.Count]);
        lock (predictionSteps)
        {
            for (var start = 0; start < count; start += batchSize)
            {
                var size = Math.Min(batchSize, count - start);
                var step = PredictionStep(size);
                inputs.Values.AsSpan(start * InputShape.Count, size * InputShape.Count).CopyTo(step.Input);
                step.Run();
                step.Prediction.CopyTo(outputs.Values.AsSpan(start * OutputShape.Count));
            }
        }

        return outputs;
    }

    /// <summary>What the model is made of, layer by layer, with costs and receptive fields.</summary>
    public ModelSummary Summary()
    {
        EnsureInitialized();
        return ModelSummary.Of(this);
    }

    /// <summary>
    /// Writes the model as a <c>.keras</c> file that Keras 3 reads too, with the optimizer's state if compiled. The file is written
    /// whole or not at all: a failure leaves an older file as it was.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">A layer has a class that files do not know.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        KerasSaving.Save(this, path, TimeProvider.System.GetLocalNow());
    }

    /// <summary>
    /// Reads a model from a <c>.keras</c> file, or from a whole model in Keras 2's <c>.h5</c>. Compiled as it was where optimizer and
    /// loss are known here; training then goes on where it stopped, to the same bits.
    /// </summary>
    /// <exception cref="ModelFormatException">The file is damaged, or has a layer that is not supported; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return KerasLoading.Load(path);
    }

    internal ModelStep PredictionStep(int batchSize)
    {
        EnsureInitialized();
        if (!predictionSteps.TryGetValue(batchSize, out var step)) predictionSteps[batchSize] = step = ModelStep.ForPrediction(Topology, batchSize);
        return step;
    }

    /// <summary>Fills from the seed what has no values yet: weights that were read from a file or trained before stay as they are.</summary>
    internal void EnsureInitialized()
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

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Shape[1..] != InputShape) throw new ShapeException(Subject, $"expected inputs {Topology.Input}; received {SymbolicTensor.Print(input.Shape[1..])}.");
        return Topology.Trace(input, context)[Topology.Output];
    }

    /// <summary>Connects the layers of a model that is put together step by step.</summary>
    private protected virtual Topology Connect() => throw new InvalidOperationException($"{Name}: the model has no layers.");

    private Trainer RequireTrainer() => trainer ?? throw new InvalidOperationException($"{Name}: compile the model first, as in model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, Metric.Accuracy).");
}
