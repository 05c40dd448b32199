using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Merging() =>
    [
        Connect("input", () => new Add(), [[4]], "Add: expected at least two inputs; received 1."),
        Connect("input", () => new Add(), [[4, 2], [4, 3]],
            "Add: expected inputs of one shape, or sizes of 1 where they differ; received (None, 4, 2) and (None, 4, 3)."),
        Connect("input", () => new Multiply(), [[4]], "Multiply: expected at least two inputs; received 1."),
        Connect("input", () => new Multiply(), [[2, 3], [1, 3], [2, 2]],
            "Multiply: expected inputs of one shape, or sizes of 1 where they differ; received (None, 2, 3) and (None, 1, 3) and (None, 2, 2)."),
        Connect("input", () => new Average(), [[4], [5]],
            "Average: expected inputs of one shape, or sizes of 1 where they differ; received (None, 4) and (None, 5)."),
        Connect("input", () => new Maximum(), [[4]], "Maximum: expected at least two inputs; received 1."),
        Connect("input", () => new Minimum(), [[4], [5]],
            "Minimum: expected inputs of one shape, or sizes of 1 where they differ; received (None, 4) and (None, 5)."),
        Connect("input", () => new Subtract(), [[4], [4], [4]], "Subtract: expected two inputs; received 3."),
        Construct("axis", () => new Concatenate(0), "Concatenate: axis must be a dimension other than the batch, 0; received 0."),
        Connect("axis", () => new Concatenate(3), [[4, 2], [4, 3]], "Concatenate: expected an axis of (None, 4, 2) other than the batch; received 3."),
        Connect("input", () => new Concatenate(), [[4, 2], [3, 2]],
            "Concatenate: expected inputs that differ only along axis 2; received (None, 4, 2) and (None, 3, 2)."),
        Connect("input", () => new Concatenate(), [[4, 2], [2]],
            "Concatenate: expected inputs that differ only along axis 2; received (None, 4, 2) and (None, 2)."),
        Connect("input", () => new Concatenate(), [[4, 2]], "Concatenate: expected at least two inputs; received 1."),
        Construct("axes", () => new Dot((1, 0)), "Dot: axes must be a dimension other than the batch, 0; received 0."),
        Construct("axis", () => new Dot(0), "Dot: axes must be a dimension other than the batch, 0; received 0."),
        Connect("axes", () => new Dot(3), [[4, 2], [4, 2]], "Dot: expected an axis of (None, 4, 2) other than the batch; received 3."),
        Connect("input", () => new Dot(1), [[4], [4], [4]], "Dot: expected two inputs; received 3."),
        Connect("input", () => new Dot((1, 2)), [[4, 2], [4, 2]],
            "Dot: expected axes of one size; received (None, 4, 2) and (None, 4, 2), whose axes 1 and 2 have 4 and 2."),
    ];
}
