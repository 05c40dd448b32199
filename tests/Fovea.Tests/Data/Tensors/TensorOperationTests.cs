namespace Fovea.Tests.Data.Tensors;

/// <summary>What golden values do not show: sharing of memory, accuracy, equality and errors.</summary>
public class TensorOperationTests
{
    private static readonly Tensor Matrix = new([2, 3], [1, 2, 3, 4, 5, 6]);

    [Fact]
    public void A_reduction_of_all_values_keeps_the_dimensions_on_request()
    {
        Tensor x = [[1, 5, 3], [4, 2, 6]];
        (Tensor Kept, Tensor Scalar, float Value)[] cases =
        [
            (x.Sum(keepDims: true), x.Sum(keepDims: false), 21), (x.Mean(keepDims: true), x.Mean(keepDims: false), 3.5f),
            (x.Var(keepDims: true), x.Var(keepDims: false), x.Var()), (x.Std(keepDims: true), x.Std(keepDims: false), x.Std()),
            (x.Max(keepDims: true), x.Max(keepDims: false), 6), (x.Min(keepDims: true), x.Min(keepDims: false), 1),
            (x.ArgMax(keepDims: true), x.ArgMax(keepDims: false), 5), (x.ArgMin(keepDims: true), x.ArgMin(keepDims: false), 0),
        ];
        Assert.All(cases, each =>
        {
            Assert.Equal((new Shape(1, 1), each.Value), (each.Kept.Shape, (float)each.Kept));
            Assert.Equal((Shape.Scalar, each.Value), (each.Scalar.Shape, (float)each.Scalar));
        });
        Assert.Equal([0, 4, 2, 3, 1, 5], (x - x.Min(keepDims: true)).Values);
    }

    [Fact]
    public void A_copy_has_its_own_memory()
    {
        Tensor x = [[1, 2], [3, 4]];
        var copy = x.Copy();
        x.Values[0] = 9;
        Assert.Equal(new Shape(2, 2), copy.Shape);
        Assert.Equal([1, 2, 3, 4], copy.Values);
    }

    [Fact]
    public void Reshaping_shares_the_values_and_transposing_copies_them()
    {
        Tensor[] shared = [Matrix.Reshape(3, 2), Matrix.Reshape([-1]), Matrix.Reshape(Matrix.Shape), Matrix.Flatten(), Matrix.ExpandDims(0),
            Matrix.ExpandDims(0).Squeeze(), Matrix.ExpandDims(1).Squeeze(1)];
        Tensor[] copied = [Matrix.Transpose(), Matrix.Transpose(0, 1), Matrix.BroadcastTo([2, 3]), Matrix[..], Tensor.Concat([Matrix]), Matrix.Abs()];
        Assert.All(shared, tensor => Assert.Same(Matrix.Values, tensor.Values));
        Assert.All(copied, tensor => Assert.NotSame(Matrix.Values, tensor.Values));
        Assert.NotSame(Matrix.Values, Matrix.ToArray());
    }

    [Fact]
    public void A_mean_of_millions_of_values_is_accurate()
    {
        var tensor = Tensor.Full([1 << 22], 0.1f);
        Assert.Equal(0.1f, tensor.Mean());  // a sum in float32 alone would be wrong by 4 %
        Assert.Equal(0, tensor.Std(), 1e-7);
        Assert.Equal(0.1f, tensor.Reshape(2, -1).Mean(-1).Values[1]);
    }

    [Fact]
    public void Close_values_are_close_and_NaN_equals_nothing()
    {
        Tensor expected = [100, 0], close = [100.0005, 1e-9], far = [100.002, 0];
        Assert.True(close.AllClose(expected));
        Assert.False(far.AllClose(expected));
        Assert.True(far.AllClose(expected, relativeTolerance: 1e-4));
        Assert.True(new Tensor([2], [float.PositiveInfinity, 1]).AllClose(new Tensor([2], [float.PositiveInfinity, 1])));
        Assert.False(new Tensor([1], [float.PositiveInfinity]).AllClose(new Tensor([1], [float.NegativeInfinity])));
        Assert.False(new Tensor([1], [1]).AllClose(new Tensor([1], [float.PositiveInfinity])));
        Assert.False(new Tensor([1], [float.NaN]).AllClose(new Tensor([1], [float.NaN])));
        Assert.True(Matrix.SequenceEqual(Matrix[..]));
        Assert.False(Matrix.SequenceEqual(Matrix.Reshape(3, 2)));
        Assert.False(new Tensor([1], [float.NaN]).SequenceEqual(new Tensor([1], [float.NaN])));
    }

    [Fact]
    public void A_method_compares_as_its_operator()
    {
        Tensor x = [1, 2, 3];
        Assert.Equal([0f, 0, 1], x.GreaterThan(2).Values);
        Assert.Equal([0f, 1, 1], x.GreaterThanOrEqual(2).Values);
        Assert.Equal([1f, 0, 0], x.LessThan(2).Values);
        Assert.Equal([1f, 1, 0], x.LessThanOrEqual(2).Values);
    }

    [Fact]
    public void A_softmax_of_large_values_is_finite() =>
        Assert.Equal([0.5f, 0.5f, 0], new Tensor([3], [1000, 1000, -1000]).Softmax().Values);

    [Fact]
    public void Any_function_can_be_applied() => Assert.Equal([2f, 3, 4], Tensor.Arange(1, 4).Map(x => x + 1).Values);

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Tensor column = [[1], [2]], vector = [1, 2];
        AssertError<ShapeException>("Tensor: the shapes (2, 3) and (2) cannot be broadcast together: 3 and 2 differ, and neither is 1.", () => Matrix + vector);
        AssertError<ShapeException>("Tensor: a value of shape (2, 3) cannot be broadcast to the shape (3).", () => Matrix.BroadcastTo([3]));
        AssertError<ShapeException>("Tensor: the 6 values of shape (2, 3) do not fit in the shape (4, -1).", () => Matrix.Reshape(4, -1));
        AssertError<ShapeException>("Tensor: the 6 values of shape (2, 3) do not fit in the shape (-1, -1).", () => Matrix.Reshape(-1, -1));
        AssertError<ShapeException>("Tensor: the 6 values of shape (2, 3) do not fit in the shape (0, -1).", () => Matrix.Reshape(0, -1));
        AssertError<ShapeException>(
            "Tensor: the 6 values of shape (2, 3) do not fit in the shape (65536, 65536).", () => Matrix.Reshape(65536, 65536));
        AssertError<ShapeException>("Tensor: expected size 1 in dimension 1 of (2, 3), to remove it; received 3.", () => Matrix.Squeeze(-1));
        AssertError<ShapeException>(
            "Tensor.Stack: expected tensors of one shape; received the shapes (2, 3) and (2, 1).", () => Tensor.Stack([Matrix, column]));
        AssertError<ShapeException>(
            "Tensor.Concat: expected equal dimensions, apart from dimension 0; received the shapes (2, 3) and (2, 1).",
            () => Tensor.Concat([Matrix, column]));
        AssertError<ShapeException>("Tensor.Concat: expected at least one tensor; received none.", () => Tensor.Concat([]));
    }

    [Fact]
    public void Axes_that_do_not_exist_are_refused()
    {
        AssertError<ArgumentOutOfRangeException>("Tensor (2, 3): axis must be from -2 to 1; received 2. (Parameter 'axes')", () => Matrix.Max(2));
        AssertError<ArgumentOutOfRangeException>(
            "Tensor (): expected no axis, since a scalar has no dimensions; received 0. (Parameter 'axes')", () => ((Tensor)1).Sum(0));
        AssertError<ArgumentException>("Tensor (2, 3): expected each axis once; received dimension 1 twice. (Parameter 'axes')", () => Matrix.Sum([1, -1]));
        AssertError<ArgumentException>("Tensor (2, 3): expected each axis from 0 to 1 once; received (0, 0). (Parameter 'axes')", () => Matrix.Transpose(0, 0));
        AssertError<ArgumentOutOfRangeException>("Tensor (2, 3): axis must be from -3 to 2; received 3. (Parameter 'axis')", () => Matrix.ExpandDims(3));
        AssertError<ArgumentOutOfRangeException>(
            "Tensor.Round: decimals must be from 0 to 6; received 7. (Parameter 'decimals')", () => Matrix.Round(7));
        AssertError<ArgumentException>("Tensor.Clip: low must not be above high; received 1 and 0. (Parameter 'low')", () => Matrix.Clip(1, 0));
    }

    private static void AssertError<T>(string message, Func<object> use)
        where T : Exception =>
        Assert.Equal(message, Assert.Throws<T>(use).Message);
}
