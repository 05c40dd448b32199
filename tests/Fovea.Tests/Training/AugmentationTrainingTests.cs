using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Training;

/// <summary>The augmentation of a model acts in the step of training, on images and targets, and nowhere else.</summary>
public sealed class AugmentationTrainingTests
{
    [Fact]
    public void An_augmentation_of_the_model_gives_the_bits_of_the_same_layer_in_the_model()
    {
        var inside = Create(new RandomFlip(FlipMode.Horizontal));
        var around = Create();
        around.Augmentation = new RandomFlip(FlipMode.Horizontal);
        foreach (var model in (Model[])[inside, around]) model.Fit(SmallNets.Images(30), epochs: 2, batchSize: 8, verbose: 0);
        Assert.Equal(SmallNets.AllBits(inside), SmallNets.AllBits(around));
        Assert.NotEqual(SmallNets.AllBits(Trained(Create())), SmallNets.AllBits(around));

        static Model Trained(Model model)
        {
            model.Fit(SmallNets.Images(30), epochs: 2, batchSize: 8, verbose: 0);
            return model;
        }
    }

    [Fact]
    public void Evaluation_and_prediction_do_not_augment()
    {
        var (model, data) = (Create(), SmallNets.Images(12));
        var inputs = new Tensor([2, 12, 12, 1], LayerRunner.Normal(288));
        var (evaluation, predictions) = (model.Evaluate(data), model.Predict(inputs).Values);
        model.Augmentation = new RandomBrightness((0.9, 1)) { ValueRange = (-9, 9) };
        Assert.Equal(evaluation.Loss, model.Evaluate(data).Loss);
        Assert.Equal(predictions, model.Predict(inputs).Values);
        Assert.NotEqual(evaluation.Loss, model.TrainOnBatch(new Tensor([12, 12, 12, 1], [.. data.SelectMany(sample => sample.Input.Values)]),
            new Tensor([12], [.. data.Select(sample => sample.Target.Values[0])])).Loss);
    }

    /// <summary>A network without hidden layers, so that mixed targets can be given by hand.</summary>
    [Theory]
    [InlineData("sparse", 0)]
    [InlineData("sparse", 1)]
    [InlineData("categorical", 0)]
    [InlineData("smoothed", 1)]
    public void For_cross_entropy_mixed_images_have_the_loss_of_mixed_labels(string kind, int mixings)
    {
        var images = new Tensor([4, 2, 2, 1], LayerRunner.Normal(16));
        var classes = new Tensor([4], [0, 2, 1, 2]);
        var rows = new Tensor([4, 3], [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1]);
        ImageAugmentation mixing = mixings == 0 ? new Mixing() : new Pipeline(new Mixing(), new Mixing([1, 2, 3, 0], [0.9f, 0.5f, 0.25f, 1]));
        var mixed = mixing.Augment(new ImageBatch(images) { Labels = rows });

        var model = Linear(kind == "sparse" ? Loss.SparseCategoricalCrossentropy : Categorical(), mixing);
        var reference = Linear(Categorical());

        var loss = model.TrainOnBatch(images, kind == "sparse" ? classes : rows).Loss;
        var expected = reference.TrainOnBatch(mixed.Images, mixed.Labels!).Loss;

        Assert.Equal(expected, loss, 1e-6);
        Assert.All(model.Weights.Zip(reference.Weights), pair => AssertClose(pair.Second.Values.ToArray(), pair.First.Values.ToArray()));

        CategoricalCrossentropy Categorical() => new() { LabelSmoothing = kind == "smoothed" ? 0.1f : 0 };
    }

    /// <summary>A first call without a seed draws what the first step of a model with seed 0 draws.</summary>
    [Fact]
    public void A_random_choice_of_mixtures_has_the_loss_of_mixed_labels()
    {
        var images = new Tensor([6, 2, 2, 1], LayerRunner.Normal(24));
        var rows = new Tensor([6, 3], [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0]);
        ImageAugmentation Choice() => new RandomChoice(new MixUp(1), new Pipeline(new MixUp(1), new CutMix((1, 1))));
        var mixed = Choice().Augment(new ImageBatch(images) { Labels = rows });
        Assert.NotEqual(rows.Values, mixed.Labels!.Values);
        var loss = Linear(Loss.SparseCategoricalCrossentropy, Choice(), seed: 0).TrainOnBatch(images, new Tensor([6], [0, 2, 1, 2, 0, 1])).Loss;
        Assert.Equal(Linear(Loss.CategoricalCrossentropy, seed: 0).TrainOnBatch(mixed.Images, mixed.Labels).Loss, loss, 1e-6);
    }

    [Fact]
    public void Other_losses_are_the_sum_of_the_losses_of_both_targets()
    {
        var images = new Tensor([4, 2, 2, 1], LayerRunner.Normal(16));
        var targets = new Tensor([4, 3], LayerRunner.Normal(12, seed: 5));
        var predicted = Linear(Loss.MeanSquaredError).Predict(new Mixing().Augment(new ImageBatch(images)).Images);

        var loss = Linear(Loss.MeanSquaredError, new Mixing()).TrainOnBatch(images, targets).Loss;

        var expected = 0.0;
        for (var i = 0; i < 4; i++)
        {
            for (var k = 0; k < 3; k++)
            {
                var share = Mixing.FirstShares[i];
                expected += share * Math.Pow(predicted.Values[(i * 3) + k] - targets.Values[(i * 3) + k], 2)
                    + ((1 - share) * Math.Pow(predicted.Values[(i * 3) + k] - targets.Values[((3 - i) * 3) + k], 2));
            }
        }

        Assert.Equal(expected / 12, loss, 1e-6);
    }

    [Theory]
    [InlineData(LossReduction.SumOverBatchSize)]
    [InlineData(LossReduction.Sum)]
    [InlineData(LossReduction.MeanWithSampleWeight)]
    public void Each_target_of_a_mixed_image_has_its_own_sample_weight(LossReduction reduction)
    {
        var images = new Tensor([4, 2, 2, 1], LayerRunner.Normal(16));
        float[] targets = [0, 2, 1, 2], weights = [1, 0, 3, 0.5f];
        var mixed = new Mixing().Augment(new ImageBatch(images)).Images;
        var predicted = Linear(Loss.SparseCategoricalCrossentropy).Predict(mixed);

        var loss = Linear(new SparseCategoricalCrossentropy { Reduction = reduction }, new Mixing())
            .TrainOnBatch(images, new Tensor([4], targets), new Tensor([4], weights)).Loss;

        var sum = 0.0;
        for (var i = 0; i < 4; i++)
        {
            var share = Mixing.FirstShares[i];
            sum -= share * weights[i] * Math.Log(predicted.Values[(i * 3) + (int)targets[i]]);
            sum -= (1 - share) * weights[3 - i] * Math.Log(predicted.Values[(i * 3) + (int)targets[3 - i]]);
        }

        var divisor = reduction switch { LossReduction.Sum => 1, LossReduction.SumOverBatchSize => 4, _ => 4.5 };
        Assert.Equal(sum / divisor, loss, 1e-5);
    }

    /// <summary>The model returns its images, and the masks are the images, so that the loss is 0 only where masks and images move alike.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Masks_and_weights_of_pixels_follow_the_geometry(bool isCut)
    {
        var images = LayerRunner.Normal(6 * 20);
        var masks = (float[])images.Clone();
        var weights = Enumerable.Repeat(1f, 120).ToArray();
        for (var i = 0; i < 120; i += 7) (masks[i], weights[i]) = (99, 0);
        var model = new Sequential("same", 2) { new Input(4, 5, 1), new Conv2D(1, 1) { KernelInitializer = Initializer.Ones } };
        model.Compile(new Sgd(1e-9), Loss.MeanSquaredError, new LossMetric(new MeanAbsoluteError()));
        model.Augmentation = isCut
            ? new Pipeline(new RandomFlip(), new CutMix())
            : new Pipeline(new RandomFlip(), new RandomTranslation(0.5, 0.5, FillMode.Wrap, Interpolation.Nearest));

        Assert.Equal(0, model.TrainOnBatch(new Tensor([6, 4, 5, 1], images), new Tensor([6, 4, 5, 1], masks), new Tensor([6, 20], weights)).Loss);
        var whole = model.TrainOnBatch(new Tensor([6, 4, 5, 1], images), new Tensor([6, 4, 5, 1], images));
        Assert.Equal(0, whole.Loss, 1e-12);
        Assert.Equal(0, whole.Metrics["mean_absolute_error"], 1e-6);
    }

    [Fact]
    public void Metrics_of_mixed_images_compare_with_the_target_of_the_largest_share()
    {
        var model = Linear(Loss.SparseCategoricalCrossentropy, new Mixing());
        var images = new Tensor([4, 2, 2, 1], LayerRunner.Normal(16));
        var best = model.Predict(new Mixing().Augment(new ImageBatch(images)).Images);
        float[] classes = [.. Enumerable.Range(0, 4).Select(i => (float)Enumerable.Range(0, 3).MaxBy(k => best.Values[(i * 3) + k]))];

        // Images 1 and 2 consist mainly of their partner.
        Assert.Equal([0.75f, 0.25f, 0.375f, 0.5f], Mixing.FirstShares);
        var own = model.TrainOnBatch(images, new Tensor([4], [classes[0], classes[2], classes[1], classes[3]]));
        Assert.Equal(1, own.Metrics["accuracy"]);
    }

    [Fact]
    public void Targets_of_another_size_than_the_images_are_refused()
    {
        var model = new Sequential { new Input(4, 4, 1), new Conv2D(2, 3, 2, Padding.Same) };
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        model.Augmentation = new RandomFlip();
        var error = Assert.Throws<ShapeException>(() => model.TrainOnBatch(Tensor.Zeros([1, 4, 4, 1]), Tensor.Zeros([1, 2, 2, 2])));
        Assert.Equal(
            "model.Augmentation: expected targets that are labels, (values), or masks of the images, (4, 4) or (4, 4, values); received (2, 2, 2).",
                error.Message);
    }

    [Fact]
    public void Inputs_that_are_no_images_are_refused()
    {
        var model = new Sequential { new Input(4), new Dense(1) };
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        model.Augmentation = new MixUp();
        var error = Assert.Throws<ShapeException>(() => model.TrainOnBatch(Tensor.Zeros([1, 4]), Tensor.Zeros([1, 1])));
        Assert.Equal("model.Augmentation: expected images (height, width, channels) as the model's input; received (4).", error.Message);
    }

    [Fact]
    public void Only_the_images_of_a_model_of_several_inputs_are_changed_and_none_are_mixed()
    {
        SymbolicTensor images = new Input(4, 4, 1).Output, values = new Input(2).Output;
        var model = new Model([images, values], [new Dense(1).Call(new Concatenate().Call(new Flatten().Call(images), values))]);
        model.Compile(new Sgd(1e-9), Loss.MeanSquaredError);
        Tensor[] inputs = [Tensor.Zeros([3, 4, 4, 1]), new Tensor([3, 2], LayerRunner.Normal(6))];
        var expected = model.EvaluateOnBatch(inputs, [Tensor.Zeros([3, 1])]).Loss;
        model.Augmentation = new RandomFlip();
        Assert.Equal(expected, model.TrainOnBatch(inputs, [Tensor.Zeros([3, 1])]).Loss, 1e-7);
        model.Augmentation = new MixUp();
        var error = Assert.Throws<ShapeException>(() => model.TrainOnBatch(inputs, [Tensor.Zeros([3, 1])]));
        Assert.Equal("model.Augmentation: expected a model of one input, since MixUp mixes images; it has 2 inputs.", error.Message);
    }

    [Fact]
    public void A_layer_that_mixes_images_inside_a_model_is_not_trained()
    {
        var model = Create(new MixUp());
        var error = Assert.Throws<ShapeException>(() => model.Fit(SmallNets.Images(8), verbose: 0));
        Assert.Equal(
            "MixUp 'mix_up': the layer mixes images inside the model, where it cannot mix their targets. Set model.Augmentation = new MixUp(…) "
                + "instead, and build "
            + "the model without the layer.", error.Message);
    }

    [Fact]
    public void A_callback_can_end_the_augmentation()
    {
        var (ended, never) = (Create(), Create());
        ended.Augmentation = new MixUp();
        ended.Fit(SmallNets.Images(16), 2, 8, callbacks: [new Ending(1)], shuffle: false, verbose: 0);
        Assert.Null(ended.Augmentation);
        never.Augmentation = new MixUp();
        never.Fit(SmallNets.Images(16), 1, 8, shuffle: false, verbose: 0);
        never.Augmentation = null;
        never.Fit(SmallNets.Images(16), 1, 8, shuffle: false, verbose: 0);
        Assert.Equal(SmallNets.AllBits(never), SmallNets.AllBits(ended));
    }

    private static Sequential Create(params Layer[] first)
    {
        var model = new Sequential("net", 3)
        {
            new Input(12, 12, 1),
        };
        foreach (var layer in first) model.Add(layer);
        model.Add(new Conv2D(4, 3, activation: Activation.Relu));
        model.Add(new Flatten());
        model.Add(new Dropout(0.25f));
        model.Add(new Dense(3, Activation.Softmax));
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }

    private static Sequential Linear(Loss loss, ImageAugmentation? augmentation = null, long seed = 5)
    {
        var model = new Sequential("linear", seed) { new Input(2, 2, 1), new Flatten(), new Dense(3, Activation.Softmax) };
        model.Compile(new Sgd(0.1), loss, loss is SparseCategoricalCrossentropy ? [new Accuracy()] : []);
        model.Augmentation = augmentation;
        return model;
    }

    private static void AssertClose(float[] expected, float[] received) =>
        Assert.All(expected.Zip(received), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));

    /// <summary>Mixes four images with given partners.</summary>
    private sealed class Mixing(float[] partners, float[] shares) : ImageAugmentation
    {
        public static readonly float[] FirstShares = [0.75f, 0.25f, 0.375f, 0.5f];

        public Mixing()
            : this([3, 2, 1, 0], FirstShares)
        {
        }

        protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
        {
            if (nodes.Images.Shape[0] != 4) return nodes;  // a layer is built with one image
            Node others = context.Read(Variable.Constant("partners", partners)), weights = context.Read(Variable.Constant("shares", shares));
            var each = weights.Reshape([4, 1, 1, 1]);
            var mixed = (each * nodes.Images) + ((1 - each) * nodes.Images.Reshape([4, 4]).Rows(others).Reshape(nodes.Images.Shape));
            return nodes.MixLabels(others, weights) with { Images = mixed };
        }
    }

    private sealed class Ending(int epoch) : Callback
    {
        public override void OnEpochEnd(TrainingProgress progress)
        {
            if (progress.Epoch == epoch) progress.Model.Augmentation = null;
        }
    }
}
