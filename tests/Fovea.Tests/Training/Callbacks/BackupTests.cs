using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

/// <summary>A training that ends at any moment and is begun again by the same program ends with the bits of one that went through.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Backup => Path.Combine(folder.Path, "training.backup");

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Dropout, augmentation, mixed images, batch normalization, a shuffled order, moments, averages, accumulated gradients and callbacks that steer:
    /// everything that must be remembered.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Interrupted_at_every_batch_training_ends_with_the_same_bits(int everyBatches)
    {
        var whole = Program(null, everyBatches);
        for (var moment = 1; moment <= 4 * 5; moment++)
        {
            Assert.ThrowsAny<OperationCanceledException>(() => Program(moment, everyBatches));
            var (model, history, csv) = Program(null, everyBatches);
            Assert.Equal(whole.Bits, model);
            Assert.Equal(whole.History, history);
            Assert.Equal(whole.Csv, csv);
            Assert.False(File.Exists(Backup));
        }
    }

    [Fact]
    public void A_backup_that_is_kept_ends_a_finished_training_at_once()
    {
        var (first, second) = (Create(), Create());
        first.Fit(Data, epochs: 2, batchSize: 8, callbacks: [new BackupAndRestore(Backup, deleteCheckpoint: false), new Recorder()]);
        var recorder = new Recorder();
        var history = second.Fit(Data, epochs: 2, batchSize: 8, callbacks: [new BackupAndRestore(Backup, deleteCheckpoint: false), recorder]);
        Assert.Equal(2, history.Epochs);
        Assert.Single(recorder.Events);
        Assert.Equal(SmallNets.AllBits(first), SmallNets.AllBits(second));
    }

    [Fact]
    public void A_damaged_backup_is_refused_and_changes_nothing()
    {
        Create().Fit(Data, batchSize: 8, callbacks: [new BackupAndRestore(Backup, deleteCheckpoint: false)]);
        var bytes = File.ReadAllBytes(Backup);
        foreach (var damage in (Action<byte[]>[])[content => content[0] ^= 1, content => content[content.Length / 2] ^= 64, content => content[^1] ^= 1])
        {
            var broken = (byte[])bytes.Clone();
            damage(broken);
            Refuses(broken, "expected a backup of a training; the file is damaged or something else. Delete it to start from the beginning.");
        }

        Refuses(bytes[..(bytes.Length / 2)], "expected a backup of a training; the file is damaged or something else. Delete it to start from the beginning.");
        Refuses([], "expected a backup of a training; the file is damaged or something else. Delete it to start from the beginning.");

        var other = new Sequential(seed: 1) { new Input(12, 12, 1), new Flatten(), new Dense(3, Activation.Softmax) };
        other.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        File.WriteAllBytes(Backup, bytes);
        var before = SmallNets.AllBits(other);
        var error = Assert.Throws<ModelFormatException>(() => other.Fit(Data, batchSize: 8, callbacks: [new BackupAndRestore(Backup)]));
        Assert.Equal(
            "'training.backup': the backup belongs to a training of another model, optimizer, data set, augmentation or callbacks. Delete it to start from the "
                + "beginning.",
                error.Message);
        Assert.Equal(before, SmallNets.AllBits(other));
    }

    /// <summary>Metrics, callbacks, data and layers tell trainings apart: what the backup has is not read into something else.</summary>
    [Fact]
    public void A_backup_of_another_training_is_refused_and_changes_nothing()
    {
        Create().Fit(Data, batchSize: 8, callbacks: [new BackupAndRestore(Backup, deleteCheckpoint: false), new EarlyStopping("loss")]);
        foreach (var (data, callbacks) in (List<(Dataset, Callback[])>)
            [
                (Data, [new BackupAndRestore(Backup)]),
                (Data, [new BackupAndRestore(Backup), new ReduceLearningRateOnPlateau("loss")]),
                (SmallNets.Images(48), [new BackupAndRestore(Backup), new EarlyStopping("loss")]),
            ])
        {
            var model = Create();
            var before = SmallNets.AllBits(model);
            var error = Assert.Throws<ModelFormatException>(() => model.Fit(data, batchSize: 8, callbacks: callbacks));
            Assert.Equal(
                "'training.backup': the backup belongs to a training of another model, optimizer, data set, augmentation or callbacks. Delete it to "
                    + "start from the "
                    + "beginning.",
                error.Message);
            Assert.Equal(before, SmallNets.AllBits(model));
        }

        var other = Create();
        other.Augmentation = new MixUp(0.3);
        Assert.Throws<ModelFormatException>(() => other.Fit(Data, batchSize: 8, callbacks: [new BackupAndRestore(Backup), new EarlyStopping("loss")]));
    }

    /// <summary>A backup of 48 MB is written through a small buffer: there is no second copy of it, nor a limit of 2 GB on the way.</summary>
    [Fact]
    public void A_large_backup_is_written_and_read_piece_by_piece()
    {
        var model = new Sequential { new Input(1000), new Dense(4000), new Dense(1) };
        model.Compile(new Adam(), Loss.MeanSquaredError);
        var data = new ArrayDataset(new float[1000], [1000], [1], [1]);
        var sizes = new List<long>();
        var watch = new Recorder((text, _) => sizes.Add(GC.GetAllocatedBytesForCurrentThread()));
        model.Fit(data, epochs: 3, callbacks: [new BackupAndRestore(Backup, deleteCheckpoint: false), watch]);
        Assert.True(new FileInfo(Backup).Length > 48_000_000);

        // From the end of the second epoch to the beginning of the third there is the backup and nothing else.
        var (end, next) = (sizes[6], sizes[7]);
        Assert.InRange(next - end, 0, 4_000_000);
        var bits = SmallNets.AllBits(model);
        var other = new Sequential { new Input(1000), new Dense(4000), new Dense(1) };
        other.Compile(new Adam(), Loss.MeanSquaredError);
        other.Fit(data, epochs: 3, callbacks: [new BackupAndRestore(Backup, deleteCheckpoint: false), new Recorder()]);
        Assert.Equal(bits, SmallNets.AllBits(other));
    }

    private static ArrayDataset Data => SmallNets.Images(40);

    private void Refuses(byte[] content, string message)
    {
        File.WriteAllBytes(Backup, content);
        var model = Create();
        var before = SmallNets.AllBits(model);
        Assert.Equal(
            $"'training.backup': {message}",
            Assert.Throws<ModelFormatException>(() => model.Fit(Data, batchSize: 8, callbacks: [new BackupAndRestore(Backup)])).Message);
        Assert.Equal(before, SmallNets.AllBits(model));
    }

    private static Sequential Create()
    {
        var model = new Sequential(seed: 4)
        {
            new Input(12, 12, 1), new RandomFlip(), new Conv2D(4, 3, activation: Activation.Relu), new BatchNormalization(), new MaxPooling2D(2), new Flatten(),
            new Dropout(0.3f), new Dense(3, Activation.Softmax),
        };
        model.Compile(
            new Adam { WeightDecay = 0.01f, UseEma = true, EmaOverwriteFrequency = 3, GradientAccumulationSteps = 2 }, Loss.SparseCategoricalCrossentropy,
            new Accuracy());
        model.Augmentation = new MixUp();
        return model;
    }

    /// <summary>The user's program: it ends after its four epochs, or is interrupted after some batches of this process.</summary>
    private (int[] Bits, string History, string Csv) Program(int? interruptAfter, int everyBatches)
    {
        using var source = new CancellationTokenSource();
        var csv = Path.Combine(folder.Path, "log.csv");
        var (model, batches) = (Create(), 0);
        var history = model.Fit(
            Data, epochs: 4, batchSize: 8, validation: SmallNets.Images(16, seed: 7), cancellationToken: source.Token, callbacks:
            [
                new BackupAndRestore(Backup, everyBatches),
                new ReduceLearningRateOnPlateau("val_loss", 0.5f, patience: 1),
                new EarlyStopping("accuracy", patience: 3, restoreBestWeights: true),
                new CsvLogger(csv),
                new Recorder((text, _) =>
                {
                    if (text.StartsWith("batch", StringComparison.Ordinal) && ++batches == interruptAfter) source.Cancel();
                    if (text.StartsWith("end of 4", StringComparison.Ordinal)) source.Token.ThrowIfCancellationRequested();
                }),
            ]);
        return (SmallNets.AllBits(model), string.Join('|', history.Names.Select(name => $"{name}: {string.Join(' ', history[name])}")), File.ReadAllText(csv));
    }
}
