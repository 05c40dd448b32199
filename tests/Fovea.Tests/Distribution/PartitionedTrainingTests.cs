using System.Collections.Concurrent;
using Fovea.Tests.Data;
using Fovea.Tests.Training;

namespace Fovea.Tests.Distributed;

/// <summary>Training on data in fixed parts, of which each process opens its own: the result depends on the parts and not on the number of processes.</summary>
public class PartitionedTrainingTests
{
    /// <summary>The numbers of samples of the parts; the last batch of six has samples of all but the third.</summary>
    private static readonly int[] Sizes = [5, 9, 2, 12];

    private static readonly Dictionary<string, Action<FitSettings>> Cases = new()
    {
        ["shuffled"] = _ => { },
        ["in order"] = settings => settings.Shuffle = false,
        ["steps per epoch"] = settings => settings.Steps = 3,
        ["batches that are smaller than the number of parts"] = settings => settings.BatchSize = 3,
        ["one batch"] = settings => settings.BatchSize = 100,
        ["weights of samples"] = settings => settings.Change = part => part.WithClassWeights(1, 0.25f, 3),
        ["classes in another order"] = settings => settings.Change = part => part.WithClassNames(["owl", "cat", "dog"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_number_of_processes_gives_the_same_bits_and_opens_its_own_parts(string name)
    {
        var opened = new ConcurrentDictionary<(int Process, int Part), bool>();
        var expected = Train(name, new DataParallel(4), opened);
        foreach (var size in (int[])[2, 3, 4])
        {
            opened.Clear();
            foreach (var (bits, history) in ThreadGroup.Run(size, group => Train(name, new DataParallel(4, group), opened)))
            {
                Assert.Equal(expected.Bits, bits);
                Assert.Equal(expected.History, history);
            }

            Assert.Equal([0, 1, 2, 3], opened.Keys.Select(key => key.Part).Order());  // each part once, by one process
        }
    }

    /// <summary>One part and one shard are the training without distribution.</summary>
    [Fact]
    public void One_part_is_the_data_set()
    {
        Model alone = SmallNets.Create("convnet"), sharded = SmallNets.Create("convnet");
        sharded.Distribution = new DataParallel(1);
        var expected = alone.Fit(SmallNets.Images(20), 2, 6);
        var history = sharded.Fit(Dataset.FromParts(1, _ => SmallNets.Images(20)), 2, 6);
        Assert.Equal(SmallNets.AllBits(alone), SmallNets.AllBits(sharded));
        Assert.Equal(expected["loss"], history["loss"]);
    }

    [Fact]
    public void Every_sample_is_read_once_in_each_epoch()
    {
        var reads = new ConcurrentDictionary<(int Part, int Index), int>();
        ThreadGroup.Run(2, group =>
        {
            var model = SmallNets.Create("convnet");
            model.Distribution = new DataParallel(4, group);
            return model.Fit(
                Dataset.FromParts(4, part => new Counted(SmallNets.Images(Sizes[part]), index => reads.AddOrUpdate((part, index), 1, (_, n) => n + 1))), 3, 6);
        });
        Assert.Equal(Sizes.Sum(), reads.Count);
        Assert.All(reads.Values, count => Assert.Equal(3, count));
    }

    /// <summary>A backup of four processes within an epoch, from which two resume.</summary>
    [Fact]
    public void A_training_that_was_killed_resumes_on_another_number_of_processes()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "training.backup");
        var whole = Run(OneProcess.Instance, null);
        Assert.Throws<AggregateException>(() => ThreadGroup.Run(4, group => Run(group, killedAt: 8)));
        Assert.True(File.Exists(file));
        foreach (var resumed in ThreadGroup.Run(2, group => Run(group, null))) Assert.Equal(whole, resumed);

        int[] Run(IProcessGroup group, int? killedAt)
        {
            var model = SmallNets.Create("convnet");
            model.Distribution = new DataParallel(4, group);
            var batches = 0;
            var kill = new LambdaCallback(onBatchEnd: _ => Kill(++batches == killedAt));
            model.Fit(
                Dataset.FromParts(4, part => SmallNets.Images(Sizes[part], seed: part)), 3, 6, callbacks: [new BackupAndRestore(file, everyBatches: 1), kill]);
            return SmallNets.AllBits(model);
        }

        static void Kill(bool isTime)
        {
            if (isTime) throw new InvalidOperationException("killed");
        }
    }

    /// <summary>Validation data in parts too: batches of a part are evaluated by the process that has it.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(100)]
    public void Parts_are_evaluated_by_their_process(int batchSize)
    {
        var opened = new ConcurrentDictionary<(int Process, int Part), bool>();
        var expected = Evaluate(new DataParallel(4));
        Assert.Equal(28, expected.Count);
        opened.Clear();
        var plain = Evaluate(null);  // batches of other samples: only rounding differs
        Assert.Equal((plain.Count, plain.Accuracy), (expected.Count, expected.Accuracy));
        Assert.Equal(plain.Loss, expected.Loss, 1e-6);
        foreach (var size in (int[])[2, 3, 4])
        {
            opened.Clear();
            foreach (var evaluation in ThreadGroup.Run(size, group => Evaluate(new DataParallel(4, group))))
            {
                Assert.Equal(expected.Loss, evaluation.Loss);
                Assert.Equal(expected.Metrics, evaluation.Metrics);
            }

            Assert.Equal([0, 1, 2, 3], opened.Keys.Select(key => key.Part).Order());
        }

        Evaluation Evaluate(DataParallel? distribution)
        {
            var model = SmallNets.Create("convnet");
            model.Distribution = distribution;
            var reports = new Reports();
            var data = Dataset.FromParts(4, part =>
            {
                Assert.True(opened.TryAdd((distribution?.Processes.Rank ?? 0, part), true));
                return SmallNets.Images(Sizes[part], seed: part);
            });
            var evaluation = model.Evaluate(data, batchSize, progress: reports);
            Assert.Equal(28, reports.Counts[^1]);
            return evaluation;
        }
    }

    /// <summary>Sainte-Laguë's method: of seven seats for 53, 24 and 23 percent of the votes, 3, 2 and 2.</summary>
    [Fact]
    public void Batches_have_samples_of_the_parts_in_proportion_to_their_sizes()
    {
        var batches = PassOfParts.Divide([53, 24, 23], 7);
        Assert.Equal([3, 2, 2], Counts(batches[0]));
        Assert.Equal([.. Enumerable.Repeat(7, 14), 2], batches.Select(batch => batch.Samples));
        Assert.Equal([53, 24, 23], Enumerable.Range(0, 3).Select(part => batches.Sum(batch => batch.CountOf(part))));
        Assert.All(PassOfParts.Divide([100, 100, 100, 100], 8), batch => Assert.Equal([2, 2, 2, 2], Counts(batch)));

        // A part of n of N samples has used n·x of them, rounded, where x is the place that all S parts have reached. So it differs from its share of the
        // samples that all have used by at most ½ + S·n / 2N.
        int[] sizes = [1000, 1, 333, 57, 57, 400, 12, 999];
        var (used, all) = (new int[sizes.Length], 0);
        foreach (var batch in PassOfParts.Divide(sizes, 10))
        {
            all += batch.Samples;
            for (var part = 0; part < sizes.Length; part++)
            {
                used[part] += batch.CountOf(part);
                var share = (double)sizes[part] / sizes.Sum();
                Assert.InRange(Math.Abs(used[part] - (all * share)), 0, 0.5 + (sizes.Length * share / 2));
            }
        }

        Assert.Equal(sizes, used);
    }

    [Fact]
    public void Without_shards_it_is_the_samples_of_all_parts()
    {
        var parts = Dataset.FromParts(3, part => SmallNets.Images(part + 1, seed: part));
        Assert.Equal((6, false), (parts.Count, parts.IsStream));
        Assert.Equal(SmallNets.Images(3, seed: 2)[1].Input.Values, parts[4].Input.Values);
        var (one, other) = (SmallNets.Create("convnet"), SmallNets.Create("convnet"));
        var whole = Dataset.From([.. parts]);
        one.Fit(parts, batchSize: 4);
        other.Fit(whole, batchSize: 4);
        Assert.Equal(SmallNets.AllBits(other), SmallNets.AllBits(one));
        Assert.Equal(other.Evaluate(whole).Loss, one.Evaluate(parts).Loss);
        Assert.Equal(other.Predict(whole).Values, one.Predict(parts).Values);
    }

    [Fact]
    public void A_part_that_one_process_cannot_open_ends_all()
    {
        var errors =
            Errors(3, (rank, part) => rank == 2 && part == 3 ? throw new DirectoryNotFoundException("no folder part3") : SmallNets.Images(Sizes[part]));
        Assert.Equal("no folder part3", Assert.IsType<DirectoryNotFoundException>(errors[2]).Message);
        foreach (var other in errors[..2]) Assert.Equal("Process 2 of 3 has failed: no folder part3", Assert.IsType<TrainingException>(other).Message);
    }

    [Fact]
    public void A_sample_that_cannot_be_used_is_named_with_its_part()
    {
        var errors = Errors(2, (_, part) =>
        {
            var images = new float[5 * 144];
            if (part == 3) images[2 * 144] = float.NaN;
            return new ArrayDataset(images, [12, 12, 1], new float[5], Shape.Scalar);
        });
        const string Message = "Part 3, sample 2: expected finite numbers; received NaN at (0, 0, 0).";
        Assert.Equal([$"Process 1 of 2 has failed: {Message}", Message], errors.Select(error => Assert.IsType<TrainingException>(error).Message));
    }

    [Theory]
    [InlineData("empty", "Dataset.FromParts: expected samples in part 1; it is empty.")]
    [InlineData("stream", "Dataset.FromParts: expected samples with an index as part 1; received a stream. Use its Cache().")]
    [InlineData("null", "Dataset.FromParts: expected a data set as part 1; received null.")]
    [InlineData("shape", "Dataset.FromParts: expected parts with inputs (12, 12, 1), as part 0; part 1 has (2, 2, 1).")]
    [InlineData("names", "Dataset.FromParts: expected parts with class names , as part 0; part 1 has a, b, c.")]
    [InlineData("weights", "Dataset.FromParts: expected parts with sample weights: none, as part 0; part 1 has one for each sample.")]
    public void A_part_that_does_not_fit_is_refused(string what, string message)
    {
        var images = SmallNets.Images(4);
        var errors = Errors(1, (_, part) => part != 1 ? images : what switch
        {
            "empty" => new Counted(images, _ => { }) { Samples = 0 },
            "stream" => Dataset.From(images.AsEnumerable()),
            "shape" => new ArrayDataset(new float[8], [2, 2, 1], [0, 1], Shape.Scalar),
            "names" => images.WithClassNames(["a", "b", "c"]),
            "weights" => images.WithClassWeights(1, 2, 3),
            _ => null!,
        });
        Assert.Equal(message, Assert.IsType<InvalidDataException>(errors[0]).Message);
    }

    [Fact]
    public void Other_numbers_of_parts_and_changes_of_the_whole_are_refused()
    {
        var model = SmallNets.Create("convnet");
        model.Distribution = new DataParallel(8);
        Assert.Equal(
            "Dataset.FromParts: expected as many parts as the model's Distribution has shards, 8; received 4.",
            Assert.Throws<TrainingException>(() => model.Fit(Dataset.FromParts(4, _ => SmallNets.Images(4)))).Message);
        Assert.Equal(
            "Dataset.FromParts: parts must be at least 1; received 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Dataset.FromParts(0, _ => SmallNets.Images(4))).Sentence());
        var parts = Dataset.FromParts(4, _ => SmallNets.Images(4));
        foreach (var change in (Func<Dataset>[])
            [() => parts.OneHot(3), () => parts.Take(2), () => parts.Select((x, y) => (x, y)), () => parts.WithClassWeights(1, 2, 3), () => parts.Cache(),
            () => parts.Concat(SmallNets.Images(1)), () => SmallNets.Images(1).Concat(parts), () => parts.Zip(parts), () => parts.Zip(parts, (a, b) => a)])
        {
            Assert.Equal(
                "Dataset.FromParts: expected a change of each part, since a part is opened only where it is needed; received a change of all samples. Make it "
                + "in the function that opens a part, as in Dataset.FromParts(16, part => Open(part).OneHot()).",
                Assert.Throws<InvalidOperationException>(change).Message);
        }
    }

    private static (int[] Bits, (string, string)[] History) Train(string name, DataParallel distribution, ConcurrentDictionary<(int, int), bool> opened)
    {
        var settings = new FitSettings();
        Cases[name](settings);
        var model = SmallNets.Convnet();
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Distribution = distribution;
        if (name.StartsWith("classes", StringComparison.Ordinal)) model.ClassNames = ["cat", "dog", "owl"];
        var data = Dataset.FromParts(4, part =>
        {
            Assert.True(opened.TryAdd((distribution.Processes.Rank, part), true));
            return settings.Change(SmallNets.Images(Sizes[part], seed: 10 + part));
        });
        var history =
            model.Fit(data, 2, settings.BatchSize, SmallNets.Images(7).WithClassNames(["cat", "dog", "owl"]), settings.Shuffle, stepsPerEpoch: settings.Steps);
        return (SmallNets.AllBits(model), [.. history.Names.Select(each => (each, string.Join(' ', history[each].Select(value => $"{value:R}"))))]);
    }

    private static Exception[] Errors(int size, Func<int, int, Dataset> open) => ThreadGroup.Run(size, group =>
    {
        var model = SmallNets.Create("convnet");
        model.Distribution = new DataParallel(4, group);
        return Record.Exception(() => model.Fit(Dataset.FromParts(4, part => open(group.Rank, part)), batchSize: 6))!;
    });

    private static int[] Counts(BatchDivision batch) => [.. Enumerable.Range(0, batch.Shards).Select(batch.CountOf)];

    private sealed class FitSettings
    {
        public bool Shuffle { get; set; } = true;

        public int BatchSize { get; set; } = 6;

        public int? Steps { get; set; }

        public Func<Dataset, Dataset> Change { get; set; } = part => part;
    }

    /// <summary>Samples that report when they are read.</summary>
    private sealed class Counted(Dataset data, Action<int> whenRead) : Dataset
    {
        public int Samples { get; init; } = data.Count;

        public override int Count => Samples;

        public override Shape InputShape => data.InputShape;

        public override Shape TargetShape => data.TargetShape;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            whenRead(index);
            data.Read(index, input, target);
        }
    }
}
