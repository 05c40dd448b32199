namespace Fovea;

/// <summary>The optimizers that files and the command line can name.</summary>
internal static class OptimizerCatalog
{
    public static Catalog<Optimizer> Known { get; } = new(
        "optimizer", "keras.optimizers",
        new("RMSprop", RmsProp.FromConfig),
        new("Adam", Adam.FromConfig),
        new("SGD", Sgd.FromConfig),
        new("AdamW", AdamW.FromConfig),
        new("Adamax", Adamax.FromConfig),
        new("Nadam", Nadam.FromConfig),
        new("Adagrad", Adagrad.FromConfig),
        new("Adadelta", Adadelta.FromConfig),
        new("Lion", Lion.FromConfig),
        new("Ftrl", Ftrl.FromConfig));
}
