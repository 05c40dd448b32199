namespace Fovea.PublicApi.Tests;

public class PlaceholderTests
{
    [Fact]
    public void Placeholder() => Assert.Equal(1, new Fovea.Engine.Shape(1).Rank);
}
