using System.Numerics.Tensors;

namespace Fovea;

/// <summary>
/// Sums, means and extrema, of all values or along dimensions. Negative axes count from the end: -1 is the last dimension. Sums are added in float64
/// and then rounded. If a value is NaN, so is the result, as in NumPy.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>The sum of all values.</summary>
    public float Sum() => (float)TensorReductions.Sum(Values);

    /// <summary>The sum of all values as a tensor, NumPy's <c>x.sum(keepdims=True)</c>.</summary>
    /// <param name="keepDims">Whether the result keeps every dimension, with size 1; otherwise it is a scalar.</param>
    public Tensor Sum(bool keepDims) => AllInOne(Sum(), keepDims);

    /// <summary>The sums along a dimension.</summary>
    /// <param name="axis">The dimension to reduce; -1 is the last.</param>
    /// <param name="keepDims">Whether the result keeps the dimension, with size 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public Tensor Sum(int axis, bool keepDims = false) => Sum([axis], keepDims);

    /// <summary>The sums along several dimensions: <c>images.Sum([1, 2])</c>.</summary>
    /// <param name="axes">The dimensions to reduce; -1 is the last.</param>
    /// <param name="keepDims">Whether the result keeps the dimensions, with size 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    /// <exception cref="ArgumentException">A dimension occurs twice.</exception>
    public Tensor Sum(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(axes, keepDims, values => (float)TensorReductions.Sum(values));

    /// <summary>The mean of all values.</summary>
    public float Mean() => (float)TensorReductions.Mean(Values);

    /// <summary>The mean of all values as a tensor, NumPy's <c>x.mean(keepdims=True)</c>.</summary>
    /// <inheritdoc cref="Sum(bool)" path="/param"/>
    public Tensor Mean(bool keepDims) => AllInOne(Mean(), keepDims);

    /// <summary>The means along a dimension.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Tensor Mean(int axis, bool keepDims = false) => Mean([axis], keepDims);

    /// <summary>The means along several dimensions: <c>images.Mean([0, 1, 2])</c> is the mean of each channel.</summary>
    /// <inheritdoc cref="Sum(ReadOnlySpan{int}, bool)"/>
    public Tensor Mean(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(axes, keepDims, values => (float)TensorReductions.Mean(values));

    /// <summary>The variance of all values, divided by their number as in NumPy.</summary>
    public float Var() => (float)TensorReductions.Variance(Values);

    /// <summary>The variance of all values as a tensor, NumPy's <c>x.var(keepdims=True)</c>.</summary>
    /// <inheritdoc cref="Sum(bool)" path="/param"/>
    public Tensor Var(bool keepDims) => AllInOne(Var(), keepDims);

    /// <summary>The variances along a dimension, divided by the number of values as in NumPy.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Tensor Var(int axis, bool keepDims = false) => Var([axis], keepDims);

    /// <summary>The variances along several dimensions, divided by the number of values as in NumPy.</summary>
    /// <inheritdoc cref="Sum(ReadOnlySpan{int}, bool)"/>
    public Tensor Var(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(axes, keepDims, values => (float)TensorReductions.Variance(values));

    /// <summary>The standard deviation of all values, of the population as in NumPy.</summary>
    public float Std() => (float)Math.Sqrt(TensorReductions.Variance(Values));

    /// <summary>The standard deviation of all values as a tensor, NumPy's <c>x.std(keepdims=True)</c>.</summary>
    /// <inheritdoc cref="Sum(bool)" path="/param"/>
    public Tensor Std(bool keepDims) => AllInOne(Std(), keepDims);

    /// <summary>The standard deviations along a dimension, of the population as in NumPy.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Tensor Std(int axis, bool keepDims = false) => Std([axis], keepDims);

    /// <summary>The standard deviations along several dimensions, of the population as in NumPy.</summary>
    /// <inheritdoc cref="Sum(ReadOnlySpan{int}, bool)"/>
    public Tensor Std(ReadOnlySpan<int> axes, bool keepDims = false) =>
        Reduce(axes, keepDims, values => (float)Math.Sqrt(TensorReductions.Variance(values)));

    /// <summary>The largest value.</summary>
    public float Max() => TensorPrimitives.Max<float>(Values);

    /// <summary>The largest value as a tensor, NumPy's <c>x.max(keepdims=True)</c>.</summary>
    /// <inheritdoc cref="Sum(bool)" path="/param"/>
    public Tensor Max(bool keepDims) => AllInOne(Max(), keepDims);

    /// <summary>The largest values along a dimension.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Tensor Max(int axis, bool keepDims = false) => Max([axis], keepDims);

    /// <summary>The largest values along several dimensions.</summary>
    /// <inheritdoc cref="Sum(ReadOnlySpan{int}, bool)"/>
    public Tensor Max(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(axes, keepDims, TensorPrimitives.Max);

    /// <summary>The smallest value.</summary>
    public float Min() => TensorPrimitives.Min<float>(Values);

    /// <summary>The smallest value as a tensor, NumPy's <c>x.min(keepdims=True)</c>.</summary>
    /// <inheritdoc cref="Sum(bool)" path="/param"/>
    public Tensor Min(bool keepDims) => AllInOne(Min(), keepDims);

    /// <summary>The smallest values along a dimension.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Tensor Min(int axis, bool keepDims = false) => Min([axis], keepDims);

    /// <summary>The smallest values along several dimensions.</summary>
    /// <inheritdoc cref="Sum(ReadOnlySpan{int}, bool)"/>
    public Tensor Min(ReadOnlySpan<int> axes, bool keepDims = false) => Reduce(axes, keepDims, TensorPrimitives.Min);

    /// <summary>The position of the largest value in <see cref="Values"/>: the first of equal values, or the first NaN.</summary>
    public int ArgMax() => TensorReductions.IndexOfMax(Values);

    /// <summary>The position of the largest value in <see cref="Values"/> as a tensor, NumPy's <c>x.argmax(keepdims=True)</c>.</summary>
    /// <inheritdoc cref="Sum(bool)" path="/param"/>
    public Tensor ArgMax(bool keepDims) => AllInOne(Exact(ArgMax()), keepDims);

    /// <summary>
    /// The indices of the largest values along a dimension: the first of equal values, or the first NaN. <c>predictions.ArgMax(-1)</c> is the most
    /// probable class of each sample; <see cref="ToInt32Array"/> converts the result to integers.
    /// </summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Tensor ArgMax(int axis, bool keepDims = false) => Reduce([axis], keepDims, values => Exact(TensorReductions.IndexOfMax(values)));

    /// <summary>The position of the smallest value in <see cref="Values"/>: the first of equal values, or the first NaN.</summary>
    public int ArgMin() => TensorReductions.IndexOfMin(Values);

    /// <summary>The position of the smallest value in <see cref="Values"/> as a tensor, NumPy's <c>x.argmin(keepdims=True)</c>.</summary>
    /// <inheritdoc cref="Sum(bool)" path="/param"/>
    public Tensor ArgMin(bool keepDims) => AllInOne(Exact(ArgMin()), keepDims);

    /// <summary>The indices of the smallest values along a dimension: the first of equal values, or the first NaN.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Tensor ArgMin(int axis, bool keepDims = false) => Reduce([axis], keepDims, values => Exact(TensorReductions.IndexOfMin(values)));

    /// <summary>The result of a reduction over all dimensions as a tensor.</summary>
    private Tensor AllInOne(float value, bool keepDims) =>
        keepDims ? new Tensor(new Shape([.. Enumerable.Repeat(1, Shape.Rank)]), [value]) : new Tensor(Shape.Scalar, [value]);

    /// <summary>Moves the dimensions to reduce to the end, and applies a function to each run of their values.</summary>
    private Tensor Reduce(ReadOnlySpan<int> axes, bool keepDims, Func<ReadOnlySpan<float>, float> function)
    {
        var isReduced = new bool[Shape.Rank];
        foreach (var axis in axes)
        {
            var index = AxisOf(axis, Shape.Rank, nameof(axes));
            if (isReduced[index]) throw new ArgumentException($"Tensor {Shape}: expected each axis once; received dimension {index} twice.", nameof(axes));
            isReduced[index] = true;
        }

        int[] all = [.. Enumerable.Range(0, Shape.Rank)];
        int[] kept = [.. all.Where(axis => !isReduced[axis])], reduced = [.. all.Where(axis => isReduced[axis])];
        var source = TransposedValues([.. kept, .. reduced]);
        var result = Zeros(new Shape([.. all.Where(axis => keepDims || !isReduced[axis]).Select(axis => isReduced[axis] ? 1 : Shape[axis])]));
        var run = source.Length / result.Values.Length;
        for (var i = 0; i < result.Values.Length; i++) result.Values[i] = function(source.AsSpan(i * run, run));
        return result;
    }
}
