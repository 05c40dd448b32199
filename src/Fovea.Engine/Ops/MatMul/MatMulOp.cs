using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>The matrix product of (m, k) and (k, n); each operand may be given transposed.</summary>
public sealed record MatMulOp(bool TransposeLeft = false, bool TransposeRight = false) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var (left, right) = (inputs[0], inputs[1]);
        if (left.Rank != 2 || right.Rank != 2)
            throw new ShapeException(Name, $"expected two matrices; received {left} and {right}.");
        var (m, k, n) = Extents(left, right);
        var k2 = TransposeRight ? right[1] : right[0];
        if (k != k2)
            throw new ShapeException(
                Name, $"{left}{(TransposeLeft ? "ᵀ" : "")} and {right}{(TransposeRight ? "ᵀ" : "")} do not fit: {k} columns meet {k2} rows.");
        return [m, n];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (a, b, g) = (node.Inputs[0], node.Inputs[1], outputGradient);
        return (TransposeLeft, TransposeRight) switch
        {
            (false, false) => [g.MatMul(b, transposeRight: true), a.MatMul(g, transposeLeft: true)],
            (false, true) => [g.MatMul(b), g.MatMul(a, transposeLeft: true)],
            (true, false) => [b.MatMul(g, transposeRight: true), a.MatMul(g)],
            (true, true) => [b.MatMul(g, transposeLeft: true, transposeRight: true), g.MatMul(a, transposeLeft: true, transposeRight: true)],
        };
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (rows, inner, columns) = Extents(call.InputShapes[0], call.InputShapes[1]);
        for (var m = 0; m < rows; m++)
        {
            for (var n = 0; n < columns; n++)
            {
                for (var k = 0; k < inner; k++)
                {
                    call.Output[(m * columns) + n] +=
                        call.Inputs[0][TransposeLeft ? (k * rows) + m : (m * inner) + k] * call.Inputs[1][TransposeRight ? (n * inner) + k : (k * columns) + n];
                }
            }
        }
    }

    internal override long MultiplyAdds(IReadOnlyList<Shape> inputs, Shape output)
    {
        var (m, k, n) = Extents(inputs[0], inputs[1]);
        return (long)m * k * n;
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => CreateKernel(inputs, hasBias: false, Epilogue.None);

    internal Kernel CreateKernel(IReadOnlyList<Shape> inputs, bool hasBias, Epilogue epilogue)
    {
        var (m, k, n) = Extents(inputs[0], inputs[1]);
        return !TransposeLeft && !TransposeRight && StreamedMatMulKernel.Wins(m, k, n)
            ? new StreamedMatMulKernel(m, k, n, hasBias, epilogue)
            : new MatMulKernel(m, k, n, TransposeLeft, TransposeRight, hasBias, epilogue);
    }

    private (int M, int K, int N) Extents(Shape left, Shape right) =>
        (TransposeLeft ? left[1] : left[0], TransposeLeft ? left[0] : left[1], TransposeRight ? right[0] : right[1]);
}

/// <summary>Matrix products of nodes.</summary>
public static class MatrixProducts
{
    extension(Node left)
    {
        /// <summary>The matrix product; each operand can be transposed first.</summary>
        public Node MatMul(Node right, bool transposeLeft = false, bool transposeRight = false) =>
            new(new MatMulOp(transposeLeft, transposeRight), left, right);
    }
}
