namespace Fovea.Engine.Ops;

/// <summary>Several elementwise ops in one, so that intermediate values stay in the cache. Fusion creates it.</summary>
internal sealed record FusedElementwiseOp(Shape Shape, IReadOnlyList<ElementwiseStep> Steps) : FusedOp
{
    public override string Name => string.Join("+", Steps.Select(step => step.Op.Name));

    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Shape;

    public override void Reference(ReferenceCall call) => Evaluate(Steps, call.Inputs, call.InputShapes)[^1].CopyTo(call.Output, 0);

    /// <summary>The inputs and the values of all steps, in float64.</summary>
    internal static List<double[]> Evaluate(IReadOnlyList<ElementwiseStep> steps, IEnumerable<double[]> inputs, IEnumerable<Shape> inputShapes)
    {
        var (values, shapes) = (inputs.ToList(), inputShapes.ToList());
        foreach (var step in steps)
        {
            var operandShapes = step.Operands.Select(operand => shapes[operand]).ToArray();
            shapes.Add(step.Op.InferShape(operandShapes));
            values.Add(new double[shapes[^1].Count]);
            step.Op.Reference(new ReferenceCall([.. step.Operands.Select(operand => values[operand])], operandShapes, values[^1], shapes[^1]));
        }

        return values;
    }

    public bool Equals(FusedElementwiseOp? other) => other is not null && Shape == other.Shape && Steps.SequenceEqual(other.Steps);

    public override int GetHashCode() => HashCode.Combine(Shape, Steps.Count, Steps[^1].Op);

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new ElementwiseKernel(Steps, inputs, output);
}

/// <summary>One op of a fused sequence. An operand is the index of an input, or the number of inputs plus the index of an earlier step.</summary>
internal sealed record ElementwiseStep(ElementwiseOp Op, IReadOnlyList<int> Operands)
{
    public bool Equals(ElementwiseStep? other) => other is not null && Op.Equals(other.Op) && Operands.SequenceEqual(other.Operands);

    public override int GetHashCode() => HashCode.Combine(Op, Operands.Count);
}
