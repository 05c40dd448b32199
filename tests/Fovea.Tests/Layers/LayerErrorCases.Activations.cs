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
        Construct("threshold", () => new ReLU(threshold: -1), "ReLU: threshold must be a finite number of at least 0; received -1."),
        Construct("alpha", () => new ELU(float.NaN), "ELU: alpha must be a finite number; received NaN."),
        Connect("input", () => new ActivationLayer(Activation.Glu), [[4, 3]],
            "Activation: expected an even number of positions in dimension 2; received (1, 4, 3)."),
        Construct("negativeSlope", () => new LeakyReLU(-0.1f), "LeakyReLU: negativeSlope must be a finite number of at least 0; received -0.1."),
        Construct("negativeSlope", () => new LeakyReLU(1 / 0f), "LeakyReLU: negativeSlope must be a finite number of at least 0; received Infinity."),
        Construct("alphaInitializer", () => new PReLU { AlphaInitializer = null! }, "PReLU: AlphaInitializer must be given; received null."),
        Construct("sharedAxes", () => new PReLU(0, 1), "PReLU: sharedAxes must be dimensions of at least 1 (0 is the batch); received 0."),
        Connect("sharedAxes", () => new PReLU(1, 3), [[4, 4]], "PReLU: sharedAxes must be from 1 to 2 for inputs (None, 4, 4); received 3."),
        Construct("axis", () => new Softmax(0), "Softmax: axis must be a dimension other than the batch, 0; received 0."),
        Connect("axis", () => new Softmax(3), [[4, 4]], "Softmax: expected an axis of (None, 4, 4) other than the batch; received 3."),
        Connect("axis", () => new Softmax(-3), [[4, 4]], "Softmax: expected an axis of (None, 4, 4) other than the batch; received -3."),
    ];
}
