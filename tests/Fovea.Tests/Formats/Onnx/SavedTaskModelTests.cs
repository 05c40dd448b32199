namespace Fovea.Tests.Formats.Onnx;

/// <summary>The models that <c>fovea train</c> saves for its tasks, computed by ONNX Runtime, which has nothing in common with Fovea.</summary>
public sealed class SavedTaskModelTests : IDisposable
{
    private const int Count = 12;

    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Several_labels_with_a_temperature_and_the_mean_for_the_mirror_image()
    {
        var model = Trained(24, 3, Activation.Sigmoid, new BinaryCrossentropy(), Labels());
        model.ClassNames = ["sky", "sea", "sand"];
        var averaged = TestTimeAugmentation.Flip.Of(model);
        var predictions = LabelPredictions.Of(averaged, Images(24, Labels()));
        TemperatureScaling.Fit(predictions).ApplyTo(averaged);
        averaged.LabelThresholds = LabelPredictions.Of(averaged, Images(24, Labels())).BestThresholds();
        var again = Check(averaged, 24);
        Assert.Equal(averaged.LabelThresholds, again.LabelThresholds);
        Assert.Equal(averaged.Temperature, again.Temperature);
        Assert.Equal(averaged.ClassNames, again.ClassNames);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_regression_in_the_unit_of_its_list(bool flips)
    {
        var numbers = new Tensor([Count, 2], [.. Enumerable.Range(0, 2 * Count).Select(i => (i % 2 == 0 ? 1000f : 0.1f) * (1 + (i * 7 % 5)))]);
        var scaling = TargetScaling.Of(Images(24, numbers));
        var network = Trained(24, 2, Activation.Linear, new MeanSquaredError(), scaling.Standardize(Images(24, numbers)));
        network.ValueNames = ["weight", "length"];
        var model = scaling.AddTo(network);
        var again = Check(flips ? TestTimeAugmentation.Flip.Of(model) : model, 24);
        Assert.Equal(["weight", "length"], again.ValueNames);
        Assert.Equal(OutputKind.Values, again.OutputKind);
    }

    [Fact]
    public void The_mean_of_the_models_of_several_folds_also_with_mirror_images_and_other_sizes()
    {
        var classes = new Tensor([Count], [.. Enumerable.Range(0, Count).Select(i => (float)(i % 3))]);
        var models = new[] { 24, 24, 16 }.Select((side, fold) => TestTimeAugmentation.Flip.Of(
            Trained(side, 3, Activation.Softmax, new SparseCategoricalCrossentropy(), classes, seed: fold))).ToList();
        Check(Ensemble.Average(models[0], models[1]), 24);
        Check(Ensemble.Average(models), 24);
    }

    [Fact]
    public void The_mean_of_regressions_and_of_models_of_labels_says_what_it_predicts()
    {
        var numbers = new Tensor([Count, 1], [.. Enumerable.Range(0, Count).Select(i => 10f * (i % 4))]);
        var scaling = TargetScaling.Of(Images(16, numbers));
        var regressions = Enumerable.Range(0, 2).Select(seed =>
        {
            var network = Trained(16, 1, Activation.Linear, new MeanSquaredError(), scaling.Standardize(Images(16, numbers)), seed);
            network.ValueNames = ["age"];
            return scaling.AddTo(network);
        }).ToArray();
        var mean = Check(Ensemble.Average(regressions), 16);
        Assert.Equal((OutputKind.Values, "age"), (mean.OutputKind, Assert.Single(mean.ValueNames)));

        var labels = Enumerable.Range(0, 2).Select(seed =>
        {
            var model = Trained(16, 3, Activation.Sigmoid, new BinaryCrossentropy(), Labels(), seed);
            model.LabelThresholds = [0.25, 0.5, 0.25 + (0.5 * seed)];
            return model;
        }).ToArray();
        Assert.Equal([0.25, 0.5, 0.5], Check(Ensemble.Average(labels), 16).LabelThresholds);
    }

    [Fact]
    public void A_U_Net()
    {
        var masks = new Tensor([Count, 32, 16], [.. Enumerable.Range(0, Count * 32 * 16).Select(i => (float)(i / 8 % 3))]);
        var model = SmallNetworks.UNet([32, 16, 3], 3, widths: [4, 8, 16], seed: 1);
        model.Compile(new Adam(), new SparseCategoricalCrossentropy());
        model.Fit(Dataset.From(Pixels(32, 16), masks), epochs: 2, batchSize: 4, verbose: 0);
        Check(model, 32, 16);
    }

    private static Tensor Labels() => new([Count, 3], [.. Enumerable.Range(0, 3 * Count).Select(i => i * 5 % 7 < 3 ? 1f : 0)]);

    private static Tensor Pixels(int height, int width)
    {
        var random = new Random(5);
        var values = new float[Count * height * width * 3];
        for (var i = 0; i < values.Length; i++) values[i] = random.Next(256);
        return new Tensor([Count, height, width, 3], values);
    }

    private static Dataset Images(int side, Tensor targets) => Dataset.From(Pixels(side, side), targets);

    private static Model Trained(int side, int outputs, Activation activation, Loss loss, Tensor targets, int seed = 0) =>
        Trained(side, outputs, activation, loss, Images(side, targets), seed);

    /// <summary>A network whose weights and statistics are not those of its beginning.</summary>
    private static Model Trained(int side, int outputs, Activation activation, Loss loss, Dataset data, int seed = 0)
    {
        var model = SmallNetworks.ResNet([side, side, 3], outputs, widths: [4, 8], blocks: [1, 1], classifierActivation: activation, seed: seed);
        model.Compile(new AdamW(), loss);
        model.Fit(data, epochs: 2, batchSize: 4, verbose: 0);
        return model;
    }

    /// <summary>Compares the predictions of a model with those of ONNX Runtime for its file, and of Fovea for the file.</summary>
    private Model Check(Model model, int height, int? width = null)
    {
        var path = Path.Combine(folder, "model.onnx");
        model.Save(path);
        var images = Pixels(height, width ?? height);
        var expected = model.Predict(images);
        var received = OnnxRuntime.Run(path, [(images.Shape.Dimensions.ToArray(), images.Values.ToArray())]);
        OnnxRuntime.AssertEqual(expected.Values.ToArray(), Assert.Single(received), products: 1 << 10, model.Name);
        var again = Model.Load(path);
        OnnxRuntime.AssertEqual(expected.Values.ToArray(), again.Predict(images).Values.ToArray(), products: 1 << 10, $"{model.Name}, read again");
        return again;
    }
}
