namespace Fovea.Tests.Formats;

public class OffsetWalkTests
{
    [Fact]
    public void A_permuted_tensor_is_visited_in_its_new_order()
    {
        var strides = OffsetWalk.RowMajor([2, 3]);
        Assert.Equal([3, 1], strides);
        Assert.Equal([0, 3, 1, 4, 2, 5], Offsets(OffsetWalk.Strided([3, 2], [strides[1], strides[0]]), 6));
    }

    [Fact]
    public void A_dimension_with_the_stride_0_is_broadcast() => Assert.Equal([0, 1, 0, 1, 2, 3, 2, 3], Offsets(OffsetWalk.Strided([2, 2, 2], [2, 0, 1]), 8));

    [Fact]
    public void Listed_indices_are_selected() => Assert.Equal([13, 10, 3, 0], Offsets(new OffsetWalk([[10, 0], [3, 0]]), 4));

    [Fact]
    public void A_scalar_has_one_element_and_the_walk_begins_again_at_its_end()
    {
        Assert.Equal([0, 0], Offsets(new OffsetWalk([]), 2));
        Assert.Equal([0, 1, 0], Offsets(OffsetWalk.Strided([2], [1]), 3));
    }

    private static int[] Offsets(OffsetWalk walk, int count) => [.. Enumerable.Range(0, count).Select(_ => walk.Next())];
}
