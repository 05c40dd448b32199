using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Regularization() =>
    [
        Construct("rate", () => new Dropout(1), "Dropout: rate must be at least 0 and below 1; received 1."),
        Construct("rate", () => new Dropout(-0.1f), "Dropout: rate must be at least 0 and below 1; received -0.1."),
        Construct("rate", () => new Dropout(float.NaN), "Dropout: rate must be at least 0 and below 1; received NaN."),
        Construct(
            "NoiseShape", () => new Dropout(0.5) { NoiseShape = [null, 0] }, "Dropout: NoiseShape must be sizes of at least 1, or null; received [null, 0]."),
        Construct("NoiseShape", () => new Dropout(0.5) { NoiseShape = [] }, "Dropout: NoiseShape must be sizes of at least 1, or null; received []."),
        Connect(
            "NoiseShape", () => new Dropout(0.5) { NoiseShape = [null, 2] }, [[4]],
            "Dropout: the noise shape [null, 2] does not broadcast to inputs (None, 4)."),
        Connect(
            "NoiseShape", () => new Dropout(0.5) { NoiseShape = [null, 1, 1] }, [[4]],
            "Dropout: the noise shape [null, 1, 1] does not broadcast to inputs (None, 4)."),
        Construct("initialValue", () => new LayerScale(double.NaN), "LayerScale: initialValue must be a finite number; received NaN."),
        Construct("scale", () => new CustomScaleLayer(double.PositiveInfinity), "CustomScaleLayer: scale must be a finite number; received Infinity."),
        Connect("input", () => new CustomScaleLayer(1), [[4]], "CustomScaleLayer: expected two inputs; received 1."),
        Construct("rate", () => new SpatialDropout2D(1), "SpatialDropout2D: rate must be at least 0 and below 1; received 1."),
        Connect("input", () => new SpatialDropout2D(0.5f), [[4]], "SpatialDropout2D: expected images (None, height, width, channels); received (None, 4)."),
        Construct("standardDeviation", () => new GaussianNoise(-1), "GaussianNoise: standardDeviation must be a finite number of at least 0; received -1."),
        Construct(
            "standardDeviation", () => new GaussianNoise(float.NaN), "GaussianNoise: standardDeviation must be a finite number of at least 0; received NaN."),
        Construct("rate", () => new GaussianDropout(1), "GaussianDropout: rate must be at least 0 and below 1; received 1."),
        Construct("rate", () => new AlphaDropout(-0.5f), "AlphaDropout: rate must be at least 0 and below 1; received -0.5."),
        Construct("l1", () => new ActivityRegularization(-1), "ActivityRegularization: l1 must be a finite number of at least 0; received -1."),
        Construct("l2", () => new ActivityRegularization(0, float.NaN), "ActivityRegularization: l2 must be a finite number of at least 0; received NaN."),
    ];
}
