using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Activations() =>
    [
        Construct("activation", () => new ActivationLayer(null!), "Activation: activation must be given; received null."),
        Construct("maxValue", () => new ReLU(-1), "ReLU: maxValue must be a finite number of at least 0; received -1."),
        Construct("maxValue", () => new ReLU(float.NaN), "ReLU: maxValue must be a finite number of at least 0; received NaN."),
        Construct("maxValue", () => new ReLU(float.PositiveInfinity), "ReLU: maxValue must be a finite number of at least 0; received Infinity."),
        Construct("negativeSlope", () => new ReLU(null, -0.5f), "ReLU: negativeSlope must be a finite number of at least 0; received -0.5."),
        Construct("negativeSlope", () => new ReLU(null, float.NaN), "ReLU: negativeSlope must be a finite number of at least 0; received NaN."),
    ];
}
