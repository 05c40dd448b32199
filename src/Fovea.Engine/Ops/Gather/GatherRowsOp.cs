namespace Fovea.Engine.Ops;

/// <summary>
/// Looks up rows of a table by their indices: for a table (n, d) and indices of any shape s the output is (s, d), y[s, k] = table[⌊i[s]⌋, k]. An index below 0
/// or from n on gives NaN.
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
        var (table, numbers) = (call.Inputs[0], call.Inputs[1]);
        var (rows, columns) = (call.InputShapes[0][0], call.InputShapes[0][1]);
        for (var i = 0; i < numbers.Length; i++)
        {
            var row = Row(numbers[i], rows);
            for (var k = 0; k < columns; k++) call.Output[(i * columns) + k] = row < 0 ? double.NaN : table[(row * columns) + k];
        }
    }

    /// <summary>The row of an index, truncated; −1 if there is no such row.</summary>
    internal static int Row(double number, int rows) => number > -1 && number < rows ? (int)number : -1;
}

/// <summary>
/// The gradient of <see cref="GatherRowsOp"/>: sums rows by index. For values (s, d) and indices s the output is (n, d), y[r, k] = Σ x[s, k] over all s with
/// index r. Indices without a row are ignored.
/// </summary>
/// <param name="Rows">The rows of the output.</param>
public sealed record ScatterRowsOp(int Rows) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Rank > 0 && inputs[0][..^1] == inputs[1]
        ? [Rows, inputs[0][^1]]
        : throw new ShapeException(Name, $"expected a number for each row of {inputs[0]}; received {inputs[1]}.");

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [new Node(new GatherRowsOp(), outputGradient, node.Inputs[1]), null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (values, numbers, columns) = (call.Inputs[0], call.Inputs[1], call.OutputShape[1]);
        for (var i = 0; i < numbers.Length; i++)
        {
            var row = GatherRowsOp.Row(numbers[i], Rows);
            for (var k = 0; row >= 0 && k < columns; k++) call.Output[(row * columns) + k] += values[(i * columns) + k];
        }
    }
}

/// <summary>Row lookup in nodes.</summary>
public static class Gathering
{
    extension(Node table)
    {
        /// <summary>Looks up rows of a table (rows, columns) by indices from 0 on. The output has the shape of the indices, followed by the columns.</summary>
        /// <exception cref="ShapeException">The table does not have rank 2.</exception>
        public Node Rows(Node numbers) => new(new GatherRowsOp(), table, numbers);
    }
}
