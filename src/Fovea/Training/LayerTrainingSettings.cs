namespace Fovea;

/// <summary>The settings of a layer that may change at any time and that a compiled training depends on.</summary>
internal readonly record struct LayerTrainingSettings(bool Trainable, double LearningRateMultiplier, Regularizer? ActivityRegularizer)
{
    /// <summary>The settings of all layers of a model, inner ones included.</summary>
    public static LayerTrainingSettings[] Of(Model model) =>
        [.. All(model).Select(layer => new LayerTrainingSettings(layer.Trainable, layer.LearningRateMultiplier, layer.ActivityRegularizer))];

    private static IEnumerable<Layer> All(Layer layer) => layer.Contained.SelectMany(within => All(within).Prepend(within));
}
