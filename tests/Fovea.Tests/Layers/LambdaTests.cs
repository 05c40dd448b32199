using Fovea.Engine.Ops;

namespace Fovea.Tests.Layers;

/// <summary>A layer that is a custom function.</summary>
public class LambdaTests
{
    [Fact]
    public void A_function_is_applied_and_trained_through()
    {
        Assert.Equal([9, 4, 0], LayerRunner.Run(new Lambda(x => x.Square()), [3], [-3, 2, 0]));
        var model = new Sequential(seed: 1) { new Input(1), new Dense(1), new Lambda(x => x.Square()) };
        model.Compile(new Sgd(0.01f), Loss.MeanSquaredError);
        var history = model.Fit(new ArrayDataset([1, 2], [1], [4, 9], [1]), epochs: 50, batchSize: 2);
        Assert.True(history["loss"][^1] < history["loss"][0] / 10, string.Join(" ", history["loss"]));
    }

    [Fact]
    public void The_error_explains_why_a_lambda_cannot_be_saved_or_read()
    {
        Assert.Equal("Lambda: function must be given; received null.", Assert.ThrowsAny<ArgumentException>(() => new Lambda(null!)).Sentence());
        var model = new Sequential { new Input(3), new Lambda(x => x) { Name = "same" } };
        Assert.Equal(
            "Lambda 'same': a Lambda is a function in code, which files cannot hold; use layers that have a class, or save the weights alone.",
            Assert.Throws<NotSupportedException>(() => model.Save("never.keras")).Message);
        Assert.Equal(
            "Lambda 'x': a Lambda is a function in Python, which Fovea cannot read; replace it by a layer of Keras before saving.",
            Assert.Throws<ModelFormatException>(() => LayerCatalog.Create("Lambda", new Config("Lambda", "x", []))).Message);
    }
}
