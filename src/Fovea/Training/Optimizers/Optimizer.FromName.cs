namespace Fovea;

/// <content>Optimizers by their names.</content>
public abstract partial class Optimizer
{
    /// <summary>The names of all ready optimizers: <c>rmsprop</c>, <c>adam</c>, <c>sgd</c>, ….</summary>
    public static IReadOnlyList<string> Names { get; } = [.. OptimizerCatalog.Known.ClassNames.Select(name => name.ToLowerInvariant())];

    /// <summary>Creates an optimizer by its name in Keras, as in <c>optimizer="adam"</c>, with the defaults of Keras.</summary>
    /// <param name="name">One of <see cref="Names"/>. Case does not matter.</param>
    /// <param name="learningRate">The learning rate or a schedule; the optimizer's default if it is left out.</param>
    /// <exception cref="ArgumentException">There is no optimizer of the name, or it cannot work with the learning rate.</exception>
    public static Optimizer FromName(string name, LearningRateSchedule? learningRate = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var row = OptimizerCatalog.Known.Find(name)
            ?? throw new ArgumentException($"Optimizer: expected one of {string.Join(", ", Names)}; received '{name}'.", nameof(name));
        var optimizer = row.FromConfig(new Config(row.Name, []));
        if (learningRate is not null) optimizer.Schedule = learningRate;
        return optimizer;
    }
}
