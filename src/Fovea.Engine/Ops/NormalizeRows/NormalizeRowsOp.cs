namespace Fovea.Engine.Ops;

/// <summary>
/// Normalizes each row of <paramref name="Length"/> contiguous values to mean 0 and variance 1: y = (x − mean) / √(variance + ε) (Ba, Kiros and
/// Hinton 2016, eq. 4). A row is one or more whole innermost dimensions.
/// </summary>
internal sealed record NormalizeRowsOp(int Length, float Epsilon) : Op
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0].Count % Length == 0
        ? inputs[0]
        : throw new ShapeException(Name, $"expected rows of {Length} values; received {inputs[0]}.");

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [new Node(new NormalizeRowsGradientOp(Length, Epsilon), outputGradient, node.Inputs[0])];

    public override void Reference(ReferenceCall call)
    {
        for (var start = 0; start < call.Output.Length; start += Length)
        {
            var (mean, deviation) = Moments(call.Inputs[0].AsSpan(start, Length), Epsilon);
            for (var i = start; i < start + Length; i++) call.Output[i] = (call.Inputs[0][i] - mean) / deviation;
        }
    }

    /// <summary>The mean of a row, and √(variance + ε).</summary>
    internal static (double Mean, double Deviation) Moments(ReadOnlySpan<double> row, double epsilon)
    {
        double mean = 0, variance = 0;
        foreach (var x in row) mean += x / row.Length;
        foreach (var x in row) variance += (x - mean) * (x - mean) / row.Length;
        return (mean, Math.Sqrt(variance + epsilon));
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new NormalizeRowsKernel(output.Count / Length, Length, Epsilon);
}

/// <summary>
/// The gradient of <see cref="NormalizeRowsOp"/> with respect to x, (g − Σg/n − x̂·Σ(g·x̂)/n) / σ with σ = √(variance + ε) and x̂ = (x − mean) / σ.
/// Inputs: [g, x].
/// </summary>
internal sealed record NormalizeRowsGradientOp(int Length, float Epsilon) : CompositeOp
{
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => inputs[0] == inputs[1]
        ? inputs[1]
        : throw new ShapeException(Name, $"expected a gradient of the shape {inputs[1]}; received {inputs[0]}.");

    public override Node Compose(IReadOnlyList<Node> inputs)
    {
        Shape rows = [inputs[1].Shape.Count / Length, Length];
        var (g, x) = (inputs[0].Reshape(rows), inputs[1].Reshape(rows));
        var centered = x - (x.SumAlong(1) / Length);
        var deviation = ((centered.Square().SumAlong(1) / Length) + Epsilon).Sqrt();
        var normalized = centered / deviation;
        return ((g - (g.SumAlong(1) / Length) - (normalized * (g * normalized).SumAlong(1) / Length)) / deviation).Reshape(inputs[1].Shape);
    }

    public override void Reference(ReferenceCall call)
    {
        var (g, x) = (call.Inputs[0], call.Inputs[1]);
        for (var start = 0; start < call.Output.Length; start += Length)
        {
            var (mean, deviation) = NormalizeRowsOp.Moments(x.AsSpan(start, Length), Epsilon);
            double sum = 0, product = 0;
            for (var i = start; i < start + Length; i++)
            {
                sum += g[i];
                product += g[i] * (x[i] - mean) / deviation;
            }

            for (var i = start; i < start + Length; i++)
                call.Output[i] = (g[i] - (sum / Length) - ((x[i] - mean) / deviation * product / Length)) / deviation;
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new NormalizeRowsGradientKernel(output.Count / Length, Length, Epsilon);
}

/// <summary>Normalization of rows of nodes.</summary>
public static class RowNormalizations
{
    extension(Node x)
    {
        /// <summary>
        /// Normalizes x to mean 0 and variance 1 over its innermost dimensions, separately for each position of the others:
        /// (x − mean) / √(variance + ε).
        /// </summary>
        /// <param name="dimensions">The number of innermost dimensions to normalize over, at least 1.</param>
        /// <param name="epsilon">ε, which prevents a division by zero.</param>
        /// <exception cref="ShapeException">The number is below 1, or x has fewer dimensions.</exception>
        public Node NormalizeRows(int dimensions, double epsilon) => dimensions >= 1 && dimensions <= x.Shape.Rank
            ? new Node(new NormalizeRowsOp(x.Shape[^dimensions..].Count, (float)epsilon), x)
            : throw new ShapeException("NormalizeRows", $"expected 1 to {x.Shape.Rank} innermost dimensions of {x.Shape}; received {dimensions}.");
    }
}
