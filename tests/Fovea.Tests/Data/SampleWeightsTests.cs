using Fovea.Tests.Layers;
using Fovea.Tests.Training;

namespace Fovea.Tests.Data;

/// <summary>Samples that count differently: against what the same training does with samples that are repeated or left out.</summary>
public class SampleWeightsTests
{
    [Fact]
    public void A_loss_is_the_weighted_sum_over_the_number_of_samples()
    {
        var (model, data) = (Net(), Data());
        var one = Enumerable.Range(0, 6).Select(i => model.Evaluate(data.Subset(i)).Loss).ToArray();
        float[] weights = [0, 0.5f, 1, 2, 3, 0.25f];
        Assert.Equal(one.Zip(weights, (loss, weight) => loss * weight).Sum() / 6, model.Evaluate(data.WithSampleWeights(weights)).Loss, 1e-6);
        Assert.Equal(model.Evaluate(data).Loss, model.Evaluate(data.WithSampleWeights([1, 1, 1, 1, 1, 1])).Loss);
    }

    /// <summary>A weight of 2 is the sample twice: the sums are equal where the mean divides by 6 instead of 8.</summary>
    [Fact]
    public void A_weight_of_two_moves_the_weights_as_the_sample_twice()
    {
        var (weighted, repeated) = (Net(0.06f), Net(0.08f));
        weighted.Fit(Data().WithSampleWeights([1, 2, 1, 1, 2, 1]), batchSize: 6);
        repeated.Fit(Data().Subset(0, 1, 1, 2, 3, 4, 4, 5), batchSize: 8);
        foreach (var (a, b) in weighted.Weights.Zip(repeated.Weights))
        {
            for (var i = 0; i < a.Values.Length; i++) Assert.Equal(a.Values[i], b.Values[i], 1e-6);
        }
    }

    [Fact]
    public void A_sample_of_weight_zero_changes_nothing()
    {
        var (first, second) = (Net(), Net());
        first.Fit(Data().WithSampleWeights([1, 1, 1, 0, 0, 0]), batchSize: 3, shuffle: false);
        second.Fit(Data().Take(3), batchSize: 3, shuffle: false);
        Assert.Equal(SmallNets.Bits(second), SmallNets.Bits(first));
    }

    [Fact]
    public void Class_weights_are_those_of_the_samples_classes()
    {
        var data = Data();
        Assert.Equal(Net().Evaluate(data.WithSampleWeights([2, 3, 4, 2, 3, 4])).Loss, Net().Evaluate(data.WithClassWeights(2, 3, 4)).Loss);
        var rows = new ArrayDataset(new float[12], [4], [0, 1, 1, 0, 0, 1], [2]);
        Assert.Equal([7, 5, 7], Enumerable.Range(0, 3).Select(i => rows.WithClassWeights(5, 7).Weight(i, Target(rows, i))));
        Assert.Equal([3, 3, 3], Enumerable.Range(0, 3).Select(i => rows.WithSampleWeights([1, 2, 3]).Subset(2, 2, 2).Weight(i, Target(rows, 2))));
    }

    /// <summary>scikit-learn 1.2.1: compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 1, 2, 2]).</summary>
    [Fact]
    public void Balanced_weights_are_those_of_scikit_learn()
    {
        var data = new ArrayDataset(new float[6], Shape.Scalar, [0, 0, 0, 1, 2, 2], Shape.Scalar);
        Assert.Equal([2 / 3f, 2, 1], data.BalancedClassWeights());
    }

    [Fact]
    public void Errors_say_what_was_expected()
    {
        var data = Data();
        Says("WithSampleWeights: expected a weight for each of 6 samples; received 2. (Parameter 'weights')", () => data.WithSampleWeights([1, 2]));
        Says("WithSampleWeights: expected finite weights of at least 0; received -1 for sample 1. (Parameter 'weights')",
            () => data.WithSampleWeights([1, -1, 1, 1, 1, 1]));
        Says("WithClassWeights: expected finite weights of at least 0; received NaN for class 0. (Parameter 'weights')",
            () => data.WithClassWeights(float.NaN));
        var error = Assert.Throws<TrainingException>(() => Net().Fit(data.WithClassWeights(1, 2), shuffle: false));
        Assert.Equal("WithClassWeights: expected a weight for each class; sample 2 is of class 2, and there are 2 weights.", error.Message);
        Says("Class weights: expected class numbers as targets; sample 0 has 0.5.", () => new ArrayDataset([1], Shape.Scalar, [0.5f], Shape.Scalar)
            .BalancedClassWeights());
        Says("Class weights: expected class numbers as targets, or rows that add up to 1; the row of sample 1 adds up to 2. Samples with several labels "
            + "belong to no single class.", () => new ArrayDataset([1, 2], Shape.Scalar, [0, 1, 0, 1, 1, 0], [3]).BalancedClassWeights());
    }

    private static void Says(string message, Action action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);

    private static float[] Target(Dataset data, int index)
    {
        var (input, target) = (new float[data.InputShape.Count], new float[data.TargetShape.Count]);
        data.Read(index, input, target);
        return target;
    }

    private static Sequential Net(float rate = 0.1f)
    {
        var model = new Sequential(seed: 2) { new Input(4), new Dense(3, Activation.Softmax) };
        model.Compile(new Sgd(rate), Loss.SparseCategoricalCrossentropy);
        return model;
    }

    private static ArrayDataset Data() => new(LayerRunner.Normal(24), [4], [0, 1, 2, 0, 1, 2], Shape.Scalar);
}
