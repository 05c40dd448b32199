using System.Numerics.Tensors;

namespace Fovea.Engine.Ops;

/// <summary>z = x to the power y; NaN if x is below 0 and y is not an integer.</summary>
internal sealed record PowerOp : BinaryOp
{
    public override double Evaluate(double left, double right) => Math.Pow(left, right);

    protected override (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient) =>
        (outputGradient * (right * left.Power(right - 1)), outputGradient * (node * left.Log()).Mask(left));

    internal override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output) => TensorPrimitives.Pow(first, second, output);

    internal override void Apply(ReadOnlySpan<float> left, float right, Span<float> output) => TensorPrimitives.Pow(left, right, output);

    internal override void Apply(float left, ReadOnlySpan<float> right, Span<float> output) => TensorPrimitives.Pow(left, right, output);
}

/// <summary>Powers of nodes.</summary>
public static class Powers
{
    extension(Node x)
    {
        /// <summary>x to the power y, element by element.</summary>
        public Node Power(Node exponent) => new(new PowerOp(), x, exponent);

        /// <summary>Each element to the same power; NaN if it is below 0 and the exponent is not an integer.</summary>
        public Node Power(double exponent) => x.Power(Arithmetic.Constant(exponent));
    }
}
