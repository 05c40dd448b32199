using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Merging() =>
    [
        Connect("input", () => new Add(), [[4]], "Add: expected at least two inputs; received 1."),
        Connect("input", () => new Add(), [[4, 2], [4, 3]], "Add: expected inputs of one shape; received (None, 4, 2) and (None, 4, 3)."),
    ];
}
