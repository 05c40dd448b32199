using Fovea.Engine;

namespace Fovea.Tests.Engine.Graphs;

public class StridedIndexTests
{
    [Fact]
    public void Row_major_strides_are_the_products_of_the_inner_dimensions()
    {
        Assert.Equal([20, 5, 1], StridedIndex.RowMajor([3, 4, 5]));
        Assert.Empty(StridedIndex.RowMajor(Shape.Scalar));
    }

    [Fact]
    public void A_broadcast_repeats_dimensions_of_one_and_missing_ones()
    {
        var index = StridedIndex.Broadcast([2, 1], [2, 2, 3]);
        Assert.Equal([0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1], Enumerable.Range(0, 12).Select(position => index[position]));
        Assert.Equal((3, 0), (index.InnerCount, index.InnerStride));
    }

    [Fact]
    public void A_scalar_is_at_position_0_for_every_element()
    {
        var index = StridedIndex.Broadcast(Shape.Scalar, [2, 3]);
        Assert.Equal(new int[6], Enumerable.Range(0, 6).Select(position => index[position]));
        Assert.Equal(0, StridedIndex.Broadcast(Shape.Scalar, Shape.Scalar)[0]);
    }

    [Fact]
    public void A_transposed_tensor_is_read_with_exchanged_strides()
    {
        var index = new StridedIndex([3, 2], [1, 3]);
        Assert.Equal([0, 3, 1, 4, 2, 5], Enumerable.Range(0, 6).Select(position => index[position]));
    }
}
