using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Training;

/// <summary>What losses say about arguments, predictions and targets that are wrong: the full text.</summary>
public class LossErrorTests
{
    public static TheoryData<Func<Loss>, string> Arguments => new()
    {
        { () => new BinaryCrossentropy { LabelSmoothing = 1.5f }, "BinaryCrossentropy: LabelSmoothing must be from 0 to 1; received 1.5." },
        { () => new BinaryFocalCrossentropy { LabelSmoothing = -1 }, "BinaryFocalCrossentropy: LabelSmoothing must be from 0 to 1; received -1." },
        { () => new BinaryFocalCrossentropy(true, alpha: 2), "BinaryFocalCrossentropy: alpha must be from 0 to 1; received 2." },
        { () => new BinaryFocalCrossentropy(gamma: -1), "BinaryFocalCrossentropy: gamma must be a finite number of at least 0; received -1." },
        { () => new CategoricalCrossentropy { LabelSmoothing = float.NaN }, "CategoricalCrossentropy: LabelSmoothing must be from 0 to 1; received NaN." },
        { () => new CategoricalFocalCrossentropy { LabelSmoothing = 2 }, "CategoricalFocalCrossentropy: LabelSmoothing must be from 0 to 1; received 2." },
        { () => new CategoricalFocalCrossentropy { Alpha = [1, -1] },
            "CategoricalFocalCrossentropy: Alpha must be a finite number of at least 0; received -1." },
        { () => new CategoricalFocalCrossentropy { Alpha = [] }, "CategoricalFocalCrossentropy: Alpha must be given for each class; received none." },
        { () => new CategoricalFocalCrossentropy { Alpha = null! }, "CategoricalFocalCrossentropy: Alpha must be given; received null." },
        { () => new CategoricalFocalCrossentropy(-1), "CategoricalFocalCrossentropy: alpha must be a finite number of at least 0; received -1." },
        { () => new CategoricalFocalCrossentropy(gamma: float.PositiveInfinity),
            "CategoricalFocalCrossentropy: gamma must be a finite number of at least 0; received Infinity." },
        { () => new Huber(0), "Huber: delta must be a finite number above 0; received 0." },
        { () => new Tversky(alpha: -1), "Tversky: alpha must be a finite number of at least 0; received -1." },
        { () => new Tversky(beta: float.NaN), "Tversky: beta must be a finite number of at least 0; received NaN." },
        { () => new MeanSquaredError { Reduction = (LossReduction)7 },
            "MeanSquaredError: Reduction must be one of SumOverBatchSize, Sum, MeanWithSampleWeight; received 7." },
        { () => Loss.From(null!), "Loss.From: function must be given; received null." },
    };

    public static TheoryData<Loss, string> Predictions => new()
    {
        { new CategoricalFocalCrossentropy { Alpha = [1, 2] }, "CategoricalFocalCrossentropy: expected an alpha for each of the 3 classes; received 2." },
        { new Dice([1, 4]), "Dice: the axis 4 is not in the predictions (2, 4, 4, 3); the batch is 0." },
        { new Tversky(axis: [-4]), "Tversky: the axis -4 is not in the predictions (2, 4, 4, 3); the batch is 0." },
        { Loss.From((expected, predicted) => (predicted - expected).Mean(), "mine"),
            "mine: expected a loss for each sample; for predictions (2, 4, 4, 3) the function returned one number for the whole batch. Mean(-1) and Sum(-1) "
                + "reduce the last dimension alone, Mean() and Sum() also the batch." },
        { Loss.From((expected, predicted) => (predicted - expected).Mean(0), "mine"),
            "mine: the losses must keep the batch as their first dimension; for predictions (2, 4, 4, 3) they were (4, 4, 3)." },
    };

    public static TheoryData<Loss, Shape, Shape, string> Exchanged => new()
    {
        { Loss.SparseCategoricalCrossentropy, [8, 10], [8],
            "sparse_categorical_crossentropy: the targets (8, 10) do not fit the predictions (8). The targets come first, then the predictions." },
        { Loss.SparseCategoricalCrossentropy, [8, 4, 10], [8, 4],
            "sparse_categorical_crossentropy: the targets (8, 4, 10) do not fit the predictions (8, 4). The targets come first, then the predictions." },
        { Loss.CategoricalCrossentropy, [8], [8, 10],
            "categorical_crossentropy: the targets (8) do not fit the predictions (8, 10). The targets come first, then the predictions." },
        { Loss.MeanSquaredError, [8, 2], [8, 1],
            "mean_squared_error: the targets (8, 2) do not fit the predictions (8, 1). The targets come first, then the predictions." },
    };

    public static TheoryData<Loss, float[], string?> Targets => new()
    {
        { new BinaryFocalCrossentropy(), [0, 1.5f, 0], "expected a target from 0 to 1; received 1.5" },
        { new CategoricalCrossentropy(), [0, 2, 0], null },
        { new CategoricalCrossentropy(), [0, -1, 0], "expected a target of at least 0; received -1" },
        { new CategoricalFocalCrossentropy(), [0, float.NaN, 0], "expected a target of at least 0; received NaN" },
        { new KLDivergence(), [0, 1, -1], "expected a target of at least 0; received -1" },
        { new Poisson(), [7, 0, -1], "expected a target of at least 0; received -1" },
        { new SparseCategoricalCrossentropy { IgnoreClass = 255 }, [255, 2], null },
        { new SparseCategoricalCrossentropy { IgnoreClass = 255 }, [255, 254], "expected a class from 0 to 2, since the model has 3 outputs; received 254" },
        { new SparseCategoricalCrossentropy { IgnoreClass = -1 }, [-1, 3], "expected a class from 0 to 2, since the model has 3 outputs; received 3" },
    };

    [Theory]
    [MemberData(nameof(Arguments))]
    public void A_wrong_argument_is_refused(Func<Loss> create, string error) => Assert.Equal(error, Assert.ThrowsAny<ArgumentException>(create).Sentence());

    [Theory]
    [MemberData(nameof(Exchanged))]
    public void Targets_and_predictions_that_are_exchanged_are_refused_where_the_shapes_show_it(Loss loss, Shape first, Shape second, string error)
    {
        var (expected, predicted) = (new Node(new InputOp("expected", first)), new Node(new InputOp("predicted", second)));
        Assert.Equal(error, Assert.Throws<ShapeException>(() => loss.Call(expected, predicted)).Message);
    }

    [Theory]
    [MemberData(nameof(Predictions))]
    public void Predictions_that_do_not_fit_are_refused(Loss loss, string error)
    {
        var images = new Node(new InputOp("images", [2, 4, 4, 3]));
        Assert.Equal(error, Assert.Throws<ShapeException>(() => loss.Call(images, images)).Message);
    }

    /// <summary>A custom class is checked where it is used: in training, in evaluation, as a metric and on tensors.</summary>
    [Fact]
    public void A_class_that_returns_one_number_for_the_batch_is_refused_and_one_for_each_output_is_averaged()
    {
        const string Message = "whole: expected a loss for each sample; for predictions (2, 3) the function returned one number for the whole batch. Mean(-1) "
            + "and Sum(-1) reduce the last dimension alone, Mean() and Sum() also the batch.";
        Tensor expected = [[1, 2, 3], [4, 5, 6]], predicted = [[2, 2, 2], [4, 4, 4]];
        Assert.Equal(Message, Assert.Throws<ShapeException>(() => new Whole().Compute(expected, predicted)).Message);
        Assert.Equal(Message, Assert.Throws<ShapeException>(() => new LossMetric(new Whole()).Update(expected, predicted)).Message);
        var model = new Sequential { new Input(3), new Dense(3) };
        Assert.Equal(
            Message.Replace("(2, 3)", "(1, 3)", StringComparison.Ordinal),
            Assert.Throws<ShapeException>(() => model.Compile(new Sgd(), new Whole())).Message);
        Assert.Equal(7 / 6f, new Each().Compute(expected, predicted), 1e-6f);
        Assert.Equal((2 / 3f * 3) / 2, new Each().Compute(expected, predicted, new Tensor([2], [3, 0])), 1e-6f);
    }

    private sealed class Whole : Loss
    {
        public override string Name => "whole";

        public override Node Call(Node expected, Node predicted) => (predicted - expected).Square().Mean();
    }

    private sealed class Each : Loss
    {
        public override string Name => "each";

        public override Node Call(Node expected, Node predicted) => (predicted - expected).Square();
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_wrong_target_is_named(Loss loss, float[] targets, string? fault) => Assert.Equal(fault, loss.FindFault(targets, [3]));
}
