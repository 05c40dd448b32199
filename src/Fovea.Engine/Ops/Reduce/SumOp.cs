namespace Fovea.Engine.Ops;

/// <summary>The sum over <paramref name="AxisCount"/> dimensions from <paramref name="FirstAxis"/> on, which are removed.</summary>
public sealed record SumOp(int FirstAxis, int AxisCount) : Op
{
    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        var shape = inputs[0];
        if (FirstAxis < 0 || AxisCount < 1 || FirstAxis + AxisCount > shape.Rank)
            throw new ShapeException(Name, $"the axes {FirstAxis} to {FirstAxis + AxisCount - 1} are not all in the shape {shape}.");
        return new Shape([.. shape.Dimensions[..FirstAxis], .. shape.Dimensions[(FirstAxis + AxisCount)..]]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Node?> Gradient(Node node, Node outputGradient)
    {
        var shape = node.Inputs[0].Shape;
        var kept = shape.Dimensions.ToArray();
        kept.AsSpan(FirstAxis, AxisCount).Fill(1);
        return [outputGradient.Reshape(new Shape(kept)).BroadcastTo(shape)];
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var (outer, summed, inner) = Extents(call.InputShapes[0]);
        for (var o = 0; o < outer; o++)
        {
            for (var s = 0; s < summed; s++)
            {
                for (var i = 0; i < inner; i++) call.Output[(o * inner) + i] += call.Inputs[0][(((o * summed) + s) * inner) + i];
            }
        }
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output)
    {
        var (outer, summed, inner) = Extents(inputs[0]);
        return outer == 1 ? new SumRowsKernel(summed, inner) : new SumWithinKernel(outer, summed, inner);
    }

    private (int Outer, int Summed, int Inner) Extents(Shape shape) =>
        (shape[..FirstAxis].Count, shape[FirstAxis..(FirstAxis + AxisCount)].Count, shape[(FirstAxis + AxisCount)..].Count);
}
