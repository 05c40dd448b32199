using Fovea.Engine;
using Fovea.Tests.Layers;
using Fovea.Tests.Training;

namespace Fovea.Tests.Distributed;

/// <summary>Evaluation by several processes gives the numbers of one: no sample is padded, missed or counted twice.</summary>
public class SharedEvaluationTests
{
    private const int Shards = 8;

    /// <summary>Models with their data. All metrics but those in <see cref="Rounded"/> are counts, so that the order of samples does not matter.</summary>
    private static readonly Dictionary<string, Func<(Model Model, Dataset Data)>> Cases = new()
    {
        ["classes"] = () => (Classifier(), SmallNets.Images(101)),
        ["fewer batches than processes"] = () => (Classifier(), SmallNets.Images(14)),
        ["fewer samples than a batch"] = () => (Classifier(), SmallNets.Images(3)),
        ["weights of samples"] = () => (Classifier(), SmallNets.Images(45).WithClassWeights(1, 0.25f, 3)),
        ["classes in another order"] = Renumbered,
        ["stream"] = () => (Classifier(), Stream(SmallNets.Images(45))),
        ["stream of weighted samples"] = () => (Classifier(), Stream(SmallNets.Images(45)).WithClassWeights(1, 0.25f, 3)),
        ["weights of pixels"] = () => (Pixels(), Masks().WithClassWeights(1, 0.5f)),
        ["two inputs and outputs"] = Branches,
        ["open size"] = () => (Open(), SmallNets.Images(45)),
        ["penalties"] = Penalized,
    };

    /// <summary>A sum of logarithms is rounded otherwise where it is added up by shards.</summary>
    private static readonly string[] Rounded = ["sparse_categorical_crossentropy", "right_mean_absolute_error"];

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_result_is_that_of_one_process(string name)
    {
        var (alone, data) = Cases[name]();
        var expected = Bits(alone.Evaluate(data, 8));
        Assert.Equal(expected, Bits(Evaluated(name, new DataParallel(1))));
        var sharded = Bits(Evaluated(name, new DataParallel(Shards)));
        Assert.Equal(Without(Rounded, expected), Without(Rounded, sharded));
        foreach (var (one, other) in expected.Zip(sharded))
            Assert.Equal(BitConverter.Int64BitsToDouble(one.Bits), BitConverter.Int64BitsToDouble(other.Bits), 1e-12);
        foreach (var size in (int[])[2, 3, 4, 5])
        {
            foreach (var evaluation in ThreadGroup.Run(size, group => Evaluated(name, new DataParallel(Shards, group))))
                Assert.Equal(sharded, Bits(evaluation));
        }
    }

    /// <summary>PyTorch's sampler would repeat two samples here.</summary>
    [Fact]
    public void A_thousand_and_one_samples_are_the_same_on_three_processes()
    {
        static Evaluation Evaluate(DataParallel? distribution)
        {
            var model = SmallNets.Perceptron();
            model.Compile(new Sgd(), new SparseCategoricalCrossentropy { FromLogits = true }, new SparseCategoricalAccuracy());
            model.Distribution = distribution;
            return model.Evaluate(SmallNets.Images(1001), 50);
        }

        var expected = Evaluate(null);
        Assert.Equal(1001, expected.Count);
        foreach (var evaluation in ThreadGroup.Run(3, group => Evaluate(new DataParallel(4, group)))) Assert.Equal(Bits(expected), Bits(evaluation));
    }

    [Fact]
    public void Validation_within_a_training_is_shared_too()
    {
        static double[] Validated(DataParallel? distribution)
        {
            var model = Classifier();
            model.Distribution = distribution;
            var (data, validation) = (SmallNets.Images(24), SmallNets.Images(31, seed: 9));
            var history = model.Fit(data, 2, 8, validation, verbose: Verbosity.Silent);
            model.Distribution = null;
            Assert.Equal(model.Evaluate(validation).Loss, history["val_loss"][^1]);
            return [.. history["val_loss"], .. history["val_accuracy"], .. history["val_auc"]];
        }

        var expected = Validated(new DataParallel(4));
        foreach (var size in (int[])[2, 3])
        {
            foreach (var values in ThreadGroup.Run(size, group => Validated(new DataParallel(4, group)))) Assert.Equal(expected, values);
        }
    }

    [Fact]
    public void Every_process_is_told_of_all_samples()
    {
        foreach (var counts in ThreadGroup.Run(3, Report)) Assert.Equal([8, 16, 24, 32, 40, 45], counts);

        static List<int> Report(IProcessGroup group)
        {
            var model = Classifier();
            model.Distribution = new DataParallel(4, group);
            var reports = new Reports();
            model.Evaluate(SmallNets.Images(45), 8, progress: reports);
            return reports.Counts;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_image_that_one_process_cannot_read_ends_all(bool isStream)
    {
        var errors = Errors(3, (model, rank) =>
        {
            Dataset data = new Broken(SmallNets.Images(45), rank == 1 ? 12 : -1);
            model.Evaluate(isStream ? Stream(data) : data, 8);
        });
        Assert.IsType<TrainingException>(errors[1]);
        Assert.Equal("the file of sample 12 is damaged", errors[1].Message);
        foreach (var other in (int[])[0, 2])
            Assert.Equal("Process 1 of 3 has failed: the file of sample 12 is damaged", Assert.IsType<TrainingException>(errors[other]).Message);
    }

    /// <summary>Each process reads its batches, besides the first, middle and last sample. Sample 1 is in a batch of process 0.</summary>
    [Fact]
    public void A_process_does_not_read_the_batches_of_others()
    {
        foreach (var evaluation in ThreadGroup.Run(3, Evaluate)) Assert.Equal(45, evaluation.Count);

        static Evaluation Evaluate(IProcessGroup group)
        {
            var model = Classifier();
            model.Distribution = new DataParallel(4, group);
            return model.Evaluate(new Broken(SmallNets.Images(45), group.Rank == 1 ? 1 : -1), 8);
        }
    }

    [Fact]
    public void A_cancellation_of_one_process_ends_all()
    {
        var errors = Errors(3, (model, rank) =>
        {
            using var source = new CancellationTokenSource();
            var reports = new Reports { OnReport = () => Cancel(rank, source) };
            model.Evaluate(SmallNets.Images(90), 4, progress: reports, cancellationToken: source.Token);
        });
        Assert.All(errors, error => Assert.IsAssignableFrom<OperationCanceledException>(error));
        Assert.Equal("Another process was cancelled.", errors[0].Message);

        static void Cancel(int rank, CancellationTokenSource source)
        {
            if (rank == 2) source.Cancel();
        }
    }

    [Fact]
    public void An_error_of_a_progress_report_ends_all()
    {
        var errors = Errors(2, (model, rank) =>
            model.Evaluate(SmallNets.Images(16), 8, progress: new Reports { OnReport = () => Refuse(rank) }));
        Assert.Equal(["the pipe is closed", "Process 0 of 2 has failed: the pipe is closed"], errors.Select(error => error.Message));

        static void Refuse(int rank)
        {
            if (rank == 0) throw new IOException("the pipe is closed");
        }
    }

    [Fact]
    public void Different_data_are_refused()
    {
        Refused(
            "process 0 has 45 samples of (12, 12, 1) in batches of 8 and 4 shards, but process 2 of 3 has 44 samples of (12, 12, 1) in batches of 8 and 4 "
            + "shards. Give all processes the same data and batch size.",
            3, (model, rank) => model.Evaluate(SmallNets.Images(rank == 2 ? 44 : 45), 8));
        Refused(
            "process 0 has 9 samples of (12, 12, 1) in batches of 4 and 4 shards, but process 1 of 2 has a stream of (12, 12, 1) in batches of 4 and 4 shards. "
            + "Give all processes the same data and batch size.",
            2, (model, rank) => model.Evaluate(rank == 0 ? SmallNets.Images(9) : Stream(SmallNets.Images(9)), 4));
        Refused(
            "process 0 has 14 samples of the stream after batch 2, but process 1 of 2 has 13 samples of the stream after batch 2. Give all processes the same "
            + "stream.",
            2, (model, rank) => model.Evaluate(Stream(SmallNets.Images(rank == 1 ? 13 : 14)), 8));
    }

    /// <summary>As many images in another order: some would be evaluated twice, others never.</summary>
    [Fact]
    public void Data_in_another_order_are_refused()
    {
        foreach (var predicts in (bool[])[false, true])
        {
            var errors = Errors(2, (model, rank) =>
            {
                Dataset data = rank == 0 ? SmallNets.Images(45) : SmallNets.Images(45).Shuffle(seed: 1);
                if (predicts) model.Predict(data);
                else model.Evaluate(data);
            });
            Assert.All(errors, error => Assert.Matches(
                "^Expected the same in all processes: process 0 has samples 0, 22, 44 with the hash [0-9a-f]{16}, but process 1 of 2 has samples 0, "
                    + "22, 44 with "
                + "the hash [0-9a-f]{16}. Give all processes the same data in the same order.$", Assert.IsType<TrainingException>(error).Message));
        }
    }

    [Fact]
    public void Models_with_different_weights_or_metrics_are_refused()
    {
        var (right, wrong) = (Classifier(), Classifier());
        wrong.Weights[^1].Write([1, 2, 3]);
        foreach (var program in (Action<Model>[])[model => model.Evaluate(SmallNets.Images(45)), model => model.Predict(SmallNets.Images(45))])
        {
            Refused(
                $"process 0 has weights with the hash {Hash(right)}, but process 1 of 2 has weights with the hash {Hash(wrong)}. Load the same weights into "
                + "'convnet' in all processes.", 2, (model, rank) =>
                {
                    if (rank == 1) model.Weights[^1].Write([1, 2, 3]);
                    program(model);
                });
        }

        Refused(
            "process 0 has the metrics accuracy, auc, f1_score, sparse_categorical_crossentropy, but process 1 of 2 has the metrics accuracy. "
                + "Compile 'convnet' "
            + "with the same metrics in all processes.", 2, (model, rank) =>
            {
                if (rank == 1) model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy, new Accuracy());
                model.Evaluate(SmallNets.Images(45));
            });
    }

    [Fact]
    public void Data_of_another_shape_in_one_process_end_all()
    {
        var errors = Errors(2, (model, rank) => model.Evaluate(rank == 0 ? SmallNets.Images(9) : new ArrayDataset(new float[8], [2, 2, 1], [0, 1], [1])));
        Assert.StartsWith(
            "convnet: expected inputs (None, 12, 12, 1); the data set has (None, 2, 2, 1).", Assert.IsType<ShapeException>(errors[1]).Message,
            StringComparison.Ordinal);
        Assert.Equal($"Process 1 of 2 has failed: {errors[1].Message}", Assert.IsType<TrainingException>(errors[0]).Message);
    }

    [Fact]
    public void A_custom_metric_that_cannot_be_merged_is_refused_before_the_first_sample()
    {
        Refused<Silent>("silent: Silent does not override Merge, which adds the samples of another metric. Override it, or derive the metric from RowMean.");
        Refused<Forgetful>(
            "forgetful: Forgetful overrides Merge, but not SaveState and RestoreState, by which processes exchange it. Override them too.");

        static void Refused<T>(string message)
            where T : Metric, new()
        {
            var model = SmallNets.Convnet();
            model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy, new T());
            var data = new Broken(SmallNets.Images(9), 0);
            foreach (var distribution in (DataParallel[])[new DataParallel(2), new DataParallel(64)])
            {
                model.Distribution = distribution;
                Assert.Equal(message, Assert.Throws<NotSupportedException>(() => model.Evaluate(data)).Message);
            }

            model.Distribution = new DataParallel(1);
            model.Evaluate(SmallNets.Images(9));
        }
    }

    private static Evaluation Evaluated(string name, DataParallel distribution)
    {
        var (model, data) = Cases[name]();
        model.Distribution = distribution;
        return model.Evaluate(data, 8);
    }

    /// <summary>The errors of the processes. Each evaluates or predicts with its own model.</summary>
    private static Exception[] Errors(int size, Action<Model, int> program) => ThreadGroup.Run(size, group =>
    {
        var model = Classifier();
        model.Distribution = new DataParallel(4, group);
        var error = Record.Exception(() => program(model, group.Rank));
        model.Distribution = null;
        model.Fit(SmallNets.Images(2));  // nothing holds the model any more
        return error!;
    });

    private static void Refused(string message, int size, Action<Model, int> program) => Assert.All(
        Errors(size, program),
        error => Assert.Equal($"Expected the same in all processes: {message}", Assert.IsType<TrainingException>(error).Message));

    private static string Hash(Model model) => ContentHash.Print(ContentHash.Of(model.Weights.Select(weight => weight.Variable)));

    private static (string Name, long Bits)[] Bits(Evaluation evaluation) =>
    [
        ("count", evaluation.Count), ("loss", BitConverter.DoubleToInt64Bits(evaluation.Loss)),
        .. evaluation.Metrics.Select(entry => (entry.Key, BitConverter.DoubleToInt64Bits(entry.Value))),
    ];

    private static IEnumerable<(string Name, long Bits)> Without(string[] names, IEnumerable<(string Name, long Bits)> values) =>
        values.Where(value => !names.Contains(value.Name));

    private static Sequential Classifier()
    {
        var model = SmallNets.Convnet();
        model.Compile(
            new Sgd(), Loss.SparseCategoricalCrossentropy, new Accuracy(), new Auc(), new F1Score(),
            new LossMetric(Loss.SparseCategoricalCrossentropy));
        return model;
    }

    private static (Model Model, Dataset Data) Renumbered()
    {
        var model = Classifier();
        model.ClassNames = ["cat", "dog", "owl"];
        return (model, SmallNets.Images(45).WithClassNames(["owl", "cat", "dog"]));
    }

    private static Sequential Pixels()
    {
        var model = new Sequential("pixels", 1) { new Input(4, 4, 2), new Conv2D(2, 3, padding: Padding.Same, activation: Activation.Softmax) };
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy, new MeanIoU(2));
        return model;
    }

    private static TensorDataset Masks() => new(
        [new Tensor([21, 4, 4, 2], LayerRunner.Normal(21 * 32))],
            [new Tensor([21, 4, 4], [.. Enumerable.Range(0, 21 * 16).Select(i => (float)(i * 7 % 5 % 2))])]);

    private static (Model Model, Dataset Data) Branches()
    {
        Tensor[] inputs = [new([21, 4], LayerRunner.Normal(84)), new([21, 5], LayerRunner.Normal(105, seed: 2))];
        Tensor[] targets = [new([21], [.. Enumerable.Range(0, 21).Select(i => (float)(i % 3))]), new([21, 1], LayerRunner.Normal(21, seed: 3))];
        SymbolicTensor a = new Input(4).Output, b = new Input(5).Output;
        var joined = new Concatenate().Call(a, b);
        var left = new Dense(3, Activation.Softmax) { Name = "left" }.Call(joined);
        var model = new Model([a, b], [left, new Dense(1) { Name = "right" }.Call(joined)], "branches", 3);
        model.Compile(
            new Sgd(), new Objective("left", Loss.SparseCategoricalCrossentropy, new Accuracy()) { Weight = 0.5 },
            new Objective("right", Loss.MeanSquaredError, new LossMetric(new MeanAbsoluteError())) { Weight = 2 });
        return (model, new TensorDataset(inputs, targets));
    }

    private static Sequential Open()
    {
        var model = new Sequential("open", 5)
        {
            new Input(null, null, 1), new Conv2D(6, 3, activation: Activation.Relu), new GlobalAveragePooling2D(), new Dense(3, Activation.Softmax),
        };
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy, new Accuracy(), new Auc());
        return model;
    }

    private static (Model Model, Dataset Data) Penalized()
    {
        var model = new Sequential("penalized", 4)
        {
            new Input(12, 12, 1), new Flatten(), new Dense(3, Activation.Softmax) { KernelRegularizer = new L2(0.01) },
        };
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return (model, SmallNets.Images(45));
    }

    private static Dataset Stream(Dataset data) => Dataset.From(data.Select(sample => (sample.Input, sample.Target)).AsEnumerable());

    private sealed class Silent : RowMetric
    {
        public override double Value => 0;

        public override void Reset()
        {
        }

        protected override void Add(MetricRow row)
        {
        }
    }

    private sealed class Forgetful : RowMetric
    {
        private int rows;

        public override double Value => rows;

        public override void Reset() => rows = 0;

        public override void Merge(Metric other) => rows += ((Forgetful)other).rows;

        protected override void Add(MetricRow row) => rows++;
    }
}
