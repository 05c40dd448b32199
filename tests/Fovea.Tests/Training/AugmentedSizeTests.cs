using Fovea.Tests.Data;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Training;

/// <summary>An augmentation of the model that gives images of another size than those of the data set.</summary>
public sealed class AugmentedSizeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Backup => Path.Combine(folder.Path, "training.backup");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Larger_images_are_trained_on_as_the_augmentation_makes_them()
    {
        var (around, reference) = (Flattening(8), Flattening(8));
        around.Augmentation = new Pipeline(new CenterCrop(8, 8));
        var (small, large) = (Cropped(8), SmallNets.Images(20));
        var history = around.Fit(large, 2, 8, validation: small, verbose: 0);
        reference.Fit(small, 2, 8, validation: small, verbose: 0);
        Assert.Equal(SmallNets.AllBits(reference), SmallNets.AllBits(around));
        Assert.Empty(history.Notes);
    }

    [Fact]
    public void A_network_with_global_pooling_is_trained_on_the_size_that_the_augmentation_gives()
    {
        var (smaller, reference) = (Pooling(12), Pooling(8));
        smaller.Augmentation = new Pipeline(new CenterCrop(8, 8));
        var history = smaller.Fit(SmallNets.Images(20), 2, 8, validation: SmallNets.Images(6), verbose: 0);
        reference.Fit(Cropped(8), 2, 8, verbose: 0);
        Assert.Equal(SmallNets.AllBits(reference), SmallNets.AllBits(smaller));
        Assert.Equal(
            ["From epoch 1 on, the network is trained on images of 8 × 8 pixels, as the augmentation gives them; the model takes 12 × 12."], history.Notes);
    }

    [Fact]
    public void The_size_can_change_during_a_training()
    {
        var (model, reference) = (Pooling(12), Pooling(12));
        model.Augmentation = reference.Augmentation = new Pipeline(new CenterCrop(8, 8));
        var schedule = new AugmentationSchedule((2, new Pipeline(new CenterCrop(10, 10))), (4, null));
        var history = model.Fit(SmallNets.Images(20), 4, 8, callbacks: [schedule], verbose: 0);
        reference.Fit(SmallNets.Images(20), 1, 8, verbose: 0);
        reference.Augmentation = new Pipeline(new CenterCrop(10, 10));
        reference.Fit(SmallNets.Images(20), 2, 8, verbose: 0);
        reference.Augmentation = null;
        reference.Fit(SmallNets.Images(20), 1, 8, verbose: 0);
        Assert.Equal(SmallNets.AllBits(reference), SmallNets.AllBits(model));
        Assert.Null(model.Augmentation);
        Assert.Equal(
            [
                "From epoch 1 on, the network is trained on images of 8 × 8 pixels, as the augmentation gives them; the model takes 12 × 12.",
                "From epoch 2 on, the network is trained on images of 10 × 10 pixels, as the augmentation gives them; the model takes 12 × 12.",
                "From epoch 4 on, the network is trained on images of 12 × 12 pixels, as the augmentation gives them.",
            ],
            history.Notes);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    public void A_training_of_several_sizes_is_resumed_with_the_same_bits(int batches)
    {
        var whole = Pooling(12);
        Fit(whole, 100, [Schedule()]);
        var halted = Pooling(12);
        Assert.Throws<OperationCanceledException>(() => Fit(halted, batches, [Schedule(), new BackupAndRestore(Backup, everyBatches: 1)]));
        var other = Pooling(12);
        Assert.Throws<ModelFormatException>(() => Fit(other, 100, [new AugmentationSchedule((3, null)), new BackupAndRestore(Backup, everyBatches: 1)]));
        var resumed = Pooling(12);
        Fit(resumed, 100, [Schedule(), new BackupAndRestore(Backup, everyBatches: 1)]);
        Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(resumed));

        static AugmentationSchedule Schedule() => new((2, new RandomGeometry(size: 10)), (3, new RandomGeometry()));

        static void Fit(Model model, int most, Callback[] callbacks)
        {
            using var source = new CancellationTokenSource();
            var count = 0;
            model.Augmentation = new RandomGeometry(size: 8);
            var counter = new LambdaCallback(onBatchEnd: _ =>
            {
                if (++count == most) source.Cancel();
            });
            model.FitOneCycle(SmallNets.Images(20), 3, 0.01, 8, callbacks: [.. callbacks, counter], verbose: 0, cancellationToken: source.Token);
        }
    }

    [Fact]
    public void Masks_and_weights_of_pixels_follow()
    {
        // The class of a pixel is its sign, which the network computes exactly: every mask that is out of place would show in the accuracy.
        var model = new Sequential(seed: 1) { new Input(6, 6, 1), new Conv2D(2, 1, activation: Activation.Softmax) };
        model.Compile(new Sgd(0), Loss.SparseCategoricalCrossentropy, new Accuracy(), new MeanIoU(2));
        model.Weights[0].Write([-9, 9]);
        var pixels = LayerRunner.Normal(12 * 9 * 9);
        var images = Dataset.From(new Tensor([12, 9, 9, 1], pixels), new Tensor([12, 9, 9], [.. pixels.Select(pixel => pixel > 0 ? 1f : 0)]));
        model.Augmentation = new Pipeline(new RandomCrop(6, 6), new RandomFlip());
        var history = model.Fit(images, 1, 4, verbose: 0);
        Assert.Equal((1, 1), (history["accuracy"][0], history["mean_io_u"][0]));
        var weighted = model.Fit(images.WithClassWeights([1, 0]), 1, 4, verbose: 0);
        Assert.Equal(1, weighted["accuracy"][0]);
        Assert.NotEqual(history["loss"][0], weighted["loss"][0]);

        model.Augmentation = new Pipeline(new RandomCrop(4, 4));
        Assert.Equal(1, model.Fit(images, 1, 4, verbose: 0)["mean_io_u"][0]);
        Assert.Equal(1, model.Evaluate(images.Centered(6), batchSize: 4).Metrics["mean_io_u"]);
    }

    [Fact]
    public void Shards_and_single_batches_and_the_search_for_a_rate_take_larger_images_too()
    {
        var (whole, sharded) = (Flattening(8), Flattening(8));
        whole.Augmentation = sharded.Augmentation = new Pipeline(new CenterCrop(8, 8));
        sharded.Distribution = new DataParallel(2);
        foreach (var model in (Model[])[whole, sharded]) model.Fit(SmallNets.Images(16), 1, 8, verbose: 0);
        Assert.All(Values(whole).Zip(Values(sharded)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        var batch = Tensor.Zeros([2, 12, 12, 1]);
        Assert.True(double.IsFinite(whole.TrainOnBatch(batch, Tensor.Zeros([2])).Loss));
        Assert.Equal(whole.TrainOnBatch(batch, Tensor.Zeros([2])).Count, whole.EvaluateOnBatch(Tensor.Zeros([2, 8, 8, 1]), Tensor.Zeros([2])).Count);
        Assert.NotEmpty(LearningRateFinder.Run(whole, SmallNets.Images(16), steps: 20, batchSize: 8, verbose: 0).Losses);
        var pooling = Pooling(12);
        pooling.Augmentation = new RandomGeometry(size: 8);
        pooling.UpdateBatchNormalization(SmallNets.Images(16), batchSize: 8);
    }

    [Fact]
    public void A_network_of_one_size_refuses_images_of_another()
    {
        var model = Flattening(8);
        model.Augmentation = new Pipeline(new CenterCrop(10, 10));
        var error = Assert.Throws<ShapeException>(() => model.Fit(SmallNets.Images(8), verbose: 0));
        Assert.StartsWith(
            "model.Augmentation: expected an augmentation that gives images (None, 8, 8, 1), since weights of 'net' depend on their size; Pipeline gives "
                + "(None, 10, 10, 1). ",
            error.Message, StringComparison.Ordinal);
        model.Augmentation = new RandomFlip();
        Assert.Equal(
            "net: expected inputs (None, 8, 8, 1); the data set has (None, 12, 12, 1).",
            Assert.Throws<ShapeException>(() => model.Fit(SmallNets.Images(8), verbose: 0)).Message);
        model.Augmentation = new Pipeline(new CenterCrop(8, 8));
        Assert.Equal(
            "net: expected inputs (None, 8, 8, 1); the data set has (None, 12, 12, 1).",
            Assert.Throws<ShapeException>(() => model.Fit(SmallNets.Images(8), validation: SmallNets.Images(8), verbose: 0)).Message);
        var ended = new AugmentationSchedule((2, null));
        Assert.Equal(
            "net: expected images (None, 8, 8, 1) in training; they have (None, 12, 12, 1), which the model's augmentation does not change.",
            Assert.Throws<ShapeException>(() => model.Fit(SmallNets.Images(8), 2, callbacks: [ended], verbose: 0)).Message);
    }

    [Fact]
    public void Images_of_another_preprocessing_are_refused_also_if_they_are_larger()
    {
        var model = Flattening(8);
        model.ImageInput = new ImageInput(8, 8, 1) { Pixels = PixelScale.ZeroTo255 };
        model.Augmentation = new Pipeline(new CenterCrop(8, 8));
        var error = Assert.Throws<TrainingException>(() => model.Fit(new Preprocessed(new ImageInput(12, 12, 1)), verbose: 0));
        Assert.Contains("pixels", error.Message, StringComparison.Ordinal);
        model.Fit(new Preprocessed(new ImageInput(12, 12, 1) { Pixels = PixelScale.ZeroTo255 }), verbose: 0);
    }

    [Fact]
    public void A_schedule_has_epochs_that_rise()
    {
        Assert.Equal(
            "AugmentationSchedule: expected at least one change; received none. (Parameter 'changes')",
            Assert.Throws<ArgumentException>(() => new AugmentationSchedule()).Message);
        foreach (int[] epochs in (int[][])[[1], [3, 3], [4, 2]])
        {
            Assert.Equal(
                $"AugmentationSchedule: expected epochs that rise, from 2; received {string.Join(", ", epochs)}. Epoch 1 has model.Augmentation. (Parameter "
                    + "'changes')",
                Assert.Throws<ArgumentException>(() => new AugmentationSchedule([.. epochs.Select(epoch => (epoch, (ImageAugmentation?)null))])).Message);
        }
    }

    private static Dataset Cropped(int size) => SmallNets.Images(20).Centered(size);

    private static IEnumerable<float> Values(Model model) => model.Weights.SelectMany(weight => weight.Values.ToArray());

    private static Sequential Flattening(int size)
    {
        var model = new Sequential("net", 3)
        {
            new Input(size, size, 1), new Conv2D(4, 3, activation: Activation.Relu), new Flatten(), new Dropout(0.25f), new Dense(3, Activation.Softmax),
        };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }

    private static Sequential Pooling(int size)
    {
        var model = new Sequential("net", 3)
        {
            new Input(size, size, 1), new Conv2D(4, 3, padding: Padding.Same), new BatchNormalization(), new ReLU(), new MaxPooling2D(2),
            new Conv2D(6, 3, activation: Activation.Relu), new GlobalAveragePooling2D(), new Dropout(0.25f), new Dense(3, Activation.Softmax),
        };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }

    private sealed class Preprocessed(ImageInput input) : Dataset
    {
        private readonly Dataset images = SmallNets.Images(8);

        public override int Count => images.Count;

        public override Shape InputShape => images.InputShape;

        public override Shape TargetShape => images.TargetShape;

        public override ImageInput? ImageInput => input;

        public override void Read(int index, Span<float> input, Span<float> target) => images.Read(index, input, target);
    }
}
