namespace Fovea;

/// <content>Arithmetic, comparisons and slices of an input, as of a <see cref="SymbolicTensor"/>: <c>input / 255</c>.</content>
public sealed partial class Input
{
    /// <summary>A part of the input, a <see cref="Fovea.Slice"/> layer. Each dimension has an index, the batch first, which is <c>..</c>.</summary>
    /// <inheritdoc cref="SymbolicTensor.this[ReadOnlySpan{TensorIndex}]" path="/param | /exception"/>
    public SymbolicTensor this[params ReadOnlySpan<TensorIndex> indices] => Output[indices];

    /// <inheritdoc cref="this[ReadOnlySpan{TensorIndex}]"/>
    public SymbolicTensor this[params TensorIndex[] indices] => Output[indices];

    /// <inheritdoc cref="this[ReadOnlySpan{TensorIndex}]"/>
    public SymbolicTensor Slice(params TensorIndex[] indices) => Output.Slice(indices);

    /// <inheritdoc cref="SymbolicTensor.Power(double)"/>
    public SymbolicTensor Power(double exponent) => Output.Power(exponent);

    /// <inheritdoc cref="SymbolicTensor.op_UnaryNegation(SymbolicTensor)"/>
    public static SymbolicTensor operator -(Input value) => -Of(value);

    /// <inheritdoc cref="SymbolicTensor.op_Addition(SymbolicTensor, SymbolicTensor)"/>
    public static SymbolicTensor operator +(Input left, SymbolicTensor right) => Of(left) + right;

    /// <inheritdoc cref="SymbolicTensor.op_Addition(SymbolicTensor, double)"/>
    public static SymbolicTensor operator +(Input left, double right) => Of(left) + right;

    /// <inheritdoc cref="SymbolicTensor.op_Addition(double, SymbolicTensor)"/>
    public static SymbolicTensor operator +(double left, Input right) => left + Of(right);

    /// <inheritdoc cref="SymbolicTensor.op_Subtraction(SymbolicTensor, SymbolicTensor)"/>
    public static SymbolicTensor operator -(Input left, SymbolicTensor right) => Of(left) - right;

    /// <inheritdoc cref="SymbolicTensor.op_Subtraction(SymbolicTensor, double)"/>
    public static SymbolicTensor operator -(Input left, double right) => Of(left) - right;

    /// <inheritdoc cref="SymbolicTensor.op_Subtraction(double, SymbolicTensor)"/>
    public static SymbolicTensor operator -(double left, Input right) => left - Of(right);

    /// <inheritdoc cref="SymbolicTensor.op_Multiply(SymbolicTensor, SymbolicTensor)"/>
    public static SymbolicTensor operator *(Input left, SymbolicTensor right) => Of(left) * right;

    /// <inheritdoc cref="SymbolicTensor.op_Multiply(SymbolicTensor, double)"/>
    public static SymbolicTensor operator *(Input left, double right) => Of(left) * right;

    /// <inheritdoc cref="SymbolicTensor.op_Multiply(double, SymbolicTensor)"/>
    public static SymbolicTensor operator *(double left, Input right) => left * Of(right);

    /// <inheritdoc cref="SymbolicTensor.op_Division(SymbolicTensor, SymbolicTensor)"/>
    public static SymbolicTensor operator /(Input left, SymbolicTensor right) => Of(left) / right;

    /// <inheritdoc cref="SymbolicTensor.op_Division(SymbolicTensor, double)"/>
    public static SymbolicTensor operator /(Input left, double right) => Of(left) / right;

    /// <inheritdoc cref="SymbolicTensor.op_Division(double, SymbolicTensor)"/>
    public static SymbolicTensor operator /(double left, Input right) => left / Of(right);

    /// <inheritdoc cref="SymbolicTensor.op_GreaterThan(SymbolicTensor, SymbolicTensor)"/>
    public static SymbolicTensor operator >(Input left, SymbolicTensor right) => Of(left) > right;

    /// <inheritdoc cref="SymbolicTensor.op_GreaterThan(SymbolicTensor, double)"/>
    public static SymbolicTensor operator >(Input left, double right) => Of(left) > right;

    /// <inheritdoc cref="SymbolicTensor.op_GreaterThan(double, SymbolicTensor)"/>
    public static SymbolicTensor operator >(double left, Input right) => left > Of(right);

    /// <inheritdoc cref="SymbolicTensor.op_LessThan(SymbolicTensor, SymbolicTensor)"/>
    public static SymbolicTensor operator <(Input left, SymbolicTensor right) => Of(left) < right;

    /// <inheritdoc cref="SymbolicTensor.op_LessThan(SymbolicTensor, double)"/>
    public static SymbolicTensor operator <(Input left, double right) => Of(left) < right;

    /// <inheritdoc cref="SymbolicTensor.op_LessThan(double, SymbolicTensor)"/>
    public static SymbolicTensor operator <(double left, Input right) => left < Of(right);

    /// <inheritdoc cref="SymbolicTensor.op_GreaterThanOrEqual(SymbolicTensor, SymbolicTensor)"/>
    public static SymbolicTensor operator >=(Input left, SymbolicTensor right) => Of(left) >= right;

    /// <inheritdoc cref="SymbolicTensor.op_GreaterThanOrEqual(SymbolicTensor, double)"/>
    public static SymbolicTensor operator >=(Input left, double right) => Of(left) >= right;

    /// <inheritdoc cref="SymbolicTensor.op_GreaterThanOrEqual(double, SymbolicTensor)"/>
    public static SymbolicTensor operator >=(double left, Input right) => left >= Of(right);

    /// <inheritdoc cref="SymbolicTensor.op_LessThanOrEqual(SymbolicTensor, SymbolicTensor)"/>
    public static SymbolicTensor operator <=(Input left, SymbolicTensor right) => Of(left) <= right;

    /// <inheritdoc cref="SymbolicTensor.op_LessThanOrEqual(SymbolicTensor, double)"/>
    public static SymbolicTensor operator <=(Input left, double right) => Of(left) <= right;

    /// <inheritdoc cref="SymbolicTensor.op_LessThanOrEqual(double, SymbolicTensor)"/>
    public static SymbolicTensor operator <=(double left, Input right) => left <= Of(right);

    private static SymbolicTensor Of(Input value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Output;
    }
}
