using Fovea.Tests.Layers;

namespace Fovea.Tests.Training;

/// <summary>Single batches are trained on and evaluated as <c>Fit</c> and <c>Evaluate</c> do it: the same bits.</summary>
public class OnBatchTests
{
    /// <summary>Dropout, augmentation, moving statistics, and what optimizers keep: after each of two epochs of batches of 8, 8 and 4.</summary>
    [Theory]
    [InlineData("convnet", "adam")]
    [InlineData("convnet", "averages")]
    [InlineData("residual", "adam")]
    [InlineData("residual", "accumulation")]
    [InlineData("augmented", "schedule")]
    public void Batch_after_batch_gives_the_bits_of_Fit(string net, string optimizer)
    {
        var (whole, single) = (SmallNets.Create(net, Optimizer(optimizer)), SmallNets.Create(net, Optimizer(optimizer)));
        var expected = AfterEachBatch(whole, SmallNets.Images(20), epochs: 2);
        for (var i = 0; i < 6; i++)
        {
            var (first, count) = (i % 3 * 8, i % 3 == 2 ? 4 : 8);
            var (inputs, targets) = Batch(SmallNets.Images(20), first, count);
            var result = single.TrainOnBatch(inputs, targets);
            Assert.Equal(expected[i].Loss, result.Loss);
            Assert.Equal(count, result.Count);
            Assert.Equal(expected[i].Bits, SmallNets.AllBits(single));
        }

        Assert.Equal(0, single.Trainer!.Epochs);
    }

    [Fact]
    public void Weights_of_samples_count_as_in_Fit()
    {
        float[] weights = [.. Enumerable.Range(0, 20).Select(i => i % 4 / 2f)];
        var (whole, single) = (SmallNets.Create("convnet"), SmallNets.Create("convnet"));
        var expected = AfterEachBatch(whole, SmallNets.Images(20).WithSampleWeights(weights), epochs: 1);
        for (var i = 0; i < 3; i++)
        {
            var count = i == 2 ? 4 : 8;
            var (inputs, targets) = Batch(SmallNets.Images(20), 8 * i, count);
            Assert.Equal(expected[i].Loss, single.TrainOnBatch(inputs, targets, new Tensor([count], weights[(8 * i)..((8 * i) + count)])).Loss);
            Assert.Equal(expected[i].Bits, SmallNets.AllBits(single));
        }
    }

    /// <summary>A mask's pixels weigh what their classes weigh.</summary>
    [Fact]
    public void Weights_of_positions_count_as_in_Fit()
    {
        float[] byClass = [1, 0.25f, 3];
        var (whole, single) = (Pixels(), Pixels());
        var inputs = new Tensor([6, 4, 4, 2], LayerRunner.Normal(6 * 32));
        var targets = new Tensor([6, 4, 4], [.. Enumerable.Range(0, 6 * 16).Select(i => (float)(i * 7 % 5 % 3))]);
        whole.Fit(new TensorDataset([inputs], [targets]).WithClassWeights(byClass), batchSize: 6, shuffle: false);
        var measured = single.TrainOnBatch(inputs, targets, new Tensor([6, 4, 4], [.. targets.Values.Select(label => byClass[(int)label])]));
        Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(single));
        var error = Assert.Throws<ShapeException>(() => single.TrainOnBatch(inputs, targets, new Tensor([6, 4], new float[24])));
        Assert.Equal(
            "pixels: expected sample weights (6), one for each sample, or 16 for each sample, one for each position of its output; received (6, 4).",
            error.Message);
        Assert.True(measured.Loss > 0);
    }

    /// <summary>Averages become the weights when a Fit ends, not after each batch.</summary>
    [Fact]
    public void Averages_are_kept_up_and_do_not_replace_the_weights()
    {
        var (whole, single) =
            (SmallNets.Create("convnet", new Adam { UseEma = true, EmaMomentum = 0.5f }),
            SmallNets.Create("convnet", new Adam { UseEma = true, EmaMomentum = 0.5f }));
        var last = AfterEachBatch(whole, SmallNets.Images(16), epochs: 1)[^1].Bits;
        for (var i = 0; i < 2; i++)
        {
            var (inputs, targets) = Batch(SmallNets.Images(16), 8 * i, 8);
            single.TrainOnBatch(inputs, targets);
        }

        Assert.Equal(last, SmallNets.AllBits(single));
        Assert.NotEqual(SmallNets.Bits(whole), SmallNets.Bits(single));
        foreach (var weight in single.Trainer!.Weights) weight.TakeAverage();
        Assert.Equal(SmallNets.Bits(whole), SmallNets.Bits(single));
    }

    [Fact]
    public void Several_inputs_and_outputs_measure_what_Fit_measures()
    {
        var (whole, single) = (Branches(), Branches());
        Tensor[] inputs = [new([20, 4], LayerRunner.Normal(80)), new([20, 5], LayerRunner.Normal(100, seed: 2))];
        Tensor[] targets = [new([20], [.. Enumerable.Range(0, 20).Select(i => (float)(i % 3))]), new([20, 1], LayerRunner.Normal(20, seed: 3))];
        var history = whole.Fit(new TensorDataset(inputs, targets), epochs: 2, batchSize: 20, shuffle: false);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            var result = single.TrainOnBatch(inputs, targets);
            Assert.Equal(history["loss"][epoch], result.Loss);
            Assert.Equal(["left_loss", "right_loss", "left_accuracy"], result.Metrics.Keys);
            Assert.All(result.Metrics, entry => Assert.Equal(history[entry.Key][epoch], entry.Value));
        }

        Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(single));
        var (evaluated, expected) = (single.EvaluateOnBatch(inputs, targets), whole.Evaluate(new TensorDataset(inputs, targets), batchSize: 20));
        Assert.Equal((expected.Loss, expected.Count), (evaluated.Loss, evaluated.Count));
        Assert.Equal(expected.Metrics, evaluated.Metrics);
    }

    /// <summary>Loss and accuracy worked out from the predictions before the step; those of the batch before do not count.</summary>
    [Fact]
    public void Loss_and_metrics_are_those_of_the_batch_alone()
    {
        var model = SmallNets.Create("grouped");
        foreach (var first in (int[])[0, 8, 16])
        {
            var (inputs, targets) = Batch(SmallNets.Images(24), first, 8);
            var outputs = model.Predict(inputs);
            var loss = Enumerable.Range(0, 8).Average(i => -Math.Log(outputs.Sample(i)[(int)targets.Values[i]]));
            var right = Enumerable.Range(0, 8).Count(i => outputs.Sample(i).ToArray().Max() == outputs.Sample(i)[(int)targets.Values[i]]);
            Assert.Equal(loss, model.EvaluateOnBatch(inputs, targets).Loss, 1e-4);
            Assert.Equal(right / 8.0, model.EvaluateOnBatch(inputs, targets).Accuracy);
            var trained = model.TrainOnBatch(inputs, targets);
            Assert.Equal(loss, trained.Loss, 1e-4);
            Assert.Equal(right / 8.0, trained.Accuracy);
        }
    }

    [Fact]
    public void An_evaluation_within_a_training_leaves_it_alone()
    {
        var (watched, alone) = (SmallNets.Create("convnet"), SmallNets.Create("convnet"));
        var (inputs, targets) = Batch(SmallNets.Images(5), 0, 5);
        var history = watched.Fit(SmallNets.Images(20), epochs: 2, batchSize: 8, callbacks: [new Recorder((text, _) =>
        {
            if (text.StartsWith("batch", StringComparison.Ordinal)) watched.EvaluateOnBatch(inputs, targets);
        })]);
        Assert.Equal(alone.Fit(SmallNets.Images(20), epochs: 2, batchSize: 8)["accuracy"], history["accuracy"]);
        Assert.Equal(SmallNets.AllBits(alone), SmallNets.AllBits(watched));
    }

    [Fact]
    public void Layers_that_are_frozen_between_batches_stay_as_they_are()
    {
        var (whole, single) = (SmallNets.Create("residual", new Adam()), SmallNets.Create("residual", new Adam()));
        var (inputs, targets) = Batch(SmallNets.Images(8), 0, 8);
        foreach (var isTrained in (bool[])[true, false, true])
        {
            whole.Layer("conv2d").Trainable = single.Layer("conv2d").Trainable = isTrained;
            var before = SmallNets.Bits(single.Layer("conv2d"));
            whole.Fit(SmallNets.Images(8), batchSize: 8, shuffle: false);
            single.TrainOnBatch(inputs, targets);
            Assert.Equal(!isTrained, before.SequenceEqual(SmallNets.Bits(single.Layer("conv2d"))));
            Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(single));
        }
    }

    /// <summary>As little memory as is enough: the same bits; less than that is refused.</summary>
    [Fact]
    public void The_memory_limit_counts()
    {
        var (limited, free) = (SmallNets.Create("residual"), SmallNets.Create("residual"));
        var (inputs, targets) = Batch(SmallNets.Images(8), 0, 8);
        SmallNets.LimitMemory(limited, 8);
        foreach (var model in (Model[])[limited, free]) model.TrainOnBatch(inputs, targets);
        Assert.Equal(SmallNets.AllBits(free), SmallNets.AllBits(limited));
        limited.MemoryLimit = 1000;
        Assert.StartsWith(
            "residual cannot be trained in batches of 8. ", Assert.Throws<InsufficientMemoryException>(() => limited.TrainOnBatch(inputs, targets))
            .Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// An adversarial network: the discriminator learns alone, then is frozen while the generator learns through it. Nothing is compiled twice.
    /// </summary>
    [Fact]
    public void Two_models_that_share_layers_learn_in_turn()
    {
        var (batches, fits) = (new Adversaries(), new Adversaries());
        CompiledObjectives? discriminating = null, generating = null;
        for (var round = 0; round < 3; round++)
        {
            var (samples, answers, noise, ones) = batches.Round(round);
            var (otherSamples, _, _, _) = fits.Round(round);
            Assert.Equal(otherSamples.Values, samples.Values);

            batches.Discriminator.Trainable = fits.Discriminator.Trainable = true;
            var before = SmallNets.Bits(batches.Generator);
            batches.Discriminator.TrainOnBatch(samples, answers);
            fits.Discriminator.Fit(new TensorDataset([otherSamples], [answers]), batchSize: 16, shuffle: false);
            Assert.Equal(before, SmallNets.Bits(batches.Generator));

            batches.Discriminator.Trainable = fits.Discriminator.Trainable = false;
            before = SmallNets.Bits(batches.Discriminator);
            batches.Whole.TrainOnBatch(noise, ones);
            fits.Whole.Fit(new TensorDataset([noise], [ones]), batchSize: 8, shuffle: false);
            Assert.Equal(before, SmallNets.Bits(batches.Discriminator));
            Assert.Equal(SmallNets.AllBits(fits.Whole), SmallNets.AllBits(batches.Whole));

            Assert.Same(discriminating ??= batches.Discriminator.Trainer!.TrainingStep(16), batches.Discriminator.Trainer!.TrainingStep(16));
            Assert.Same(generating ??= batches.Whole.Trainer!.TrainingStep(8), batches.Whole.Trainer!.TrainingStep(8));
        }

        Assert.NotEqual(SmallNets.Bits(new Adversaries().Generator), SmallNets.Bits(batches.Generator));
    }

    private static Optimizer Optimizer(string name) => name switch
    {
        "averages" => new Adam { UseEma = true, EmaMomentum = 0.9f, EmaOverwriteFrequency = 2, ClipNorm = 0.5f },
        "accumulation" => new Sgd(0.05f, 0.9f) { GradientAccumulationSteps = 2, WeightDecay = 0.01f },
        "schedule" => new RmsProp(new ExponentialDecay(0.01f, 2, 0.5f)),
        _ => new Adam(),
    };

    /// <summary>The loss of each batch of 8, and all that training changes after it.</summary>
    private static List<(double Loss, int[] Bits)> AfterEachBatch(Model model, Dataset data, int epochs)
    {
        var found = new List<(double, int[])>();
        model.Fit(data, epochs, 8, shuffle: false, callbacks: [new Recorder((text, progress) =>
        {
            if (text.StartsWith("batch", StringComparison.Ordinal)) found.Add((progress.BatchLoss, SmallNets.AllBits(model)));
        })]);
        return found;
    }

    private static (Tensor Inputs, Tensor Targets) Batch(Dataset data, int first, int count)
    {
        var (inputs, targets) = (new float[count * data.InputShape.Count], new float[count]);
        for (var i = 0; i < count; i++) data.Read(first + i, inputs.AsSpan(i * data.InputShape.Count, data.InputShape.Count), targets.AsSpan(i, 1));
        return (new Tensor(data.InputShape.Prepend(count), inputs), new Tensor([count], targets));
    }

    private static Model Branches()
    {
        var (a, b) = (new Input(4) { Name = "a" }, new Input(5) { Name = "b" });
        var model =
            new Model([a, b], [new Dense(3, Activation.Softmax) { Name = "left" }.Call(a), new Dense(1) { Name = "right" }.Call(b)], "branches", seed: 7);
        model.Compile(
            new Adam(), new("left", Loss.SparseCategoricalCrossentropy, new Accuracy()), new Objective("right", Loss.MeanSquaredError) { Weight = 0.5f });
        return model;
    }

    private static Sequential Pixels()
    {
        var model = new Sequential("pixels", seed: 3) { new Input(4, 4, 2), new Conv2D(3, 1, activation: Activation.Softmax) };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        return model;
    }

    /// <summary>A generator of points in the plane, and what tells them from those on a circle.</summary>
    private sealed class Adversaries
    {
        public Adversaries()
        {
            Discriminator.Compile(new Adam(), Loss.BinaryCrossentropy);
            Discriminator.Trainable = false;
            Whole = new Model(Generator.Input, Discriminator.Call(Generator.Output), "whole");
            Whole.Compile(new Adam(), Loss.BinaryCrossentropy);
        }

        public Sequential Generator { get; } = new("generator", 1) { new Input(3), new Dense(8, Activation.Relu), new Dense(2) };

        public Sequential Discriminator { get; } = new("discriminator", 2) { new Input(2), new Dense(8, Activation.Relu), new Dense(1, Activation.Sigmoid) };

        public Model Whole { get; }

        /// <summary>Eight real points and eight made up, what they are, and noise that is to pass for real.</summary>
        public (Tensor Samples, Tensor Answers, Tensor Noise, Tensor Ones) Round(long seed)
        {
            var noise = new Tensor([8, 3], LayerRunner.Normal(24, seed: seed + 1));
            var real = Enumerable.Range(0, 8).SelectMany(i => (float[])[MathF.Cos(i), MathF.Sin(i)]);
            float[] samples = [.. real, .. Generator.Predict(noise).Values];
            return (new Tensor([16, 2], samples), new Tensor([16, 1], [.. Enumerable.Range(0, 16).Select(i => i < 8 ? 1f : 0)]), noise,
                new Tensor([8, 1], [1, 1, 1, 1, 1, 1, 1, 1]));
        }
    }
}
