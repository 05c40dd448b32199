namespace Fovea.Tests.Data.Tensors;

/// <summary>The expected values are those of NumPy, where the tensor is <c>np.arange(24).reshape(2, 3, 4)</c>.</summary>
public class TensorIndexingTests
{
    private static readonly Tensor Cube = new([2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (float)i)]);

    [Fact]
    public void An_integer_removes_its_dimension()
    {
        AssertTensor([3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], Cube[1]);
        AssertTensor([4], [20, 21, 22, 23], Cube[1, 2]);
        AssertTensor([], [7], Cube[0, 1, 3]);
        AssertTensor([2, 3], [1, 5, 9, 13, 17, 21], Cube[.., .., 1]);
    }

    [Fact]
    public void An_index_from_the_end_counts_from_the_end()
    {
        AssertTensor([4], [20, 21, 22, 23], Cube[^1, ^1]);
        AssertTensor([2, 4], [4, 5, 6, 7, 16, 17, 18, 19], Cube[.., ^2]);
    }

    [Fact]
    public void A_range_keeps_its_dimension()
    {
        AssertTensor([1, 3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], Cube[1..]);
        AssertTensor([2, 2, 2], [5, 6, 9, 10, 17, 18, 21, 22], Cube[.., 1..3, 1..^1]);
        AssertTensor([1, 4], [8, 9, 10, 11], Cube[0, 2..3, ..]);
    }

    [Fact]
    public void A_step_selects_every_nth_element()
    {
        AssertTensor([2, 2, 2], [0, 2, 8, 10, 12, 14, 20, 22], Cube[.., TensorIndex.Every(2), TensorIndex.Every(2)]);
        AssertTensor([2], [1, 3], Cube[0, 0, TensorIndex.Every(2, 1..4)]);
        AssertTensor([4], [3, 2, 1, 0], Cube[0, 0, TensorIndex.Every(-1)]);
        AssertTensor([2], [2, 0], Cube[0, 0, TensorIndex.Every(-2, ..3)]);
    }

    [Fact]
    public void An_ellipsis_is_all_other_dimensions()
    {
        AssertTensor([2, 3], [3, 7, 11, 15, 19, 23], Cube[TensorIndex.Ellipsis, ^1]);
        AssertTensor([3], [14, 18, 22], Cube[1, TensorIndex.Ellipsis, 2]);
        AssertTensor([], [23], Cube[1, 2, 3, TensorIndex.Ellipsis]);
    }

    [Fact]
    public void A_new_axis_has_size_one() => AssertTensor([1, 4, 1], [0, 1, 2, 3], Cube[TensorIndex.NewAxis, 0, 0, .., TensorIndex.NewAxis]);

    [Fact]
    public void A_slice_is_a_copy()
    {
        var tensor = new Tensor([2, 2], [1, 2, 3, 4]);
        tensor[0].Values[0] = 9;
        tensor[..].Values[0] = 9;
        Assert.Equal([1, 2, 3, 4], tensor.Values);
    }

    [Fact]
    public void Every_slice_equals_the_elements_that_are_read_one_by_one()
    {
        int[] steps = [-2, -1, 1, 2, 3];
        foreach (var (a, b, c) in from a in steps from b in steps from c in steps select (a, b, c))
        {
            var slice = Cube[TensorIndex.Every(a), TensorIndex.Every(b, 1..3), TensorIndex.Every(c, 0..^1)];
            var expected =
                from i in Numbers(0, 2, a)
                from j in Numbers(1, 3, b)
                from k in Numbers(0, 3, c)
                select Cube.At(i, j, k);
            Assert.Equal(expected, slice.Values);
        }

        static IEnumerable<int> Numbers(int start, int end, int step)
        {
            for (var i = step > 0 ? start : end - 1; i >= start && i < end; i += step) yield return i;
        }
    }

    [Fact]
    public void One_value_is_read_with_At_or_converted_from_a_tensor_of_one_element()
    {
        Assert.Equal(23, Cube.At(1, 2, 3));
        Assert.Equal(7, (float)Cube[0, 1, 3]);
        Assert.Equal(7, (float)Cube[0..1, 1..2, 3..]);
    }

    [Fact]
    public void Setting_replaces_the_elements_and_broadcasts_the_value()
    {
        var tensor = new Tensor([2, 3], [0, 1, 2, 3, 4, 5]);
        tensor[0] = new Tensor([3], [10, 11, 12]);
        Assert.Equal([10, 11, 12, 3, 4, 5], tensor.Values);
        tensor[.., 1] = 7;
        Assert.Equal([10, 7, 12, 3, 7, 5], tensor.Values);
        tensor[.., TensorIndex.Every(2)] = new Tensor([2, 1], [1, 2]);
        Assert.Equal([1, 7, 1, 2, 7, 2], tensor.Values);
        tensor[1, 2] = 0.5;
        Assert.Equal([1, 7, 1, 2, 7, 0.5f], tensor.Values);
        tensor[..] = new Tensor([3], [1, 2, 3]);
        Assert.Equal([1, 2, 3, 1, 2, 3], tensor.Values);
    }

    [Fact]
    public void A_tensor_can_be_assigned_to_itself_in_reverse()
    {
        var tensor = new Tensor([4], [1, 2, 3, 4]);
        tensor[TensorIndex.Every(-1)] = tensor;
        Assert.Equal([4, 3, 2, 1], tensor.Values);
    }

    [Fact]
    public void A_sample_is_a_view_of_the_values()
    {
        Assert.Equal([12, 13], Cube.Sample(1)[..2]);
        Assert.True(Cube.Sample(1).Overlaps(Cube.Values));
    }

    [Fact]
    public void Wrong_indices_are_refused_with_the_shape_the_index_and_the_dimension()
    {
        AssertRange("Tensor (2, 3, 4): the index 3 is outside dimension 1 of size 3; expected 0 to 2, or ^3 to ^1. (Parameter 'indices')", () => Cube[0, 3]);
        AssertRange("Tensor (2, 3, 4): the index ^3 is outside dimension 0 of size 2; expected 0 to 1, or ^2 to ^1. (Parameter 'indices')", () => Cube[^3]);
        AssertRange("Tensor: an index must be at least 0; received -1. To count from the end, write ^1. (Parameter 'index')", () => Cube[-1]);
        AssertRange("Tensor (2, 3, 4): the range 1..5 is outside dimension 2 of size 4; expected a range within 0..4. (Parameter 'indices')",
            () => Cube[.., .., 1..5]);
        AssertRange("Tensor (2, 3, 4): the range 2..2 selects nothing in dimension 1 of size 3; expected at least one element. (Parameter 'indices')",
            () => Cube[0, 2..2]);
        AssertRange("TensorIndex: the step must not be 0 or -2147483648; received 0. (Parameter 'step')", () => Cube[TensorIndex.Every(0)]);
        AssertArgument("Tensor (2, 3, 4): expected at most 3 indices, one for each dimension; received 4. (Parameter 'indices')", () => Cube[0, 0, 0, 0]);
        AssertArgument("Tensor (2, 3, 4): expected TensorIndex.Ellipsis at most once; received it 2 times. (Parameter 'indices')",
            () => Cube[TensorIndex.Ellipsis, TensorIndex.Ellipsis]);
        AssertArgument("Tensor (2, 3, 4): expected 3 indices, one for each dimension; received 2. (Parameter 'indices')", () => Cube.At(0, 1));
        AssertRange("Tensor (2, 3, 4): the index 4 is outside dimension 2 of size 4; expected 0 to 3. (Parameter 'indices')", () => Cube.At(0, 1, 4));
        AssertRange("Tensor (2, 3, 4): the index 2 is outside the first dimension of size 2; expected 0 to 1. (Parameter 'index')",
            () => Cube.Sample(2).Length);
        AssertArgument("Tensor: expected a tensor of one element to convert it to a number; received the shape (4). (Parameter 'tensor')",
            () => (float)Cube[0, 0]);
    }

    [Fact]
    public void A_value_of_another_shape_is_refused_and_changes_nothing()
    {
        var tensor = new Tensor([2, 3], [0, 1, 2, 3, 4, 5]);
        Action set = () => tensor[.., 1] = new Tensor([3], [7, 8, 9]);
        Assert.Equal("Tensor: a value of shape (3) cannot be broadcast to the shape (2).", Assert.Throws<ShapeException>(set).Message);
        Assert.Equal([0, 1, 2, 3, 4, 5], tensor.Values);
    }

    [Fact]
    public void Indices_are_printed_as_they_are_written()
    {
        TensorIndex[] indices = [3, ^1, 1..3, Range.All, TensorIndex.Every(2), TensorIndex.Ellipsis, TensorIndex.NewAxis, default];
        Assert.Equal("3, ^1, 1..3, 0..^0, Every(2, 0..^0), Ellipsis, NewAxis, 0", string.Join(", ", indices));
    }

    private static void AssertTensor(Shape shape, float[] values, Tensor actual)
    {
        Assert.Equal(shape, actual.Shape);
        Assert.Equal(values, actual.Values);
    }

    private static void AssertRange(string message, Func<object> use) => Assert.Equal(message, Assert.Throws<ArgumentOutOfRangeException>(use).Message);

    private static void AssertArgument(string message, Func<object> use) => Assert.Equal(message, Assert.Throws<ArgumentException>(use).Message);
}
