namespace Fovea;

/// <content>Arithmetic, comparisons and slices. Each is a layer, so that models with them can be saved.</content>
public sealed partial class SymbolicTensor
{
    /// <summary>
    /// A part of the value, a <see cref="Slice"/> layer. Each dimension has an index, the batch first, which is <c>..</c>: <c>x[.., 5..10, .., ..]</c> is
    /// Keras' <c>x[:, 5:10]</c>, and <c>x[TensorIndex.Ellipsis, ..5]</c> is <c>x[..., :5]</c>.
    /// </summary>
    /// <param name="indices">Integers, <c>^1</c>, ranges, <see cref="TensorIndex.Every(int)"/>, <see cref="TensorIndex.Ellipsis"/>.</param>
    /// <exception cref="ArgumentException">The first index does not keep the whole batch.</exception>
    /// <exception cref="ShapeException">There are more or fewer indices than dimensions, or one is outside its dimension.</exception>
    public SymbolicTensor this[params ReadOnlySpan<TensorIndex> indices] => new Slice(indices).Call(this);

    /// <inheritdoc cref="this[ReadOnlySpan{TensorIndex}]"/>
    public SymbolicTensor this[params TensorIndex[] indices] => new Slice(indices).Call(this);

    /// <summary>A part of the value, as <c>x[…]</c> in C#. For languages without <c>params</c> spans, such as F#.</summary>
    /// <inheritdoc cref="this[ReadOnlySpan{TensorIndex}]" path="/exception"/>
    public SymbolicTensor Slice(params TensorIndex[] indices) => new Slice(indices).Call(this);

    /// <summary>The sum of two values, an <see cref="Add"/> layer: <c>x + shortcut</c>.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator +(SymbolicTensor left, SymbolicTensor right) => new Add().Call(left, right);

    /// <summary>x + number, a <see cref="Rescaling"/> layer.</summary>
    public static SymbolicTensor operator +(SymbolicTensor left, double right) => new Rescaling(1, right).Call(left);

    /// <summary>number + x, a <see cref="Rescaling"/> layer.</summary>
    public static SymbolicTensor operator +(double left, SymbolicTensor right) => right + left;

    /// <summary>The difference of two values, a <see cref="Subtract"/> layer.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator -(SymbolicTensor left, SymbolicTensor right) => new Subtract().Call(left, right);

    /// <summary>x − number, a <see cref="Rescaling"/> layer.</summary>
    public static SymbolicTensor operator -(SymbolicTensor left, double right) => new Rescaling(1, -right).Call(left);

    /// <summary>number − x, a <see cref="Rescaling"/> layer.</summary>
    public static SymbolicTensor operator -(double left, SymbolicTensor right) => new Rescaling(-1, left).Call(right);

    /// <summary>−x, a <see cref="Rescaling"/> layer.</summary>
    public static SymbolicTensor operator -(SymbolicTensor value) => new Rescaling(-1).Call(value);

    /// <summary>The product of two values, element by element, a <see cref="Multiply"/> layer: <c>x * weights</c>.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator *(SymbolicTensor left, SymbolicTensor right) => new Multiply().Call(left, right);

    /// <summary>x · number, a <see cref="Rescaling"/> layer.</summary>
    public static SymbolicTensor operator *(SymbolicTensor left, double right) => new Rescaling(right).Call(left);

    /// <summary>number · x, a <see cref="Rescaling"/> layer.</summary>
    public static SymbolicTensor operator *(double left, SymbolicTensor right) => right * left;

    /// <summary>The quotient of two values, element by element.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator /(SymbolicTensor left, SymbolicTensor right) => Combine("divide", left, right);

    /// <summary>x / number, a <see cref="Rescaling"/> layer.</summary>
    public static SymbolicTensor operator /(SymbolicTensor left, double right) => new Rescaling(1 / right).Call(left);

    /// <summary>number / x.</summary>
    public static SymbolicTensor operator /(double left, SymbolicTensor right) => Map("divide", right, left);

    /// <summary>1 where the left value is greater, otherwise 0.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator >(SymbolicTensor left, SymbolicTensor right) => Combine("greater", left, right);

    /// <summary>1 where x is greater than a number, otherwise 0.</summary>
    public static SymbolicTensor operator >(SymbolicTensor left, double right) => Map("greater", left, right);

    /// <summary>1 where a number is greater than x, otherwise 0.</summary>
    public static SymbolicTensor operator >(double left, SymbolicTensor right) => right < left;

    /// <summary>1 where the left value is less, otherwise 0.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator <(SymbolicTensor left, SymbolicTensor right) => Combine("greater", right, left);

    /// <summary>1 where x is less than a number, otherwise 0.</summary>
    public static SymbolicTensor operator <(SymbolicTensor left, double right) => Map("less", left, right);

    /// <summary>1 where a number is less than x, otherwise 0.</summary>
    public static SymbolicTensor operator <(double left, SymbolicTensor right) => right > left;

    /// <summary>1 where the left value is greater or equal, otherwise 0.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator >=(SymbolicTensor left, SymbolicTensor right) => Combine("greater_equal", left, right);

    /// <summary>1 where x is at least a number, otherwise 0.</summary>
    public static SymbolicTensor operator >=(SymbolicTensor left, double right) => Map("greater_equal", left, right);

    /// <summary>1 where a number is at least x, otherwise 0.</summary>
    public static SymbolicTensor operator >=(double left, SymbolicTensor right) => right <= left;

    /// <summary>1 where the left value is less or equal, otherwise 0.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static SymbolicTensor operator <=(SymbolicTensor left, SymbolicTensor right) => Combine("greater_equal", right, left);

    /// <summary>1 where x is at most a number, otherwise 0.</summary>
    public static SymbolicTensor operator <=(SymbolicTensor left, double right) => Map("less_equal", left, right);

    /// <summary>1 where a number is at most x, otherwise 0.</summary>
    public static SymbolicTensor operator <=(double left, SymbolicTensor right) => right >= left;

    /// <summary>x to the power of a number, element by element; Keras' <c>x ** exponent</c>. Negative numbers have whole powers only; others are NaN.</summary>
    /// <param name="exponent">The exponent.</param>
    public SymbolicTensor Power(double exponent) => Map("power", this, exponent);

    private static SymbolicTensor Map(string function, SymbolicTensor value, double number) => new Elementwise(function, (float)number).Call(value);

    private static SymbolicTensor Combine(string function, SymbolicTensor left, SymbolicTensor right) => new Combination(function).Call(left, right);
}
