using Fovea.Tests.Data;

namespace Fovea.Tests.Training;

public sealed class ModelCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => Path.Combine(folder.Path, "best.keras");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("val_loss", new[] { 0.9, 0.5, 0.7, 0.5, 0.4, double.NaN }, new[] { 1, 2, 2, 2, 5, 5 })]
    [InlineData("val_accuracy", new[] { 0.3, 0.6, double.NaN, 0.6, 0.5, 0.7 }, new[] { 1, 2, 2, 2, 2, 6 })]
    [InlineData("loss", new[] { double.NaN, double.PositiveInfinity, 3 }, new[] { 0, 0, 3 })]
    public void The_model_is_saved_when_the_value_is_better_than_ever(string monitor, double[] values, int[] expected)
    {
        var (checkpoint, model) = (new ModelCheckpoint(File, monitor), Create());
        var history = new History();
        var progress = new TrainingProgress(
            model, history, values.Length, 1, 1, [], new MeasuredNames([(monitor, monitor.Contains("loss") ? MonitorMode.Min : MonitorMode.Max)], true));
        checkpoint.OnTrainingBegin(progress);
        for (var epoch = 1; epoch <= values.Length; epoch++)
        {
            // The weight tells which epoch's model the file has.
            model.Weights[0].Variable.Overwrite().Fill(epoch);
            history.Add(monitor, values[epoch - 1]);
            progress.Epoch = epoch;
            checkpoint.OnEpochEnd(progress);
            Assert.Equal(expected[epoch - 1], checkpoint.BestEpoch);
            Assert.Equal(expected[epoch - 1], System.IO.File.Exists(File) ? Model.Load(File).Weights[0].Values[0] : 0);
            if (checkpoint.BestEpoch > 0) Assert.Equal(values[checkpoint.BestEpoch - 1], checkpoint.BestValue);
        }
    }

    [Fact]
    public void In_training_the_file_has_the_weights_of_the_best_epoch()
    {
        var model = Create();
        var data = new ArrayDataset([1, 2, 3, 4], [2], [0, 1], Shape.Scalar);
        var losses = new List<float[]>();
        var recorder = new Recorder((text, _) =>
        {
            if (text.StartsWith("end of", StringComparison.Ordinal)) losses.Add([.. model.Weights[0].Values]);
        });
        var checkpoint = new ModelCheckpoint(File);

        // Trained and watched on opposite targets: what is learned makes the watched loss worse.
        var history = model.Fit(data, epochs: 3, validation: new ArrayDataset([1, 2, 3, 4], [2], [1, 0], Shape.Scalar), callbacks: [recorder, checkpoint]);
        Assert.Equal(history["val_loss"].ToList().IndexOf(history["val_loss"].Min()) + 1, checkpoint.BestEpoch);
        Assert.Equal(losses[checkpoint.BestEpoch - 1], Model.Load(File).Weights[0].Values.ToArray());
    }

    [Fact]
    public void A_value_that_is_not_measured_is_said()
    {
        var error = Assert.Throws<TrainingException>(() =>
            Create().Fit(new ArrayDataset([1, 2], [2], [0], Shape.Scalar), callbacks: [new ModelCheckpoint(File)]));
        Assert.Equal("ModelCheckpoint: expected to watch one of loss; received 'val_loss'. Give Fit validation data.", error.Message);
        Assert.False(System.IO.File.Exists(File));
    }

    private static Sequential Create()
    {
        var model = new Sequential { new Input(2), new Dense(2, Activation.Softmax) };
        model.Compile(new Sgd(0.5f), Loss.SparseCategoricalCrossentropy);
        return model;
    }
}
