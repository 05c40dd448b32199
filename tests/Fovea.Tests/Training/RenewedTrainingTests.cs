namespace Fovea.Tests.Training;

/// <summary>What a user changes of the layers after Compile is taken up by Fit, and said.</summary>
public class RenewedTrainingTests
{
    /// <summary>As if the model had been compiled again: the same bits, at batch sizes seen before and at new ones.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(5)]
    public void Frozen_after_Compile_a_layer_stays_as_it_is(int batchSize)
    {
        var (renewed, compiled) = (Net(), Net());
        foreach (var model in (Model[])[renewed, compiled])
        {
            model.Compile(new Sgd(0.1f), Loss.SparseCategoricalCrossentropy, new Accuracy());
            model.Fit(SmallNets.Images(24), batchSize: 8, shuffle: false);
            foreach (var name in (string[])["conv2d", "batch_normalization"]) model.Layer(name).Trainable = false;
        }

        compiled.Compile(new Sgd(0.1f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        var before = Frozen(renewed);
        var history = renewed.Fit(SmallNets.Images(24), batchSize: batchSize, shuffle: false);
        compiled.Fit(SmallNets.Images(24), batchSize: batchSize, shuffle: false);
        Assert.Equal(before, Frozen(renewed));
        Assert.Equal(SmallNets.Bits(compiled), SmallNets.Bits(renewed));
        Assert.Equal(
            "'net' was compiled again, since layers were frozen or unfrozen after Compile: 2 weights are trained now, 6 were before; the optimizer's "
                + "state of the "
                + "2 that stay was kept.",
            Assert.Single(history.Notes));
        Assert.Empty(renewed.Fit(SmallNets.Images(24), batchSize: 8).Notes);
    }

    [Fact]
    public void Slots_of_the_weights_that_stay_are_kept()
    {
        var model = Net();
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(16), batchSize: 8);
        var dense = Slots(model, "dense");
        model.Layer("conv2d").Trainable = false;
        model.Fit(SmallNets.Images(16), epochs: 0);
        Assert.Equal(dense, Slots(model, "dense"));
        Assert.Equal((4, 2L), (model.Trainer!.Weights.Count, model.Trainer.Steps));

        // Frozen and unfrozen again, as the discriminator of a GAN is between its steps: nothing is lost either.
        model.Layer("conv2d").Trainable = true;
        model.Fit(SmallNets.Images(16), epochs: 0);
        Assert.Equal(6, model.Trainer.Weights.Count);
        Assert.Contains(Slots(model, "conv2d"), value => value != 0);
    }

    /// <summary>
    /// At so small a rate weights hardly change, and their averages are the weights: they were a hundredth of them, since averages of unfrozen weights began at
    /// 0.
    /// </summary>
    [Fact]
    public void Averages_of_unfrozen_weights_begin_as_the_weights_are()
    {
        var model = Net();
        model.Layer("dense").Trainable = false;
        model.Compile(new Sgd(0.0000001f) { UseEma = true }, Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(16), batchSize: 8);
        model.Layer("dense").Trainable = true;
        float[] before = [.. model.Layer("dense").Weights[0].Values];
        model.Fit(SmallNets.Images(16), batchSize: 8);
        Assert.All(before.Zip(model.Layer("dense").Weights[0].Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void Rates_and_penalties_of_layers_are_taken_up_too()
    {
        var model = Net();
        model.Compile(new Sgd(0.1f), Loss.SparseCategoricalCrossentropy);
        model.Fit(SmallNets.Images(16), batchSize: 8);
        model.Layer("dense").LearningRateMultiplier = 0;
        var before = Bits(model, "dense");
        Assert.Equal(
            "'net' was compiled again, since settings of its layers were changed after Compile; the optimizer's state was kept.",
            Assert.Single(model.Fit(SmallNets.Images(16), batchSize: 8).Notes));
        Assert.Equal(before, Bits(model, "dense"));
        var loss = model.Evaluate(SmallNets.Images(16)).Loss;
        model.Layer("dense").ActivityRegularizer = new L2(0.5f);  // Σ p² of 16 samples is above 16/3
        Assert.True(model.Evaluate(SmallNets.Images(16)).Loss > loss + (0.5 * 16 / 3) - 1e-3);
    }

    /// <summary>Gradual unfreezing by a callback: from the next epoch on.</summary>
    [Fact]
    public void Frozen_by_a_callback_a_layer_stays_from_the_next_epoch_on()
    {
        var model = Net();
        model.Compile(new Sgd(0.1f), Loss.SparseCategoricalCrossentropy);
        var bits = new List<int[]>();
        var history = model.Fit(SmallNets.Images(20), epochs: 3, batchSize: 8, callbacks: [new Recorder((text, progress) =>
        {
            if (progress is { Epoch: 1, Batch: 1 }) model.Layer("dense").Trainable = false;
            if (text.StartsWith("end", StringComparison.Ordinal)) bits.Add(Bits(model, "dense"));
        })]);
        Assert.Equal(bits[0], bits[1]);
        Assert.Equal(bits[0], bits[2]);
        Assert.NotEqual(Bits(Net(), "dense"), bits[0]);
        Assert.Single(history.Notes);
    }

    private static Sequential Net() => new("net", seed: 3)
    {
        new Input(12, 12, 1), new Conv2D(4, 3), new BatchNormalization(), new Flatten(), new Dense(3, Activation.Softmax),
    };

    private static int[] Frozen(Model model) => [.. Bits(model, "conv2d"), .. Bits(model, "batch_normalization")];

    private static int[] Bits(Model model, string layer) =>
        [.. model.Weights.Count == 0 ? [] : model.Layer(layer).Weights.SelectMany(weight => weight.Values.ToArray()).Select(BitConverter.SingleToInt32Bits)];

    private static float[] Slots(Model model, string layer) =>
        [.. model.Trainer!.Weights.Where(weight => model.Layer(layer).Weights.Any(own => own.Variable == weight.Variable)).SelectMany(weight => weight.Slots)
            .SelectMany(slot => slot.Values.ToArray())];
}
