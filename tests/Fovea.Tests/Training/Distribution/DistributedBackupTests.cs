using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

/// <summary>
/// A backup of several processes is one file of the first. Any number of processes resumes from it, with the bits of an uninterrupted training.
/// </summary>
public sealed class DistributedBackupTests : IDisposable
{
    private const int Shards = 4;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Dropout, augmentation, batch normalization, a shuffled order, moments, averages, accumulated gradients, metrics (one of them a sum of float64 numbers,
    /// whose rounding depends on the order), and callbacks that steer: everything that must be remembered.
    /// </summary>
    [Theory]
    [InlineData(4, 2, "batch 2.3", 1)]
    [InlineData(4, 1, "batch 1.4", 2)]
    [InlineData(1, 3, "batch 3.1", 1)]
    [InlineData(3, 4, "end of 2", 0)]
    public void Killed_on_some_processes_and_resumed_on_others_it_has_the_same_bits(int first, int second, string moment, int everyBatches)
    {
        var whole = Run(1, null, everyBatches)[0];
        foreach (var size in (int[])[second, 1])
        {
            Assert.Throws<AggregateException>(() => Run(first, moment, everyBatches));
            Assert.True(File.Exists(BackupOf(0)));
            foreach (var resumed in Run(size, null, everyBatches))
            {
                Assert.Equal(whole.Bits, resumed.Bits);
                Assert.Equal(whole.History, resumed.History);
                Assert.Equal(whole.Steering, resumed.Steering);
            }

            Assert.Equal(whole.Csv, File.ReadAllText(Path.Combine(FolderOf(0), "log.csv")));
            Assert.Equal([Path.Combine(FolderOf(0), "log.csv")], Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        }
    }

    /// <summary>The number of shards decides the bits, so that a training cannot go on with another.</summary>
    [Theory]
    [InlineData(8, 4, "8 shards; this one has 4. Train with DataParallel(shards: 8)")]
    [InlineData(1, 4, "1 shard; this one has 4. Train with DataParallel(shards: 1)")]
    [InlineData(2, 1, "2 shards; this one has 1. Train with DataParallel(shards: 2)")]
    public void A_backup_with_another_number_of_shards_is_refused_in_all_processes(int written, int expected, string message)
    {
        var callback = new BackupAndRestore(BackupOf(0), 1, deleteCheckpoint: false);
        Create(new DataParallel(written)).Fit(Data, batchSize: 8, callbacks: [callback]);
        var messages = ThreadGroup.Run(Math.Min(expected, 2), group =>
        {
            var model = Create(new DataParallel(expected, group));
            var before = SmallNets.AllBits(model);
            var error = Assert.Throws<ModelFormatException>(() => model.Fit(Data, batchSize: 8, callbacks: [new BackupAndRestore(BackupOf(group.Rank), 1)]));
            Assert.Equal(before, SmallNets.AllBits(model));
            return error.Message;
        });
        Assert.All(messages, received => Assert.Equal(
            $"'training.backup': the backup belongs to a training with {message}, or delete the backup to start from the beginning.", received));
    }

    [Fact]
    public void One_shard_writes_the_file_of_a_training_without_distribution()
    {
        var (alone, one) = (Path.Combine(folder.Path, "alone"), Path.Combine(folder.Path, "one"));
        Create(null).Fit(Data, batchSize: 8, callbacks: [new BackupAndRestore(alone, 2, deleteCheckpoint: false)]);
        Create(new DataParallel(1)).Fit(Data, batchSize: 8, callbacks: [new BackupAndRestore(one, 2, deleteCheckpoint: false)]);
        Assert.Equal(File.ReadAllBytes(alone), File.ReadAllBytes(one));
    }

    [Fact]
    public void A_damaged_backup_ends_all_processes()
    {
        Directory.CreateDirectory(FolderOf(0));
        File.WriteAllText(BackupOf(0), "no backup");
        var messages = ThreadGroup.Run(2, group => Assert.ThrowsAny<Exception>(
            () => Create(new DataParallel(Shards, group)).Fit(Data, batchSize: 8, callbacks: [new BackupAndRestore(BackupOf(group.Rank))])).Message);
        const string Sentence = "'training.backup': expected a backup of a training; the file is damaged or something else. Delete it to start from the "
            + "beginning.";
        Assert.Equal([Sentence, $"Process 0 of 2 has failed: {Sentence}"], messages);
    }

    /// <summary>A disk that is full when the backup is written.</summary>
    [Fact]
    public void A_backup_that_cannot_be_written_ends_all_processes()
    {
        var messages = ThreadGroup.Run(3, group =>
        {
            var backup = new BackupAndRestore(BackupOf(group.Rank));
            var removal = new LambdaCallback(onEpochEnd: progress =>
            {
                if (!progress.IsFirstProcess) return;
                Directory.Delete(FolderOf(0), recursive: true);
                File.WriteAllText(FolderOf(0), "");
            });
            return Assert.ThrowsAny<Exception>(() => Create(new DataParallel(Shards, group)).Fit(Data, batchSize: 8, callbacks: [backup, removal])).Message;
        });
        Assert.Contains("training.backup", messages[0], StringComparison.Ordinal);
        Assert.Equal($"Process 0 of 3 has failed: {messages[0]}", messages[1]);
        Assert.Equal(messages[1], messages[2]);
    }

    private static ArrayDataset Data => SmallNets.Images(37);

    private static Sequential Create(DataParallel? distribution)
    {
        var model = new Sequential(seed: 4)
        {
            new Input(12, 12, 1), new RandomFlip(), new Conv2D(4, 3, activation: Activation.Relu), new BatchNormalization(), new MaxPooling2D(2), new Flatten(),
            new Dropout(0.3f), new Dense(3, Activation.Softmax),
        };
        model.Distribution = distribution;
        model.Compile(
            new Adam { WeightDecay = 0.01f, UseEma = true, EmaOverwriteFrequency = 3, GradientAccumulationSteps = 2 }, Loss.SparseCategoricalCrossentropy,
            new Accuracy(), new LossMetric(new SparseCategoricalCrossentropy()), new SparseTopKCategoricalAccuracy(2));
        return model;
    }

    /// <summary>The program of each process, whose disk is its own. It ends after its epochs, or all processes are killed at a moment.</summary>
    private (int[] Bits, string History, string Csv, (int, double) Steering)[] Run(int size, string? killed, int everyBatches) => ThreadGroup.Run(size, group =>
    {
        var own = Directory.CreateDirectory(FolderOf(group.Rank)).FullName;
        var model = Create(new DataParallel(Shards, group));
        var stopping = new EarlyStopping("accuracy", patience: 3, restoreBestWeights: true);
        var history = model.Fit(
            Data, epochs: 3, batchSize: 8, validation: SmallNets.Images(16, seed: 7), callbacks:
            [
                new BackupAndRestore(BackupOf(group.Rank), everyBatches), new ReduceLearningRateOnPlateau("val_loss", 0.5f, patience: 1), stopping,
                new CsvLogger(Path.Combine(own, "log.csv")),
                new Recorder((text, _) =>
                {
                    if (killed is not null && text.StartsWith(killed, StringComparison.Ordinal)) throw new NotImplementedException("killed");
                }),
            ]);
        var csv = group.Rank == 0 ? File.ReadAllText(Path.Combine(own, "log.csv")) : "";
        return (
            SmallNets.AllBits(model), string.Join('|', history.Names.Select(name => $"{name}: {string.Join(' ', history[name])}")), csv,
            (stopping.BestEpoch, model.Optimizer!.LearningRate));
    });

    private string FolderOf(int rank) => Path.Combine(folder.Path, $"{rank}");

    private string BackupOf(int rank) => Path.Combine(FolderOf(rank), "training.backup");
}
