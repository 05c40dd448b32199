namespace Fovea;

/// <summary>Dimensions as Keras counts them: with the batch, which is 0, or below 0 from the innermost on.</summary>
internal static class Axes
{
    /// <summary>An axis that is not the batch, as far as can be known without a shape.</summary>
    public static int NotTheBatch(this int axis, string subject, string argument) =>
        axis != 0 ? axis : throw ArgumentRules.Wrong(subject, argument, $"a dimension other than the batch, 0", axis);

    /// <summary>The dimension that an axis stands for in a shape with its batch. The batch itself is none of them.</summary>
    /// <exception cref="ShapeException">There is no such dimension.</exception>
    public static int AxisOf(this Shape shape, int axis, string subject)
    {
        var counted = axis < 0 ? axis + shape.Rank : axis;
        return counted >= 1 && counted < shape.Rank
            ? counted
            : throw new ShapeException(subject, $"expected an axis of {SymbolicTensor.Print(shape[1..])} other than the batch; received {axis}.");
    }
}
