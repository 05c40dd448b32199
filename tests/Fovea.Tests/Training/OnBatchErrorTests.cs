namespace Fovea.Tests.Training;

/// <summary>What is said of a batch that cannot be used, the full text; the model stays as it was.</summary>
public class OnBatchErrorTests
{
    private static readonly Tensor Inputs = new([4, 2], [1, -1, 0.5f, 2, -2, 1, 0, 1]);
    private static readonly Tensor Labels = new([4], [0, 1, 2, 0]);

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        Refuses<ShapeException>("net: expected inputs (None, 2); the batch has (None, 3).", new Tensor([4, 3], new float[12]), Labels);
        Refuses<ShapeException>(
            "net: the loss sparse_categorical_crossentropy on outputs (None, 3) expects targets (None); the batch has (None, 3). "
                + "Loss.CategoricalCrossentropy takes rows, Loss.SparseCategoricalCrossentropy class numbers.", Inputs,
            new Tensor([4, 3], new float[12]));
        Refuses<ShapeException>(
            "net: expected the same number of samples, the first dimension, in each tensor; received (4, 2) and (3).", Inputs, new Tensor([3], new float[3]));
        Refuses<ShapeException>(
            "net: expected the same number of samples, the first dimension, in each tensor; received (4, 2) and ().", Inputs, new Tensor(Shape.Scalar, [0]));
        Refuses<ShapeException>("net: expected sample weights (4), one for each sample; received (3).", Inputs, Labels, new Tensor([3], new float[3]));
        Refuses<ShapeException>("net: expected sample weights (4), one for each sample; received (4, 2).", Inputs, Labels, new Tensor([4, 2], new float[8]));
        Says<ShapeException>("net: expected inputs (None, 2); the batch has (None, 2) and (None, 2).", model => model.TrainOnBatch([Inputs, Inputs], [Labels]));
        Says<ShapeException>(
            "net: expected targets for 1 outputs; the batch has (None) and (None).", model => model.EvaluateOnBatch([Inputs], [Labels, Labels]));
        Says<ShapeException>("net: expected at least one input and one target; received 1 and 0.", model => model.TrainOnBatch([Inputs], []));
    }

    [Fact]
    public void Numbers_that_cannot_be_used_are_named_with_their_sample()
    {
        Refuses<TrainingException>(
            "Sample 2: expected finite numbers; received NaN at (1).", new Tensor([4, 2], [1, -1, 0.5f, 2, -2, float.NaN, 0, 1]), Labels);
        Refuses<TrainingException>("Sample 3: expected a class from 0 to 2, since the model has 3 outputs; received 3.", Inputs, new Tensor([4], [0, 1, 2, 3]));
        Refuses<TrainingException>("Sample 1: expected a finite weight of at least 0; received -1.", Inputs, Labels, new Tensor([4], [1, -1, 1, 1]));
        Refuses<TrainingException>("Sample 0: expected a finite weight of at least 0; received NaN.", Inputs, Labels, new Tensor([4], [float.NaN, 1, 1, 1]));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        var model = Net();
        Assert.Equal("inputs", Assert.Throws<ArgumentNullException>(() => model.TrainOnBatch((Tensor)null!, Labels)).ParamName);
        Assert.Equal("targets", Assert.Throws<ArgumentNullException>(() => model.EvaluateOnBatch(Inputs, null!)).ParamName);
        Assert.Equal("inputs", Assert.Throws<ArgumentNullException>(() => model.EvaluateOnBatch((IReadOnlyList<Tensor>)null!, [Labels])).ParamName);
        Assert.Equal(
            "Model: targets must be given; number 0 of 1 is null. (Parameter 'targets')",
            Assert.Throws<ArgumentNullException>(() => model.TrainOnBatch([Inputs], [null!])).Message);
        var fresh = new Sequential("fresh") { new Input(2), new Dense(3) };
        const string Text = "fresh: compile the model first, as in model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy()).";
        Assert.Equal(Text, Assert.Throws<InvalidOperationException>(() => fresh.TrainOnBatch(Inputs, Labels)).Message);
        Assert.Equal(Text, Assert.Throws<InvalidOperationException>(() => fresh.EvaluateOnBatch(Inputs, Labels)).Message);
    }

    /// <summary>The loss is measured before the step: a step too far shows in the next batch, which then changes nothing.</summary>
    [Fact]
    public void A_loss_that_is_not_finite_leaves_the_model_as_before_the_batch()
    {
        var (model, inputs, targets) = (Line(1e15f), new Tensor([2, 2], [1, 2, 3, 4]), new Tensor([2, 1], [100, -100]));
        model.TrainOnBatch(inputs, targets);
        model.Weights[0].Write([1e30f, 1e30f]);
        var before = SmallNets.AllBits(model);
        Assert.Equal(
            "The loss became Infinity; the model is again as it was before the batch. A smaller learning rate than 1E+15 often helps.",
            Assert.Throws<TrainingException>(() => model.TrainOnBatch(inputs, targets)).Message);
        Assert.Equal(before, SmallNets.AllBits(model));
    }

    [Fact]
    public void A_step_that_ruins_the_weights_is_undone_and_training_goes_on_as_if_it_had_not_been()
    {
        var (model, good) = (Line(0.01f), Line(0.01f));
        var (inputs, targets) = (new Tensor([2, 2], [1, 2, 3, 4]), new Tensor([2, 1], [100, -100]));
        foreach (var each in (Model[])[model, good]) each.TrainOnBatch(inputs, targets);
        model.Optimizer!.LearningRate = float.MaxValue;
        Assert.Equal(
            "The weights were no longer finite; the model is again as it was before the batch. A smaller learning rate than 3.4028235E+38 often helps.",
            Assert.Throws<TrainingException>(() => model.TrainOnBatch(inputs, targets)).Message);
        Assert.Equal(SmallNets.AllBits(good), SmallNets.AllBits(model));
        model.Optimizer.LearningRate = 0.01f;
        foreach (var each in (Model[])[model, good]) each.TrainOnBatch(inputs, targets);
        Assert.Equal(SmallNets.AllBits(good), SmallNets.AllBits(model));
    }

    [Fact]
    public void A_callback_of_the_models_own_training_cannot_train_on_a_batch()
    {
        var (model, message) = (Net(), "");
        model.Fit(new TensorDataset([Inputs], [Labels]), batchSize: 4, callbacks: [new Recorder((text, _) =>
        {
            if (text.StartsWith("batch", StringComparison.Ordinal))
                message = Assert.Throws<InvalidOperationException>(() => model.TrainOnBatch(Inputs, Labels)).Message;
        })]);
        Assert.Equal("'net' is being trained: TrainOnBatch cannot be called by a callback of Fit. Call it when Fit has ended.", message);
    }

    /// <summary>The metric runs in the midst of a batch: another thread may predict then, and neither train nor evaluate.</summary>
    [Fact]
    public void While_a_batch_is_trained_on_other_threads_are_refused()
    {
        var (watch, refused) = (new Watch(), new List<string>());
        var model = Net(watch);
        watch.Act = () =>
        {
            var thread = new Thread(() =>
            {
                model.Predict(Inputs);
                refused.Add(Assert.Throws<InvalidOperationException>(() => model.TrainOnBatch(Inputs, Labels)).Message);
                refused.Add(Assert.Throws<InvalidOperationException>(() => model.EvaluateOnBatch(Inputs, Labels)).Message);
            });
            thread.Start();
            thread.Join();
        };
        model.TrainOnBatch(Inputs, Labels);
        watch.Act = null;
        Assert.Equal(
            ((string[])["TrainOnBatch", "EvaluateOnBatch"])
                .Select(member => $"'net' is being trained on another thread; {member} must wait until TrainOnBatch has ended there. Predict and Save may be "
                + "called at any time."),
            refused);
        model.TrainOnBatch(Inputs, Labels);
    }

    private static void Refuses<T>(string message, Tensor inputs, Tensor targets, Tensor? weights = null)
        where T : Exception
    {
        Says<T>(message, model => model.TrainOnBatch(inputs, targets, weights));
        Says<T>(message, model => model.EvaluateOnBatch(inputs, targets, weights));
    }

    private static void Says<T>(string message, Action<Model> act)
        where T : Exception
    {
        var model = Net();
        model.TrainOnBatch(Inputs, Labels);
        var before = SmallNets.AllBits(model);
        Assert.Equal(message, Assert.Throws<T>(() => act(model)).Message);
        Assert.Equal(before, SmallNets.AllBits(model));
    }

    private static Sequential Net(params Metric[] metrics)
    {
        var model = new Sequential("net", seed: 5) { new Input(2), new Dense(3, Activation.Softmax) };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, metrics);
        return model;
    }

    private static Sequential Line(float rate)
    {
        var model = new Sequential("line", seed: 5) { new Input(2), new Dense(1) };
        model.Compile(new Sgd(rate), Loss.MeanSquaredError);
        return model;
    }

    private sealed class Watch : Metric
    {
        public Action? Act { get; set; }

        public override double Value => 0;

        public override void Reset()
        {
        }

        public override void Add(ReadOnlySpan<float> targets, ReadOnlySpan<float> predictions, int count, ReadOnlySpan<float> weights = default) =>
            Act?.Invoke();
    }
}
