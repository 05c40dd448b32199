using System.Globalization;

namespace Fovea.Cli;

/// <summary>A network without its classifier, to be the base of another.</summary>
/// <param name="Base">From pictures to features: images, or a number for each.</param>
/// <param name="Note">What was cut, in a sentence; null where the network has no classifier.</param>
internal sealed record ClassifierCut(Model Base, string? Note)
{
    /// <summary>ImageNet's classes, and those of TensorFlow's networks, which count the background.</summary>
    private static readonly int[] KnownCounts = [1000, 1001];

    /// <summary>
    /// Cuts a classifier off: its last dense layer or convolution and all after it, and before it what comes after the last images of more than one
    /// pixel, which is pooling. So a network that ends in a convolution to as many channels as classes is cut before that convolution, where the
    /// features are, not behind it, where the classes are.
    /// </summary>
    /// <exception cref="CommandException">The classifier is a part of a model within.</exception>
    public static ClassifierCut Of(Model model, string name)
    {
        var layers = model.Layers.ToList();
        var classifier = layers.FindLastIndex(layer => layer is Model or Dense or Conv2D);
        if (classifier <= 0 || !IsClassifier(model)) return new ClassifierCut(model, null);
        if (layers[classifier] is Model within)
        {
            throw new CommandException(
                $"--base: '{name}' ends in the classifier of a model within, '{within.Name}'; expected a network whose own layers are the classifier, or "
                    + "one without.");
        }

        var last = layers.FindLastIndex(classifier - 1, layer => HasPixels(model.OutputOf(layer).Shape) && IsFeatures(layer));
        if (last < 0)
            last = layers.FindLastIndex(classifier - 1, layer => model.OutputOf(layer).Shape.Rank == 1 && IsFeatures(layer) && !layer.OnlyReshapes);
        if (last < 0) return new ClassifierCut(model, null);
        var features = layers[last];
        var output = model.OutputOf(features);
        return new ClassifierCut(
            new Model(model.Input, output, model.Name) { ImageInput = model.ImageInput },
            $"'{name}' is a classifier of {Count(model.OutputShape.Count)}: it is cut before that, behind '{features.Name}' {output.Shape}, so that the head "
                + "learns from its features.");
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
