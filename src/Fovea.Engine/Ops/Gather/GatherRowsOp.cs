namespace Fovea.Engine.Ops;

/// <summary>
/// Rows of a table by their numbers: of a table (n, d) and numbers of any shape s the output is (s, d), y[s, k] = table[⌊i[s]⌋, k]. A number that is no row's,
/// below 0 or from n on, gives NaN.
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

    /// <summary>The row of a number, fractions cut off; −1 where there is none.</summary>
    internal static int Row(double number, int rows) => number > -1 && number < rows ? (int)number : -1;
}

/// <summary>
/// Sums of rows by their numbers, the gradient of <see cref="GatherRowsOp"/>: of values (s, d) and numbers s the output is (n, d), y[r, k] = Σ x[s, k] over the
/// s whose number
/// is r. Numbers that are no row's are passed over.
/// </summary>
/// <param name="Rows">How many rows the output has.</param>
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

/// <summary>Reading rows of nodes.</summary>
public static class Gathering
{
    extension(Node table)
    {
        /// <summary>The rows of a table (rows, columns) with these numbers, counted from 0: the shape of the numbers and the columns.</summary>
        /// <exception cref="ShapeException">It is no table.</exception>
        public Node Rows(Node numbers) => new(new GatherRowsOp(), table, numbers);
    }
}
