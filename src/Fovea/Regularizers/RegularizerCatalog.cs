namespace Fovea;

/// <summary>The regularizers that files can name.</summary>
internal static class RegularizerCatalog
{
    public static Catalog<Regularizer> Known { get; } = new(
        "regularizer", "keras.regularizers",
        new("L1", L1.FromConfig),
        new("L2", L2.FromConfig),
        new("L1L2", L1L2.FromConfig),
        new("l1_l2", L1L2.FromFunction) { IsOlder = true },
        new("OrthogonalRegularizer", OrthogonalRegularizer.FromConfig));
}
