namespace Fovea.Tests.Layers;

/// <summary>The rows of normalizations that do not depend on the batch.</summary>
internal static class NormalizationCases
{
    public static IReadOnlyList<LayerCase> All { get; } =
    [
        new("LayerNormalization", () => new LayerNormalization(), [4, 3, 5], [4, 3, 5], 10)
        {
            Config = """
                {"axis":-1,"epsilon":0.001,"center":true,"scale":true,"rms_scaling":false,"beta_initializer":{"module":"keras.initializers",
                 "class_name":"Zeros","config":{},"registered_name":null},"gamma_initializer":{"module":"keras.initializers","class_name":"Ones",
                 "config":{},"registered_name":null},"beta_regularizer":null,"gamma_regularizer":null,"beta_constraint":null,"gamma_constraint":null}
                """,
        },
        new("LayerNormalization of images", () => new LayerNormalization(1, 2, 3) { Epsilon = 0.1f }, [4, 3, 5], [4, 3, 5], 120)
        {
            Config = """
                {"axis":[1,2,3],"epsilon":0.1,"center":true,"scale":true,"rms_scaling":false,"beta_initializer":{"module":"keras.initializers",
                 "class_name":"Zeros","config":{},"registered_name":null},"gamma_initializer":{"module":"keras.initializers","class_name":"Ones",
                 "config":{},"registered_name":null},"beta_regularizer":null,"gamma_regularizer":null,"beta_constraint":null,"gamma_constraint":null}
                """,
        },
        new("LayerNormalization of rows", () => new LayerNormalization(1), [4, 3, 5], [4, 3, 5], 8),
        new("LayerNormalization of rows and channels", () => new LayerNormalization(-1, 1) { GammaInitializer = new ConstantInitializer(2) }, [4, 3, 5],
            [4, 3, 5], 40),
        new("LayerNormalization without offset", () => new LayerNormalization { Center = false }, [7], [7], 7),
        new("LayerNormalization without weights", () => new LayerNormalization { Center = false, Scale = false }, [2, 37], [2, 37]),
        new("LayerNormalization with RMS scaling", () => new LayerNormalization { RmsScaling = true, Scale = false }, [4, 3, 5], [4, 3, 5], 5),
        new("RMSNormalization", () => new RMSNormalization(), [4, 3, 5], [4, 3, 5], 5) { Config = """{"axis":-1,"epsilon":1E-06}""" },
        new("RMSNormalization of images", () => new RMSNormalization(-1, -2, -3) { Epsilon = 0.01f }, [4, 3, 5], [4, 3, 5],
            60) { Config = """{"axis":[-1,-2,-3],"epsilon":0.01}""" },
        new("RMSNormalization of columns", () => new RMSNormalization(2), [4, 3, 5], [4, 3, 5], 3),
        new("UnitNormalization", () => new UnitNormalization(), [4, 3, 5], [4, 3, 5]) { Config = """{"axis":-1}""" },
        new("UnitNormalization of images", () => new UnitNormalization(1, 2, 3), [4, 3, 5], [4, 3, 5]) { Config = """{"axis":[1,2,3]}""" },
        new("UnitNormalization of rows and channels", () => new UnitNormalization(1, 3), [4, 3, 5], [4, 3, 5]),
        new("GroupNormalization", () => new GroupNormalization(2), [4, 3, 6], [4, 3, 6], 12)
        {
            Config = """
                {"groups":2,"axis":-1,"epsilon":0.001,"center":true,"scale":true,"beta_initializer":{"module":"keras.initializers",
                 "class_name":"Zeros","config":{},"registered_name":null},"gamma_initializer":{"module":"keras.initializers","class_name":"Ones",
                 "config":{},"registered_name":null},"beta_regularizer":null,"gamma_regularizer":null,"beta_constraint":null,"gamma_constraint":null}
                """,
        },
        new("GroupNormalization of each channel", () => new GroupNormalization(-1), [4, 3, 5], [4, 3, 5], 10),
        new("GroupNormalization of all channels", () => new GroupNormalization(1, 0.1f) { Center = false }, [5, 4], [5, 4], 4),
        new("GroupNormalization of a row", () => new GroupNormalization(3) { Scale = false }, [12], [12], 12),
        new("Normalization", () => new Normalization { Mean = [0.5f], Variance = [4] }, [4, 3, 5],
            [4, 3, 5]) { Config = """{"axis":[-1],"invert":false,"mean":0.5,"variance":4}""" },
        new("Normalization of channels", () => new Normalization { Mean = [0.5f, -1], Variance = [4, 0.25f], Invert = true }, [4, 3, 2], [4, 3, 2]),
        new("Normalization of all numbers", () => new Normalization([]) { Mean = [0.5f], Variance = [4] }, [5],
            [5]) { Config = """{"axis":[],"invert":false,"mean":0.5,"variance":4}""" },
        new("Normalization to adapt", () => new Normalization(1, -1), [4, 3, 2], [4, 3, 2],
            17) { Config = """{"axis":[1,-1],"invert":false,"mean":null,"variance":null}""", IsFixed = true },
    ];
}
