using Fovea.Tests.Models;

namespace Fovea.Tests.Explain;

public class LayerActivationsTests
{
    [Fact]
    public void Every_layer_has_its_output_for_every_image()
    {
        var model = NestedModelTests.Transfer(NestedModelTests.Base());
        var images = NestedModelTests.Images(2);
        var activations = LayerActivations.Compute(model, images);
        Assert.Equal(new ModelGraph(model).Layers.Select(value => value.Path), activations.Select(activation => activation.Path));
        Assert.Equal([2, 5, 5, 8], activations[3].Values.Shape);
        // Values that are asked for keep some steps from being fused, which rounds otherwise.
        Assert.Equal(model.Predict(images).Values, activations[^1].Values.Values, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Throws<ShapeException>(() => LayerActivations.Compute(model, new Tensor([1, 3], new float[3])));
    }
}
