namespace Fovea.Tests.Training;

/// <summary>What training does from epoch to epoch and batch to batch.</summary>
public class FitTests
{
    [Fact]
    public void Training_learns_what_can_be_learned()
    {
        var (model, data) = (SmallNets.Convnet(), SmallNets.Images(120));
        model.Compile(new Adam(0.003f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        var before = model.Evaluate(data);
        var history = model.Fit(data, epochs: 8, validation: SmallNets.Images(60, seed: 9));
        Assert.Equal(["loss", "accuracy", "val_loss", "val_accuracy"], history.Names);
        Assert.Equal(8, history.Epochs);
        Assert.True(model.Evaluate(data).Loss < before.Loss / 2);
        Assert.True(history["val_accuracy"][^1] > 0.9, $"{history["val_accuracy"][^1]}");
        Assert.Equal(history["val_loss"][^1], model.Evaluate(SmallNets.Images(60, seed: 9)).Loss);
    }

    /// <summary>At a learning rate of 0 all batches see the same weights, so the epoch's mean must be the mean over all samples.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(64)]
    public void A_last_smaller_batch_counts_by_its_samples(int batchSize)
    {
        var data = SmallNets.Images(20);
        var model = new Sequential { new Input(12, 12, 1), new Flatten(), new Dense(3, Activation.Softmax) };
        model.Compile(new Sgd(0), Loss.SparseCategoricalCrossentropy, new Accuracy());
        var history = model.Fit(data, batchSize: batchSize);
        var all = model.Evaluate(data, batchSize: 20);
        Assert.Equal(20, all.Count);
        Assert.Equal(all.Loss, history["loss"][0], 1e-6);
        Assert.Equal(all.Accuracy, history["accuracy"][0]);
        Assert.Equal(all.Loss, model.Evaluate(data, batchSize).Loss, 1e-6);
        Assert.Equal(all.Accuracy, model.Evaluate(data, batchSize).Accuracy);
    }

    [Fact]
    public void Samples_come_in_a_new_order_each_epoch_and_in_the_same_for_the_same_seed()
    {
        var first = Order(seed: 1, shuffle: true);
        Assert.Equal(first, Order(seed: 1, shuffle: true));
        Assert.NotEqual(first, Order(seed: 2, shuffle: true));
        var epochs = first.Chunk(50).ToArray();
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, 50), epoch.Order()));
        Assert.All(epochs, epoch => Assert.NotEqual(Enumerable.Range(0, 50), epoch));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[1], epochs[2]);
        Assert.Equal(Enumerable.Range(0, 150).Select(i => i % 50), Order(seed: 1, shuffle: false));
    }

    [Fact]
    public void Training_in_parts_equals_training_at_once()
    {
        var (whole, parts, data) = (SmallNets.Convnet(), SmallNets.Convnet(), SmallNets.Images(50));
        foreach (var model in (Model[])[whole, parts]) model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        whole.Fit(data, epochs: 3, batchSize: 8);
        parts.Fit(data, epochs: 1, batchSize: 8);
        parts.Predict(new Tensor([1, 12, 12, 1], new float[144]));
        parts.Evaluate(data);
        parts.Fit(data, epochs: 2, batchSize: 8);
        Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(parts));
    }

    [Fact]
    public void Frozen_layers_stay_and_the_others_learn()
    {
        var model = SmallNets.Convnet();
        model.Layer("conv2d").Trainable = false;
        model.Layer("dense").Trainable = false;
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        var before = Bits(model);
        model.Fit(SmallNets.Images(40), batchSize: 8);
        var after = Bits(model);
        Assert.Equal(["conv2d_1 kernel", "conv2d_1 bias", "dense_1 kernel", "dense_1 bias"], after.Keys.Where(key => !after[key].SequenceEqual(before[key])));

        // Unfreezing takes effect with the next Compile.
        model.Layer("conv2d").Trainable = true;
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(40), batchSize: 8);
        Assert.NotEqual(before["conv2d kernel"], Bits(model)["conv2d kernel"]);
        Assert.Equal(before["dense kernel"], Bits(model)["dense kernel"]);
    }

    [Fact]
    public void Zero_epochs_change_nothing()
    {
        var model = SmallNets.Convnet();
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        var before = SmallNets.AllBits(model);
        Assert.Equal(0, model.Fit(SmallNets.Images(9), epochs: 0).Epochs);
        Assert.Equal(before, SmallNets.AllBits(model));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(256)]
    public void Predictions_do_not_depend_on_the_batch(int batchSize)
    {
        var model = SmallNets.Strided();
        var inputs = new Tensor([20, 12, 12, 1], Layers.LayerRunner.Normal(20 * 144));
        var (expected, received) = (model.Predict(inputs), model.Predict(inputs, batchSize));
        Assert.Equal([20, 1], received.Shape);
        Assert.Equal(expected.Values, received.Values, (a, b) => MathF.Abs(a - b) <= 1e-6f);
        Assert.Equal(received.Values[3], received.Sample(3)[0]);
    }

    [Fact]
    public void A_history_names_what_was_measured()
    {
        var model = SmallNets.Perceptron();
        model.Compile(new Sgd(), new SparseCategoricalCrossentropy { FromLogits = true }, new Accuracy());
        var history = model.Fit(SmallNets.Images(9));
        Assert.Equal(
            "History: 'val_loss' was not measured; measured were loss, accuracy.", Assert.Throws<KeyNotFoundException>(() => history["val_loss"]).Message);
    }

    private static Dictionary<string, int[]> Bits(Model model) => model.Layers
        .SelectMany(layer => layer.Weights.Select(weight => (Key: $"{layer.Name} {weight.Variable.Name}", weight.Variable)))
        .ToDictionary(pair => pair.Key, pair => Array.ConvertAll(pair.Variable.Values.ToArray(), BitConverter.SingleToInt32Bits));

    /// <summary>The samples in the order in which training uses them, each known by its target.</summary>
    private static List<int> Order(long seed, bool shuffle)
    {
        var model = new Sequential(seed: seed) { new Input(1), new Dense(1) };
        var seen = new SeenTargets();
        model.Compile(new Sgd(0), Loss.MeanSquaredError, seen);
        var data = new ArrayDataset(new float[50], [1], [.. Enumerable.Range(0, 50).Select(i => (float)i)], Shape.Scalar);
        model.Fit(data, epochs: 3, batchSize: 8, shuffle: shuffle);
        return seen.Targets;
    }

    private sealed class SeenTargets : Metric
    {
        public List<int> Targets { get; } = [];

        public override string Name => "seen";

        public override double Value => Targets.Count;

        public override void Reset()
        {
        }

        public override Metric Fresh() => new SeenTargets();

        public override void Add(ReadOnlySpan<float> targets, ReadOnlySpan<float> predictions, int count, ReadOnlySpan<float> weights = default)
        {
            foreach (var target in targets) Targets.Add((int)target);
        }
    }
}
