using Fovea.Tests.Models;

namespace Fovea.Tests.Explain;

public class FilterMaximizationTests
{
    /// <summary>A kernel without bias answers most strongly, for its length, to its own image; convolved over an image, to the correlation of both.</summary>
    [Fact]
    public void The_pattern_of_a_linear_filter_grows_along_its_kernel()
    {
        var model = new Sequential { new Input(3, 3, 2), new Conv2D(4, 3) };
        var kernels = model.Weights[0].Values.ToArray();
        foreach (var pattern in new FilterMaximization { Steps = 200 }.Compute(model, "conv2d", [3, 1]))
        {
            var kernel = Enumerable.Range(0, 18).Select(i => kernels[(i * 4) + pattern.Filter]).ToArray();
            var cosine = kernel.Zip(pattern.Image.Values, (a, b) => (double)a * (b - 0.5)).Sum()
                / Math.Sqrt(kernel.Sum(a => (double)a * a) * pattern.Image.Values.Sum(b => (b - 0.5) * (b - 0.5)));
            Assert.True(cosine > 0.999, $"{cosine}");
            Assert.Equal([3, 3, 2], pattern.Image.Shape);
        }
    }

    [Fact]
    public void The_response_grows_also_in_a_model_within_and_follows_the_range()
    {
        var model = NestedModelTests.Transfer(NestedModelTests.Base());
        var patterns = new FilterMaximization { Range = (0, 255), Seed = 4 }.Compute(model, "base/conv2d", [.. Enumerable.Range(0, 8), 0, 1]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 0, 1], patterns.Select(pattern => pattern.Filter));
        Assert.All(patterns, pattern => Assert.True(pattern.Response > pattern.Start + 1, $"{pattern.Start} → {pattern.Response}"));
        Assert.InRange(patterns[0].Image.Values.Average(), 0, 255);
    }

    [Fact]
    public void What_is_asked_wrongly_is_said()
    {
        var (model, search) = (NestedModelTests.Transfer(NestedModelTests.Base()), new FilterMaximization());
        Assert.StartsWith(
            "FilterMaximization: expected filters from 0 to 7 of 'base/conv2d'; received 8.",
            Assert.Throws<ArgumentOutOfRangeException>(() => search.Compute(model, "conv2d", [8])).Message, StringComparison.Ordinal);
        Assert.Equal(
            "FilterMaximization: expected a layer of images (None, height, width, channels); 'dense' gives (None, 3).",
            Assert.Throws<ShapeException>(() => search.Compute(model, "dense", [0])).Message);
        Assert.StartsWith(
            "FilterMaximization: expected at least one filter; received none.", Assert.Throws<ArgumentException>(() => search.Compute(model, "conv2d", []))
            .Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "FilterMaximization: expected at least 1 step; received 0.", Assert.Throws<ArgumentException>(() => new FilterMaximization { Steps = 0 })
            .Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "FilterMaximization: expected a range, the lower number first; received (1, 0).",
            Assert.Throws<ArgumentException>(() => new FilterMaximization { Range = (1, 0) }).Message, StringComparison.Ordinal);
    }
}
