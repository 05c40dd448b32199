namespace Fovea;

/// <summary>The losses that files can name, by Keras' classes and the names of its functions.</summary>
internal static class LossCatalog
{
    public static Catalog<Loss> Known { get; } = new(
        "loss", "keras.losses",
        new("BinaryCrossentropy", BinaryCrossentropy.FromConfig, "bce"),
        new("BinaryFocalCrossentropy", BinaryFocalCrossentropy.FromConfig),
        new("CategoricalCrossentropy", CategoricalCrossentropy.FromConfig),
        new("CategoricalFocalCrossentropy", CategoricalFocalCrossentropy.FromConfig),
        new("CategoricalHinge", _ => new CategoricalHinge()),
        new("CosineSimilarity", CosineSimilarity.FromConfig),
        new("Dice", Dice.FromConfig),
        new("Hinge", _ => new Hinge()),
        new("Huber", Huber.FromConfig, "huber_loss"),
        new("KLDivergence", _ => new KLDivergence(), "kld", "kullback_leibler_divergence"),
        new("LogCosh", _ => new LogCosh()),
        new("MeanAbsoluteError", _ => new MeanAbsoluteError(), "mae"),
        new("MeanAbsolutePercentageError", _ => new MeanAbsolutePercentageError(), "mape"),
        new("MeanSquaredError", _ => new MeanSquaredError(), "mse"),
        new("MeanSquaredLogarithmicError", _ => new MeanSquaredLogarithmicError(), "msle"),
        new("Poisson", _ => new Poisson()),
        new("SparseCategoricalCrossentropy", SparseCategoricalCrossentropy.FromConfig),
        new("SquaredHinge", _ => new SquaredHinge()),
        new("Tversky", Tversky.FromConfig));
}
