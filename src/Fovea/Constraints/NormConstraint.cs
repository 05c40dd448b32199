using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>A constraint on the length √Σw² of the vectors in a weight, such as the weights of one unit or filter.</summary>
public abstract record NormConstraint : Constraint
{
    private const float Epsilon = 1e-7f;  // Keras'

    private protected NormConstraint()
    {
    }

    /// <summary>
    /// The dimensions of a vector: 0 for the units of a dense kernel, the default; 0, 1 and 2 for the filters of a convolution kernel.
    /// </summary>
    public IReadOnlyList<int> Axes
    {
        get;
        init => field = value is { Count: > 0 } && value.All(axis => axis >= 0) && value.Distinct().Count() == value.Count
            ? [.. value]
            : throw ArgumentRules.Wrong(
                GetType().Name, nameof(Axes), $"different dimensions from 0 on", value is null ? "null" : $"({string.Join(", ", value)})");
    } = [0];

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The weight does not have these dimensions.</exception>
    public sealed override Node Apply(Node weight)
    {
        if (Axes.Max() >= weight.Shape.Rank)
            throw new ShapeException(GetType().Name, $"expected a weight that has the dimensions {string.Join(", ", Axes)}; received {weight.Shape}.");
        var norms = Axes.Aggregate(weight.Square(), (sum, axis) => sum.SumAlong(axis)).Sqrt();
        return weight * (Constrained(norms) / (norms + Epsilon));
    }

    /// <summary>Computes the new lengths from the present ones.</summary>
    private protected abstract Node Constrained(Node norms);

    private protected void WriteAxes(Config config)
    {
        if (Axes is [var axis]) config.Set("axis", axis);
        else config.Set("axis", Axes);
    }

    private protected static int[] ReadAxes(Config config) =>
        config.IsAbsent("axis") ? [0] : config.IsPair("axis") ? config.GetInts("axis") : [config.GetInt("axis")];
}
