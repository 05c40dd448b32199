namespace Fovea.Engine.Ops;

/// <summary>
/// Selects rows of a table by index. For a table (n, d) and indices i of any shape (…), the output has the shape (…, d): y[p, k] = table[i[p], k] at
/// each position p. Fractions of indices are cut off. An index that is not a row of the table gives NaN.
/// </summary>
public sealed record GatherRowsOp : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Rank == 2
        ? [.. inputs[1].Dimensions, inputs[0][1]]
        : throw new ShapeException(Name, $"expected a table (rows, columns); received {inputs[0]}.");

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [new Node(new ScatterRowsOp(node.Inputs[0].Shape[0]), outputGradient, node.Inputs[1]), null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (table, indices) = (call.Inputs[0], call.Inputs[1]);
        var (rows, columns) = (call.InputShapes[0][0], call.InputShapes[0][1]);
        for (var i = 0; i < indices.Length; i++)
        {
            var row = Row(indices[i], rows);
            for (var k = 0; k < columns; k++) call.Output[(i * columns) + k] = row < 0 ? double.NaN : table[(row * columns) + k];
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        output.Count == 0 ? null : new GatherRowsKernel(inputs[0][0], inputs[0][1], inputs[1].Count);

    /// <summary>The row of an index, whose fraction is cut off; −1 if there is no such row.</summary>
    internal static int Row(double index, int rows) => index > -1 && index < rows ? (int)index : -1;
}

/// <summary>
/// Adds rows by index, the gradient of <see cref="GatherRowsOp"/>. For values x (…, d) and indices i (…), the output has the shape (n, d):
/// y[r, k] = Σ x[p, k] over all positions p with i[p] = r. Fractions of indices are cut off. Indices that are not a row of the output are ignored.
/// </summary>
/// <param name="Rows">n, the number of rows of the output.</param>
public sealed record ScatterRowsOp(int Rows) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Rank > 0 && inputs[0][..^1] == inputs[1]
        ? [Rows, inputs[0][^1]]
        : throw new ShapeException(Name, $"expected an index for each row of {inputs[0]}; received {inputs[1]}.");

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [new Node(new GatherRowsOp(), outputGradient, node.Inputs[1]), null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (values, indices, columns) = (call.Inputs[0], call.Inputs[1], call.OutputShape[1]);
        for (var i = 0; i < indices.Length; i++)
        {
            var row = GatherRowsOp.Row(indices[i], Rows);
            for (var k = 0; row >= 0 && k < columns; k++) call.Output[(row * columns) + k] += values[(i * columns) + k];
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        output.Count == 0 ? null : new ScatterRowsKernel(Rows, output[1], inputs[1].Count);
}

/// <summary>Selection of rows of nodes.</summary>
public static class Gathering
{
    extension(Node table)
    {
        /// <summary>Selects rows of a table (rows, columns) by index. The result has the shape (…indices, columns).</summary>
        /// <param name="indices">Rows, counted from 0, in any shape. An index that is not a row gives NaN.</param>
        /// <exception cref="ShapeException">The node is not a table.</exception>
        public Node Rows(Node indices) => new(new GatherRowsOp(), table, indices);
    }
}
