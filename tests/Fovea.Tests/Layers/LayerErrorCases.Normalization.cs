using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Normalization() =>
    [
        Construct("momentum", () => new BatchNormalization(1.5f), "BatchNormalization: momentum must be from 0 to 1; received 1.5."),
        Construct("momentum", () => new BatchNormalization(float.NaN), "BatchNormalization: momentum must be from 0 to 1; received NaN."),
        Construct("epsilon", () => new BatchNormalization(0.9f, -1e-3f), "BatchNormalization: epsilon must be a finite number of at least 0; received -0.001."),
        Construct(
            "epsilon", () =>
            new BatchNormalization(0.9f, float.PositiveInfinity), "BatchNormalization: epsilon must be a finite number of at least 0; received Infinity."),
        Construct(
            "betaInitializer", () => new BatchNormalization { BetaInitializer = null! }, "BatchNormalization: BetaInitializer must be given; received null."),
        Construct(
            "gammaInitializer", () =>
            new BatchNormalization { GammaInitializer = null! }, "BatchNormalization: GammaInitializer must be given; received null."),
        Construct(
            "movingMeanInitializer", () =>
            new BatchNormalization { MovingMeanInitializer = null! }, "BatchNormalization: MovingMeanInitializer must be given; received null."),
        Construct(
            "movingVarianceInitializer", () =>
            new BatchNormalization { MovingVarianceInitializer = null! }, "BatchNormalization: MovingVarianceInitializer must be given; received null."),
        Connect("input", () => new BatchNormalization(), [[]],
            "BatchNormalization: expected inputs of at least one dimension besides the batch; received (None)."),
        Construct("axis", () => new LayerNormalization(0), "LayerNormalization: axis must be one or several dimensions other than the batch, 0; received (0)."),
        Construct("axis", () => new LayerNormalization([]), "LayerNormalization: axis must be one or several dimensions other than the batch, 0; received ()."),
        Construct("axis", () => new LayerNormalization(null!), "LayerNormalization: axis must be given; received null."),
        Connect("axis", () => new LayerNormalization(3), [[8, 2]],
            "LayerNormalization: expected different axes of (None, 8, 2) other than the batch; received (3)."),
        Connect("axis", () => new LayerNormalization(1, -2), [[8, 2]],
            "LayerNormalization: expected different axes of (None, 8, 2) other than the batch; received (1, -2)."),
        Connect("input", () => new LayerNormalization(), [[]], "LayerNormalization: expected different axes of (None) other than the batch; received (-1)."),
        Construct(
            "epsilon", () =>
            new LayerNormalization { Epsilon = float.NaN }, "LayerNormalization: Epsilon must be a finite number of at least 0; received NaN."),
        Construct("axis", () => new RMSNormalization(0), "RMSNormalization: axis must be one or several dimensions other than the batch, 0; received (0)."),
        Construct("axis", () => new RMSNormalization([]), "RMSNormalization: axis must be one or several dimensions other than the batch, 0; received ()."),
        Construct("axis", () => new RMSNormalization(null!), "RMSNormalization: axis must be given; received null."),
        Connect("axis", () => new RMSNormalization(3), [[8, 2]],
            "RMSNormalization: expected different axes of (None, 8, 2) other than the batch; received (3)."),
        Connect("axis", () => new RMSNormalization(1, -2), [[8, 2]],
            "RMSNormalization: expected different axes of (None, 8, 2) other than the batch; received (1, -2)."),
        Connect("input", () => new RMSNormalization(), [[]], "RMSNormalization: expected different axes of (None) other than the batch; received (-1)."),
        Construct(
            "epsilon", () => new RMSNormalization { Epsilon = float.NaN }, "RMSNormalization: Epsilon must be a finite number of at least 0; received NaN."),
        Construct("axis", () => new UnitNormalization(0), "UnitNormalization: axis must be one or several dimensions other than the batch, 0; received (0)."),
        Construct("axis", () => new UnitNormalization([]), "UnitNormalization: axis must be one or several dimensions other than the batch, 0; received ()."),
        Construct("axis", () => new UnitNormalization(null!), "UnitNormalization: axis must be given; received null."),
        Connect("axis", () => new UnitNormalization(3), [[8, 2]],
            "UnitNormalization: expected different axes of (None, 8, 2) other than the batch; received (3)."),
        Connect("axis", () => new UnitNormalization(1, -2), [[8, 2]],
            "UnitNormalization: expected different axes of (None, 8, 2) other than the batch; received (1, -2)."),
        Connect("input", () => new UnitNormalization(), [[]], "UnitNormalization: expected different axes of (None) other than the batch; received (-1)."),
        Construct(
            "betaInitializer", () => new LayerNormalization { BetaInitializer = null! }, "LayerNormalization: BetaInitializer must be given; received null."),
        Construct(
            "gammaInitializer", () =>
            new LayerNormalization { GammaInitializer = null! }, "LayerNormalization: GammaInitializer must be given; received null."),
        Construct(
            "betaInitializer", () => new GroupNormalization { BetaInitializer = null! }, "GroupNormalization: BetaInitializer must be given; received null."),
        Construct(
            "gammaInitializer", () =>
            new GroupNormalization { GammaInitializer = null! }, "GroupNormalization: GammaInitializer must be given; received null."),
        Construct("groups", () => new GroupNormalization(0), "GroupNormalization: groups must be at least 1, or -1 for a group for each channel; received 0."),
        Connect("groups", () => new GroupNormalization(4), [[2, 6]],
            "GroupNormalization: channels must be divisible by groups; received 6 channels and 4 groups."),
        Construct("epsilon", () => new GroupNormalization(1, -1), "GroupNormalization: epsilon must be a finite number of at least 0; received -1."),
        Connect("input", () => new GroupNormalization(1), [[]],
            "GroupNormalization: expected inputs of at least one dimension besides the batch; received (None)."),
    ];
}
