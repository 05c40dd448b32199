using System.Numerics.Tensors;

namespace Fovea;

/// <summary>Functions of each value.</summary>
public sealed partial class Tensor
{
    /// <summary>The absolute values.</summary>
    public Tensor Abs() => Map(this, TensorPrimitives.Abs);

    /// <summary>e to the power of each value.</summary>
    public Tensor Exp() => Map(this, TensorPrimitives.Exp);

    /// <summary>The natural logarithms; NaN below 0.</summary>
    public Tensor Log() => Map(this, TensorPrimitives.Log);

    /// <summary>The square roots; NaN below 0.</summary>
    public Tensor Sqrt() => Map(this, TensorPrimitives.Sqrt);

    /// <summary>The squares.</summary>
    public Tensor Square() => Combine(this, this, TensorPrimitives.Multiply);

    /// <summary>Each value to the power of <paramref name="exponent"/>, which is broadcast.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public Tensor Power(Tensor exponent) => Combine(this, exponent, TensorPrimitives.Pow);

    /// <summary>The hyperbolic tangents.</summary>
    public Tensor Tanh() => Map(this, TensorPrimitives.Tanh);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public Tensor Sigmoid() => Map(this, TensorPrimitives.Sigmoid);

    /// <summary>The largest integers that are not larger than the values.</summary>
    public Tensor Floor() => Map(this, TensorPrimitives.Floor);

    /// <summary>The smallest integers that are not smaller than the values.</summary>
    public Tensor Ceiling() => Map(this, TensorPrimitives.Ceiling);

    /// <summary>Rounds to decimals, halves to the even digit, as NumPy does.</summary>
    /// <param name="decimals">The number of decimals, from 0 to 6.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decimals"/> is below 0 or above 6.</exception>
    public Tensor Round(int decimals = 0)
    {
        if (decimals is < 0 or > 6)
            throw new ArgumentOutOfRangeException(nameof(decimals), $"Tensor.Round: decimals must be from 0 to 6; received {decimals}.");
        return Map(this, (x, y) => TensorPrimitives.Round(x, decimals, MidpointRounding.ToEven, y));
    }

    /// <summary>Limits the values to a range, NumPy's <c>np.clip</c>. NaN stays NaN.</summary>
    /// <param name="low">The lowest value of the result.</param>
    /// <param name="high">The highest value of the result.</param>
    /// <exception cref="ArgumentException"><paramref name="low"/> is above <paramref name="high"/>.</exception>
    public Tensor Clip(double low, double high)
    {
        if (!(low <= high))
            throw new ArgumentException(FormattableString.Invariant($"Tensor.Clip: low must not be above high; received {low} and {high}."), nameof(low));
        return Map(this, (x, y) => TensorPrimitives.Clamp(x, (float)low, (float)high, y));
    }

    /// <summary>The larger of each two values, NumPy's <c>np.maximum</c>. NaN if one is NaN.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public Tensor Maximum(Tensor other) => Combine(this, other, TensorPrimitives.Max);

    /// <summary>The smaller of each two values, NumPy's <c>np.minimum</c>. NaN if one is NaN.</summary>
    /// <inheritdoc cref="op_Addition(Tensor, Tensor)" path="/exception"/>
    public Tensor Minimum(Tensor other) => Combine(this, other, TensorPrimitives.Min);

    /// <summary>Any other function, applied to each value: <c>t.Map(MathF.Sin)</c>.</summary>
    public Tensor Map(Func<float, float> function) => new(Shape, Array.ConvertAll(Values, new Converter<float, float>(function)));

    /// <summary>The exponentials divided by their sum along a dimension: positive values that add up to 1.</summary>
    /// <param name="axis">The dimension; -1 is the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public Tensor Softmax(int axis = -1)
    {
        var shifted = this - Max(axis, keepDims: true);  // so that no exponential is infinite
        var exponentials = shifted.Exp();
        return exponentials / exponentials.Sum(axis, keepDims: true);
    }
}
