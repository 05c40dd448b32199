using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>The regions of an image that support a class.</summary>
/// <param name="Layer">The path of the layer whose activations were weighted.</param>
/// <param name="Class">The class number.</param>
/// <param name="Score">The probability of the class; the output itself if the model's outputs are values (<see cref="OutputKind.Values"/>).</param>
/// <param name="Heatmap">
/// The map, (height, width) of the layer's output, from 0 (no support for the class) to 1 (strongest support); all 0 if nothing supports the class.
/// </param>
public sealed record GradCamResult(string Layer, int Class, double Score, Tensor Heatmap)
{
    /// <summary>The kind of the model's outputs.</summary>
    public OutputKind Kind { get; init; }
}

/// <summary>
/// Gradient-weighted class activation mapping, Selvaraju et al. 2017, "Grad-CAM". The gradient of the class's score, before the
/// softmax, with respect to each channel Aᵏ of a layer is averaged over the positions, αₖ (eq. 1); the map is relu(Σₖ αₖ·Aᵏ) (eq. 2),
/// divided here by its maximum. A model with one output, the probability of class 1, has two classes: for class 0 the sign of the
/// gradient changes.
/// </summary>
public static class GradCam
{
    /// <summary>Explains one image.</summary>
    /// <param name="model">The model: one score for each class, or one output for two classes.</param>
    /// <param name="image">The image, (1, height, width, channels).</param>
    /// <param name="classNumber">The class to look for; by default the most probable one.</param>
    /// <param name="layer">The layer to look at, by its path or name; by default the last layer whose output is an image, except pooling.</param>
    /// <param name="cancellationToken">Stops before each of the two runs of the model.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="KeyNotFoundException">There is no such layer.</exception>
    /// <exception cref="ShapeException">The image does not have the model's shape, or Grad-CAM does not apply to the model or the layer.</exception>
    public static GradCamResult Explain(Model model, Tensor image, int? classNumber = null, string? layer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(image);
        var graph = new ModelGraph(model);
        if (model.OutputShape.Rank != 1)
            throw new ShapeException("GradCam", $"expected a model with a score for each class; '{model.Name}' gives {model.Output}.");
        var seen = layer is null ? LastImages(graph, model) : graph[layer];
        if (seen.Node.Shape.Rank != 4)
            throw new ShapeException(
                "GradCam", $"expected a layer of images (None, height, width, channels); '{seen.Path}' gives {SymbolicTensor.Print(seen.Node.Shape[1..])}.");

        cancellationToken.ThrowIfCancellationRequested();
        var outputs = graph.Compute(image, graph.Output)[0].Values;
        var classes = OutputKindConversion.ClassCount(outputs.Length);
        var kind = model.OutputKind;
        var scores = ScoresOf(outputs, kind);
        var chosen = classNumber ?? Array.IndexOf(scores, scores.Max());
        if (chosen < 0 || chosen >= classes)
            throw new ArgumentOutOfRangeException(nameof(classNumber), $"GradCam: expected a class from 0 to {classes - 1}; received {chosen}.");
        var gradient = Differentiation.Gradients(ScoreBeforeSoftmax(graph.Output, chosen), [seen.Node])[0];
        cancellationToken.ThrowIfCancellationRequested();
        var values = graph.Compute(image, seen.Node, gradient);
        return new GradCamResult(seen.Path, chosen, scores[chosen], Weigh(values[0], values[1])) { Kind = kind };
    }

    private static LayerValue LastImages(ModelGraph graph, Model model) => graph.Layers.LastOrDefault(value =>
            value.Layer is not Model and { IsPooling: false, ActsOnlyInTraining: false } && value.Node.Shape is { Rank: 4 } shape && shape[1] * shape[2] > 1)
        ?? throw new ShapeException("GradCam", $"expected a model with a layer of images; '{model.Name}' has none.");

    /// <summary>The probability of each class. For outputs that are values, the values themselves; a single value supports class 1 if it is above 0.</summary>
    private static double[] ScoresOf(float[] outputs, OutputKind kind) => kind != OutputKind.Values
        ? kind.ToProbabilities(outputs)
        : outputs.Length == 1 ? [-outputs[0], outputs[0]] : Array.ConvertAll(outputs, output => (double)output);

    private static Node ScoreBeforeSoftmax(Node output, int classNumber)
    {
        if (Storage(output) is { Op: SoftmaxOp or SigmoidOp } squashed) output = squashed.Inputs[0];
        if (output.Shape.Count == 1) return classNumber == 1 ? output.Sum() : -output.Sum();
        return (output.Reshape([output.Shape.Count]) * Arithmetic.Constant(classNumber).OneHot(output.Shape.Count).Reshape([output.Shape.Count])).Sum();
    }

    /// <summary>The value before reshaping.</summary>
    private static Node Storage(Node node) => node.Op is ReshapeOp ? Storage(node.Inputs[0]) : node;

    private static Tensor Weigh(Tensor activations, Tensor gradients)
    {
        var (height, width, channels) = (activations.Shape[1], activations.Shape[2], activations.Shape[3]);
        var weights = new double[channels];
        for (var i = 0; i < gradients.Values.Length; i++) weights[i % channels] += gradients.Values[i] / (double)(height * width);
        var map = new double[height * width];
        for (var i = 0; i < activations.Values.Length; i++) map[i / channels] += weights[i % channels] * activations.Values[i];
        var maximum = map.Max();
        return new Tensor([height, width], [.. map.Select(value => maximum > 0 ? (float)(Math.Max(0, value) / maximum) : 0)]);
    }
}
