using System.Numerics.Tensors;

namespace Fovea;

/// <summary>
/// Arithmetic and comparisons with NumPy's broadcasting: the last dimensions are aligned, and dimensions of size 1 are repeated. A comparison returns a
/// mask of ones and zeros. <c>==</c> and <c>!=</c> compare references, as for every class; see <see cref="SequenceEqual"/> and <see cref="EqualTo"/>.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>Adds two tensors.</summary>
    /// <exception cref="ShapeException">The shapes cannot be broadcast together.</exception>
    public static Tensor operator +(Tensor left, Tensor right) => Combine(left, right, TensorPrimitives.Add);

    /// <summary>Adds a number to all values.</summary>
    public static Tensor operator +(Tensor left, float right) => Map(left, (x, y) => TensorPrimitives.Add(x, right, y));

    /// <summary>Adds a number to all values.</summary>
    public static Tensor operator +(float left, Tensor right) => right + left;

    /// <summary>Subtracts a tensor.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public static Tensor operator -(Tensor left, Tensor right) => Combine(left, right, TensorPrimitives.Subtract);

    /// <summary>Subtracts a number from all values.</summary>
    public static Tensor operator -(Tensor left, float right) => Map(left, (x, y) => TensorPrimitives.Subtract(x, right, y));

    /// <summary>Subtracts all values from a number.</summary>
    public static Tensor operator -(float left, Tensor right) => Map(right, (x, y) => TensorPrimitives.Subtract(left, x, y));

    /// <summary>Negates all values.</summary>
    public static Tensor operator -(Tensor tensor) => Map(tensor, TensorPrimitives.Negate);

    /// <summary>Multiplies two tensors element by element.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public static Tensor operator *(Tensor left, Tensor right) => Combine(left, right, TensorPrimitives.Multiply);

    /// <summary>Multiplies all values by a number.</summary>
    public static Tensor operator *(Tensor left, float right) => Map(left, (x, y) => TensorPrimitives.Multiply(x, right, y));

    /// <summary>Multiplies all values by a number.</summary>
    public static Tensor operator *(float left, Tensor right) => right * left;

    /// <summary>Divides two tensors element by element.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public static Tensor operator /(Tensor left, Tensor right) => Combine(left, right, TensorPrimitives.Divide);

    /// <summary>Divides all values by a number.</summary>
    public static Tensor operator /(Tensor left, float right) => Map(left, (x, y) => TensorPrimitives.Divide(x, right, y));

    /// <summary>Divides a number by all values.</summary>
    public static Tensor operator /(float left, Tensor right) => Map(right, (x, y) => TensorPrimitives.Divide(left, x, y));

    /// <summary>1 where the left value is larger, 0 elsewhere.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public static Tensor operator >(Tensor left, Tensor right) => Compare(left, right, (x, y) => x > y);

    /// <summary>1 where the value is larger than a number, 0 elsewhere.</summary>
    public static Tensor operator >(Tensor left, float right) => Compare(left, right, (x, y) => x > y);

    /// <summary>1 where the left value is smaller, 0 elsewhere.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public static Tensor operator <(Tensor left, Tensor right) => Compare(left, right, (x, y) => x < y);

    /// <summary>1 where the value is smaller than a number, 0 elsewhere.</summary>
    public static Tensor operator <(Tensor left, float right) => Compare(left, right, (x, y) => x < y);

    /// <summary>1 where the left value is larger or equal, 0 elsewhere.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public static Tensor operator >=(Tensor left, Tensor right) => Compare(left, right, (x, y) => x >= y);

    /// <summary>1 where the value is larger than or equal to a number, 0 elsewhere.</summary>
    public static Tensor operator >=(Tensor left, float right) => Compare(left, right, (x, y) => x >= y);

    /// <summary>1 where the left value is smaller or equal, 0 elsewhere.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public static Tensor operator <=(Tensor left, Tensor right) => Compare(left, right, (x, y) => x <= y);

    /// <summary>1 where the value is smaller than or equal to a number, 0 elsewhere.</summary>
    public static Tensor operator <=(Tensor left, float right) => Compare(left, right, (x, y) => x <= y);

    /// <summary>1 where this value is larger, 0 elsewhere; the operator &gt; for languages without it, such as F#.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public Tensor GreaterThan(Tensor other) => this > other;

    /// <summary>1 where this value is larger or equal, 0 elsewhere; the operator &gt;= for languages without it, such as F#.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public Tensor GreaterThanOrEqual(Tensor other) => this >= other;

    /// <summary>1 where this value is smaller, 0 elsewhere; the operator &lt; for languages without it, such as F#.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public Tensor LessThan(Tensor other) => this < other;

    /// <summary>1 where this value is smaller or equal, 0 elsewhere; the operator &lt;= for languages without it, such as F#.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public Tensor LessThanOrEqual(Tensor other) => this <= other;

    /// <summary>1 where the values are equal, 0 elsewhere; NumPy's <c>==</c>. NaN equals nothing.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public Tensor EqualTo(Tensor other) => Compare(this, other, (x, y) => x == y);

    /// <summary>1 where the values differ, 0 elsewhere; NumPy's <c>!=</c>.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public Tensor NotEqualTo(Tensor other) => Compare(this, other, (x, y) => x != y);

    /// <summary>Whether both tensors have the same shape and equal values, NumPy's <c>np.array_equal</c>. NaN equals nothing.</summary>
    public bool SequenceEqual(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Shape == other.Shape && EqualTo(other).Min() == 1;
    }

    /// <summary>Whether all values are close, NumPy's <c>np.allclose</c>: |this − other| ≤ absolute + relative · |other|.</summary>
    /// <param name="other">The expected values. They are broadcast.</param>
    /// <param name="relativeTolerance">The tolerance as a fraction of the expected value.</param>
    /// <param name="absoluteTolerance">The tolerance in addition.</param>
    /// <returns><see langword="false"/> if a value is NaN; infinite values must be equal.</returns>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public bool AllClose(Tensor other, double relativeTolerance = 1e-5, double absoluteTolerance = 1e-8)
    {
        return Compare(this, other, IsClose).Min() == 1;

        bool IsClose(float x, float y) =>
            x == y || (float.IsFinite(y) && Math.Abs((double)x - y) <= absoluteTolerance + (relativeTolerance * Math.Abs((double)y)));
    }

    /// <summary>Selects from two tensors by a mask, NumPy's <c>np.where</c>: <c>Tensor.Where(x &gt; 0, x, 0)</c>.</summary>
    /// <param name="mask">Selects <paramref name="chosen"/> where it is not 0.</param>
    /// <param name="chosen">The values where the mask is not 0.</param>
    /// <param name="other">The values where the mask is 0.</param>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public static Tensor Where(Tensor mask, Tensor chosen, Tensor other)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(chosen);
        ArgumentNullException.ThrowIfNull(other);
        var shape = Common(Common(mask.Shape, chosen.Shape), other.Shape);
        var (where, first, second, result) = (mask.ValuesAs(shape), chosen.ValuesAs(shape), other.ValuesAs(shape), Zeros(shape));
        for (var i = 0; i < result.Values.Length; i++) result.Values[i] = where[i] != 0 ? first[i] : second[i];
        return result;
    }

    private static Tensor Compare(Tensor left, Tensor right, Func<float, float, bool> holds) => Combine(left, right, (x, y, result) =>
    {
        for (var i = 0; i < result.Length; i++) result[i] = holds(x[i], y[i]) ? 1 : 0;
    });

    /// <summary>Applies a function of two spans to two tensors, which are broadcast to a common shape.</summary>
    private static Tensor Combine(Tensor left, Tensor right, SpanFunction2 function)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var shape = Common(left.Shape, right.Shape);
        var result = Zeros(shape);
        function(left.ValuesAs(shape), right.ValuesAs(shape), result.Values);
        return result;
    }

    /// <summary>Applies a function of a span to a tensor.</summary>
    private static Tensor Map(Tensor tensor, SpanFunction function)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var result = Zeros(tensor.Shape);
        function(tensor.Values, result.Values);
        return result;
    }

    private delegate void SpanFunction(ReadOnlySpan<float> x, Span<float> result);

    private delegate void SpanFunction2(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> result);
}
