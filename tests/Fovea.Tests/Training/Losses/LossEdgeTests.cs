using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Training;

/// <summary>Losses where formulas break easily, as plans compute them in float32: zeros, ones, large logits, nothing that counts.</summary>
public class LossEdgeTests
{
    public static TheoryData<Loss> OfProbabilities =>
    [
        new BinaryCrossentropy(), new CategoricalCrossentropy(), new BinaryFocalCrossentropy(gamma: 0.5f), new BinaryFocalCrossentropy(gamma: 2),
            new CategoricalFocalCrossentropy(gamma: 0.5f),
        new MeanSquaredLogarithmicError(), new MeanAbsolutePercentageError(), new KLDivergence(), new Poisson(), new CosineSimilarity(), new CategoricalHinge(),
            new Dice(), new Tversky(),
    ];

    public static TheoryData<Loss> OfLogits =>
    [
        new BinaryCrossentropy { FromLogits = true }, new CategoricalCrossentropy { FromLogits = true }, new BinaryFocalCrossentropy { FromLogits = true },
        new BinaryFocalCrossentropy(gamma: 0.5f) { FromLogits = true }, new CategoricalFocalCrossentropy(gamma: 0.5f) { FromLogits = true },
        new CategoricalFocalCrossentropy { FromLogits = true }, new LogCosh(), new Huber(), new SquaredHinge(),
    ];

    [Theory]
    [MemberData(nameof(OfProbabilities))]
    public void Probabilities_of_zero_and_one_give_finite_losses_and_gradients(Loss loss) =>
        AssertFinite(loss, [0, 1, 0, 1, 0, 0, 0, 0, 1], [0, 1, 0, 0, 1, 0, 0, 0, 1]);

    [Theory]
    [MemberData(nameof(OfLogits))]
    public void Large_logits_give_finite_losses_and_gradients(Loss loss) =>
        AssertFinite(loss, [100, -100, 0, 100, 100, -100, -100, 100, -100], [0, 1, 0, 1, 0, 0, 0, 0, 1]);

    [Theory]
    [MemberData(nameof(OfProbabilities))]
    public void A_prediction_that_is_no_number_gives_a_loss_that_is_none(Loss loss) =>
        Assert.Equal(float.NaN, Run(loss, [float.NaN, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f], [0, 1, 0, 1, 0, 0, 0, 0, 1], null).Loss);

    /// <summary>Surely wrong at −100: the whole cross-entropy counts, while Keras cuts it off at −ln 1e-7 = 16.1.</summary>
    [Fact]
    public void Focal_losses_of_logits_are_not_cut_off()
    {
        Assert.Equal(100, Run(new BinaryFocalCrossentropy { FromLogits = true }, [-100], [1], null, [1, 1]).Loss, 1e-4);
        Assert.Equal(50, Run(new CategoricalFocalCrossentropy(alpha: 0.25f) { FromLogits = true }, [100, -100], [0, 1], null, [1, 2]).Loss, 1e-4);
    }

    [Fact]
    public void A_batch_without_weight_has_no_loss_and_no_gradient()
    {
        var (loss, gradient) = Run(new MeanSquaredError { Reduction = LossReduction.MeanWithSampleWeight }, [1, 2, 3], [0, 0, 0], [0, 0, 0], [3, 1]);
        Assert.Equal(0, loss);
        Assert.Equal([0, 0, 0], gradient);
    }

    [Fact]
    public void A_batch_of_the_ignored_class_alone_has_no_loss_and_no_gradient()
    {
        var (loss, gradient) = Run(new SparseCategoricalCrossentropy { IgnoreClass = 255, FromLogits = true }, [1, 2, 3, 4], [255, 255], null, [2, 2]);
        Assert.Equal(0, loss);
        Assert.Equal([0, 0, 0, 0], gradient);
    }

    /// <summary>Three samples of which one does not count: the mean over two.</summary>
    [Fact]
    public void Samples_of_the_ignored_class_do_not_count()
    {
        var expected = Run(new SparseCategoricalCrossentropy { FromLogits = true }, [0, 1, 3, 1], [1, 1], null, [2, 2]).Loss;
        Assert.Equal(
            expected, Run(new SparseCategoricalCrossentropy { FromLogits = true, IgnoreClass = 0 }, [0, 1, 5, 2, 3, 1], [1, 0, 1], null, [3, 2]).Loss, 1e-6);
    }

    [Fact]
    public void A_function_is_a_loss()
    {
        var mine = Loss.From((expected, predicted) => (predicted - expected).Square());
        Assert.Equal(Run(Loss.MeanSquaredError, [1, 2, 3, 4], [0, 0, 0, 1], null, [2, 2]).Loss, Run(mine, [1, 2, 3, 4], [0, 0, 0, 1], null, [2, 2]).Loss);
        Assert.Equal("loss", mine.Name);
    }

    /// <summary>An asymmetric loss, written as for Keras: <c>lambda y_true, y_pred: 3 * relu(y_true - y_pred) + relu(y_pred - y_true)</c>.</summary>
    [Fact]
    public void The_targets_come_first_in_a_function()
    {
        var mine = Loss.From((yTrue, yPred) => (3 * (yTrue - yPred).Relu()) + (yPred - yTrue).Relu());
        Assert.Equal(3f, Run(mine, [1], [2], null, [1, 1]).Loss);
        Assert.Equal(1f, Run(mine, [2], [1], null, [1, 1]).Loss);
    }

    [Fact]
    public void A_model_learns_with_a_function()
    {
        var model = new Sequential { new Input(2), new Dense(1) };
        model.Compile(new Sgd(0.1f), Loss.From((expected, predicted) => (predicted - expected).Square()));
        var history = model.Fit(new ArrayDataset([0, 1, 1, 0, 1, 1, 0, 0], [2], [1, 2, 3, 0], [1]), epochs: 200, batchSize: 4);
        Assert.True(history["loss"][^1] < 1e-3 && history["loss"][0] > 0.1, $"{history["loss"][0]} to {history["loss"][^1]}");
    }

    private static void AssertFinite(Loss loss, float[] predictions, float[] targets)
    {
        var (value, gradient) = Run(loss, predictions, targets, null);
        Assert.True(float.IsFinite(value), $"the loss {value}");
        Assert.All(gradient, number => Assert.True(float.IsFinite(number), $"the gradient {string.Join(", ", gradient)}"));
    }

    private static (float Loss, float[] Gradient) Run(Loss loss, float[] predictions, float[] targets, float[]? weights, int[]? shape = null)
    {
        Shape shapes = new(shape ?? [3, 3]);
        var prediction = new Node(new InputOp("prediction", shapes));
        var target = new Node(new InputOp("target", loss.TargetShape(shapes[1..]).Prepend(shapes[0])));
        var weight = weights is null ? null : new Node(new InputOp("weights", [shapes[0]]));
        var reduced = loss.Reduce(loss.Call(target, prediction), weight);
        var plan = Plan.Compile(new Graph([reduced, Differentiation.Gradients(reduced, [prediction])[0]]));
        predictions.CopyTo(plan.Input(prediction));
        targets.CopyTo(plan.Input(target));
        if (weights is not null) weights.CopyTo(plan.Input(weight!));
        plan.Run();
        return (plan.Output(0)[0], plan.Output(1).ToArray());
    }
}
