using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Preprocessing() =>
    [
        Construct("scale", () => new Rescaling(float.NaN), "Rescaling: scale must be a finite number; received NaN."),
        Construct("scale", () => new Rescaling(1 / 0f), "Rescaling: scale must be a finite number; received Infinity."),
        Construct("offset", () => new Rescaling(1, float.NegativeInfinity), "Rescaling: offset must be a finite number; received -Infinity."),
    ];
}
