namespace Fovea.Engine.Ops;

/// <summary>An op that compares two operands: 1 where the comparison is true, 0 elsewhere. It has no gradient.</summary>
public abstract record ComparisonOp : BinaryOp
{
    /// <inheritdoc/>
    public sealed override double Evaluate(double left, double right) => IsTrue(left, right) ? 1 : 0;

    /// <summary>Whether the comparison is true. As in IEEE 754, no comparison with NaN is.</summary>
    protected abstract bool IsTrue(double left, double right);

    /// <inheritdoc/>
    protected sealed override (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient) => (null, null);

    internal sealed override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
    {
        for (var i = 0; i < output.Length; i++) output[i] = IsTrue(first[i], second[i]) ? 1 : 0;
    }

    internal sealed override void Apply(ReadOnlySpan<float> left, float right, Span<float> output)
    {
        for (var i = 0; i < output.Length; i++) output[i] = IsTrue(left[i], right) ? 1 : 0;
    }

    internal sealed override void Apply(float left, ReadOnlySpan<float> right, Span<float> output)
    {
        for (var i = 0; i < output.Length; i++) output[i] = IsTrue(left, right[i]) ? 1 : 0;
    }
}

/// <summary>z = 1 where x &gt; y, else 0.</summary>
public sealed record GreaterOp : ComparisonOp
{
    /// <inheritdoc/>
    protected override bool IsTrue(double left, double right) => left > right;
}

/// <summary>z = 1 where x ≥ y, else 0.</summary>
public sealed record GreaterOrEqualOp : ComparisonOp
{
    /// <inheritdoc/>
    protected override bool IsTrue(double left, double right) => left >= right;
}

/// <summary>z = 1 where x = y, else 0.</summary>
public sealed record EqualOp : ComparisonOp
{
    /// <inheritdoc/>
    protected override bool IsTrue(double left, double right) => left == right;
}

/// <summary>Comparisons of nodes, and selection by their result. The operators &gt; ≥ &lt; ≤ are members of <see cref="Node"/>.</summary>
public static class Comparisons
{
    extension(Node x)
    {
        /// <summary>1 where x = y, else 0; also 0 where one is NaN.</summary>
        /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
        public Node EqualTo(Node other) => new(new EqualOp(), x, other);

        /// <summary>1 where x equals a number, else 0.</summary>
        public Node EqualTo(double number) => x.EqualTo(Arithmetic.Constant(number));

        /// <summary>1 where x ≠ y, else 0; also 1 where one is NaN.</summary>
        /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
        public Node NotEqualTo(Node other) => 1 - x.EqualTo(other);

        /// <summary>1 where x differs from a number, else 0.</summary>
        public Node NotEqualTo(double number) => x.NotEqualTo(Arithmetic.Constant(number));

        /// <summary>The operator &gt;, for F#, which compares objects with it.</summary>
        public Node GreaterThan(Node other) => x > other;

        /// <summary>The operator ≥, for F#, which compares objects with it.</summary>
        public Node GreaterThanOrEqual(Node other) => x >= other;

        /// <summary>The operator &lt;, for F#, which compares objects with it.</summary>
        public Node LessThan(Node other) => x < other;

        /// <summary>The operator ≤, for F#, which compares objects with it.</summary>
        public Node LessThanOrEqual(Node other) => x <= other;

        /// <summary>
        /// Selects by a condition, as NumPy's <c>where</c>: <paramref name="ifTrue"/> where x is above 0, <paramref name="ifFalse"/> elsewhere. The three
        /// shapes broadcast. <c>(x &gt; 0).Where(x, 0.1 * x)</c> is a leaky relu.
        /// </summary>
        /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
        public Node Where(Node ifTrue, Node ifFalse) => ifTrue.Mask(x) + ifFalse.Mask(1 - (x > 0));

        /// <inheritdoc cref="Where(Node, Node, Node)"/>
        public Node Where(Node ifTrue, double ifFalse) => x.Where(ifTrue, Arithmetic.Constant(ifFalse));

        /// <inheritdoc cref="Where(Node, Node, Node)"/>
        public Node Where(double ifTrue, Node ifFalse) => x.Where(Arithmetic.Constant(ifTrue), ifFalse);
    }
}
