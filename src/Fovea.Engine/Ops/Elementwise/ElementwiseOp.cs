namespace Fovea.Engine.Ops;

/// <summary>
/// An op that computes each element of its output from the elements of its inputs at the same position. The inputs are broadcast to the output's
/// shape as in NumPy: shapes are aligned at the innermost dimension, and missing dimensions and dimensions of 1 are repeated.
/// </summary>
public abstract record ElementwiseOp : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var shape = inputs[0];
        foreach (var input in inputs.Skip(1)) shape = Broadcast(Name, shape, input);
        return shape;
    }

    /// <summary>Computes one element of the output in float64.</summary>
    public abstract double Evaluate(ReadOnlySpan<double> operands);

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var operands = new double[call.Inputs.Count];
        var positions = call.InputShapes.Select(shape => StridedIndex.Broadcast(shape, call.OutputShape)).ToArray();
        for (var i = 0; i < call.Output.Length; i++)
        {
            for (var k = 0; k < operands.Length; k++) operands[k] = call.Inputs[k][positions[k][i]];
            call.Output[i] = Evaluate(operands);
        }
    }

    /// <summary>Applies the op to runs of elements of equal length; an op with one operand ignores the second.</summary>
    internal abstract void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output);

    /// <inheritdoc/>
    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) =>
        new ElementwiseKernel([new ElementwiseStep(this, [.. Enumerable.Range(0, inputs.Count)])], inputs, output);

    /// <summary>The shape to which two operands are broadcast.</summary>
    internal static Shape Broadcast(string name, Shape left, Shape right)
    {
        if (left == right) return left;
        var rank = Math.Max(left.Rank, right.Rank);
        var dimensions = new int[rank];
        for (var axis = 1; axis <= rank; axis++)
        {
            var l = axis <= left.Rank ? left[^axis] : 1;
            var r = axis <= right.Rank ? right[^axis] : 1;
            if (l != r && l != 1 && r != 1)
                throw new ShapeException(name, $"the shapes {left} and {right} do not broadcast: {l} and {r} differ and neither is 1.");
            dimensions[rank - axis] = Math.Max(l, r);
        }

        return new Shape(dimensions);
    }
}

/// <summary>An elementwise op with one operand.</summary>
public abstract record UnaryOp : ElementwiseOp
{
    /// <summary>Computes one element in float64.</summary>
    public abstract double Evaluate(double x);

    /// <inheritdoc/>
    public sealed override double Evaluate(ReadOnlySpan<double> operands) => Evaluate(operands[0]);

    /// <summary>The gradient with respect to the operand.</summary>
    protected abstract Node Gradient(Node x, Node y, Node outputGradient);

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) => [Gradient(node.Inputs[0], node, outputGradient)];

    internal abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <remarks>
    /// Functions such as the exponential round differently for runs that are shorter than a vector. Such a run is padded, so that a sample has the same values
    /// in a batch of any size.
    /// </remarks>
    internal sealed override void Apply(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
    {
        const int Vector = 4;
        if (output.Length >= Vector)
        {
            Apply(first, output);
            return;
        }

        Span<float> padded = stackalloc float[Vector];
        padded.Clear();
        first.CopyTo(padded);
        Apply(padded, padded);
        padded[..output.Length].CopyTo(output);
    }
}

/// <summary>An elementwise op with two operands.</summary>
public abstract record BinaryOp : ElementwiseOp
{
    /// <summary>Computes one element in float64.</summary>
    public abstract double Evaluate(double left, double right);

    /// <inheritdoc/>
    public sealed override double Evaluate(ReadOnlySpan<double> operands) => Evaluate(operands[0], operands[1]);

    /// <summary>
    /// The gradients with respect to both operands, in the output's shape: the caller sums them to the operands' shapes. Null for an operand without one.
    /// </summary>
    protected abstract (Node? Left, Node? Right) Gradient(Node left, Node right, Node node, Node outputGradient);

    /// <summary>Applies the op to a run of left operands and one right operand.</summary>
    internal abstract void Apply(ReadOnlySpan<float> left, float right, Span<float> output);

    /// <summary>Applies the op to one left operand and a run of right operands.</summary>
    internal abstract void Apply(float left, ReadOnlySpan<float> right, Span<float> output);

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var (left, right) = Gradient(node.Inputs[0], node.Inputs[1], node, outputGradient);
        return [left?.SumTo(node.Inputs[0].Shape), right?.SumTo(node.Inputs[1].Shape)];
    }
}
