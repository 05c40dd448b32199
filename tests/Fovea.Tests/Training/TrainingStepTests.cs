using Fovea.Engine.Ops;
using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

public class TrainingStepTests
{
    private static readonly Tensor Images = new([8, 6, 6, 1], [.. Enumerable.Range(0, 8 * 36).Select(i => ((i * 7) % 13) / 13f)]);
    private static readonly Tensor Labels = new([8], [.. Enumerable.Range(0, 8).Select(i => (float)(i % 3))]);

    /// <summary>Batch normalization, dropout, a penalty, a constraint and every option that depends on the number of the step.</summary>
    [Fact]
    public void A_step_gives_the_bits_of_TrainOnBatch()
    {
        var (expected, model) = (Classifier(), Classifier());
        expected.Compile(Adam(), Loss.SparseCategoricalCrossentropy);
        var step = new TrainingStep(
            Adam(), model, (step, images, labels) => Loss.SparseCategoricalCrossentropy.Compute(labels, step.Call(model, images)));
        for (var i = 0; i < 5; i++)
        {
            var (x, y) = i == 3 ? (Rows(Images, 5), Rows(Labels, 5)) : (Images, Labels);
            Assert.Equal(expected.TrainOnBatch(x, y).Loss, step.Run(x, y).Loss);
            Assert.Equal(Bits(expected), Bits(model));
        }

        Assert.Equal(5, step.Steps);
        Assert.Equal(expected.Optimizer!.LearningRate, step.Optimizer.LearningRate);
        Assert.Equal(expected.Predict(Images).Values, model.Predict(Images).Values);

        static Adam Adam() => new(new ExponentialDecay(0.01, 2, 0.5)) { ClipNorm = 1, WeightDecay = 0.01, UseEma = true, EmaOverwriteFrequency = 2 };
    }

    /// <summary>Slots, moving averages, the learning rate of a schedule and random numbers go on where they were.</summary>
    [Fact]
    public void A_step_that_is_saved_and_loaded_resumes_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var (path, file) = (Path.Combine(folder.Path, "step.state"), Path.Combine(folder.Path, "model.keras"));
        var whole = Classifier();
        var uninterrupted = Step(whole);
        for (var i = 0; i < 6; i++) uninterrupted.Run(Images, Labels);

        var first = Classifier();
        var step = Step(first);
        for (var i = 0; i < 3; i++) step.Run(Images, Labels);
        step.SaveState(path);
        first.Save(file);
        var second = Model.Load(file);
        var resumed = Step(second, seed: first.Seed);
        resumed.LoadState(path);
        Assert.Equal(3, resumed.Steps);
        for (var i = 0; i < 3; i++) resumed.Run(Images, Labels);
        Assert.Equal(Bits(whole), Bits(second));
        Assert.Equal(uninterrupted.Optimizer.LearningRate, resumed.Optimizer.LearningRate);

        static TrainingStep Step(Model model, long? seed = null) => new(
            new Adam(new ExponentialDecay(0.01, 2, 0.5)) { UseEma = true, GradientAccumulationSteps = 2 }, model,
            (step, images, labels) => Loss.SparseCategoricalCrossentropy.Compute(labels, step.Call(model, images)))
        { Seed = seed };
    }

    [Fact]
    public void A_state_of_another_step_is_refused_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "step.state");
        TrainingStep Step(Optimizer optimizer, int units)
        {
            var model = new Sequential("net") { new Input(2), new Dense(units) { Name = "out" } };
            return new(optimizer, model, (step, x, y) => (step.Call(model, x) - y).Square().Mean());
        }

        var saved = Step(new Adam(0.5), 1);
        saved.Run(new Tensor([1, 2], [1, 2]), new Tensor([1, 1], [3]));
        saved.SaveState(path);
        var same = Step(new Adam(0.1), 1);
        same.LoadState(path);
        Assert.Equal((1, 0.5), (same.Steps, same.Optimizer.LearningRate));
        Assert.Equal(
            "'step.state': expected the state of a step of the same models and optimizer, with Sgd; received Adam.", Refusal(Step(new Sgd(), 1)));
        Assert.Equal(
            "'step.state': expected the state of a step of the same models and optimizer, with 'momentum' of 'kernel (2, 3)'; received 'momentum' of "
                + "'kernel (2, 1)'.",
            Refusal(Step(new Adam(), 3)));
        var bytes = File.ReadAllBytes(path);
        bytes[^9] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal("'step.state': expected the state of a TrainingStep; the file is damaged or something else.", Refusal(same));
        Assert.Throws<FileNotFoundException>(() => same.LoadState(Path.Combine(folder.Path, "missing")));

        string Refusal(TrainingStep step)
        {
            var before = step.Steps;
            var error = Assert.Throws<ModelFormatException>(() => step.LoadState(path));
            Assert.Equal(before, step.Steps);
            return error.Message;
        }
    }

    /// <summary>One step of gradient descent on (w·x − y)², computed by hand.</summary>
    [Fact]
    public void The_new_weight_is_the_old_one_minus_the_gradient()
    {
        var dense = new Dense(1) { UseBias = false };
        dense.Apply(new Tensor([1, 1], [0]));
        dense.Weights[0].Write([2]);
        var step = new TrainingStep(new Sgd(0.1), dense, (step, x, y) => (step.Call(dense, x) - y).Square().Mean());
        Assert.Equal(25, step.Run(new Tensor([1, 1], [3]), new Tensor([1, 1], [1])).Loss);
        Assert.Equal([2 - (0.1f * 2 * 5 * 3)], dense.Weights[0].Values.ToArray());
    }

    [Fact]
    public void Each_step_of_an_adversarial_pair_trains_its_own_model()
    {
        var (generator, critic) = (Generator(), Critic());
        var train = new TrainingStep(new Adam(), critic, (step, real) =>
        {
            var fake = step.Call(generator, step.RandomNormal([8, 2]));
            step.Report("real", step.Call(critic, real).Mean());
            return step.Call(critic, fake).Mean() - step.Call(critic, real).Mean();
        });
        var fool = new TrainingStep(new Adam(), generator, step => -step.Call(critic, step.Call(generator, step.RandomNormal([8, 2]))).Mean());
        var (generatorBits, criticBits) = (Trained(generator), Trained(critic));

        var result = train.Run(new Tensor([8, 3], new float[24]));
        Assert.Equal(["real"], result.Metrics.Keys);
        Assert.Equal(8, result.Count);
        Assert.Equal(generatorBits, Trained(generator));
        Assert.NotEqual(criticBits, Trained(critic));

        criticBits = Trained(critic);
        var first = fool.Run().Loss;
        Assert.NotEqual(first, fool.Run().Loss);
        Assert.NotEqual(generatorBits, Trained(generator));
        Assert.Equal(criticBits, Trained(critic));
    }

    /// <summary>The gradient of w·x with respect to x is w, so that the penalty (‖w‖ − 1)² draws the norm of the kernel to 1.</summary>
    [Fact]
    public void A_gradient_penalty_draws_the_norm_of_the_gradient_to_one()
    {
        var critic = new Sequential { new Input(2), new Dense(1) };
        critic.Weights[0].Write([3, 4]);
        var step = new TrainingStep(new Sgd(0.1), critic, (step, x) =>
        {
            var norm = step.Gradient(step.Call(critic, x), x).Square().SumRange(1, 1).Sqrt();
            return (norm - 1).Square().Mean();
        });
        Assert.Equal(16, step.Run(Rows(new Tensor([4, 2], new float[8]), 4)).Loss, 1e-5);
        for (var i = 0; i < 100; i++) step.Run(new Tensor([4, 2], new float[8]));
        var kernel = critic.Weights[0].Values;
        Assert.Equal(1, Math.Sqrt((kernel[0] * kernel[0]) + (kernel[1] * kernel[1])), 1e-4);
        Assert.Equal(0.75, kernel[0] / kernel[1], 1e-4);
    }

    [Fact]
    public void A_layer_that_is_frozen_later_is_no_longer_trained_and_the_others_keep_their_state()
    {
        var model = Critic();
        var step = new TrainingStep(new Adam(), model, (step, x) => step.Call(model, x).Square().Mean());
        var x = new Tensor([4, 3], [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        step.Run(x);
        model.Layers[1].Trainable = false;
        var frozen = model.Layers[1].Weights[0].Values.ToArray();
        step.Run(x);
        Assert.Equal(frozen, model.Layers[1].Weights[0].Values.ToArray());
        model.Trainable = false;
        Assert.Equal(
            "TrainingStep: the loss does not depend on any weight that is trained; call the trained models by step.Call, and check their Trainable.",
            Assert.Throws<InvalidOperationException>(() => step.Run(x)).Message);
    }

    [Fact]
    public void Moving_averages_change_unless_the_call_is_an_inference()
    {
        var normalization = new BatchNormalization();
        var x = new Tensor([4, 1], [1, 2, 3, 6]);
        new TrainingStep(new Sgd(0), normalization, (step, x) => step.Call(normalization, x, training: false).Square().Mean()).Run(x);
        Assert.Equal(0, normalization.Weights[2].Values[0]);
        new TrainingStep(new Sgd(0), normalization, (step, x) => step.Call(normalization, x).Square().Mean()).Run(x);
        Assert.Equal(0.03f, normalization.Weights[2].Values[0], 1e-6f);
    }

    [Fact]
    public void A_loss_that_is_not_finite_leaves_the_models_as_they_were()
    {
        var model = new Sequential { new Input(3), new Dense(1) };
        var step = new TrainingStep(new Sgd(1e30), model, (step, x) => step.Call(model, x).Square().Mean());
        var before = Bits(model);
        var error = Assert.Throws<TrainingException>(() => step.Run(new Tensor([1, 3], [1e20f, 1e20f, 1e20f])));
        Assert.Equal(
            "TrainingStep: the loss became Infinity; the models are again as they were before the step. A smaller learning rate than 1E+30 often helps.",
            error.Message);
        Assert.Equal(before, Bits(model));
        Assert.Equal(0, step.Steps);
        Assert.Equal(
            "TrainingStep: input 0 has a value that is not finite.",
            Assert.Throws<TrainingException>(() => step.Run(new Tensor([1, 3], [1, float.NaN, 1]))).Message);
    }

    [Fact]
    public void What_cannot_be_a_step_is_refused()
    {
        var (model, x) = (Critic(), new Tensor([2, 3], new float[6]));
        var optimizer = new Adam();
        var step = new TrainingStep(optimizer, model, (step, x) => step.Call(model, x));
        Assert.Equal(
            "TrainingStep: expected a loss that is a single number; received (2, 1). Average it with .Mean(), or compute it with "
            + "Loss.….Compute(expected, predicted).", Assert.Throws<ShapeException>(() => step.Run(x)).Message);
        Assert.Equal(
            "TrainingStep: the function takes 1 input; Run received 2. (Parameter 'inputs')", Assert.Throws<ArgumentException>(() => step.Run(x, x)).Message);
        Assert.Equal(
            "TrainingStep: expected an optimizer for this step alone; this Adam belongs to a TrainingStep, whose steps it counts. Create one for each step. "
            + "(Parameter 'optimizer')", Assert.Throws<ArgumentException>(() => new TrainingStep(optimizer, model, step => null!)).Message);
        Assert.Equal(
            $"'{model.Name}': expected an optimizer for this model alone; this Adam belongs to a TrainingStep, whose steps it counts. Create one for "
                + "each model. "
            + "(Parameter 'optimizer')", Assert.Throws<ArgumentException>(() => model.Compile(optimizer, Loss.MeanSquaredError)).Message);
        Assert.Equal(
            "TrainingStep: expected at least one layer or model to train; received none. (Parameter 'trained')",
            Assert.Throws<ArgumentException>(() => new TrainingStep(new Adam(), [], step => null!)).Message);
        Assert.Equal(
            "TrainingStep: expected a single number to report as 'scores'; received (2, 1). Average it with .Mean().",
            Assert.Throws<ShapeException>(() => new TrainingStep(new Adam(), model, (step, x) =>
            {
                step.Report("scores", step.Call(model, x));
                return step.Call(model, x).Mean();
            }).Run(x)).Message);
    }

    [Fact]
    public void Other_threads_predict_during_a_step_and_cannot_train()
    {
        var model = Classifier();
        model.Compile(new Sgd(0.01), Loss.SparseCategoricalCrossentropy);
        var step = new TrainingStep(
            new Sgd(0.01), model, (step, images, labels) => Loss.SparseCategoricalCrossentropy.Compute(labels, step.Call(model, images)));
        step.Run(Images, Labels);
        using var claim = model.Begin(WeightUse.Evaluation, "Evaluate");
        var refused = Assert.Throws<InvalidOperationException>(() => Task.Run(() => step.Run(Images, Labels)).GetAwaiter().GetResult());
        Assert.Equal(
            $"'{model.Name}' is being evaluated on another thread; TrainingStep.Run must wait until Evaluate has ended there. Predict and Save may be called "
            + "at any time.", refused.Message);
    }

    private static Sequential Classifier() => new("net", seed: 5)
    {
        new Input(6, 6, 1), new Conv2D(4, 3) { KernelRegularizer = new L2(0.01) }, new BatchNormalization(),
        new ActivationLayer(Activation.Relu), new Flatten(), new Dropout(0.5), new Dense(3, Activation.Softmax),
    };

    private static Sequential Generator() => new() { new Input(2), new Dense(4, Activation.Relu), new BatchNormalization(), new Dense(3) };

    private static Sequential Critic() => new() { new Input(3), new Dense(4, Activation.Tanh), new Dense(1) };

    private static float[][] Bits(Model model) => [.. model.Weights.Select(weight => weight.Values.ToArray())];

    private static float[][] Trained(Model model) => [.. model.TrainableWeights.Select(weight => weight.Values.ToArray())];

    private static Tensor Rows(Tensor tensor, int count) => new(tensor.Shape.With(0, count), tensor.Values[..(tensor.Values.Length / tensor.Shape[0] * count)]);
}
