using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>y = ⌊x⌋. The gradient is 0, as in TensorFlow.</summary>
internal sealed record FloorOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Floor(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Mask(Arithmetic.Constant(0));

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Floor(x, y);
}

/// <summary>y = ⌈x⌉. The gradient is 0, as in TensorFlow.</summary>
internal sealed record CeilingOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Ceiling(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Mask(Arithmetic.Constant(0));

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Ceiling(x, y);
}

/// <summary>y = x rounded to the nearest integer, ties to even. The gradient is 0, as in TensorFlow.</summary>
internal sealed record RoundOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Round(x, MidpointRounding.ToEven);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Mask(Arithmetic.Constant(0));

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Round(x, y);
}

/// <summary>y = x rounded toward 0. The gradient is 0.</summary>
internal sealed record TruncateOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Truncate(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Mask(Arithmetic.Constant(0));

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Truncate(x, y);
}

/// <summary>y = the sign of x: −1, 0 or 1; NaN stays NaN. The gradient is 0, as in TensorFlow.</summary>
internal sealed record SignOp : UnaryOp
{
    public override double Evaluate(double x) => x > 0 ? 1 : x < 0 ? -1 : x;

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient.Mask(Arithmetic.Constant(0));

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = x[i] > 0 ? 1 : x[i] < 0 ? -1 : x[i];
    }
}

/// <summary>Rounding of nodes.</summary>
public static class Rounding
{
    extension(Node x)
    {
        /// <summary>⌊x⌋. The gradient is 0, as in TensorFlow.</summary>
        public Node Floor() => new(new FloorOp(), x);

        /// <summary>⌈x⌉. The gradient is 0, as in TensorFlow.</summary>
        public Node Ceiling() => new(new CeilingOp(), x);

        /// <summary>x rounded to the nearest integer, ties to even. The gradient is 0, as in TensorFlow.</summary>
        public Node Round() => new(new RoundOp(), x);

        /// <summary>x rounded toward 0. The gradient is 0.</summary>
        public Node Truncate() => new(new TruncateOp(), x);

        /// <summary>The sign of x: −1, 0 or 1; NaN stays NaN. The gradient is 0, as in TensorFlow.</summary>
        public Node Sign() => new(new SignOp(), x);
    }
}
