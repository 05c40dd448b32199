namespace Fovea;

/// <summary>What a layer's user may change at any time and a compiled training depends on.</summary>
internal readonly record struct UserSettings(bool Trainable, float LearningRateMultiplier, Regularizer? ActivityRegularizer)
{
    /// <summary>Those of all layers of a model, those within models and layers too.</summary>
    public static UserSettings[] Of(Model model) =>
        [.. All(model).Select(layer => new UserSettings(layer.Trainable, layer.LearningRateMultiplier, layer.ActivityRegularizer))];

    private static IEnumerable<Layer> All(Layer layer) => layer.Contained.SelectMany(within => All(within).Prepend(within));
}
