using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>The dimensions that a normalization takes together, counted as Keras does: with the batch, or below 0 from the innermost on.</summary>
internal sealed class NormalizedAxes
{
    private readonly int[] axes;

    /// <exception cref="ArgumentException">There is none, though there must be, or the batch is among them.</exception>
    public NormalizedAxes(int[] axes, string subject, bool mayBeNone = false)
    {
        this.axes = [.. axes.NotNull(subject, "axis")];
        if ((axes.Length == 0 && !mayBeNone) || axes.Contains(0))
            throw ArgumentRules.Wrong(
                subject, "axis", $"{(mayBeNone ? "" : "one or several ")}dimensions other than the batch, 0", $"({string.Join(", ", axes)})");
    }

    public IReadOnlyList<int> AsGiven => axes;

    /// <summary>The dimensions in a shape with its batch, in order.</summary>
    /// <exception cref="ShapeException">One is missing there or named twice.</exception>
    public int[] In(Shape shape, string subject)
    {
        int[] counted = [.. axes.Select(axis => axis < 0 ? axis + shape.Rank : axis).Order()];
        return counted.All(axis => axis >= 1 && axis < shape.Rank) && counted.Distinct().Count() == counted.Length
            ? counted
            : throw new ShapeException(
                subject, $"expected different axes of {SymbolicTensor.Print(shape[1..])} other than the batch; received ({string.Join(", ", axes)}).");
    }

    /// <summary>The shape of the weights for samples of a shape: the sizes of these dimensions.</summary>
    public Shape WeightsFor(Shape sample, string subject) => new([.. In(sample.Prepend(1), subject).Select(axis => sample[axis - 1])]);

    /// <summary>A weight of these dimensions so that it broadcasts to a value.</summary>
    public static Node Spread(Node weight, int[] axes, Shape shape)
    {
        var dimensions = new int[shape.Rank];
        for (var axis = 0; axis < shape.Rank; axis++) dimensions[axis] = axes.Contains(axis) ? shape[axis] : 1;
        return weight.Reshape(new Shape(dimensions));
    }

    /// <summary>The mean over dimensions, which stay as dimensions of one.</summary>
    public static Node Mean(Node x, int[] axes)
    {
        var dimensions = x.Shape.Dimensions.ToArray();
        var count = 1;
        foreach (var axis in axes) (count, dimensions[axis]) = (count * dimensions[axis], 1);
        var kept = new Shape(dimensions);
        var areNeighbours = axes[^1] - axes[0] == axes.Length - 1;
        return (areNeighbours ? x.Sum(axes[0], axes.Length).Reshape(kept) : x.SumTo(kept)) / count;
    }

    /// <summary>As files have it: one number, or a list of several.</summary>
    public void Write(Config config)
    {
        if (axes.Length == 1) config.Set("axis", axes[0]);
        else config.Set("axis", axes);
    }

    /// <summary>Reads one number or a list; the innermost dimension where it is left out.</summary>
    public static int[] Read(Config config) => config.IsPair("axis") ? config.GetInts("axis") : [config.GetAxis("axis", -1)];
}
