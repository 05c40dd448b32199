using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;

namespace Fovea.Extending;

/// <summary>
/// Passed to the function of a <see cref="TrainingStep"/> while its graph is built. The function calls models on nodes, draws random numbers, differentiates
/// and reports values.
/// </summary>
public sealed class StepContext
{
    private readonly CallContext context = new(training: true);
    private readonly IReadOnlySet<Layer> trained;
    private readonly List<Layer> called = [];
    private readonly List<Node> penalties = [];
    private readonly List<(string Name, Node Value)> reports = [];

    internal StepContext(IReadOnlyList<Node> inputs, IReadOnlySet<Layer> trained) => (Inputs, this.trained) = (inputs, trained);

    /// <summary>The tensors that <see cref="TrainingStep.Run"/> receives, as nodes of their shapes.</summary>
    public IReadOnlyList<Node> Inputs { get; }

    internal IReadOnlyList<Layer> Called => called;

    internal IReadOnlyList<(string Name, Node Value)> Reports => reports;

    internal IReadOnlyList<Node> Penalties => penalties;

    internal IReadOnlyList<Update> Updates => context.Updates;

    internal Node? RandomKey => context.RandomKey;

    /// <summary>Computes the output of a layer or model.</summary>
    /// <param name="layer">The layer or model. A layer that is not connected is built for the shape of the input.</param>
    /// <param name="input">The input. Its first dimension is the batch.</param>
    /// <param name="training">
    /// Whether dropout and augmentation are active, and batch normalization uses the moments of the batch and updates its moving averages.
    /// </param>
    /// <returns>The output. Its first dimension is the batch.</returns>
    /// <exception cref="ShapeException">The layer does not accept an input of this shape.</exception>
    /// <exception cref="InvalidOperationException">The layer is a model with several outputs.</exception>
    public Node Call(Layer layer, Node input, bool training = true) => Call(layer, [input], training);

    /// <summary>Computes the output of a layer or model of several inputs.</summary>
    /// <inheritdoc cref="Call(Layer, Node, bool)" path="/returns | /exception"/>
    /// <param name="layer">The layer or model.</param>
    /// <param name="inputs">The inputs. The first dimension of each is the batch.</param>
    /// <param name="training">Whether the layer acts as in training.</param>
    public Node Call(Layer layer, IReadOnlyList<Node> inputs, bool training = true) => CallForAll(layer, inputs, training) is [var output]
        ? output
        : throw new InvalidOperationException($"{layer.Subject}: the model has several outputs; CallForAll gives them all.");

    /// <summary>Computes all outputs of a model.</summary>
    /// <param name="layer">The model.</param>
    /// <param name="inputs">The inputs. The first dimension of each is the batch.</param>
    /// <param name="training">Whether the model acts as in training.</param>
    /// <exception cref="ShapeException">The model does not accept inputs of these shapes.</exception>
    public IReadOnlyList<Node> CallForAll(Layer layer, IReadOnlyList<Node> inputs, bool training = true)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count == 0 || inputs.Any(input => input.Shape.Rank == 0))
            throw new ShapeException(
                layer.Subject, $"expected inputs whose first dimension is the batch; received {(inputs.Count == 0 ? "none" : inputs[0].Shape.ToString())}.");
        if (!layer.IsBuilt || layer is not Model) layer.EnsureReady([.. inputs.Select(input => input.Shape[1..])]);
        else _ = layer.Weights;
        called.Add(layer);
        var before = context.Losses.Count;
        var outputs = layer.TraceAll(inputs, context, training);
        if (layer.Leaves.Any(trained.Contains)) penalties.AddRange(context.Losses.Skip(before));
        return outputs;
    }

    /// <summary>The value of a weight.</summary>
    public Node Read(Weight weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return context.Read(weight.Variable);
    }

    /// <summary>
    /// The gradient of a value with respect to another, as for a gradient penalty: <c>step.Gradient(scores, images)</c>. If the value has several elements, it
    /// is the gradient of their sum; where samples do not depend on each other, these are the gradients of each sample.
    /// </summary>
    /// <param name="value">The value that is differentiated.</param>
    /// <param name="variable">The node with respect to which it is differentiated, such as the input of a model.</param>
    /// <returns>A node of the shape of <paramref name="variable"/>. It can be differentiated again.</returns>
#pragma warning disable CA1822 // A member, so that it is found where the other nodes are made.
    public Node Gradient(Node value, Node variable)
#pragma warning restore CA1822
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(variable);
        return Differentiation.Gradients(value.Shape.Count == 1 ? value : value.Sum(), [variable])[0];
    }

    /// <summary>Draws uniform random numbers in [0, 1), new ones at each run.</summary>
    /// <param name="shape">The shape of the result.</param>
    public Node RandomUniform(Shape shape) => context.RandomUniform(shape);

    /// <summary>Draws normally distributed random numbers of mean 0 and standard deviation 1, new ones at each run.</summary>
    /// <param name="shape">The shape of the result.</param>
    public Node RandomNormal(Shape shape) => context.RandomNormal(shape);

    /// <summary>Lets each run return a number besides the loss, in <see cref="Evaluation.Metrics"/>: a part of the loss, or a score.</summary>
    /// <param name="name">The name of the number.</param>
    /// <param name="value">A node with one element.</param>
    /// <exception cref="ArgumentException">The name is given twice, or is that of the loss.</exception>
    /// <exception cref="ShapeException">The value has several elements.</exception>
    public void Report(string name, Node value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (name == "loss" || reports.Any(report => report.Name == name))
            throw new ArgumentException($"TrainingStep: expected another name for each reported number; '{name}' is taken.", nameof(name));
        if (value.Shape.Count != 1)
            throw new ShapeException("TrainingStep", $"expected a single number to report as '{name}'; received {value.Shape}. Average it with .Mean().");
        reports.Add((name, value));
    }

    internal Node Read(Variable variable) => context.Read(variable);
}
