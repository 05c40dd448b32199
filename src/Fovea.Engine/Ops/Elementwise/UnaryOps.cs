using System.Numerics.Tensors;

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

/// <summary>y = max(x, 0). At 0 the gradient is 0, as in TensorFlow. NaN stays NaN.</summary>
public sealed record ReluOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => x > 0 || double.IsNaN(x) ? x : 0;

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Where(y);

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

/// <summary>y = ln(1 + eˣ), computed as max(x, 0) + ln(1 + e^−|x|), which neither overflows nor loses small values.</summary>
public sealed record SoftplusOp : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x)));

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * x.Sigmoid();

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = Math.Max(x[i], 0) + float.LogP1(MathF.Exp(-MathF.Abs(x[i])));
    }
}

/// <summary>y = min(max(x, Low), High). Outside the range the gradient is 0.</summary>
public sealed record ClipOp(float Low, float High) : UnaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double x) => double.IsNaN(x) ? x : Math.Min(Math.Max(x, Low), High);

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Where(y - Low).Where(High - y);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        TensorPrimitives.Max(x, Low, y);
        TensorPrimitives.Min(y, High, y);
    }
}

/// <summary>The same values, spread over a larger shape by broadcasting. The gradient sums them back.</summary>
public sealed record BroadcastOp(Shape Shape) : UnaryOp
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs) =>
        Broadcast(Name, inputs[0], Shape) is var shape && shape == Shape ? shape : throw new ShapeException(Name, $"{inputs[0]} does not broadcast to {Shape}.");

    /// <inheritdoc/>
    public override double Evaluate(double x) => x;

    /// <inheritdoc/>
    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.SumTo(x.Shape);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => x.CopyTo(y);
}
