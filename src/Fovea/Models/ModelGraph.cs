using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>
/// A model as a graph for one batch size, to compute from it whatever one likes: values of inner layers, gradients, explanations of
/// one's own. The nodes are those that training differentiates, those of models within the model among them.
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

    /// <summary>Adds the layers of a model to a graph.</summary>
    /// <param name="model">The model; its weights are read when the graph is run.</param>
    /// <param name="batchSize">How many samples are computed together; at least 1.</param>
    /// <param name="training">Whether dropout, augmentation and batch normalization act as in training; moving statistics stay as they are.</param>
    public ModelGraph(Model model, int batchSize = 1, bool training = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        model.EnsureInitialized();
        this.model = model;
        context = new CallContext(training);
        Inputs = model.Topology.InputNodes(batchSize);
        Outputs = model.Topology.TraceOutputs(Inputs, context);
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
    /// Every use of a layer in the order of computation. Those of a model that serves as a layer stand before the model itself, under
    /// paths such as <c>mobilenet/conv1</c>; a layer that is used again stands there again.
    /// </summary>
    public IReadOnlyList<LayerValue> Layers => context.Values;

    /// <summary>The value of a layer, of its last use where there are several, by its path, or by its name alone where only one layer has it.</summary>
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
    /// The value of a weight, to differentiate by, in steps of one's own: each run reads the weights anew, and <see cref="Weight.Write"/> changes them.
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

    /// <summary>Prepares the computation of some nodes, to be run often.</summary>
    public GraphRun Compile(params ReadOnlySpan<Node> nodes) => new(nodes.ToArray(), [.. Inputs], context.RandomKey, model);

    /// <summary>Prepares the computation of some nodes that depend on further inputs, nodes of an <see cref="InputOp"/> of one's own.</summary>
    public GraphRun Compile(IReadOnlyList<Node> furtherInputs, params ReadOnlySpan<Node> nodes) =>
        new(nodes.ToArray(), [.. Inputs, .. furtherInputs], context.RandomKey, model);

    /// <summary>Computes some nodes once.</summary>
    /// <exception cref="ShapeException">The input does not have the shape of <see cref="Input"/>.</exception>
    public IReadOnlyList<Tensor> Compute(Tensor input, params ReadOnlySpan<Node> nodes) => Compile(nodes).Run(input);
}
