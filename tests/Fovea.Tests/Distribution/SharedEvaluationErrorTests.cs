using Fovea.Tests.Training;

namespace Fovea.Tests.Distributed;

/// <summary>What goes wrong in one of several processes that evaluate together ends all of them, with a sentence.</summary>
public class SharedEvaluationErrorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_image_that_one_process_cannot_read_ends_all(bool isStream)
    {
        var errors = Errors(3, (model, rank) =>
        {
            Dataset data = new Broken(SmallNets.Images(45), rank == 1 ? 12 : -1);
            model.Evaluate(isStream ? SharedEvaluationTests.Stream(data) : data, 8);
        });
        Assert.IsType<TrainingException>(errors[1]);
        Assert.Equal("the file of sample 12 is damaged", errors[1].Message);
        foreach (var other in (int[])[0, 2])
            Assert.Equal("Process 1 of 3 has failed: the file of sample 12 is damaged", Assert.IsType<TrainingException>(errors[other]).Message);
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
            2, (model, rank) => model.Evaluate(rank == 0 ? SmallNets.Images(9) : SharedEvaluationTests.Stream(SmallNets.Images(9)), 4));
        Refused(
            "process 0 has 14 samples of the stream after batch 2, but process 1 of 2 has 13 samples of the stream after batch 2. Give all processes the same "
            + "stream.",
            2, (model, rank) => model.Evaluate(SharedEvaluationTests.Stream(SmallNets.Images(rank == 1 ? 13 : 14)), 8));
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
        var (right, wrong) = (SharedEvaluationTests.Classifier(), SharedEvaluationTests.Classifier());
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

    /// <summary>The errors of the processes. Each evaluates or predicts with its own model.</summary>
    private static Exception[] Errors(int size, Action<Model, int> program) => ThreadGroup.Run(size, group =>
    {
        var model = SharedEvaluationTests.Classifier();
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
