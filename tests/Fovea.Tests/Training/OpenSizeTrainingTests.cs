using Fovea.Engine;
using Fovea.Tests.Layers;
using Fovea.Tests.Models;

namespace Fovea.Tests.Training;

/// <summary>Training and evaluation of models of open size: each batch has one size, and the bits are those of a model of that size.</summary>
public class OpenSizeTrainingTests
{
    [Fact]
    public void Fit_and_Evaluate_give_the_bits_of_a_model_of_fixed_size()
    {
        var (open, known) = (Compiled("convnet", null, null), Compiled("convnet", 20, 30));
        var data = Data(20, 30);
        var (histories, bits) = (new List<History>(), new List<float[]>());
        foreach (var model in new[] { open, known })
        {
            histories.Add(model.Fit(data, epochs: 2, batchSize: 4, validation: Data(20, 30), verbose: 0));
            bits.Add([.. model.Weights.SelectMany(weight => weight.Values.ToArray())]);
        }

        Assert.Equal(bits[1], bits[0]);
        Assert.Equal(histories[1]["val_accuracy"], histories[0]["val_accuracy"]);
        Assert.Equal(known.Evaluate(data, verbose: 0).Loss, open.Evaluate(data, verbose: 0).Loss);
        Assert.Equal(Evaluated(known, 17, 25), open.Evaluate(Data(17, 25), verbose: 0).Loss);
        Assert.Equal(ConfusionMatrix.Of(known, data).ToString(), ConfusionMatrix.Of(open, data).ToString());
    }

    [Fact]
    public void Batches_of_different_sizes_train_one_model()
    {
        var (open, twin) = (Compiled("convnet", null, null), Compiled("convnet", 20, 30));
        var other = twin.WithInput(11, 40, 3);
        other.Compile(new Sgd(0.1), Loss.SparseCategoricalCrossentropy, new Accuracy());
        foreach (var (model, height, width) in new[] { (twin, 20, 30), (other, 11, 40), (twin, 20, 30) })
        {
            var (images, labels) = (OpenSizeTests.Images(3, height, width), new Tensor([3], [0, 1, 4]));
            Assert.Equal(model.TrainOnBatch(images, labels).Loss, open.TrainOnBatch(images, labels).Loss);
        }

        Assert.Equal(twin.Weights.SelectMany(weight => weight.Values.ToArray()), open.Weights.SelectMany(weight => weight.Values.ToArray()));
    }

    /// <summary>Outputs of open size: masks, with weights and metrics by position.</summary>
    [Fact]
    public void Masks_of_any_size_are_measured()
    {
        foreach (var (height, width) in new[] { (16, 12), (12, 16), (8, 20) })
        {
            var (open, known) = (Net(null, null), Net(height, width));
            var images = OpenSizeTests.Images(2, height, width);
            var masks = new Tensor([2, height, width, 1], [.. Enumerable.Range(0, 2 * height * width).Select(i => (float)(i % 5 % 2))]);
            Assert.Equal(known.EvaluateOnBatch(images, masks).Metrics, open.EvaluateOnBatch(images, masks).Metrics);
            Assert.Equal(known.TrainOnBatch(images, masks).Loss, open.TrainOnBatch(images, masks).Loss);
        }

        static Model Net(int? height, int? width)
        {
            var model = OpenSizeTests.Net("unet", height, width);
            model.Compile(
                new Adam(0.01), new SparseCategoricalCrossentropy { FromLogits = true }, new Accuracy(),
                new LossMetric(new SparseCategoricalCrossentropy { FromLogits = true }));
            return model;
        }
    }

    [Fact]
    public void Features_are_extracted_at_the_size_of_the_data()
    {
        var model = OpenSizeTests.Net("residual", null, null);
        var features = model.ExtractFeatures(Data(20, 30), verbose: 0);
        Assert.Equal([10, 15, 6], features.InputShape);
        Assert.Equal([8, 10, 15, 6], model.Predict(Data(20, 30), verbose: 0).Shape);
    }

    [Fact]
    public void Data_and_losses_that_do_not_fit_are_refused_before_training()
    {
        var model = Compiled("convnet", null, null);
        model.Name = "net";
        Assert.Equal(
            "net: expected inputs (None, None, None, 3); the data set has (None, 20, 30, 1).",
            Assert.Throws<ShapeException>(() => model.Fit(new ArrayDataset(new float[600], [20, 30, 1], [0], Shape.Scalar), verbose: 0)).Message);
        Assert.Throws<ShapeException>(() => OpenSizeTests.Net("unet", null, null).Compile(new Sgd(), new Dense3Loss()));
    }

    private static double Evaluated(Model known, int height, int width)
    {
        var other = known.WithInput(height, width, 3);
        other.Compile(new Sgd(0.1), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return other.Evaluate(Data(height, width), verbose: 0).Loss;
    }

    private static Model Compiled(string net, int? height, int? width)
    {
        var model = OpenSizeTests.Net(net, height, width);
        model.Compile(new Sgd(0.1), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }

    private static ArrayDataset Data(int height, int width) =>
        new(LayerRunner.Normal(8 * height * width * 3), [height, width, 3], [0, 1, 2, 3, 4, 0, 1, 2], Shape.Scalar);

    /// <summary>A loss that takes three outputs for each position.</summary>
    private sealed class Dense3Loss : Loss
    {
        public override string Name => "three";

        public override Node Call(Node target, Node prediction) =>
            prediction.Shape[^1] == 3 ? prediction : throw new ShapeException("three", "expected three outputs.");
    }
}
