using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The dimensions that a normalization takes together, as Keras counts them: the batch is 0, the innermost −1.</summary>
internal sealed class NormalizedAxes
{
    private readonly int[] axes;

    /// <exception cref="ArgumentException">There is none although one is required, or the batch is among them.</exception>
    public NormalizedAxes(int[] axes, string subject, bool mayBeNone = false)
    {
        this.axes = [.. axes.NotNull(subject, "axis")];
        if ((axes.Length == 0 && !mayBeNone) || axes.Contains(0))
            throw ArgumentRules.Wrong(
                subject, "axis", $"{(mayBeNone ? "" : "one or several ")}dimensions other than the batch, 0", $"({string.Join(", ", axes)})");
    }

    public IReadOnlyList<int> AsGiven => axes;

    /// <summary>The dimensions in a shape with the batch, in ascending order.</summary>
    /// <exception cref="ShapeException">A dimension does not exist or is named twice.</exception>
    public int[] In(Shape shape, string subject)
    {
        int[] counted = [.. axes.Select(axis => axis < 0 ? axis + shape.Rank : axis).Order()];
        return counted.All(axis => axis >= 1 && axis < shape.Rank) && counted.Distinct().Count() == counted.Length
            ? counted
            : throw new ShapeException(
                subject, $"expected different axes of {SymbolicTensor.Print(shape[1..])} other than the batch; received ({string.Join(", ", axes)}).");
    }

    /// <summary>The shape of the weights: the sizes of these dimensions in a sample.</summary>
    public Shape WeightsFor(Shape sample, string subject) => new([.. In(sample.Prepend(1), subject).Select(axis => sample[axis - 1])]);

    /// <summary>Reshapes a weight of these dimensions so that it broadcasts to a value.</summary>
    public static Node Spread(Node weight, int[] axes, Shape shape)
    {
        var dimensions = new int[shape.Rank];
        for (var axis = 0; axis < shape.Rank; axis++) dimensions[axis] = axes.Contains(axis) ? shape[axis] : 1;
        return weight.Reshape(new Shape(dimensions));
    }

    /// <summary>The mean over some dimensions, which remain with size 1.</summary>
    public static Node Mean(Node x, int[] axes)
    {
        var dimensions = x.Shape.Dimensions.ToArray();
        var count = 1;
        foreach (var axis in axes) (count, dimensions[axis]) = (count * dimensions[axis], 1);
        var kept = new Shape(dimensions);
        var areAdjacent = axes[^1] - axes[0] == axes.Length - 1;
        return (areAdjacent ? x.SumRange(axes[0], axes.Length).Reshape(kept) : x.SumTo(kept)) / count;
    }

    /// <summary>Writes one number, or a list of several.</summary>
    public void Write(Config config)
    {
        if (axes.Length == 1) config.Set("axis", axes[0]);
        else config.Set("axis", axes);
    }

    /// <summary>Reads one number or a list; the innermost dimension if there is no entry.</summary>
    public static int[] Read(Config config) => config.IsPair("axis") ? config.GetInts("axis") : [config.GetAxis("axis", -1)];
}
