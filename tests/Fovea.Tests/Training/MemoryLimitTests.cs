using System.Globalization;
using System.Text.RegularExpressions;

namespace Fovea.Tests.Training;

/// <summary>Training within a memory limit: the same bits in less memory, or a sentence before it begins.</summary>
[Collection(AloneCollection.Name)]
public sealed class MemoryLimitTests : IDisposable
{
    private readonly int threads = Cpu.Threads;

    public void Dispose() => Cpu.Threads = threads;

    /// <summary>Twenty steps in the smallest memory; dropout and augmentation draw the same numbers again, moving averages are taken once.</summary>
    [Theory]
    [InlineData("convnet")]
    [InlineData("residual")]
    [InlineData("separable")]
    [InlineData("grouped")]
    [InlineData("augmented")]
    [InlineData("wide")]
    [InlineData("plain")]
    public void Weights_have_the_same_bits_in_less_memory(string name)
    {
        foreach (var number in (int[])[1, 3])
        {
            Cpu.Threads = number;
            Model whole = Create(name), limited = Create(name);
            SmallNets.LimitMemory(limited, 8);
            Assert.True(limited.TrainingMemory(8) < whole.TrainingMemory(8));
            foreach (var model in (Model[])[whole, limited]) model.Fit(SmallNets.Images(160), batchSize: 8);
            Assert.Equal(20, limited.Trainer!.Steps);
            Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(limited));
        }
    }

    /// <summary>
    /// Of n equal layers, checkpoints and the longest segment between them, about 2√n, have to be there at once (Chen et al. 2016, section 4.1).
    /// </summary>
    [Theory]
    [InlineData(16)]
    [InlineData(64)]
    public void A_deep_plain_net_takes_as_much_memory_as_twice_the_root_of_its_depth(int layers)
    {
        var (model, activation) = (Plain(layers), 8 * 12 * 12 * 8 * sizeof(float));
        Assert.InRange(model.TrainingMemory(8), layers * activation, (layers + 8) * activation);
        model.MemoryLimit = ((2 * (int)Math.Sqrt(layers)) + 5) * activation;
        Assert.InRange(model.TrainingMemory(8), activation, model.MemoryLimit.Value);
    }

    [Fact]
    public void Shards_recompute_activations_too()
    {
        var model = Plain(64);
        var whole = Shard(model);
        model.MemoryLimit = whole / 2;
        Assert.InRange(Shard(model), whole / 10, whole / 2);

        static long Shard(Sequential model) => model.Trainer!.Shard(8, isWhole: false, 0, model.Topology.Example()).ArenaBytes;
    }

    [Fact]
    public void Every_limit_above_the_minimum_is_kept()
    {
        var model = SmallNets.Residual();
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        var whole = model.TrainingMemory(32);
        SmallNets.LimitMemory(model, 32);
        var minimum = model.TrainingMemory(32);
        Assert.True(minimum < 0.8 * whole, $"{minimum} of {whole}");
        for (var i = 0; i <= 10; i++)
        {
            model.MemoryLimit = minimum + (i * (whole - minimum) / 10);
            Assert.InRange(model.TrainingMemory(32), minimum, model.MemoryLimit.Value);
        }

        Assert.Equal(whole, model.TrainingMemory(32));
    }

    [Theory]
    [InlineData("convnet")]
    [InlineData("residual")]
    public void A_limit_that_suffices_changes_nothing(string name)
    {
        var model = SmallNets.Create(name);
        var unlimited = model.Trainer!.TrainingStep(16);
        model.MemoryLimit = unlimited.ArenaBytes;
        var limited = model.Trainer.TrainingStep(16);
        Assert.NotSame(unlimited, limited);
        Assert.Equal(unlimited.Costs, limited.Costs);
        Assert.Equal(unlimited.ArenaBytes, limited.ArenaBytes);
    }

    [Fact]
    public void A_new_limit_holds_from_the_next_batch_on()
    {
        Model whole = SmallNets.Create("residual"), limited = SmallNets.Create("residual");
        foreach (var model in (Model[])[whole, limited])
        {
            model.Fit(SmallNets.Images(40), batchSize: 8);
            if (model == limited) SmallNets.LimitMemory(model, 8);
            model.Fit(SmallNets.Images(40), batchSize: 8);
        }

        Assert.Equal(SmallNets.AllBits(whole), SmallNets.AllBits(limited));
        Assert.True(limited.TrainingMemory(8) < whole.TrainingMemory(8));
    }

    [Fact]
    public void Too_small_a_limit_is_refused_before_training_with_one_that_suffices()
    {
        var (model, callback) = (Plain(10), new Recorder());
        model.MemoryLimit = 1 << 20;
        var before = SmallNets.AllBits(model);
        var error = Assert.Throws<InsufficientMemoryException>(() => model.Fit(SmallNets.Images(220), batchSize: 200, callbacks: [callback]));
        var text = Regex.Match(
            error.Message,
            @"^plain cannot be trained in batches of 200\. The plan needs at least (\d+\.\d) MiB for activations and gradients, "
                + @"even if activations are recomputed; the limit is 1\.0 MiB\. Use smaller batches or images, or a higher limit\.$");
        Assert.True(text.Success, error.Message);
        Assert.Empty(callback.Events);
        Assert.Equal(before, SmallNets.AllBits(model));

        var needed = (long)(double.Parse(text.Groups[1].Value, CultureInfo.InvariantCulture) * (1 << 20));
        model.MemoryLimit = needed;
        Assert.InRange(model.TrainingMemory(200), needed - 104858, needed);
        model.MemoryLimit = needed - 104858;
        Assert.Throws<InsufficientMemoryException>(() => model.TrainingMemory(200));
    }

    [Fact]
    public void A_limit_is_at_least_one_byte()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Plain(1).MemoryLimit = 0);
        Assert.Equal("value ('0') must be greater than or equal to '1'. (Parameter 'value')\nActual value was 0.", error.Message);
    }

    /// <summary>Values of 4 GiB each, more of them than this machine holds, which nothing allocates.</summary>
    [Fact]
    public void A_model_too_large_for_the_machine_is_refused_with_what_it_would_take()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var model = new Sequential("tall") { new Input(1024, 1024, 1), new BatchNormalization() };
        for (var i = 0; i <= available >> 32; i++) model.Add(new ActivationLayer(Activation.Tanh));
        model.Add(new GlobalAveragePooling2D());
        model.Compile(new Sgd(), Loss.MeanSquaredError);
        var error = Assert.Throws<InsufficientMemoryException>(() => model.TrainingMemory(1024));
        Assert.Matches(
            $@"^tall cannot be trained in batches of 1024\. The plan needs [\d,]+\.\d MiB for activations, gradients and weights; "
                + $@"this machine has {Print(available)} MiB\. Use smaller batches or images, or a memory limit\.$",
            error.Message);
    }

    private static string Print(long bytes) => (Math.Ceiling(bytes / 104857.6) / 10).ToString("N1", CultureInfo.InvariantCulture);

    private static Model Create(string name)
    {
        if (name == "plain") return Plain(10);
        if (name != "wide") return SmallNets.Create(name);
        var model = SmallNets.Wide();
        model.Compile(new Sgd(0.01f), Loss.SparseCategoricalCrossentropy);
        return model;
    }

    /// <summary>Equal convolutions one after the other.</summary>
    private static Sequential Plain(int layers)
    {
        var model = new Sequential("plain", seed: 9) { new Input(12, 12, 1) };
        for (var i = 0; i < layers; i++) model.Add(new Conv2D(8, 3, padding: Padding.Same, activation: Activation.Relu));
        model.Add(new Flatten());
        model.Add(new Dense(3, Activation.Softmax));
        model.Compile(new Sgd(0.01f), Loss.SparseCategoricalCrossentropy);
        return model;
    }
}
