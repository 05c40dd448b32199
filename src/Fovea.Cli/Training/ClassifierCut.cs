using System.Globalization;

namespace Fovea.Cli;

/// <summary>A network without its classifier, as the base of another network.</summary>
/// <param name="Base">The part from images to features, which are images themselves or one value per channel.</param>
/// <param name="Note">A sentence about the layers that were removed; null if the network has no classifier.</param>
internal sealed record ClassifierCut(Model Base, string? Note)
{
    /// <summary>The number of classes of ImageNet, and that of TensorFlow's networks, which have one more for the background.</summary>
    private static readonly int[] KnownCounts = [1000, 1001];

    /// <summary>
    /// Removes a classifier: its last dense layer or convolution with all layers after it, and the pooling before it, down to the last output of more than
    /// one pixel. A network that ends in a convolution with one channel per class is therefore cut before that convolution, where its features are.
    /// </summary>
    /// <exception cref="CommandException">The classifier is inside an inner model.</exception>
    public static ClassifierCut Of(Model model, string name)
    {
        var layers = model.Layers.ToList();
        var classifier = layers.FindLastIndex(layer => layer is Model or Dense or Conv2D);
        if (classifier <= 0 || !IsClassifier(model)) return new ClassifierCut(model, null);
        if (layers[classifier] is Model within)
        {
            throw new CommandException(
                $"--base: '{name}' ends in an inner model with a classifier, '{within.Name}'; expected a classifier among the network's own layers, or "
                    + "none.");
        }

        var last = layers.FindLastIndex(classifier - 1, layer => HasPixels(model.OutputOf(layer).Shape) && IsFeatures(layer));
        if (last < 0)
            last = layers.FindLastIndex(classifier - 1, layer => model.OutputOf(layer).Shape.Rank == 1 && IsFeatures(layer) && !layer.OnlyReshapes);
        if (last < 0) return new ClassifierCut(model, null);
        var features = layers[last];
        var output = model.OutputOf(features);
        return new ClassifierCut(
            new Model(model.Input, output, model.Name) { ImageInput = model.ImageInput },
            $"'{name}' is a classifier of {Count(model.OutputShape.Count)}. Its layers after '{features.Name}' {output.Shape} are removed, and the head is "
                + "trained on its features.");
    }

    /// <summary>Whether the outputs are scores of classes rather than features.</summary>
    private static bool IsClassifier(Model model)
    {
        if (HasPixels(model.OutputShape)) return false;
        if (KnownCounts.Contains(model.OutputShape.Count) || model.ClassNames.Count == model.OutputShape.Count) return true;
        return model.Layers.Last(layer => layer is { OnlyReshapes: false, ActsOnlyInTraining: false }) switch
        {
            Softmax => true,
            Model within => IsClassifier(within),
            Dense dense => IsOfClasses(dense.Activation),
            Conv2D convolution => IsOfClasses(convolution.Activation),
            ActivationLayer { Activation: var activation } => activation == Activation.Softmax || activation == Activation.Sigmoid,
            _ => false,
        };
    }

    private static bool IsOfClasses(Activation activation) => activation == Activation.Linear || activation == Activation.Softmax
        || activation == Activation.Sigmoid;

    private static string Count(int outputs) => outputs == 1 ? "1 output" : string.Create(CultureInfo.InvariantCulture, $"{outputs:N0} classes");

    private static bool HasPixels(Shape shape) => shape.Rank == 3 && shape[0] * shape[1] > 1;

    /// <summary>Whether a layer computes features, rather than being the input, preparing it, or acting only in training.</summary>
    private static bool IsFeatures(Layer layer) => layer is not Input and { IsPreprocessing: false, ActsOnlyInTraining: false };
}
