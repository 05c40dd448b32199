using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The scalar products of two values along one dimension of each, sample by sample. Of (a, k) and (b, k) along k the result is (a, b); of two rows it is a row
/// of one value. <c>keras.layers.Dot</c>.
/// </summary>
/// <param name="axes">The dimension of the first and of the second value; the batch is 0, the innermost −1.</param>
/// <param name="normalize">Whether vectors are first scaled to length 1, so that products are cosines. Vectors shorter than 1e-7 are divided by 1e-7.</param>
public sealed class Dot((int First, int Second) axes, bool normalize = false) : Layer
{
    private const float MinSquare = 1e-14f;

    /// <summary>Multiplies along the same dimension of both values.</summary>
    /// <param name="axis">The dimension; the batch is 0, the innermost −1.</param>
    /// <param name="normalize">Whether vectors are first scaled to length 1.</param>
    public Dot(int axis, bool normalize = false)
        : this((axis, axis), normalize)
    {
    }

    /// <summary>The dimension of the first and of the second value.</summary>
    public (int First, int Second) Axes { get; } = (axes.First.NotTheBatch(nameof(Dot), nameof(axes)), axes.Second.NotTheBatch(nameof(Dot), nameof(axes)));

    /// <summary>Whether vectors are first scaled to length 1.</summary>
    public bool Normalize { get; } = normalize;

    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context)
    {
        inputs.ExactlyTwo(Subject);
        var (first, second) = (Vectors(inputs[0], Axes.First), Vectors(inputs[1], Axes.Second));
        var (batch, length) = (first.Shape[0], first.Shape[^1]);
        if (second.Shape[^1] != length)
            throw new ShapeException(
                Subject, $"expected axes of one size; received {Merging.Print(inputs)}, whose axes {Axes.First} and {Axes.Second} have {length} "
                + $"and {second.Shape[^1]}.");
        Shape kept = [batch, .. first.Shape.Dimensions[1..^1], .. second.Shape.Dimensions[1..^1]];
        var products = first.Reshape([batch, first.Shape.Count / (batch * length), 1, length]) * second.Reshape(
            [batch, 1, second.Shape.Count / (batch * length), length]);
        return products.SumRange(3, 1).Reshape(kept.Rank == 1 ? [batch, 1] : kept);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Json["axes"] = Axes.First == Axes.Second ? Axes.First : new JsonArray(Axes.First, Axes.Second);
        config.Set("normalize", Normalize);
    }

    internal static Dot FromConfig(Config config) => new(
        config.IsPair("axes")
            ? config.GetPair(config.Find("axes"), "axes")
            : (config.GetInt("axes"), config.GetInt("axes")), config.GetBool("normalize", false));

    /// <summary>The vectors along an axis, as the innermost dimension.</summary>
    private Node Vectors(Node input, int axis)
    {
        var vectors = input.MoveAxis(input.Shape.AxisOf(axis, Subject), input.Shape.Rank - 1);
        return Normalize ? vectors / vectors.Square().SumAlong(input.Shape.Rank - 1).Maximum(Arithmetic.Constant(MinSquare)).Sqrt() : vectors;
    }
}
