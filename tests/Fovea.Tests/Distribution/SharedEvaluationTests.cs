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
    public void Every_shard_has_one_process()
    {
        foreach (var shards in (int[])[1, 2, 8, 64])
        {
            for (var size = 1; size <= shards; size++)
            {
                var distribution = new DataParallel(shards, new Group(size));
                var owners = Enumerable.Range(0, size).SelectMany(rank =>
                {
                    var (first, end) = distribution.ShardsOf(rank);
                    return Enumerable.Repeat(rank, end - first);
                });
                Assert.Equal(owners, Enumerable.Range(0, shards).Select(distribution.OwnerOf));
            }
        }
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

    private static Evaluation Evaluated(string name, DataParallel distribution)
    {
        var (model, data) = Cases[name]();
        model.Distribution = distribution;
        return model.Evaluate(data, 8);
    }

    private static (string Name, long Bits)[] Bits(Evaluation evaluation) =>
    [
        ("count", evaluation.Count), ("loss", BitConverter.DoubleToInt64Bits(evaluation.Loss)),
        .. evaluation.Metrics.Select(entry => (entry.Key, BitConverter.DoubleToInt64Bits(entry.Value))),
    ];

    private static IEnumerable<(string Name, long Bits)> Without(string[] names, IEnumerable<(string Name, long Bits)> values) =>
        values.Where(value => !names.Contains(value.Name));

    internal static Sequential Classifier()
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

    internal static Dataset Stream(Dataset data) => Dataset.From(data.Select(sample => (sample.Input, sample.Target)).AsEnumerable());

    /// <summary>A number of processes that exchange nothing.</summary>
    private sealed class Group(int size) : IProcessGroup
    {
        public int Rank => 0;

        public int Size => size;

        public void AllToAll(ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts) =>
            throw new NotSupportedException();

        public void AllGather(Span<float> values, ReadOnlySpan<int> counts) => throw new NotSupportedException();

        public void AllGather(Span<byte> values, ReadOnlySpan<int> counts) => throw new NotSupportedException();
    }
}
