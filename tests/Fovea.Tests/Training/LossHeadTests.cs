namespace Fovea.Tests.Training;

/// <summary>The graph of a training step ends in one op where softmax and cross-entropy meet, however the loss is written.</summary>
public class LossHeadTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Softmax_and_cross_entropy_are_one_step(bool isSparse, bool fromLogits)
    {
        var model = new Sequential { new Input(6), new Dense(4, fromLogits ? null : Activation.Softmax) };
        model.Compile(new Adam(), isSparse
            ? new SparseCategoricalCrossentropy { FromLogits = fromLogits }
            : new CategoricalCrossentropy { FromLogits = fromLogits }, new Accuracy());
        var steps = model.Trainer!.TrainingStep(8).Costs.Select(cost => cost.Name).ToList();
        Assert.Single(steps, step => step.StartsWith("Softmax+Crossentropy", StringComparison.Ordinal));
        Assert.Single(steps, step => step.Contains("Softmax", StringComparison.OrdinalIgnoreCase));
    }
}
