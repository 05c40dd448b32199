namespace Fovea;

/// <summary>Axes as Keras counts them: 0 is the batch, −1 the innermost dimension.</summary>
internal static class Axes
{
    /// <summary>Demands that an axis is not 0, the batch. A negative axis is checked when the shape is known.</summary>
    public static int NotTheBatch(this int axis, string subject, string argument) =>
        axis != 0 ? axis : throw ArgumentRules.Wrong(subject, argument, $"a dimension other than the batch, 0", axis);

    /// <summary>The dimension of an axis in a shape with the batch.</summary>
    /// <exception cref="ShapeException">There is no such dimension, or it is the batch.</exception>
    public static int AxisOf(this Shape shape, int axis, string subject)
    {
        var counted = axis < 0 ? axis + shape.Rank : axis;
        return counted >= 1 && counted < shape.Rank
            ? counted
            : throw new ShapeException(subject, $"expected an axis of {SymbolicTensor.Print(shape[1..])} other than the batch; received {axis}.");
    }
}
