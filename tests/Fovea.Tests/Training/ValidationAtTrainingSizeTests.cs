using Fovea.Tests.Data;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Training;

/// <summary>Validation on images of the size that the augmentation gives training images.</summary>
public sealed class ValidationAtTrainingSizeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_values_are_those_of_images_that_were_made_smaller_before()
    {
        var (model, reference) = (Pooling(12), Pooling(8));
        model.Augmentation = new Pipeline(new CenterCrop(8, 8));
        var history = model.Fit(SmallNets.Images(20), 2, 8, SmallNets.Images(14), callbacks: [new ValidationAtTrainingSize()], verbose: 0);
        var expected = reference.Fit(SmallNets.Images(20).Centered(8), 2, 8, SmallNets.Images(14).Centered(8), verbose: 0);
        Assert.Equal(expected["val_loss"], history["val_loss"]);
        Assert.Equal(expected["val_accuracy"], history["val_accuracy"]);

        var whole = model.Evaluate(SmallNets.Images(14), verbose: 0);
        Assert.Equal([("val_loss", whole.Loss), ("val_accuracy", whole.Accuracy)], history.Final!.Select(value => (value.Key, value.Value)));
        Assert.NotEqual(whole.Loss, history["val_loss"][^1]);
        Assert.Equal(
            [
                "From epoch 1 on, the network is trained and validated on images of 8 × 8 pixels, as the augmentation gives them; the model takes 12 × 12.",
                $"On images of 12 × 12 pixels, the model has val_loss: {whole.Loss:0.0000}, val_accuracy: {whole.Accuracy:0.0000} now.",
            ],
            history.Notes);
    }

    [Fact]
    public void From_the_epoch_with_whole_images_on_the_validation_has_them_too()
    {
        var model = Pooling(12);
        model.Augmentation = new RandomGeometry(size: 8);
        Callback[] callbacks = [new AugmentationSchedule((2, new RandomGeometry(size: 12))), new ValidationAtTrainingSize()];
        var history = model.Fit(SmallNets.Images(20), 2, 8, SmallNets.Images(14), callbacks: callbacks, verbose: 0);
        Assert.Equal(model.Evaluate(SmallNets.Images(14), batchSize: 8, verbose: 0).Loss, history["val_loss"][1], 1e-6);
        Assert.Null(history.Final);
        Assert.EndsWith("trained on images of 12 × 12 pixels, as the augmentation gives them.", history.Notes[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Training_images_that_are_larger_do_not_enlarge_those_of_the_validation()
    {
        var (model, reference) = (Pooling(12), Pooling(12));
        model.Augmentation = reference.Augmentation = new RandomGeometry(size: 16);
        var history = model.Fit(SmallNets.Images(20), 2, 8, SmallNets.Images(14), callbacks: [new ValidationAtTrainingSize()], verbose: 0);
        Assert.Equal(reference.Fit(SmallNets.Images(20), 2, 8, SmallNets.Images(14), verbose: 0)["val_loss"], history["val_loss"]);
        Assert.Null(history.Final);
    }

    [Fact]
    public void Averages_are_measured_on_whole_images()
    {
        var model = Pooling(12, new AdamW { UseEma = true });
        model.Augmentation = new RandomGeometry(size: 8);
        var history = model.FitOneCycle(
            SmallNets.Images(20), 2, 0.01, 8, SmallNets.Images(14), callbacks: [new ValidationAtTrainingSize()], verbose: 0);
        Assert.Equal(model.Evaluate(SmallNets.Images(14), verbose: 0).Loss, history.Final!["val_loss"]);
        Assert.Single(history.Notes, note => note.StartsWith("The weights are averages now", StringComparison.Ordinal));
        Assert.DoesNotContain(history.Notes, note => note.StartsWith("On images", StringComparison.Ordinal));
    }

    /// <summary>With a learning rate of 0 each size has the same loss in all of its epochs, and the smaller size the lower one.</summary>
    [Fact]
    public void The_best_epoch_is_one_of_the_last_size()
    {
        var model = Pooling(12, new Sgd(0));
        model.Augmentation = new Pipeline(new CenterCrop(8, 8));
        var path = Path.Combine(folder.Path, "best.keras");
        var (checkpoint, stopping) = (new ModelCheckpoint(path), new EarlyStopping(patience: 2));
        var plateau = new ReduceLearningRateOnPlateau(patience: 3);
        Callback[] callbacks =
            [new AugmentationSchedule((3, new Pipeline(new CenterCrop(12, 12)))), new ValidationAtTrainingSize(), checkpoint, stopping, plateau];
        var history = model.Fit(SmallNets.Images(20), 4, 8, SmallNets.Images(14), callbacks: callbacks, verbose: 0);
        Assert.True(history["val_loss"][0] < history["val_loss"][3]);
        Assert.Equal((3, 3, 0), (checkpoint.BestEpoch, stopping.BestEpoch, stopping.StoppedEpoch));
        Assert.Equal(history["val_loss"][2], checkpoint.BestValue);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(9)]
    public void A_training_is_resumed_with_the_same_bits_and_values(int batches)
    {
        var backup = Path.Combine(folder.Path, "training.backup");
        var whole = Pooling(12);
        var (expected, best) = Fit(whole, 100, []);
        Assert.Throws<OperationCanceledException>(() => Fit(Pooling(12), batches, [new BackupAndRestore(backup, everyBatches: 1, deleteCheckpoint: false)]));
        var resumed = Pooling(12);
        var (history, bestAgain) = Fit(resumed, 100, [new BackupAndRestore(backup, everyBatches: 1)]);
        Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(resumed));
        Assert.Equal(expected["val_loss"], history["val_loss"]);
        Assert.Equal(expected.Final, history.Final);
        Assert.Equal(best, bestAgain);

        (History History, int BestEpoch) Fit(Model model, int most, Callback[] callbacks)
        {
            using var source = new CancellationTokenSource();
            var count = 0;
            model.Augmentation = new RandomGeometry(size: 8);
            var counter = new LambdaCallback(onBatchEnd: _ =>
            {
                if (++count == most) source.Cancel();
            });
            var stopping = new EarlyStopping(patience: 10);
            var history = model.Fit(
                SmallNets.Images(20), 3, 8, SmallNets.Images(14),
                callbacks: [new AugmentationSchedule((2, new RandomGeometry(size: 10))), new ValidationAtTrainingSize(), stopping, .. callbacks, counter],
                verbose: 0, cancellationToken: source.Token);
            return (history, stopping.BestEpoch);
        }
    }

    [Fact]
    public void Masks_follow_and_shards_measure_the_same()
    {
        // The class of a pixel is its sign, which the network computes exactly: every mask that is out of place would show.
        var pixels = LayerRunner.Normal(12 * 6 * 6);
        var images = Dataset.From(new Tensor([12, 6, 6, 1], pixels), new Tensor([12, 6, 6], [.. pixels.Select(pixel => pixel > 0 ? 1f : 0)]));
        var histories = new List<History>();
        foreach (var shards in (int[])[1, 2])
        {
            var model = new Sequential(seed: 1) { new Input(6, 6, 1), new Conv2D(2, 1, activation: Activation.Softmax) };
            model.Compile(new Sgd(0), Loss.SparseCategoricalCrossentropy, new MeanIoU(2));
            model.Weights[0].Write([-9, 9]);
            model.Augmentation = new Pipeline(new CenterCrop(4, 4), new RandomFlip());
            model.Distribution = shards == 1 ? null : new DataParallel(shards);
            histories.Add(model.Fit(images, 1, 4, images, callbacks: [new ValidationAtTrainingSize()], verbose: 0));
            Assert.Equal(1, histories[^1]["val_mean_io_u"][0]);
            Assert.Equal(model.Evaluate(images, verbose: 0).Loss, histories[^1].Final!["val_loss"], 1e-6);
        }

        Assert.Equal(histories[0]["val_loss"][0], histories[1]["val_loss"][0], 1e-6);
    }

    private static Sequential Pooling(int size, Optimizer? optimizer = null)
    {
        var model = new Sequential("net", 3)
        {
            new Input(size, size, 1), new Conv2D(4, 3, padding: Padding.Same), new BatchNormalization(), new ReLU(), new MaxPooling2D(2),
            new Conv2D(6, 3, activation: Activation.Relu), new GlobalAveragePooling2D(), new Dropout(0.25f), new Dense(3, Activation.Softmax),
        };
        model.Compile(optimizer ?? new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }
}
