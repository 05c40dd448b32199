namespace Fovea;

/// <summary>The settings of a layer that may change at any time and that a compiled training depends on.</summary>
internal readonly record struct LayerTrainingSettings(bool Trainable, double LearningRateMultiplier, Regularizer? ActivityRegularizer)
{
    /// <summary>The settings of all layers of a model, inner ones included.</summary>
    public static LayerTrainingSettings[] Of(Model model) => Of(All(model));

    /// <summary>The settings of some layers and models and of all layers within.</summary>
    public static LayerTrainingSettings[] OfWhole(IEnumerable<Layer> layers) => Of(layers.SelectMany(layer => All(layer).Prepend(layer)));

    private static LayerTrainingSettings[] Of(IEnumerable<Layer> layers) =>
        [.. layers.Select(layer => new LayerTrainingSettings(layer.Trainable, layer.LearningRateMultiplier, layer.ActivityRegularizer))];

    private static IEnumerable<Layer> All(Layer layer) => layer.Contained.SelectMany(within => All(within).Prepend(within));
}
