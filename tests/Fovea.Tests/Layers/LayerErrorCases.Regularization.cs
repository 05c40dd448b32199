using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Regularization() =>
    [
        Construct("rate", () => new Dropout(1), "Dropout: rate must be at least 0 and below 1; received 1."),
        Construct("rate", () => new Dropout(-0.1f), "Dropout: rate must be at least 0 and below 1; received -0.1."),
        Construct("rate", () => new Dropout(float.NaN), "Dropout: rate must be at least 0 and below 1; received NaN."),
    ];
}
