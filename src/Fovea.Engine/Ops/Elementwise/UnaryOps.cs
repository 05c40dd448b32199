using System.Numerics.Tensors;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>y = −x.</summary>
public sealed record NegateOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => -x;

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => -outputGradient;

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Negate(x, y);
}

/// <summary>y = eˣ.</summary>
public sealed record ExpOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => Math.Exp(x);

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * y;

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Exp(x, y);
}

/// <summary>y = eˣ − 1, accurate near 0 too.</summary>
public sealed record ExpMinusOneOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) + (x * x * x / 6) : Math.Exp(x) - 1;

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * x.Exp();

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => VectorMath.Map<VectorMath.ExpMinusOne>(x, y);
}

/// <summary>y = ln x.</summary>
public sealed record LogOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => Math.Log(x);

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient / x;

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Log(x, y);
}

/// <summary>y = √x.</summary>
public sealed record SqrtOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => Math.Sqrt(x);

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient / (2 * y);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Sqrt(x, y);
}

/// <summary>y = x².</summary>
public sealed record SquareOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => x * x;

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * (2 * x);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Multiply(x, x, y);
}

/// <summary>y = |x|. At 0 the gradient is 0.</summary>
public sealed record AbsOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => Math.Abs(x);

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Mask(x) - outputGradient.Mask(-x);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Abs(x, y);
}

/// <summary>y = max(x, 0). At 0 the gradient is 0, as in TensorFlow. NaN stays NaN.</summary>
public sealed record ReluOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => x > 0 || double.IsNaN(x) ? x : 0;

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Mask(y);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Max(x, 0f, y);
}

/// <summary>y = 1 / (1 + e⁻ˣ).</summary>
public sealed record SigmoidOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => 1 / (1 + Math.Exp(-x));

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * (y - y.Square());

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Sigmoid(x, y);
}

/// <summary>y = tanh x.</summary>
public sealed record TanhOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => Math.Tanh(x);

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * (1 - y.Square());

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Tanh(x, y);
}

/// <summary>y = sin x, x in radians.</summary>
public sealed record SinOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => Math.Sin(x);

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * x.Cos();

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Sin(x, y);
}

/// <summary>y = cos x, x in radians.</summary>
public sealed record CosOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => Math.Cos(x);

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => -(outputGradient * x.Sin());

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Cos(x, y);
}

/// <summary>y = ln(1 + eˣ), computed as max(x, 0) + ln(1 + e^−|x|), which does not overflow and keeps small results accurate.</summary>
public sealed record SoftplusOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x)
    {
        // ln(1 + t) for small t: Goldberg 1991, theorem 4.
        var t = Math.Exp(-Math.Abs(x));
        var u = 1 + t;
        return Math.Max(x, 0) + (u == 1 ? t : Math.Log(u) * t / (u - 1));
    }

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * x.Sigmoid();

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => VectorMath.Map<VectorMath.Softplus>(x, y);
}

/// <summary>y = Φ(x) = ½ (1 + erf(x / √2)), the cumulative distribution function of the standard normal distribution.</summary>
public sealed record NormalCdfOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x)
    {
        var density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        if (Math.Abs(x) < 3)
        {
            // ½ + φ(x) (x + x³ / 3 + x⁵ / (3·5) + …): Marsaglia 2004.
            var (term, sum) = (x, x);
            for (var odd = 3; odd < 80; odd += 2) sum += term *= x * x / odd;
            return 0.5 + (density * sum);
        }

        // The tail beyond a = |x| is φ(a) / (a + 1 / (a + 2 / (a + …))): Laplace.
        var fraction = Math.Abs(x);
        for (var k = 200; k > 0; k--) fraction = Math.Abs(x) + (k / fraction);
        return x < 0 ? density / fraction : 1 - (density / fraction);
    }

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * (0.398942280f * (-0.5f * x.Square()).Exp());

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => VectorMath.Map<VectorMath.NormalCdf>(x, y);
}

/// <summary>y = min(max(x, Low), High). The gradient is 0 outside the range and at its ends.</summary>
public sealed record ClipOp(float Low, float High) : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => double.IsNaN(x) ? x : Math.Min(Math.Max(x, Low), High);

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Mask(y - Low).Mask(High - y);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        TensorPrimitives.Max(x, Low, y);
        TensorPrimitives.Min(y, High, y);
    }
}

/// <summary>y = x broadcast to a larger shape. The gradient is the sum over the repeated elements.</summary>
public sealed record BroadcastOp(Shape Shape) : UnaryOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) =>
        Broadcast(Name, inputs[0], Shape) is var shape && shape == Shape
            ? shape
            : throw new ShapeException(Name, $"{inputs[0]} does not broadcast to {Shape}.");

    /// <inheritdoc/>
    public override double Evaluate(double x) => x;

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.SumTo(x.Shape);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => x.CopyTo(y);
}
