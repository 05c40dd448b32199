using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Extending;

/// <summary>
/// Passed to a layer's <c>Call</c> when its ops are added to a graph. The layer reads its weights from it, asks whether the graph trains, draws random numbers,
/// calls the layers that it contains, and adds losses and updates of its variables.
/// </summary>
public sealed class CallContext
{
    private readonly Dictionary<Variable, Node> variables = [];
    private readonly List<Update> updates = [];
    private readonly List<LayerValue> values = [];
    private readonly List<Node> losses = [];
    private readonly HashSet<Node> sums = [];
    private readonly HashSet<Variable> penalized = [];
    private string path = "";
    private Layer? current;
    private int batchSize;
    private int streams;

    internal CallContext(bool training) => Training = training;

    /// <summary>Whether the graph is for training. Dropout and augmentation act only then.</summary>
    public bool Training { get; private set; }

    /// <summary>The updates of variables that the optimizer does not train, such as moving averages.</summary>
    internal IReadOnlyList<Update> Updates => updates;

    /// <summary>The key of the random numbers; <see langword="null"/> if no layer has drawn any.</summary>
    internal Node? RandomKey { get; private set; }

    /// <summary>A layer within a model that has mixed images without their labels; null if none has.</summary>
    internal ImageAugmentation? MixesWithoutLabels { get; set; }

    /// <summary>The scalars that layers add to the loss.</summary>
    internal IReadOnlyList<Node> Losses => losses;

    /// <summary>Those of them that are sums over the samples; the others are means, or do not depend on the samples.</summary>
    internal IReadOnlySet<Node> SumsOverSamples => sums;

    /// <summary>Every use of a layer so far. The layers inside a nested model come before that model.</summary>
    internal IReadOnlyList<LayerValue> Values => values;

    /// <summary>The value of a weight as a node of the graph.</summary>
    /// <param name="variable">The weight, as <c>AddWeight</c> returned it.</param>
    public Node Read(Variable variable)
    {
        if (!variables.TryGetValue(variable, out var node)) variables[variable] = node = new Node(new VariableOp(variable));
        return node;
    }

    /// <summary>Computes the output of a layer that the calling layer contains (<see cref="Layer.Contain{T}(T)"/>).</summary>
    /// <param name="part">The contained layer.</param>
    /// <param name="input">Its input. The first dimension is the batch.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="InvalidOperationException">The calling layer does not contain the part, or did not use it when it was connected.</exception>
    /// <exception cref="ShapeException">The part does not accept an input of this shape.</exception>
    public Node Call(Layer part, Node input) => Call(part, [input]);

    /// <summary>Computes the output of a contained layer that has several inputs, such as <see cref="Add"/>.</summary>
    /// <param name="part">The contained layer.</param>
    /// <param name="inputs">Its inputs. The first dimension of each is the batch.</param>
    /// <returns>Its output.</returns>
    /// <exception cref="InvalidOperationException">
    /// The calling layer does not contain the part, or did not use it when it was connected; or the part is a model with several outputs.
    /// </exception>
    /// <exception cref="ShapeException">The part does not accept inputs of these shapes.</exception>
    public Node Call(Layer part, IReadOnlyList<Node> inputs)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(inputs);
        var holder = RequireContained(part);
        part.EnsureBuiltAsPart([.. inputs.Select(input => input.Shape[1..])]);
        return part.TraceAll(inputs, this) is [var output]
            ? output
            : throw new InvalidOperationException($"{holder.Subject}: expected a part with one output; {part.Subject} has several.");
    }

    /// <summary>
    /// Changes images, and what belongs to them, with a layer that the calling layer contains. A layer that is no <see cref="ImageAugmentation"/> changes the
    /// images alone.
    /// </summary>
    /// <param name="part">The contained layer.</param>
    /// <param name="nodes">The images and what belongs to them.</param>
    /// <returns>The same parts, changed.</returns>
    /// <exception cref="InvalidOperationException">The calling layer does not contain the part, or did not use it when it was connected.</exception>
    /// <exception cref="ShapeException">
    /// The part does not accept such images, or it is no <see cref="ImageAugmentation"/> and changes the size of images that have boxes or masks.
    /// </exception>
    public ImageNodes Call(Layer part, ImageNodes nodes)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(nodes);
        if (part is not ImageAugmentation augmentation)
        {
            var images = Call(part, nodes.Images);
            if ((nodes.Boxes ?? nodes.Masks) is not null && images.Shape[..3] != nodes.Images.Shape[..3])
                throw new ShapeException(
                    part.Subject, $"the layer changes the size of the images from {nodes.Images.Shape[1..]} to {images.Shape[1..]}, and cannot change "
                        + "their boxes and "
                    + "masks.");
            return nodes with { Images = images };
        }

        RequireContained(part);
        part.EnsureBuiltAsPart([nodes.Images.Shape[1..]]);
        return augmentation.Trace(nodes, this);
    }

    /// <summary>
    /// Gives a variable a new value at the end of each run of the graph, as batch normalization does with its moving averages. A second call for the same
    /// variable replaces the value of the first.
    /// </summary>
    /// <param name="variable">The variable.</param>
    /// <param name="value">The new value, of the variable's shape.</param>
    public void Write(Variable variable, Node value)
    {
        updates.RemoveAll(update => update.Variable == variable);
        updates.Add(new Update(variable, value));
    }

    /// <summary>The value of a variable after the writes so far. A layer that is used twice continues from its first use.</summary>
    internal Node ReadWritten(Variable variable)
    {
        foreach (var update in updates)
        {
            if (update.Variable == variable) return update.Value;
        }

        return Read(variable);
    }

    /// <summary>Adds a scalar to the loss, which training minimizes and evaluation reports; Keras' <c>add_loss</c>.</summary>
    /// <param name="loss">
    /// The scalar: a mean over the samples, or a value that does not depend on them. In training in shards (<see cref="Model.Distribution"/>) the loss of each
    /// shard is multiplied by its share of the samples.
    /// </param>
    /// <exception cref="ShapeException">The value is not a scalar.</exception>
    public void AddLoss(Node loss) =>
        losses.Add(loss.Shape.Rank == 0 ? loss : throw new ShapeException("AddLoss", $"expected a scalar; received {loss.Shape}."));

    /// <summary>Adds a sum over the samples to the loss.</summary>
    internal void AddSumOverSamples(Node loss)
    {
        sums.Add(loss);
        AddLoss(loss);
    }

    /// <summary>Draws uniform random numbers in [0, 1), new ones at each step. The same seed and step give the same numbers.</summary>
    /// <param name="shape">
    /// The shape of the result. If its first dimension is the batch, or a multiple of it, the numbers are drawn by sample; otherwise they are drawn once per
    /// batch. See <see cref="RandomUniform(Shape, bool)"/>, which states it.
    /// </param>
    public Node RandomUniform(Shape shape) => RandomUniform(shape, perBatch: !IsBySample(shape));

    /// <summary>
    /// Draws uniform random numbers in [0, 1) for each sample or once per batch. The difference shows when a batch is divided
    /// (<see cref="Model.Distribution"/>): a sample keeps its own numbers in every division, and numbers that are drawn once per batch are equal in all
    /// shards.
    /// </summary>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="perBatch">
    /// Whether the numbers are drawn once per batch. If not, the first dimension of the shape must be the batch, or a multiple of it where a layer has joined
    /// the batch and another dimension.
    /// </param>
    /// <exception cref="ShapeException">The numbers are drawn for each sample, but the first dimension is no multiple of the batch.</exception>
    public Node RandomUniform(Shape shape, bool perBatch)
    {
        if (!perBatch && !IsBySample(shape))
            throw new ShapeException(
                "CallContext",
                $"expected random numbers whose first dimension is the batch of {batchSize} or a multiple of it; received {shape}. Draw them once per batch: "
                    + "perBatch: true.");
        RandomKey ??= new Node(new InputOp("random key", Engine.Ops.RandomKey.Shape));
        return new Node(new RandomUniformOp(shape, streams++) { ValuesPerSample = perBatch ? 0 : shape.Count / batchSize }, RandomKey);
    }

    /// <summary>
    /// Draws normally distributed random numbers of mean 0 and standard deviation 1, new ones at each step (Box and Muller 1958). The same seed and step give
    /// the same numbers.
    /// </summary>
    /// <inheritdoc cref="RandomUniform(Shape)" path="/param"/>
    public Node RandomNormal(Shape shape) => RandomNormal(shape, perBatch: !IsBySample(shape));

    /// <summary>
    /// Draws normally distributed random numbers of mean 0 and standard deviation 1 for each sample or once per batch, as
    /// <see cref="RandomUniform(Shape, bool)"/> does.
    /// </summary>
    /// <inheritdoc cref="RandomUniform(Shape, bool)" path="/param | /exception"/>
    public Node RandomNormal(Shape shape, bool perBatch)
    {
        // 1 − u is above 0, so the logarithm is finite.
        var radius = (-2 * (1 - RandomUniform(shape, perBatch)).Log()).Sqrt();
        return radius * (2 * MathF.PI * RandomUniform(shape, perBatch)).Cos();
    }

    /// <summary>Random values that are positive with probability 1 − rate, where dropout keeps a value, and negative elsewhere.</summary>
    internal Node RandomKept(Shape shape, float rate) =>
        RandomUniform(shape) - (rate - (0.5f / (1 << 24)));  // random numbers are multiples of 2⁻²⁴; half of that avoids 0

    /// <summary>Adds the penalty on a weight to the loss, once even if its layer is used several times.</summary>
    internal void Penalize(Weight weight)
    {
        if (weight.Regularizer is { } regularizer && penalized.Add(weight.Variable)) AddLoss(regularizer.Penalty(Read(weight.Variable)));
    }

    /// <summary>Runs a call that adds the ops of a layer, with the layer as the current one.</summary>
    internal void Within(Layer layer, IReadOnlyList<Node> inputs, bool? training, Action call)
    {
        // A layer may reshape the batch for the layers that it contains. The batch is that of the outermost layer.
        if (current is null) batchSize = inputs is [{ Shape: { Rank: > 0 } first }, ..] ? first[0] : 0;
        var (outerPath, outerTraining, outer) = (path, Training, current);
        (path, Training, current) = (PathOf(layer), training ?? Training, layer);
        call();
        (path, Training, current) = (outerPath, outerTraining, outer);
    }

    /// <summary>Records the outputs of a layer under its path. The paths of a model's further outputs end with their index: <c>parts:1</c>.</summary>
    internal void Note(Layer layer, IReadOnlyList<Node> inputs, IReadOnlyList<Node> outputs)
    {
        for (var i = 0; i < outputs.Count; i++) values.Add(new LayerValue(i == 0 ? PathOf(layer) : $"{PathOf(layer)}:{i}", layer, inputs, outputs[i]));
    }

    /// <summary>The layer that is being called, which must contain a part.</summary>
    private Layer RequireContained(Layer part)
    {
        var holder = current ?? throw new InvalidOperationException($"{part.Subject}: context.Call was used outside a layer's Call; it works only there.");
        return part.Holder == holder ? holder : throw new InvalidOperationException(
            $"{holder.Subject}: {part.Subject} is not contained in the layer, so its weights would be neither trained nor saved; "
            + "register it in the constructor: conv = Contain(new Conv2D(…)).");
    }

    private bool IsBySample(Shape shape) => batchSize > 0 && shape.Rank > 0 && shape[0] % batchSize == 0;

    private string PathOf(Layer layer) => path.Length == 0 ? layer.Name : $"{path}/{layer.Name}";
}
