using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Checks of the inputs of merging layers.</summary>
internal static class Merging
{
    /// <summary>
    /// The inputs with equal ranks, so that they broadcast as in Keras. Missing dimensions are inserted after the batch, with size 1. Where sizes differ, one
    /// of them must be 1.
    /// </summary>
    public static IReadOnlyList<Node> Aligned(this IReadOnlyList<Node> inputs, string subject)
    {
        inputs.AtLeastTwo(subject);
        var rank = inputs.Max(input => input.Shape.Rank);
        var aligned = inputs.Select(input => input.Reshape([input.Shape[0], .. Enumerable.Repeat(1, rank - input.Shape.Rank), .. input.Shape.Dimensions[1..]]))
            .ToList();
        for (var axis = 1; axis < rank; axis++)
        {
            if (aligned.Select(input => input.Shape[axis]).Where(size => size != 1).Distinct().Count() > 1)
                throw new ShapeException(subject, $"expected inputs of one shape, or sizes of 1 where they differ; received {Print(inputs)}.");
        }

        return aligned;
    }

    public static IReadOnlyList<Node> AtLeastTwo(this IReadOnlyList<Node> inputs, string subject) =>
        inputs.Count >= 2 ? inputs : throw new ShapeException(subject, $"expected at least two inputs; received {inputs.Count}.");

    public static IReadOnlyList<Node> ExactlyTwo(this IReadOnlyList<Node> inputs, string subject) =>
        inputs.Count == 2 ? inputs : throw new ShapeException(subject, $"expected two inputs; received {inputs.Count}.");

    public static string Print(IReadOnlyList<Node> inputs) => string.Join(" and ", inputs.Select(input => SymbolicTensor.Print(input.Shape[1..])));
}
