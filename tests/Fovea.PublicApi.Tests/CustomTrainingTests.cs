using System.IO.Compression;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Extending;
using Fovea.Formats;

namespace Fovea.PublicApi.Tests;

/// <summary>Custom losses, metrics, optimizers and schedules in files, with the public surface alone.</summary>
public sealed class CustomTrainingTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public CustomTrainingTests()
    {
        CustomObjects.Register("MyPackage>PowerLoss", config => new PowerLoss(config.GetDouble("power")));
        CustomObjects.Register("MyPackage>Within", config => new Within(config.GetDouble("tolerance")));
        CustomObjects.Register("MyPackage>SignMomentum", config => new SignMomentum(config.GetFloat("momentum")));
        CustomObjects.Register("MyPackage>Halving", config => new Halving(config.GetDouble("initial"), config.GetInt("steps")));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("net.keras")]
    [InlineData("net.h5")]
    public void A_model_compiled_with_custom_classes_comes_back_and_resumes_to_the_same_bits(string file)
    {
        var path = Path.Combine(folder, file);
        var model = Net();
        model.FitOnce();
        model.Save(path);
        var loaded = Model.Load(path, out var report);
        Assert.Empty(report.Notes);
        var optimizer = Assert.IsType<SignMomentum>(loaded.Optimizer);
        Assert.Equal((0.5f, 0.01, 1.5), (optimizer.Momentum, optimizer.WeightDecay, optimizer.ClipNorm));
        Assert.Equal((0.25, 3), (Assert.IsType<Halving>(optimizer.Schedule).Initial, ((Halving)optimizer.Schedule).Steps));
        var (expected, received) = (model.FitOnce(), loaded.FitOnce());
        Assert.Equal(expected["loss"], received["loss"]);
        Assert.Equal(expected["close"], received["close"]);
        Assert.Equal(model.Numbers(), loaded.Numbers());
    }

    /// <summary>Evaluated by shards, each metric counts the samples of a shard, and they are merged.</summary>
    [Fact]
    public void Custom_metrics_are_merged()
    {
        var (model, numbers) = (Net(), new List<(double, double)>());
        model.Compile(new Sgd(), Loss.MeanSquaredError, new OutputRange(), new Within(0.25) { Name = "close" });
        var images = new float[17 * 72];
        for (var i = 0; i < images.Length; i++) images[i] = i % 17 / 10f;
        var data = new ArrayDataset(images, [6, 6, 2], new float[17 * 3], [3]);
        foreach (var distribution in (DataParallel?[])[null, new DataParallel(1), new DataParallel(4)])
        {
            model.Distribution = distribution;
            var metrics = model.Evaluate(data, batchSize: 2).Metrics;
            numbers.Add((metrics["output_range"], metrics["close"]));
        }

        Assert.True(numbers[0].Item1 > 0);
        Assert.All(numbers, each => Assert.Equal(numbers[0].Item1, each.Item1));
        Assert.All(numbers, each => Assert.Equal(numbers[0].Item2, each.Item2, 1e-12));
    }

    /// <summary>The weights are there all the same; the report says what to register.</summary>
    [Theory]
    [InlineData("PowerLoss", "loss", "its compile settings do not fit: loss: ")]
    [InlineData("SignMomentum", "optimizer", "its compile settings do not fit: optimizer: ")]
    [InlineData("Halving", "learning-rate schedule", "its compile settings do not fit: optimizer: SignMomentum: ")]
    public void A_class_that_is_not_registered_leaves_the_model_uncompiled_and_is_named(string name, string kind, string start)
    {
        var (model, loaded, report) = LoadWithUnknown(name);
        Assert.Equal(
            $"{start}the {kind} 'Other>{name}' is not known; if the class is your own, call CustomObjects.Register(\"Other>{name}\", config => new {name}(…)) "
            + "before loading. Compile the model before training it.",
            Assert.Single(report.Notes));
        Assert.Null(loaded.Optimizer);
        Assert.Equal(model.Numbers(), loaded.Numbers());
    }

    [Theory]
    [InlineData("net.keras")]
    [InlineData("net.h5")]
    public void An_optimizer_that_was_not_registered_when_it_was_saved_is_named_when_it_is_loaded(string file)
    {
        var path = Path.Combine(folder, file);
        var model = new Sequential(seed: 1) { new Input(2), new Dense(1) };
        model.Compile(new Unregistered(), Loss.MeanSquaredError);
        model.Save(path);
        var loaded = Model.Load(path, out var report);
        Assert.Equal(
            ["it was compiled with 'Unregistered', which was not saved: the optimizer or its schedule was not registered with CustomObjects.Register. "
            + "Compile the model before training it."],
            report.Notes);
        Assert.Null(loaded.Optimizer);
    }

    [Fact]
    public void A_metric_that_is_not_registered_is_left_out_and_named()
    {
        var (_, loaded, report) = LoadWithUnknown("Within");
        Assert.Equal(
            "a metric was left out: metric: the metric 'Other>Within' is not known; if the class is your own, call CustomObjects.Register(\"Other>Within\", "
            + "config => new Within(…)) before loading.",
            Assert.Single(report.Notes));
        Assert.IsType<SignMomentum>(loaded.Optimizer);
    }

    private (Model Model, Model Loaded, LoadReport Report) LoadWithUnknown(string name)
    {
        var path = Path.Combine(folder, "net.keras");
        var model = Net();
        model.FitOnce();
        model.Save(path);
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            var entry = archive.GetEntry("config.json")!;
            string text;
            using (var reader = new StreamReader(entry.Open())) text = reader.ReadToEnd();
            entry.Delete();
            using var writer = new StreamWriter(archive.CreateEntry("config.json", CompressionLevel.NoCompression).Open());
            writer.Write(text.Replace($"MyPackage\\u003E{name}", $"Other\\u003E{name}", StringComparison.Ordinal));
        }

        return (model, Model.Load(path, out var report), report);
    }

    private static Sequential Net()
    {
        var model = new Sequential(seed: 5) { new Input(6, 6, 2), new Flatten(), new Dense(3, Activation.Tanh) };
        model.Compile(
            new SignMomentum(0.5f) { Schedule = new Halving(0.25, 3), WeightDecay = 0.01, ClipNorm = 1.5 },
            new PowerLoss(1.5) { Reduction = LossReduction.Sum }, new Within(0.25) { Name = "close" });
        return model;
    }

    /// <summary>|p − t|^power, averaged over the outputs.</summary>
    private sealed class PowerLoss(double power) : Loss
    {
        public override string Name => "power";

        public override Node Call(Node expected, Node predicted) =>
            ((float)(power / 2) * ((predicted - expected).Square() + 1e-6f).Log()).Exp().Sum(1) / predicted.Shape[^1];

        protected override void WriteConfig(Config config) => config.Set("power", power);
    }

    /// <summary>The share of outputs that are close to their targets.</summary>
    private sealed class Within(double tolerance) : RowMean
    {
        protected override double Of(MetricRow row)
        {
            var close = 0;
            for (var i = 0; i < row.Prediction.Length; i++) close += Math.Abs(row.Prediction[i] - row.TargetOf(i)) <= tolerance ? 1 : 0;
            return (double)close / row.Prediction.Length;
        }

        protected override void WriteConfig(Config config) => config.Set("tolerance", tolerance);
    }

    /// <summary>The range of the outputs. It is merged by what the documentation of <see cref="Metric.Merge"/> asks for.</summary>
    private sealed class OutputRange : RowMetric
    {
        private (float Low, float High) range = (float.PositiveInfinity, float.NegativeInfinity);

        public override double Value => range.High - range.Low;

        public override void Reset() => range = (float.PositiveInfinity, float.NegativeInfinity);

        public override void Merge(Metric other)
        {
            var added = ((OutputRange)other).range;
            range = (Math.Min(range.Low, added.Low), Math.Max(range.High, added.High));
        }

        public override void SaveState(BinaryWriter writer)
        {
            writer.Write(range.Low);
            writer.Write(range.High);
        }

        public override void RestoreState(BinaryReader reader) => range = (reader.ReadSingle(), reader.ReadSingle());

        protected override void Add(MetricRow row)
        {
            foreach (var output in row.Prediction) range = (Math.Min(range.Low, output), Math.Max(range.High, output));
        }
    }

    /// <summary>Steps in the direction of a mean gradient.</summary>
    private sealed class SignMomentum(float momentum) : Optimizer(0.01)
    {
        public float Momentum { get; } = momentum;

        protected override IReadOnlyList<Slot> Slots => ["mean"];

        protected override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors)
        {
            var mean = (Momentum * slots[0]) + ((1 - Momentum) * gradient);
            return (weight - (factors[0] * mean / (mean.Square() + 1e-6f).Sqrt()), [mean]);
        }

        protected override void WriteConfig(Config config) => config.Set("momentum", Momentum);
    }

    private sealed class Unregistered() : Optimizer(0.01)
    {
        protected override IReadOnlyList<Slot> Slots => [];

        protected override (Node Weight, Node[] Slots) Step(Node weight, Node gradient, Node[] slots, Node[] factors) =>
            (weight - (factors[0] * gradient), []);
    }

    /// <summary>Half the rate after each number of steps.</summary>
    private sealed class Halving(double initial, int steps) : LearningRateSchedule
    {
        public double Initial { get; } = initial;

        public int Steps { get; } = steps;

        public override double At(long step) => Initial * Math.Pow(0.5, step / Steps);

        protected override void WriteConfig(Config config)
        {
            config.Set("initial", Initial);
            config.Set("steps", Steps);
        }
    }
}
