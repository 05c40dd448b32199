namespace Fovea.Tests.Training;

/// <summary>Losses and metrics of tensors. Values from the examples in Keras' documentation.</summary>
public class TensorObjectiveTests
{
    [Fact]
    public void A_loss_is_computed_from_tensors()
    {
        Assert.Equal(0.5f, new MeanSquaredError().Compute(new Tensor([2, 2], [0, 1, 0, 0]), new Tensor([2, 2], [1, 1, 1, 0])));
        var (labels, scores) = (new Tensor([2], [1, 2]), new Tensor([2, 3], [0.05f, 0.95f, 0, 0.1f, 0.8f, 0.1f]));
        Assert.Equal(1.177f, Loss.SparseCategoricalCrossentropy.Compute(labels, scores), 1e-3f);
        Assert.Equal(0.814f, Loss.SparseCategoricalCrossentropy.Compute(labels, scores, new Tensor([2], [0.3f, 0.7f])), 1e-3f);
        Assert.Equal(2.354f, new SparseCategoricalCrossentropy { Reduction = LossReduction.Sum }.Compute(labels, scores), 1e-3f);
    }

    [Fact]
    public void A_target_that_is_not_possible_is_refused()
    {
        var scores = new Tensor([2, 3], [0.05f, 0.95f, 0, 0.1f, 0.8f, 0.1f]);
        Assert.Equal(
            "sparse_categorical_crossentropy: sample 1: expected a class from 0 to 2, since the model has 3 outputs; received 3. (Parameter 'expected')",
            Assert.Throws<ArgumentException>(() => Loss.SparseCategoricalCrossentropy.Compute(new Tensor([2], [1, 3]), scores)).Message);
        Assert.Equal(
            "sparse_categorical_crossentropy: the targets (2, 3) do not fit the predictions (2). The targets come first, then the predictions.",
            Assert.Throws<ShapeException>(() => Loss.SparseCategoricalCrossentropy.Compute(scores, new Tensor([2], [1, 2]))).Message);
    }

    [Fact]
    public void A_metric_is_updated_with_tensors()
    {
        var metric = new Accuracy();
        metric.Update(new Tensor([2], [2, 1]), new Tensor([2, 3], [0.1f, 0.6f, 0.3f, 0.05f, 0.95f, 0]));
        Assert.Equal(0.5, metric.Value);
        metric.Reset();
        metric.Update(new Tensor([2], [2, 1]), new Tensor([2, 3], [0.1f, 0.6f, 0.3f, 0.05f, 0.95f, 0]), new Tensor([2], [0.7f, 0.3f]));
        Assert.Equal(0.3, metric.Value, 1e-6);
        Assert.Equal(
            "accuracy: expected the same number of samples, the first dimension, in targets, predictions and weights; received (2), (3, 3).",
            Assert.Throws<ShapeException>(() => metric.Update(new Tensor([2], new float[2]), new Tensor([3, 3], new float[9]))).Message);
    }
}
