namespace Fovea.Tests.Engine.Graphs;

public class ShapeTests
{
    [Fact]
    public void A_shape_prints_its_dimensions_and_counts_its_elements()
    {
        Shape shape = [64, 28, 28, 1];
        Assert.Equal("(64, 28, 28, 1)", shape.ToString());
        Assert.Equal(64 * 28 * 28, shape.Count);
        Assert.Equal(new Shape(28, 28, 1), shape[1..]);
        Assert.Equal(1, Shape.Scalar.Count);
    }

    [Fact]
    public void A_dimension_below_one_is_refused()
    {
        var error = Assert.Throws<ShapeException>(() => new Shape(3, 0, 2));
        Assert.Equal("Shape: every dimension must be at least 1; received (3, 0, 2).", error.Message);
    }
}
