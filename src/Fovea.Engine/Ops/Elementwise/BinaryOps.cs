using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Fovea.Engine.Ops;

/// <summary>z = x + y.</summary>
public sealed record AddOp : BinaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double left, double right) => left + right;

    /// <inheritdoc/>
    protected override (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient) => (outputGradient, outputGradient);

    internal override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output) => TensorPrimitives.Add(first, second, output);

    internal override void Apply(ReadOnlySpan<float> left, float right, Span<float> output) => TensorPrimitives.Add(left, right, output);

    internal override void Apply(float left, ReadOnlySpan<float> right, Span<float> output) => TensorPrimitives.Add(right, left, output);
}

/// <summary>z = x − y.</summary>
public sealed record SubtractOp : BinaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double left, double right) => left - right;

    /// <inheritdoc/>
    protected override (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient) => (outputGradient, -outputGradient);

    internal override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output) => TensorPrimitives.Subtract(first, second, output);

    internal override void Apply(ReadOnlySpan<float> left, float right, Span<float> output) => TensorPrimitives.Subtract(left, right, output);

    internal override void Apply(float left, ReadOnlySpan<float> right, Span<float> output) => TensorPrimitives.Subtract(left, right, output);
}

/// <summary>z = x · y, element by element.</summary>
public sealed record MultiplyOp : BinaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double left, double right) => left * right;

    /// <inheritdoc/>
    protected override (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient) =>
        (outputGradient * right, outputGradient * left);

    internal override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output) => TensorPrimitives.Multiply(first, second, output);

    internal override void Apply(ReadOnlySpan<float> left, float right, Span<float> output) => TensorPrimitives.Multiply(left, right, output);

    internal override void Apply(float left, ReadOnlySpan<float> right, Span<float> output) => TensorPrimitives.Multiply(right, left, output);
}

/// <summary>z = x / y.</summary>
public sealed record DivideOp : BinaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double left, double right) => left / right;

    /// <inheritdoc/>
    protected override (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient) =>
        (outputGradient / right, -(outputGradient * node / right));

    internal override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output) => TensorPrimitives.Divide(first, second, output);

    internal override void Apply(ReadOnlySpan<float> left, float right, Span<float> output) => TensorPrimitives.Divide(left, right, output);

    internal override void Apply(float left, ReadOnlySpan<float> right, Span<float> output) => TensorPrimitives.Divide(left, right, output);
}

/// <summary>z = max(x, y). If both are equal, the gradient goes to x alone, as in TensorFlow.</summary>
public sealed record MaximumOp : BinaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double left, double right) => Math.Max(left, right);

    /// <inheritdoc/>
    protected override (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient)
    {
        var toRight = outputGradient.Mask(right - left);
        return (outputGradient - toRight, toRight);
    }

    internal override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output) => TensorPrimitives.Max(first, second, output);

    internal override void Apply(ReadOnlySpan<float> left, float right, Span<float> output) => TensorPrimitives.Max(left, right, output);

    internal override void Apply(float left, ReadOnlySpan<float> right, Span<float> output) => TensorPrimitives.Max(right, left, output);
}

/// <summary>z = min(x, y). If both are equal, the gradient goes to x alone, as in TensorFlow.</summary>
public sealed record MinimumOp : BinaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double left, double right) => Math.Min(left, right);

    /// <inheritdoc/>
    protected override (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient)
    {
        var toRight = outputGradient.Mask(left - right);
        return (outputGradient - toRight, toRight);
    }

    internal override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output) => TensorPrimitives.Min(first, second, output);

    internal override void Apply(ReadOnlySpan<float> left, float right, Span<float> output) => TensorPrimitives.Min(left, right, output);

    internal override void Apply(float left, ReadOnlySpan<float> right, Span<float> output) => TensorPrimitives.Min(right, left, output);
}

/// <summary>z = x where the mask y is above 0, and 0 elsewhere, even where x is infinite or NaN.</summary>
public sealed record MaskOp : BinaryOp
{
    /// <inheritdoc/>
    public override double Evaluate(double left, double right) => right > 0 ? left : 0;

    /// <inheritdoc/>
    protected override (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient) => (outputGradient.Mask(right), null);

    internal override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(first);
        var y = MemoryMarshal.Cast<float, Vector<float>>(second);
        var z = MemoryMarshal.Cast<float, Vector<float>>(output);
        for (var i = 0; i < z.Length; i++) z[i] = Vector.ConditionalSelect(Vector.GreaterThan(y[i], Vector<float>.Zero), x[i], Vector<float>.Zero);
        for (var i = z.Length * Vector<float>.Count; i < output.Length; i++) output[i] = second[i] > 0 ? first[i] : 0;
    }

    internal override void Apply(ReadOnlySpan<float> left, float right, Span<float> output)
    {
        if (right > 0) left.CopyTo(output);
        else output.Clear();
    }

    internal override void Apply(float left, ReadOnlySpan<float> right, Span<float> output)
    {
        var y = MemoryMarshal.Cast<float, Vector<float>>(right);
        var z = MemoryMarshal.Cast<float, Vector<float>>(output);
        for (var i = 0; i < z.Length; i++)
            z[i] = Vector.ConditionalSelect(Vector.GreaterThan(y[i], Vector<float>.Zero), new Vector<float>(left), Vector<float>.Zero);
        for (var i = z.Length * Vector<float>.Count; i < output.Length; i++) output[i] = right[i] > 0 ? left : 0;
    }
}
