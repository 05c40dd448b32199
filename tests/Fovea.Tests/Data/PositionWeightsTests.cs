namespace Fovea.Tests.Data;

/// <summary>Class weights of masks count pixel by pixel, as Keras' do: Σ w·l / pixels. Right values by hand.</summary>
public class PositionWeightsTests
{
    private static readonly double Right = ((2 * -Math.Log(0.7)) + (2 * 5 * -Math.Log(0.3))) / 4;

    /// <summary>Every pixel is predicted 0.7 and 0.3; the mask is 0 1 / 1 0, the weights 1 and 5.</summary>
    [Fact]
    public void Pixels_of_sparse_masks_have_the_weights_of_their_classes()
    {
        foreach (var shape in (Shape[])[[2, 2], [2, 2, 1]])
        {
            var data = new ArrayDataset(new float[4], [2, 2, 1], [0, 1, 1, 0], shape).WithClassWeights(1, 5);
            Assert.Equal(Right, Net(Loss.SparseCategoricalCrossentropy).Evaluate(data).Loss, 1e-5);
            Assert.Equal(Right, Net(Loss.SparseCategoricalCrossentropy).Evaluate(data.Subset(0, 0, 0)).Loss, 1e-5);
            Assert.Equal(Right, Net(Loss.SparseCategoricalCrossentropy, rate: 0).Fit(data)["loss"][0], 1e-5);
        }
    }

    [Fact]
    public void Pixels_of_one_hot_masks_have_the_weights_of_their_classes()
    {
        var data = new ArrayDataset(new float[4], [2, 2, 1], [1, 0, 0, 1, 0, 1, 1, 0], [2, 2, 2]).WithClassWeights(1, 5);
        Assert.Equal(Right, Net(Loss.CategoricalCrossentropy).Evaluate(data).Loss, 1e-5);
        Assert.Equal(2 * Right, Net(Loss.CategoricalCrossentropy).Evaluate(data.WithSampleWeights([2])).Loss, 1e-5);
        Assert.Equal(Right, Net(Loss.CategoricalCrossentropy).Evaluate(Identity().ExtractFeatures(data)).Loss, 1e-5);
    }

    [Fact]
    public void Pixels_of_a_single_output_have_the_weights_of_0_and_1()
    {
        var model = new Sequential { new Input(2, 2, 1), new Conv2D(1, 1, activation: Activation.Sigmoid) };
        model.Compile(new Sgd(), Loss.BinaryCrossentropy);
        model.Weights[0].Write([0]);
        model.Weights[1].Write([MathF.Log(0.3f / 0.7f)]);  // the sigmoid is 0.3
        Assert.Equal(Right, model.Evaluate(new ArrayDataset(new float[4], [2, 2, 1], [0, 1, 1, 0], [2, 2, 1]).WithClassWeights(1, 5)).Loss, 1e-5);
    }

    [Fact]
    public void Sums_and_weighted_means_are_over_pixels()
    {
        var data = new ArrayDataset(new float[4], [2, 2, 1], [0, 1, 1, 0], [2, 2]).WithClassWeights(1, 5);
        Assert.Equal(4 * Right, Net(new SparseCategoricalCrossentropy { Reduction = LossReduction.Sum }).Evaluate(data).Loss, 1e-4);
        Assert.Equal(4 * Right / 12, Net(new SparseCategoricalCrossentropy { Reduction = LossReduction.MeanWithSampleWeight }).Evaluate(data).Loss, 1e-5);
    }

    [Fact]
    public void Balanced_weights_count_pixels()
    {
        // 6 pixels of class 0, 2 of class 1: 8 / (2 · 6) and 8 / (2 · 2).
        Assert.Equal([2 / 3f, 2], new ArrayDataset(new float[2], Shape.Scalar, [0, 0, 0, 1, 0, 1, 0, 0], [2, 2]).BalancedClassWeights());
        Assert.Equal([1, 1], new ArrayDataset(new float[1], Shape.Scalar, [1, 0, 0, 1, 1, 0, 0, 1], [2, 2, 2]).BalancedClassWeights());
    }

    [Fact]
    public void A_loss_that_is_no_mean_over_positions_is_refused()
    {
        var data = new ArrayDataset(new float[4], [2, 2, 1], [1, 0, 0, 1, 0, 1, 1, 0], [2, 2, 2]).WithClassWeights(1, 5);
        Assert.Equal(
            "'net': expected a loss that is a mean over positions, since the data have weights for each of them; dice is not. Give samples weights instead, "
                + "WithSampleWeights.",
            Assert.Throws<TrainingException>(() => Net(new Dice()).Evaluate(data)).Message);
    }

    /// <summary>
    /// The mask is 0 255 / 1 0, so that three pixels count: 0.7, 0.3 and 0.7 with weights 1, 5 and 1. Σ w·l / 3, as Keras 3 masks the ignored pixel.
    /// </summary>
    [Theory]
    [InlineData(255)]
    [InlineData(-1)]
    public void Ignored_pixels_need_no_weight_and_weigh_nothing(int ignored)
    {
        var sum = (2 * -Math.Log(0.7)) + (5 * -Math.Log(0.3));
        var data = new ArrayDataset(new float[4], [2, 2, 1], [0, ignored, 1, 0], [2, 2]).WithClassWeights(1, 5);
        Assert.Equal(sum / 3, Net(Ignoring(LossReduction.SumOverBatchSize)).Evaluate(data).Loss, 1e-5);
        Assert.Equal(sum, Net(Ignoring(LossReduction.Sum)).Evaluate(data).Loss, 1e-5);
        Assert.Equal(sum / 7, Net(Ignoring(LossReduction.MeanWithSampleWeight)).Evaluate(data).Loss, 1e-5);
        Assert.Equal(sum / 3, Net(Ignoring(LossReduction.SumOverBatchSize), rate: 0).Fit(data)["loss"][0], 1e-5);
        Assert.Equal(sum / 3, Net(Ignoring(LossReduction.SumOverBatchSize)).Evaluate(Identity().ExtractFeatures(data.Subset(0))).Loss, 1e-5);

        SparseCategoricalCrossentropy Ignoring(LossReduction reduction) => new() { IgnoreClass = ignored, Reduction = reduction };
    }

    /// <summary>Samples of classes 0, ignored, 1 predicted 0.7 and 0.3.</summary>
    [Fact]
    public void Ignored_samples_need_no_weight_and_weigh_nothing()
    {
        var sum = -Math.Log(0.7) + (5 * -Math.Log(0.3));
        var data = new ArrayDataset(new float[3], [1], [0, -1, 1], Shape.Scalar).WithClassWeights(1, 5);
        Assert.Equal(sum / 2, Row(LossReduction.SumOverBatchSize).Evaluate(data).Loss, 1e-5);
        Assert.Equal(sum / 6, Row(LossReduction.MeanWithSampleWeight).Evaluate(data).Loss, 1e-5);

        static Sequential Row(LossReduction reduction)
        {
            var model = new Sequential { new Input(1), new Dense(2, Activation.Softmax) };
            model.Compile(new Sgd(), new SparseCategoricalCrossentropy { IgnoreClass = -1, Reduction = reduction });
            model.Weights[1].Write([MathF.Log(0.7f), MathF.Log(0.3f)]);
            return model;
        }
    }

    [Fact]
    public void A_class_without_a_weight_is_refused_next_to_ignored_ones()
    {
        var data = new ArrayDataset(new float[4], [2, 2, 1], [0, 255, 1, 0], [2, 2]).WithClassWeights(1);
        var error = Assert.Throws<TrainingException>(() => Net(new SparseCategoricalCrossentropy { IgnoreClass = 255 }).Evaluate(data));
        Assert.Contains(
            "WithClassWeights: expected a weight for each class; sample 0 is of class 1, and there are 1 weights.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Balanced_weights_do_not_count_the_ignored_class()
    {
        Assert.Equal(
            [2 / 3f, 2], new ArrayDataset(new float[2], Shape.Scalar, [0, 0, 255, 1, 0, 255, 255, 255], [2, 2]).BalancedClassWeights(ignoreClass: 255));
    }

    private static Sequential Identity() => new() { new Input(2, 2, 1), new Rescaling(1) };

    private static Sequential Net(Loss loss, float rate = 0.1f)
    {
        var model = new Sequential("net") { new Input(2, 2, 1), new Conv2D(2, 1, activation: Activation.Softmax) };
        model.Compile(new Sgd(rate), loss);
        model.Weights[0].Write([0, 0]);
        model.Weights[1].Write([MathF.Log(0.7f), MathF.Log(0.3f)]);
        return model;
    }
}
