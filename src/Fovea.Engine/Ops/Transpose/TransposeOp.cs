using System.Collections.Immutable;

namespace Fovea.Engine.Ops;

/// <summary>Permutes the dimensions: output dimension i is input dimension <c>Permutation[i]</c>, as in NumPy's <c>transpose</c>.</summary>
public sealed record TransposeOp(ImmutableArray<int> Permutation) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var shape = inputs[0];
        if (!Permutation.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
            throw new ShapeException(
                Name, $"expected each of the dimensions 0 to {shape.Rank - 1} of {shape} once; received ({string.Join(", ", Permutation)}).");
        return [.. Permutation.Select(axis => shape[axis])];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [outputGradient.Transpose([.. Enumerable.Range(0, Permutation.Length).Select(axis => Permutation.IndexOf(axis))])];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var strides = StridedIndex.RowMajor(call.InputShapes[0]);
        var source = new StridedIndex(call.OutputShape.Dimensions.ToArray(), [.. Permutation.Select(axis => strides[axis])]);
        for (var position = 0; position < call.Output.Length; position++) call.Output[position] = call.Inputs[0][source[position]];
    }

    /// <inheritdoc/>
    public bool Equals(TransposeOp? other) => other is not null && Permutation.SequenceEqual(other.Permutation);

    /// <inheritdoc/>
    public override int GetHashCode() => Permutation.Aggregate(17, HashCode.Combine);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output)
    {
        var strides = StridedIndex.RowMajor(inputs[0]);
        return new PermuteKernel(Permutation.Select(axis => (inputs[0][axis], strides[axis])));
    }
}

/// <summary>Permutation of the dimensions of nodes.</summary>
public static class Transposing
{
    extension(Node x)
    {
        /// <summary>Permutes the dimensions: output dimension i is input dimension <c>permutation[i]</c>.</summary>
        /// <exception cref="ShapeException">The permutation does not contain each dimension once.</exception>
        public Node Transpose(params int[] permutation) => new(new TransposeOp([.. permutation]), x);

        /// <summary>Moves the dimension <paramref name="from"/> to the position <paramref name="to"/>. The others keep their order.</summary>
        public Node MoveAxis(int from, int to)
        {
            var order = Enumerable.Range(0, x.Shape.Rank).Where(axis => axis != from).ToList();
            order.Insert(to, from);
            return from == to ? x : x.Transpose([.. order]);
        }
    }
}
