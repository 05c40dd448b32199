using Fovea.Formats.Keras;
using Fovea.Tests.Data;
using Fovea.Tests.Training;

namespace Fovea.Tests.Formats.Keras;

/// <summary>How a model was trained never keeps it from loading: what does not fit is a note of the report.</summary>
public sealed class OptimizerStateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The slots are those of the layers that are trained now; what stays keeps its slots, what was unfrozen starts with new ones.</summary>
    [Theory]
    [InlineData("frozen.keras", 0, 1, 2)]
    [InlineData("frozen.h5", 0, 1, 2)]
    [InlineData("all.keras", 0, 2, 0)]
    [InlineData("all.h5", 0, 2, 0)]
    [InlineData("unfrozen.keras", 1, 0, 4)]
    [InlineData("unfrozen.h5", 1, 0, 4)]
    public void Frozen_or_unfrozen_after_Compile_a_model_is_saved_and_loaded(string file, int frozenAtFirst, int frozenLater, int trained)
    {
        var path = Path.Combine(folder.Path, file);
        var model = Net();
        foreach (var layer in Denses(model).Take(frozenAtFirst)) layer.Trainable = false;
        model.Compile(new Adam(0.01f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Fit(SmallNets.Images(16), batchSize: 8);
        foreach (var layer in Denses(model)) layer.Trainable = true;
        foreach (var layer in Denses(model).Take(frozenLater)) layer.Trainable = false;
        model.Save(path);

        var loaded = Model.Load(path, out var report);
        Assert.Equal(SmallNets.Bits(model), SmallNets.Bits(loaded));
        Assert.IsType<Adam>(loaded.Optimizer);
        Assert.DoesNotContain(report.Notes, note => note.Contains("optimizer", StringComparison.Ordinal));
        Assert.Equal((2L, trained), (loaded.Trainer!.Steps, loaded.Trainer.Weights.Count));

        // Both go on to the same bits: nothing of the state was lost.
        foreach (var each in (Model[])[model, loaded]) each.Fit(SmallNets.Images(16), batchSize: 8, shuffle: false);
        Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
    }

    /// <summary>Averages and sums of gradients came back as 0 from <c>.h5</c>, so that the next training gave weights of a hundredth of their size.</summary>
    [Theory]
    [InlineData("averages.keras")]
    [InlineData("averages.h5")]
    public void Averages_and_sums_of_gradients_are_kept(string file)
    {
        foreach (var optimizer in (Optimizer[])[new Adam(0.01f) { UseEma = true },
            new RmsProp(0.01f, centered: true) { UseEma = true, GradientAccumulationSteps = 3 }, new Sgd(0.01f) { UseEma = true }])
        {
            var path = Path.Combine(folder.Path, file);
            var model = Net();
            model.Compile(optimizer, Loss.SparseCategoricalCrossentropy);
            model.Fit(SmallNets.Images(16), batchSize: 8);
            model.Save(path);
            var loaded = Model.Load(path);
            foreach (var each in (Model[])[model, loaded]) each.Fit(SmallNets.Images(16), batchSize: 8, shuffle: false);
            Assert.Equal(SmallNets.AllBits(model), SmallNets.AllBits(loaded));
        }
    }

    /// <summary>The variables of the optimizer as other programs leave them, and what becomes of them.</summary>
    [Fact]
    public void Each_form_of_the_state_is_read_or_noted()
    {
        var model = Trained(new Adam(0.01f));
        var state = KerasOptimizers.StoreState(model.Trainer!);
        List<StoredArray> all = [.. state.Variables];

        // Keras 2.12 to 2.15 kept the rate out of the variables: iteration, then m and v in turn.
        var (loaded, report) = Read(state with { Variables = [all[0], .. all.Skip(2)] });
        Assert.Empty(report.Notes);
        Assert.Equal(Slots(model), Slots(loaded));
        Assert.Equal(2, loaded.Trainer!.Steps);

        // Compiled and never trained: the count alone, or the count and the rate.
        foreach (var count in (int[])[1, 2])
        {
            (loaded, report) = Read(state with { Variables = [.. all.Take(count)] });
            Assert.Empty(report.Notes);
            Assert.All(Slots(loaded), value => Assert.Equal(0, value));
            Assert.Equal(2, loaded.Trainer!.Steps);
        }

        // A discriminator that was frozen after it was compiled: the slots are those of all weights, the flags say that none is trained.
        (loaded, report) = Read(state, each => each.Trainable = false);
        Assert.Empty(report.Notes);
        Assert.Equal(all.Count - 2, report.Count(TensorOutcome.Ignored));
        Assert.Equal(2, loaded.Trainer!.Steps);

        // Half frozen: the slots of the others are kept.
        (loaded, _) = Read(state, each => Denses(each)[0].Trainable = false);
        Assert.Equal(Slots(model).TakeLast(Slots(loaded).Length), Slots(loaded));
    }

    /// <summary>One array too many or too few, of another shape, a count that is none, a rate that is none.</summary>
    [Fact]
    public void A_state_that_does_not_fit_is_noted_and_training_starts_without()
    {
        var state = KerasOptimizers.StoreState(Trained(new Adam(0.01f)).Trainer!);
        List<StoredArray> all = [.. state.Variables];
        foreach (var wrong in (List<StoredArray>[])
            [
                [.. all.SkipLast(1)],
                [.. all, all[^1]],
                [.. all.SkipLast(1), StoredArray.From("9", [7], new float[7])],
                [StoredArray.From("0", Shape.Scalar, [2]), .. all.Skip(1)],
                [StoredArray.From("0", -1), .. all.Skip(1)],
                [all[0], StoredArray.From("1", Shape.Scalar, [float.NaN]), .. all.Skip(2)],
                [all[0], StoredArray.From("1", Shape.Scalar, [-1]), .. all.Skip(2)],
            ])
        {
            var (loaded, report) = Read(state with { Variables = wrong });
            Assert.Equal(
                $"the state of the optimizer Adam does not fit the 4 weights that are trained: expected 10 variables; the file has {wrong.Count}. Training "
                    + "starts without it.",
                Assert.Single(report.Notes));
            Assert.Equal(wrong.Count, report.Count(TensorOutcome.Ignored));
            Assert.Equal(0, loaded.Trainer!.Steps);
            Assert.All(Slots(loaded), value => Assert.Equal(0, value));
        }
    }

    /// <summary>SGD without momentum has no slots; Keras 2.11 kept some for it.</summary>
    [Fact]
    public void Slots_that_an_optimizer_does_not_need_are_ignored()
    {
        var state = KerasOptimizers.StoreState(Trained(new Sgd(0.01f, 0.9f)).Trainer!);
        var (loaded, report) = Read(state, optimizer: new Sgd(0.5f));
        Assert.Empty(report.Notes);
        Assert.Equal((2L, 0.01), (loaded.Trainer!.Steps, loaded.Optimizer!.LearningRate));
        Assert.Equal(4, report.Count(TensorOutcome.Ignored));
    }

    /// <summary>Settings of the compilation that no optimizer, loss or metric here would take.</summary>
    [Theory]
    [InlineData("\"learning_rate\":0.01", "\"learning_rate\":-1")]
    [InlineData("\"learning_rate\":0.01", "\"learning_rate\":\"fast\"")]
    [InlineData("\"beta_1\":0.9", "\"beta_1\":1.5")]
    [InlineData("\"clipnorm\":null,\"global_clipnorm\":null", "\"clipnorm\":1,\"global_clipnorm\":1")]
    [InlineData("\"loss\":\"sparse_categorical_crossentropy\"", "\"loss\":\"mean_squared_error_of_mine\"")]
    [InlineData("\"loss\":\"sparse_categorical_crossentropy\"", "\"loss\":{\"unknown\":\"mse\"}")]
    [InlineData(
        "\"loss\":\"sparse_categorical_crossentropy\"",
        "\"loss\":{\"module\":\"keras.losses\",\"class_name\":\"CategoricalFocalCrossentropy\",\"config\":{\"alpha\":[1,2,3,4,5]}}")]
    [InlineData("\"metrics\":[\"accuracy\"]", "\"metrics\":[\"accuracy\",{\"class_name\":\"MeanIoU\",\"config\":{\"num_classes\":0}}]")]
    public void A_compilation_that_does_not_fit_is_noted(string written, string wrong)
    {
        var path = Path.Combine(folder.Path, "model.keras");
        var model = Trained(new Adam(0.01f));
        model.Save(path);
        using (var archive = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Update))
        {
            var entry = archive.GetEntry("config.json")!;
            string text;
            using (var reader = new StreamReader(entry.Open())) text = reader.ReadToEnd();
            Assert.Contains(written, text, StringComparison.Ordinal);
            entry.Delete();
            using var writer = new StreamWriter(archive.CreateEntry("config.json", System.IO.Compression.CompressionLevel.NoCompression).Open());
            writer.Write(text.Replace(written, wrong, StringComparison.Ordinal));
        }

        var loaded = Model.Load(path, out var report);
        Assert.Equal(SmallNets.Bits(model), SmallNets.Bits(loaded));
        Assert.NotEmpty(report.Notes);
    }

    private static Sequential Net() => new(seed: 3) { new Input(12, 12, 1), new Flatten(), new Dense(6, Activation.Relu), new Dense(3, Activation.Softmax) };

    private static Dense[] Denses(Model model) => [.. model.Layers.OfType<Dense>()];

    private static Sequential Trained(Optimizer optimizer)
    {
        var model = Net();
        model.Compile(optimizer, Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Fit(SmallNets.Images(16), batchSize: 8);
        return model;
    }

    private static (Model Model, LoadReport Report) Read(WeightGroup state, Action<Model>? prepare = null, Optimizer? optimizer = null)
    {
        var (model, report) = (Net(), new LoadReport("model.keras"));
        prepare?.Invoke(model);
        model.Compile(optimizer ?? new Adam(0.5f), Loss.SparseCategoricalCrossentropy);
        KerasOptimizers.ReadState(model.Trainer!, state, new WeightFilling(report), report);
        return (model, report);
    }

    private static float[] Slots(Model model) => [.. model.Trainer!.Weights.SelectMany(weight => weight.Slots).SelectMany(slot => slot.Values.ToArray())];
}
