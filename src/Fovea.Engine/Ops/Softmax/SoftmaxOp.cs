namespace Fovea.Engine.Ops;

/// <summary>pᵢ = e^xᵢ / Σⱼ e^xⱼ over the innermost dimension, computed from x − max x, so that no exponential overflows.</summary>
public sealed record SoftmaxOp : RowOp
{
    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var weighted = outputGradient * node;
        return [weighted - (node * weighted.SumAlong(-1))];
    }

    /// <inheritdoc/>
    public override void Reference(ReadOnlySpan<double> x, Span<double> y)
    {
        var logarithm = LogSumExp(x);
        for (var i = 0; i < x.Length; i++) y[i] = Math.Exp(x[i] - logarithm);
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new SoftmaxKernel(inputs[0].Count / inputs[0][^1], inputs[0][^1], logarithm: false);
}

/// <summary>ln softmax(x) over the innermost dimension: xᵢ − ln Σⱼ e^xⱼ, accurate even where the softmax would underflow.</summary>
public sealed record LogSoftmaxOp : RowOp
{
    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        [outputGradient - (node.Inputs[0].Softmax() * outputGradient.SumAlong(-1))];

    /// <inheritdoc/>
    public override void Reference(ReadOnlySpan<double> x, Span<double> y)
    {
        var logarithm = LogSumExp(x);
        for (var i = 0; i < x.Length; i++) y[i] = x[i] - logarithm;
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new SoftmaxKernel(inputs[0].Count / inputs[0][^1], inputs[0][^1], logarithm: true);
}

/// <summary>An op that computes each row, a run along the innermost dimension, separately.</summary>
public abstract record RowOp : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank > 0 ? inputs[0] : throw new ShapeException(Name, "expected at least one dimension; received a scalar.");

    /// <summary>Computes one row in float64.</summary>
    public abstract void Reference(ReadOnlySpan<double> x, Span<double> y);

    /// <inheritdoc/>
    public sealed override void Reference(ReferenceCall call)
    {
        var length = call.OutputShape[^1];
        for (var row = 0; row < call.Output.Length; row += length) Reference(call.Inputs[0].AsSpan(row, length), call.Output.AsSpan(row, length));
    }

    private protected static double LogSumExp(ReadOnlySpan<double> x)
    {
        var (max, sum) = (double.NegativeInfinity, 0.0);
        foreach (var value in x) max = Math.Max(max, value);
        foreach (var value in x) sum += Math.Exp(value - max);
        return max + Math.Log(sum);
    }
}

/// <summary>
/// Converts class numbers to one-hot rows, 1 at the class and 0 elsewhere: the output has one more dimension, of <paramref name="Classes"/> elements.
/// A value that is not a class number (negative, too large, fractional, NaN) gives a row of zeros.
/// </summary>
public sealed record OneHotOp(int Classes) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) => [.. inputs[0].Dimensions, Classes];

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [null];

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        for (var i = 0; i < call.Output.Length; i++) call.Output[i] = call.Inputs[0][i / Classes] == i % Classes ? 1 : 0;
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new OneHotKernel(inputs[0].Count, Classes);
}

/// <summary>Class probabilities of nodes.</summary>
public static class Classification
{
    extension(Node x)
    {
        /// <summary>Softmax over the innermost dimension.</summary>
        public Node Softmax() => new(new SoftmaxOp(), x);

        /// <summary>The logarithm of the softmax over the innermost dimension.</summary>
        public Node LogSoftmax() => new(new LogSoftmaxOp(), x);

        /// <summary>Converts class numbers to one-hot rows, 1 at the class and 0 elsewhere.</summary>
        public Node OneHot(int classes) => new(new OneHotOp(classes), x);
    }
}
