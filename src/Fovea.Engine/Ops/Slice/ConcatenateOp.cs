namespace Fovea.Engine.Ops;

/// <summary>Concatenates tensors along one dimension. Their other dimensions are equal.</summary>
public sealed record ConcatenateOp(int Axis) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        if (Axis < 0 || Axis >= inputs[0].Rank) throw new ShapeException(Name, $"expected a dimension of {inputs[0]}; received {Axis}.");
        if (inputs.Any(shape => shape.Rank != inputs[0].Rank || shape.With(Axis, 1) != inputs[0].With(Axis, 1)))
            throw new ShapeException(Name, $"expected shapes that are equal except in dimension {Axis}; received {string.Join(" and ", inputs)}.");
        return inputs[0].With(Axis, inputs.Sum(shape => shape[Axis]));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var start = 0;
        var gradients = new List<Node?>();
        foreach (var input in node.Inputs)
        {
            gradients.Add(outputGradient.Slice(Axis, start, input.Shape[Axis]));
            start += input.Shape[Axis];
        }

        return gradients;
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var start = 0;
        for (var k = 0; k < call.Inputs.Count; k++)
        {
            var values = call.Inputs[k];
            AxisRuns.Between(Axis, call.InputShapes[k], call.OutputShape, start).ForEachPair((inner, outer) => call.Output[outer] = values[inner]);
            start += call.InputShapes[k][Axis];
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output)
    {
        var (start, copies) = (0, new List<CopyRun>());
        foreach (var shape in inputs)
        {
            var runs = AxisRuns.Between(Axis, shape, output, start);
            copies.Add(new CopyRun(runs.InnerLength, runs.InnerLength, 0, runs.OuterLength, runs.Offset));
            start += shape[Axis];
        }

        return new CopyRunsKernel(output[..Axis].Count, output[Axis..].Count, [.. copies]);
    }
}

/// <summary>Concatenation of nodes.</summary>
public static class Concatenation
{
    /// <summary>Concatenates nodes along one dimension.</summary>
    /// <exception cref="ShapeException">The nodes differ in another dimension, or do not have this dimension.</exception>
    public static Node Concatenate(int axis, params Node[] nodes) => new(new ConcatenateOp(axis), nodes);
}
