using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>
/// A model as a graph for one batch size, from which anything can be computed: values of inner layers, gradients, custom explanations. The nodes are those
/// that training differentiates, the nodes of inner models included.
/// <code>
/// var graph = new ModelGraph(model);
/// Node score = graph.Output.Sum();
/// Node saliency = Differentiation.Gradients(score, [graph.Input])[0];
/// Tensor image = graph.Compute(input, saliency)[0];
/// </code>
/// </summary>
public sealed class ModelGraph
{
    private readonly Model model;
    private readonly CallContext context;

    /// <summary>Traces the layers of a model into a graph.</summary>
    /// <param name="model">The model. Its weights are read when the graph is run.</param>
    /// <param name="batchSize">The number of samples that are computed together, at least 1.</param>
    /// <param name="training">Whether dropout, augmentation and batch normalization act as in training. Moving statistics are not changed.</param>
    /// <exception cref="ShapeException">The model takes inputs of any size; the other constructor takes the size.</exception>
    public ModelGraph(Model model, int batchSize = 1, bool training = false)
        : this(
            model, model.NotNull(nameof(ModelGraph), nameof(model)).Initialized.Only(
                model.Subject, "Give the size: new ModelGraph(model, [150, 150, 3]), or fix it: model.WithInput(150, 150, 3)."),
            batchSize, training)
    {
    }

    /// <summary>Traces the layers of a model that takes inputs of any size into a graph for one size.</summary>
    /// <param name="model">The model. Its weights are read when the graph is run.</param>
    /// <param name="inputShape">The shape of one sample, for the inputs that have open sizes: <c>[150, 150, 3]</c>.</param>
    /// <param name="batchSize">The number of samples that are computed together, at least 1.</param>
    /// <param name="training">Whether dropout, augmentation and batch normalization act as in training. Moving statistics are not changed.</param>
    /// <exception cref="ShapeException">The model does not take inputs of this shape.</exception>
    public ModelGraph(Model model, Shape inputShape, int batchSize = 1, bool training = false)
        : this(model, SizeFor(model.NotNull(nameof(ModelGraph), nameof(model)), inputShape), batchSize, training)
    {
    }

    private ModelGraph(Model model, ModelSize size, int batchSize, bool training)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        this.model = model;
        context = new CallContext(training);
        var topology = model.Initialized;
        Inputs = topology.InputNodes(batchSize, size);
        Outputs = topology.TraceOutputs(Inputs, context);
    }

    /// <summary>The inputs, (batch, height, width, channels) for images.</summary>
    public IReadOnlyList<Node> Inputs { get; }

    /// <summary>The model's outputs, the batch first.</summary>
    public IReadOnlyList<Node> Outputs { get; }

    /// <summary>The first input, the only one of most models.</summary>
    public Node Input => Inputs[0];

    /// <summary>The first output, the only one of most models.</summary>
    public Node Output => Outputs[0];

    /// <summary>
    /// Every use of a layer in the order of computation; a layer that is used twice is listed twice. The layers of an inner model come before the model, with
    /// paths such as <c>mobilenet/conv1</c>.
    /// </summary>
    public IReadOnlyList<LayerValue> Layers => context.Values;

    /// <summary>The value of a layer by its path, or by its name if no other layer has it. For a layer that is used several times, the last value.</summary>
    /// <exception cref="KeyNotFoundException">No layer has the name, or several have it.</exception>
    public LayerValue this[string layer]
    {
        get
        {
            if (Layers.LastOrDefault(value => value.Path == layer) is { } exact) return exact;
            var found = Layers.Where(value => value.Layer.Name == layer).GroupBy(value => value.Path).Select(uses => uses.Last()).ToList();
            return found.Count switch
            {
                1 => found[0],
                0 => throw new KeyNotFoundException(
                    $"{model.Subject}: there is no layer '{layer}'; there are {string.Join(", ", Layers.Select(value => value.Path))}."),
                _ => throw new KeyNotFoundException(
                    $"{model.Subject}: several layers are named '{layer}': {string.Join(", ", found.Select(value => value.Path))}."),
            };
        }
    }

    /// <summary>
    /// The value of a weight, to differentiate with respect to it in custom training steps. Each run reads the present weights; <see cref="Weight.Write"/>
    /// changes them.
    /// <code>
    /// Node gradient = Differentiation.Gradients(loss, [graph.Read(model.Weights[0])])[0];
    /// </code>
    /// </summary>
    /// <exception cref="ArgumentException">The weight is not one of the model's.</exception>
    public Node Read(Weight weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return model.Weights.Any(own => own.Variable == weight.Variable)
            ? context.Read(weight.Variable)
            : throw new ArgumentException(
                $"{model.Subject}: expected one of the model's weights; received '{weight.Name}' {weight.Shape} of another.", nameof(weight));
    }

    /// <summary>The graph at some size that the model takes, for what does not depend on the size.</summary>
    internal static ModelGraph Example(Model model, int batchSize = 1) => new(model, model.Initialized.Example(), batchSize, training: false);

    private static ModelSize SizeFor(Model model, Shape inputShape)
    {
        var topology = model.Initialized;
        Shape[] shapes = [.. topology.Inputs.Select(input => input.Shape.IsOpen || topology.Inputs.Count == 1 ? inputShape : input.Shape)];
        return topology.Accepts(shapes)
            ? topology.At(shapes)
            : throw new ShapeException(
                model.Subject, $"expected an input shape that fits {SymbolicTensor.Print(topology.Inputs)}; received {SymbolicTensor.Print(inputShape)}.");
    }

    /// <summary>Compiles some nodes, to compute them often.</summary>
    public GraphRun Compile(params Node[] nodes) => new([.. nodes.NotNull("ModelGraph", nameof(nodes))], [.. Inputs], context.RandomKey, model);

    /// <summary>Compiles some nodes that depend on further inputs: nodes of an <see cref="InputOp"/> that the caller created.</summary>
    public GraphRun Compile(IReadOnlyList<Node> furtherInputs, params Node[] nodes) =>
        new([.. nodes.NotNull("ModelGraph", nameof(nodes))], [.. Inputs, .. furtherInputs.NotNull("ModelGraph", nameof(furtherInputs))],
            context.RandomKey, model);

    /// <summary>Computes some nodes once.</summary>
    /// <exception cref="ShapeException">The input does not have the shape of <see cref="Input"/>.</exception>
    public IReadOnlyList<Tensor> Compute(Tensor input, params Node[] nodes) => Compile(nodes).Run(input);
}
