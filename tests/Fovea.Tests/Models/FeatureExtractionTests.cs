using Fovea.Tests.Training;

namespace Fovea.Tests.Models;

public class FeatureExtractionTests
{
    [Fact]
    public void Features_are_the_models_outputs_in_the_order_of_the_data()
    {
        var (model, data) = (NestedModelTests.Base(), SmallNets.Images(11));
        var features = model.ExtractFeatures(data, batchSize: 4);
        Assert.Equal((11, model.OutputShape, data.TargetShape), (features.Count, features.InputShape, features.TargetShape));
        var (input, target, feature, label) = (new float[144], new float[1], new float[model.OutputShape.Count], new float[1]);
        for (var i = 0; i < 11; i++)
        {
            data.Read(i, input, target);
            features.Read(i, feature, label);
            Assert.Equal(model.Predict(new Tensor([1, 12, 12, 1], input)).Values, feature, (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.Equal(target, label);
        }
    }

    /// <summary>The layers of the head are those of the whole model, so that what the head learns on features the whole model knows.</summary>
    [Fact]
    public void A_head_trained_on_features_serves_in_the_whole_model()
    {
        var (convolutions, data) = (NestedModelTests.Base(), SmallNets.Images(60));
        convolutions.Trainable = false;
        var dense = new Dense(3, Activation.Softmax);
        var head = new Sequential { new Input(convolutions.OutputShape.Dimensions), new Flatten(), dense };
        var whole = new Sequential { convolutions, new Flatten(), dense };
        var features = convolutions.ExtractFeatures(data);
        head.Compile(new Adam(0.01f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        head.Fit(features, epochs: 20, batchSize: 16);
        whole.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        var (expected, actual) = (head.Evaluate(features), whole.Evaluate(data));
        Assert.True(expected.Accuracy > 0.9, $"{expected.Accuracy}");
        Assert.Equal(expected.Accuracy, actual.Accuracy);
        Assert.Equal(expected.Loss, actual.Loss, 1e-5);
    }

    [Fact]
    public void Data_of_another_shape_are_refused()
    {
        var error = Assert.Throws<ShapeException>(() => new Sequential("net") { new Input(3, 3, 1), new Flatten() }.ExtractFeatures(SmallNets.Images(3)));
        Assert.Equal("net: expected inputs (None, 3, 3, 1); the data set has (None, 12, 12, 1).", error.Message);
    }

    /// <summary>Weights count in the loss as without the extraction: (Σ w·l) / samples, worked out here in float64.</summary>
    [Fact]
    public void Sample_weights_names_and_several_targets_stay()
    {
        var (model, images) = (NestedModelTests.Base(), SmallNets.Images(6));
        float[] weights = [0, 1, 2, 3, 4, 5];
        var features = model.ExtractFeatures(images.WithSampleWeights(weights), batchSize: 4);
        Assert.True(features.IsWeighted);
        Assert.Equal(weights, Enumerable.Range(0, 6).Select(i => features.Weight(i, [])));
        Assert.Equal(images.ClassNames, features.ClassNames);
        var head = new Sequential { new Input(model.OutputShape.Dimensions), new Flatten(), new Dense(3, Activation.Softmax) };
        head.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy);
        var (feature, label, loss) = (new float[model.OutputShape.Count], new float[1], 0.0);
        for (var i = 0; i < 6; i++)
        {
            features.Read(i, feature, label);
            loss -= weights[i] * Math.Log(head.Predict(new Tensor(model.OutputShape.Prepend(1), [.. feature])).Sample(0)[(int)label[0]]) / 6;
        }

        Assert.Equal(loss, head.Evaluate(features).Loss, 1e-5);

        var two =
            new TensorDataset(
            [new Tensor([6, 12, 12, 1], new float[6 * 144])],
            [new Tensor([6, 2], [.. Enumerable.Range(0, 12).Select(i => (float)i)]), new Tensor([6], [9, 8, 7, 6, 5, 4])]);
        var both = model.ExtractFeatures(two, batchSize: 4);
        Assert.Equal(two.TargetShapes, both.TargetShapes);
        var row = new float[3];
        both.Read(5, feature, row);
        Assert.Equal([10, 11, 4], row);
    }
}
