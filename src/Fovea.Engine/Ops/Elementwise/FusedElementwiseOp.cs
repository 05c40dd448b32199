namespace Fovea.Engine.Ops;

/// <summary>
/// Several elementwise ops as one, so that intermediate values stay in the cache instead of crossing memory. Made by fusion after
/// gradients are taken.
/// </summary>
internal sealed record FusedElementwiseOp(Shape Shape, IReadOnlyList<ElementwiseStep> Steps) : Op
{
    public override string Name => string.Join("+", Steps.Select(step => step.Op.Name));

    public override Shape InferShape(IReadOnlyList<Shape> inputs) => Shape;

    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient) =>
        throw new InvalidOperationException("Gradients are taken before ops are fused.");

    public override void Reference(ReferenceCall call)
    {
        var values = call.Inputs.Zip(call.InputShapes).ToList();
        foreach (var step in Steps)
        {
            var operands = step.Operands.Select(operand => values[operand]).ToArray();
            var shape = step.Op.InferShape([.. operands.Select(operand => operand.Second)]);
            var output = new double[shape.Count];
            step.Op.Reference(new ReferenceCall([.. operands.Select(operand => operand.First)], [.. operands.Select(operand => operand.Second)], output, shape));
            values.Add((output, shape));
        }

        values[^1].First.CopyTo(call.Output, 0);
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new ElementwiseKernel(Steps, inputs, output);
}

/// <summary>One op of a fused run. Operands below the number of inputs are inputs; the others are earlier steps.</summary>
internal sealed record ElementwiseStep(ElementwiseOp Op, IReadOnlyList<int> Operands);
