using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>y = tan x, x in radians.</summary>
internal sealed record TanOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Tan(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * (y.Square() + 1);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Tan(x, y);
}

/// <summary>y = arcsin x, in radians.</summary>
internal sealed record AsinOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Asin(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient / (1 - x.Square()).Sqrt();

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Asin(x, y);
}

/// <summary>y = arccos x, in radians.</summary>
internal sealed record AcosOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Acos(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => -(outputGradient / (1 - x.Square()).Sqrt());

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Acos(x, y);
}

/// <summary>y = arctan x, in radians.</summary>
internal sealed record AtanOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Atan(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient / (x.Square() + 1);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Atan(x, y);
}

/// <summary>y = sinh x.</summary>
internal sealed record SinhOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Sinh(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * (y.Square() + 1).Sqrt();

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = MathF.Sinh(x[i]);
    }
}

/// <summary>y = cosh x.</summary>
internal sealed record CoshOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Cosh(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient * new Node(new SinhOp(), x);

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Cosh(x, y);
}

/// <summary>y = arsinh x.</summary>
internal sealed record AsinhOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Asinh(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient / (x.Square() + 1).Sqrt();

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = MathF.Asinh(x[i]);
    }
}

/// <summary>y = arcosh x.</summary>
internal sealed record AcoshOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Acosh(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient / (x.Square() - 1).Sqrt();

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = MathF.Acosh(x[i]);
    }
}

/// <summary>y = artanh x.</summary>
internal sealed record AtanhOp : UnaryOp
{
    public override double Evaluate(double x) => Math.Atanh(x);

    protected override Node Gradient(Node x, Node y, Node outputGradient) => outputGradient / (1 - x.Square());

    internal override void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = MathF.Atanh(x[i]);
    }
}

/// <summary>Trigonometric and hyperbolic functions of nodes.</summary>
public static class Trigonometry
{
    extension(Node x)
    {
        /// <summary>tan x, x in radians.</summary>
        public Node Tan() => new(new TanOp(), x);

        /// <summary>arcsin x, in radians.</summary>
        public Node Asin() => new(new AsinOp(), x);

        /// <summary>arccos x, in radians.</summary>
        public Node Acos() => new(new AcosOp(), x);

        /// <summary>arctan x, in radians.</summary>
        public Node Atan() => new(new AtanOp(), x);

        /// <summary>sinh x.</summary>
        public Node Sinh() => new(new SinhOp(), x);

        /// <summary>cosh x.</summary>
        public Node Cosh() => new(new CoshOp(), x);

        /// <summary>arsinh x.</summary>
        public Node Asinh() => new(new AsinhOp(), x);

        /// <summary>arcosh x.</summary>
        public Node Acosh() => new(new AcoshOp(), x);

        /// <summary>artanh x.</summary>
        public Node Atanh() => new(new AtanhOp(), x);
    }
}
