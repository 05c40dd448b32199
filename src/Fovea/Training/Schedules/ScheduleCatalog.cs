namespace Fovea;

/// <summary>The learning-rate schedules that files can name. A constant rate is a number in files.</summary>
internal static class ScheduleCatalog
{
    public static Catalog<LearningRateSchedule> Known { get; } = new(
        "learning-rate schedule", "keras.optimizers.schedules",
        new("CosineDecay", CosineDecay.FromConfig),
        new("CosineDecayRestarts", CosineDecayRestarts.FromConfig),
        new("ExponentialDecay", ExponentialDecay.FromConfig),
        new("InverseTimeDecay", InverseTimeDecay.FromConfig),
        new("OneCycle", OneCycle.FromConfig) { IsOfKeras = false },
        new("PiecewiseConstantDecay", PiecewiseConstantDecay.FromConfig),
        new("PolynomialDecay", PolynomialDecay.FromConfig));
}
