namespace Fovea.Tests.Training;

/// <summary>A loss that is no longer finite: training says where, and the model is again as it last was good.</summary>
public class DivergenceTests
{
    private static readonly Dataset Data = new ArrayDataset(Layers.LayerRunner.Normal(40), [2], Layers.LayerRunner.Normal(20, seed: 5), [1]);

    [Fact]
    public void In_the_first_epoch_the_model_is_as_before_training()
    {
        var model = Create(1e15f);
        var before = SmallNets.AllBits(model);
        var error = Assert.Throws<TrainingException>(() => model.Fit(Data, epochs: 3, batchSize: 5));
        Assert.Equal(
            "The loss became Infinity at epoch 1, batch 2 of 4; the model is again as it was before training. A smaller learning rate than 1E+15 often helps.",
            error.Message);
        Assert.Equal(before, SmallNets.AllBits(model));
    }

    [Fact]
    public void Later_the_model_is_as_after_the_last_good_epoch()
    {
        var (model, good) = (Create(0.01f), Create(0.01f));
        good.Fit(Data, epochs: 2, batchSize: 5);
        var error = Assert.Throws<TrainingException>(() => model.Fit(Data, epochs: 5, batchSize: 5, callbacks: [RateAt("batch 3.2", 1e15f)]));
        Assert.Equal(
            "The loss became Infinity at epoch 3, batch 4 of 4; the model is again as it was after epoch 2. A smaller learning rate than 1E+15 often helps.",
            error.Message);
        Assert.Equal(SmallNets.AllBits(good), SmallNets.AllBits(model));

        // The optimizer too is as it was: training goes on as if nothing had been.
        model.Optimizer!.LearningRate = 0.01f;
        foreach (var each in (Model[])[good, model]) each.Fit(Data, epochs: 1, batchSize: 5);
        Assert.Equal(SmallNets.AllBits(good), SmallNets.AllBits(model));
    }

    /// <summary>The loss is measured before the step: the last step of an epoch shows only in the next.</summary>
    [Fact]
    public void A_last_step_that_ruins_the_weights_is_undone_with_its_epoch()
    {
        var (model, good) = (Create(0.01f), Create(0.01f));
        good.Fit(Data, epochs: 1, batchSize: 5);
        var error = Assert.Throws<TrainingException>(() => model.Fit(Data, epochs: 5, batchSize: 5, callbacks: [RateAt("batch 2.3", 1e15f)]));
        Assert.Equal(
            "The loss became Infinity at epoch 3, batch 1 of 4; the model is again as it was after epoch 1. A smaller learning rate than 1E+15 often helps.",
            error.Message);
        Assert.Equal(SmallNets.AllBits(good), SmallNets.AllBits(model));
        model.Optimizer!.LearningRate = 0.01f;
        foreach (var each in (Model[])[good, model]) each.Fit(Data, epochs: 1, batchSize: 5);
        Assert.Equal(SmallNets.AllBits(good), SmallNets.AllBits(model));
    }

    /// <summary>Targets of hundreds make gradients above 1, so the very last step overflows, which no later loss would show.</summary>
    [Fact]
    public void A_last_step_of_all_that_ruins_the_weights_is_undone()
    {
        var data = new ArrayDataset(Layers.LayerRunner.Normal(40), [2], [.. Layers.LayerRunner.Normal(20, seed: 5).Select(target => 100 * target)], [1]);
        var (model, good) = (Create(0.01f), Create(0.01f));
        good.Fit(data, epochs: 1, batchSize: 5);
        var error = Assert.Throws<TrainingException>(() => model.Fit(data, epochs: 2, batchSize: 5, callbacks: [RateAt("batch 2.3", float.MaxValue)]));
        Assert.Equal(
            "The weights were no longer finite at epoch 2, batch 4 of 4; the model is again as it was after epoch 1. A smaller learning rate than "
                + "3.4028235E+38 "
                + "often helps.",
            error.Message);
        Assert.Equal(SmallNets.AllBits(good), SmallNets.AllBits(model));
    }

    private static Sequential Create(float learningRate)
    {
        var model = new Sequential(seed: 8) { new Input(2), new Dense(4, Activation.Relu), new Dense(1) };
        model.Compile(new Sgd(learningRate, 0.5f), Loss.MeanSquaredError);
        return model;
    }

    private static Recorder RateAt(string moment, float rate) => new((text, progress) =>
    {
        if (text.StartsWith(moment, StringComparison.Ordinal)) progress.Model.Optimizer!.LearningRate = rate;
    });
}
