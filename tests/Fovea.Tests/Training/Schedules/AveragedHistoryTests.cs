namespace Fovea.Tests.Training;

/// <summary>The validation values of averaged weights, which are not those of an epoch.</summary>
public class AveragedHistoryTests
{
    [Fact]
    public void The_averages_are_evaluated_after_the_last_epoch()
    {
        var (model, validation) = (Create(new AdamW { UseEma = true, EmaMomentum = 0.5 }), SmallNets.Images(10, seed: 7));
        var history = model.FitOneCycle(SmallNets.Images(24), 2, 0.01, 8, validation, verbose: 0);
        var evaluation = model.Evaluate(validation, verbose: 0);
        Assert.Equal([("val_loss", evaluation.Loss), ("val_accuracy", evaluation.Accuracy)], history.Final!.Select(value => (value.Key, value.Value)));
        Assert.NotEqual(history["val_loss"][^1], evaluation.Loss);
        Assert.Equal(2, history["val_loss"].Count);
        Assert.Matches(
            @"^The weights are averages now: val_loss: [\d.]+, val_accuracy: [\d.]+\. The validation values of the epochs are those of the weights before\.$",
            Assert.Single(history.Notes));
    }

    [Fact]
    public void Weights_that_are_not_averaged_and_data_without_validation_have_no_such_values()
    {
        Assert.Null(Create(new AdamW()).FitOneCycle(SmallNets.Images(8), 1, 0.01, 8, SmallNets.Images(8), verbose: 0).Final);
        Assert.Null(Create(new AdamW { UseEma = true }).FitOneCycle(SmallNets.Images(8), 1, 0.01, 8, verbose: 0).Final);
    }

    private static Model Create(Optimizer optimizer)
    {
        var model = SmallNets.Residual();
        model.Compile(optimizer, Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }
}
