using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Normalization() =>
    [
        Construct("momentum", () => new BatchNormalization(1.5f), "BatchNormalization: momentum must be from 0 to 1; received 1.5."),
        Construct("momentum", () => new BatchNormalization(float.NaN), "BatchNormalization: momentum must be from 0 to 1; received NaN."),
        Construct("epsilon", () => new BatchNormalization(0.9f, -1e-3f), "BatchNormalization: epsilon must be a finite number of at least 0; received -0.001."),
        Construct("epsilon", () => new BatchNormalization(0.9f, float.PositiveInfinity), "BatchNormalization: epsilon must be a finite number of at least 0; received Infinity."),
        Construct("betaInitializer", () => new BatchNormalization { BetaInitializer = null! }, "BatchNormalization: BetaInitializer must be given; received null."),
        Construct("gammaInitializer", () => new BatchNormalization { GammaInitializer = null! }, "BatchNormalization: GammaInitializer must be given; received null."),
        Construct("movingMeanInitializer", () => new BatchNormalization { MovingMeanInitializer = null! }, "BatchNormalization: MovingMeanInitializer must be given; received null."),
        Construct("movingVarianceInitializer", () => new BatchNormalization { MovingVarianceInitializer = null! }, "BatchNormalization: MovingVarianceInitializer must be given; received null."),
        Connect("input", () => new BatchNormalization(), [[]], "BatchNormalization: expected inputs of at least one dimension beside the batch; received (None)."),
    ];
}
