namespace Fovea;

/// <summary>The initializers that files can name.</summary>
internal static class InitializerCatalog
{
    public static Catalog<Initializer> Known { get; } = new(
        "initializer", "keras.initializers",
        new("Zeros", _ => Initializer.Zeros, "zero"),
        new("Ones", _ => Initializer.Ones, "one"),
        new("Constant", ConstantInitializer.FromConfig),
        new("RandomUniform", RandomUniformInitializer.FromConfig, "uniform"),
        new("RandomNormal", RandomNormalInitializer.FromConfig, "normal"),
        new("TruncatedNormal", RandomNormalInitializer.FromTruncated),
        new("GlorotUniform", _ => Initializer.GlorotUniform),
        new("GlorotNormal", _ => Initializer.GlorotNormal),
        new("HeUniform", _ => Initializer.HeUniform),
        new("HeNormal", _ => Initializer.HeNormal),
        new("LecunUniform", _ => Initializer.LecunUniform),
        new("LecunNormal", _ => Initializer.LecunNormal),
        new("Orthogonal", OrthogonalInitializer.FromConfig, "OrthogonalInitializer"),
        new("Identity", IdentityInitializer.FromConfig, "IdentityInitializer"),
        new("VarianceScaling", VarianceScaling.FromConfig));
}
