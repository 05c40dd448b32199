using System.Globalization;
using System.Numerics.Tensors;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>
/// A training step with a loss of any kind, for custom training loops: adversarial networks, gradient penalties, autoencoders. A function computes the loss
/// from nodes; its gradients and the optimizer's update are compiled with it into one run, as within <see cref="Model.Fit"/>.
/// </summary>
/// <remarks>
/// <code>
/// var step = new TrainingStep(new Adam(0.001), model, (step, images, labels) =>
///     Loss.SparseCategoricalCrossentropy.Compute(labels, step.Call(model, images)));
/// foreach (var (images, labels) in data.Batches(32)) Console.WriteLine(step.Run(images, labels).Loss);
/// </code>
/// <para>
/// A run changes the weights of the layers and models that are trained, as far as they are <see cref="Layer.Trainable"/>, and the moving averages of batch
/// normalizations that the function calls in training. Other models that the function calls keep their weights: the step of a discriminator trains the
/// discriminator alone, whether the generator is frozen or not. The penalties of the trained layers (regularizers and
/// <see cref="CallContext.AddLoss"/>) are added to the loss.
/// </para>
/// <para>
/// The function is called once for each combination of input shapes; the compiled steps of the last four are kept. For a loss and a batch that
/// <see cref="Model.TrainOnBatch(Tensor, Tensor, Tensor?)"/> could use, the new weights have the same bits. Models are saved without the state of
/// the step's optimizer, which <see cref="SaveState"/> writes.
/// </para>
/// <para>
/// Any thread may run it; runs of one step take turns. While it runs, other threads cannot train its models. They can predict, and see the weights as they are
/// between two runs.
/// </para>
/// </remarks>
public sealed partial class TrainingStep
{
    private const int MaxShapes = 4;

    private readonly Lock gate = new();
    private readonly Layer[] trained;
    private readonly Func<StepContext, Node> loss;
    private readonly TrainedWeights weights;
    private readonly RecentlyUsed<ShapesKey, CompiledStep> steps = new(MaxShapes);
    private readonly ValueCache store = new();
    private readonly List<Layer> used = [];
    private PlanMemory memory = new();
    private LayerTrainingSettings[] settings = [];
    private WeightLock[] locks = [];

    /// <summary>Creates a step whose function reads its inputs from <see cref="StepContext.Inputs"/>.</summary>
    /// <param name="optimizer">The optimizer, for this step alone.</param>
    /// <param name="trained">The layers and models whose weights are trained.</param>
    /// <param name="loss">Computes the loss, a node with one element.</param>
    /// <exception cref="ArgumentException">There is nothing to train, or the optimizer is used elsewhere.</exception>
    public TrainingStep(Optimizer optimizer, IReadOnlyList<Layer> trained, Func<StepContext, Node> loss)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(trained);
        ArgumentNullException.ThrowIfNull(loss);
        if (trained.Count == 0) throw new ArgumentException("TrainingStep: expected at least one layer or model to train; received none.", nameof(trained));
        foreach (var layer in trained) ArgumentNullException.ThrowIfNull(layer, nameof(trained));
        lock (Model.Ownership)
        {
            optimizer.RequireFree(this, nameof(optimizer));
            optimizer.Owner = this;
        }

        (Optimizer, this.trained, this.loss, weights) = (optimizer, [.. trained], loss, new TrainedWeights(optimizer));
        used.AddRange(this.trained);
    }

    /// <summary>Creates a step of one trained model whose function reads its inputs from <see cref="StepContext.Inputs"/>, if it has any.</summary>
    /// <inheritdoc cref="TrainingStep(Optimizer, IReadOnlyList{Layer}, Func{StepContext, Node})"/>
    public TrainingStep(Optimizer optimizer, Layer trained, Func<StepContext, Node> loss)
        : this(optimizer, [trained], loss)
    {
    }

    /// <summary>Creates a step of one input: <c>new TrainingStep(optimizer, generator, (step, noise) => …)</c>.</summary>
    /// <inheritdoc cref="TrainingStep(Optimizer, IReadOnlyList{Layer}, Func{StepContext, Node})"/>
    public TrainingStep(Optimizer optimizer, Layer trained, Func<StepContext, Node, Node> loss)
        : this(optimizer, [trained], loss)
    {
    }

    /// <inheritdoc cref="TrainingStep(Optimizer, Layer, Func{StepContext, Node, Node})"/>
    public TrainingStep(Optimizer optimizer, IReadOnlyList<Layer> trained, Func<StepContext, Node, Node> loss)
        : this(optimizer, trained, Of(loss))
    {
    }

    /// <summary>Creates a step of two inputs, often samples and targets: <c>new TrainingStep(optimizer, model, (step, images, labels) => …)</c>.</summary>
    /// <inheritdoc cref="TrainingStep(Optimizer, IReadOnlyList{Layer}, Func{StepContext, Node})"/>
    public TrainingStep(Optimizer optimizer, Layer trained, Func<StepContext, Node, Node, Node> loss)
        : this(optimizer, [trained], loss)
    {
    }

    /// <inheritdoc cref="TrainingStep(Optimizer, Layer, Func{StepContext, Node, Node, Node})"/>
    public TrainingStep(Optimizer optimizer, IReadOnlyList<Layer> trained, Func<StepContext, Node, Node, Node> loss)
        : this(optimizer, trained, Of(loss))
    {
    }

    /// <summary>The optimizer. Its learning rate may be changed between runs.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The number of runs so far. Learning-rate schedules and random values depend on it.</summary>
    public long Steps
    {
        get;
        private set => Optimizer.Iterations = field = value;
    }

    /// <summary>
    /// The seed of random values: dropout, augmentation and <see cref="StepContext.RandomNormal"/>. By default that of the first trained model.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>Runs the step: computes the loss and changes the weights once.</summary>
    /// <param name="inputs">The inputs of the function. The first dimension is usually the batch.</param>
    /// <returns>The loss, and the numbers that the function reports, with the weights as they were before the step.</returns>
    /// <exception cref="ShapeException">The function's loss is not a single number, or a layer does not accept its input.</exception>
    /// <exception cref="InvalidOperationException">
    /// The loss does not depend on the trained weights, another thread trains or evaluates one of the models, a callback of such a training calls this, or a
    /// model has a <see cref="Model.Distribution"/> of several shards.
    /// </exception>
    /// <exception cref="TrainingException">
    /// An input is not finite, or the loss or the weights became infinite or NaN. The models are as before the run.
    /// </exception>
    public Evaluation Run(params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is null) throw new ArgumentNullException(nameof(inputs), $"TrainingStep: input {i} of {inputs.Length} is null.");
            if (!TensorPrimitives.IsFiniteAll<float>(inputs[i].Values)) throw new TrainingException($"TrainingStep: input {i} has a value that is not finite.");
        }

        foreach (var layer in trained) (layer as Model)?.RequireWholeBatches("TrainingStep.Run");

        lock (gate)
        {
            var step = Find(new ShapesKey([.. inputs.Select(input => input.Shape)]));
            using var claim = WeightLock.Begin(locks, trained[0], WeightUse.Training, "TrainingStep.Run");
            using var pass = WeightLock.Enter(locks, writes: true);
            step.Prepare(inputs, Seed ?? trained[0].InitialSeed, Steps);
            step.Run();
            if (!float.IsFinite(step.Loss)) throw Diverged(step, string.Create(CultureInfo.InvariantCulture, $"the loss became {step.Loss}"));
            if (!step.IsFinite) throw Diverged(step, "the weights were no longer finite");
            Steps++;
            return new Evaluation(step.Loss, step.Reports, inputs.Length > 0 && inputs[0].Shape.Rank > 0 ? inputs[0].Shape[0] : 0);
        }
    }

    private CompiledStep Find(ShapesKey key)
    {
        if (steps.TryGet(key, out var step) && LayerTrainingSettings.OfWhole(used).SequenceEqual(settings)) return step;
        if (step is not null) Discard();
        var leaves = trained.SelectMany(layer => layer.IsBuilt || layer is Model ? layer.Leaves : [layer]).ToHashSet();
        Node[] inputs = [.. key.Shapes.Select((shape, i) => new Node(new InputOp($"input {i}", shape)))];
        var context = new StepContext(inputs, leaves);
        var result = loss(context) ?? throw new InvalidOperationException("TrainingStep: expected a loss from the function; received null.");
        step = CompiledStep.Of(inputs, context, result, weights.Of(trained.SelectMany(layer => layer.Leaves).Distinct()), Optimizer, memory, store);
        used.AddRange(context.Called.Except(used).ToList());
        settings = LayerTrainingSettings.OfWhole(used);
        locks = WeightLock.Of([.. used.SelectMany(layer => layer.Leaves).Distinct()]);
        steps.Add(key, step)?.Retire();
        return step;
    }

    /// <summary>Discards all plans, since layers were frozen, unfrozen or given another rate.</summary>
    private void Discard()
    {
        foreach (var step in steps.Values) step.Retire();
        steps.Clear();
        memory = new PlanMemory();
    }

    private TrainingException Diverged(CompiledStep step, string what)
    {
        step.Undo();
        return new TrainingException(string.Create(CultureInfo.InvariantCulture,
            $"TrainingStep: {what}; the models are again as they were before the step. A smaller learning rate than {(float)Optimizer.LearningRate} "
                + $"often helps."))
        { IsDivergence = true };
    }

    private static Func<StepContext, Node> Of(Func<StepContext, Node, Node> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return step => step.Inputs is [var input] ? loss(step, input) : throw Wrong(1, step.Inputs);
    }

    private static Func<StepContext, Node> Of(Func<StepContext, Node, Node, Node> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return step => step.Inputs is [var first, var second] ? loss(step, first, second) : throw Wrong(2, step.Inputs);
    }

    private static ArgumentException Wrong(int count, IReadOnlyList<Node> inputs) =>
        new($"TrainingStep: the function takes {count} input{(count == 1 ? "" : "s")}; Run received {inputs.Count}.", nameof(inputs));
}
