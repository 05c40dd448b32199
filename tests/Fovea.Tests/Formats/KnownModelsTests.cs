namespace Fovea.Tests.Formats;

/// <summary>Published models that others trained with Keras, scored on MNIST against accuracies computed without Fovea.</summary>
public class KnownModelsTests
{
    [Theory]
    [InlineData("models/mnist-kilneta-k2100.h5", 0.9938)]
    [InlineData("models/mnist-moonflower-k311.keras", 0.9918)]
    [InlineData("models/mnist-gosolna-k3140.keras", 0.9918)]
    [InlineData("models/mnist-kunritty-k333-aug-bn.keras", 0.9966)]
    public void A_model_trained_by_Keras_scores_its_known_accuracy(string file, double accuracy)
    {
        var (path, mnist) = (TestData.Find(file), TestData.Find("mnist"));
        Assert.SkipWhen(path is null || mnist is null, $"shared/data/{file} or shared/data/mnist is missing; set FOVEA_DATA.");
        var model = Model.Load(path);
        var test = Mnist.Load(mnist).Test;
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        Assert.Equal(accuracy, model.Evaluate(test).Accuracy, 1e-9);
    }
}
