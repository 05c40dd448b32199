using Fovea.Tests.Training;

namespace Fovea.Tests.Models;

public class DatasetPredictionTests
{
    private static readonly ArrayDataset Images = SmallNets.Images(21);

    private static readonly Tensor Pixels = Images.Batches(21).Single().Input;

    [Fact]
    public void Predictions_of_a_data_set_are_those_of_its_inputs()
    {
        var model = SmallNets.Fresh("convnet");
        var reported = new Reports();
        var predictions = model.Predict(Images, batchSize: 8, progress: reported);
        Assert.Equal(new Shape(21, 3), predictions.Shape);
        Assert.Equal(model.Predict(Pixels, batchSize: 8).Values, predictions.Values);
        Assert.Equal([8, 16, 21], reported.Counts);
        Assert.Equal(predictions.Values, model.Predict(Dataset.From(Images.Select(s => (s.Input, s.Target)).AsEnumerable()), batchSize: 8).Values);
    }

    [Fact]
    public void All_outputs_of_several_inputs_are_predicted()
    {
        Input image = new(12, 12, 1) { Name = "image" }, number = new(1) { Name = "number" };
        var features = new Flatten().Call(image.Output);
        var sum = new Dense(4) { Name = "sum" }.Call(new Concatenate().Call(features, number.Output));
        var model = new Model([image.Output, number.Output], [new Dense(2) { Name = "two" }.Call(sum), sum]);
        var numbers = new Tensor([21, 1], [.. Enumerable.Range(0, 21).Select(i => (float)i)]);
        var data = new TensorDataset([Pixels, numbers], [new Tensor([21], new float[21])]);
        var (expected, predicted) = (model.Predict([Pixels, numbers]), model.PredictAll(data));
        Assert.Equal(expected.Select(tensor => tensor.Values), predicted.Select(tensor => tensor.Values));
        Assert.Equal([[21, 2], [21, 4]], predicted.Select(tensor => tensor.Shape));
        Assert.Throws<InvalidOperationException>(() => model.Predict(data));

        var extracted = model.ExtractFeatures(data, batchSize: 5);
        Assert.Equal([[2], [4]], extracted.InputShapes);
        Assert.Equal(expected[0].Values, extracted.SelectMany(sample => sample.Inputs[0].Values), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(expected[1].Values, extracted.SelectMany(sample => sample.Inputs[1].Values), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    /// <summary>Class numbers and rows side by side, with weights: each sample keeps its own.</summary>
    [Fact]
    public void Features_keep_several_targets_and_weights()
    {
        var data =
            new TensorDataset(
            [new Tensor([6, 2], new float[12])],
            [new Tensor([6], [1, 2, 3, 4, 5, 6]), new Tensor([6, 2], [.. new float[12].Index().Select(p => 10f + p.Index)])])
            .WithSampleWeights([6, 5, 4, 3, 2, 1]);
        foreach (var source in (Dataset[])[data, Dataset.From(data.AsEnumerable())])
        {
            var features = new Sequential { new Input(2), new Dense(3) }.ExtractFeatures(source, batchSize: 4);
            Assert.Equal([1f, 2, 3, 4, 5, 6], features.Select(sample => (float)sample.Targets[0]));
            Assert.Equal([18f, 19], features[4].Targets[1].Values);
            Assert.Equal([6f, 5, 4, 3, 2, 1], features.Select(sample => (float)sample.Weights!));
        }
    }

    [Fact]
    public void Images_that_were_read_in_another_way_are_refused()
    {
        var model = new Sequential("net") { new Input(2, 2, 1), new Flatten() };
        model.ImageInput = new ImageInput(2, 2, 1) { Pixels = PixelRange.ZeroTo255 };
        var data = new ByteImageDataset(new byte[4], [2, 2, 1], [0], ["a"]);
        const string Expected = "net: expected images with the preprocessing of the model's ImageInput; the data set has another (pixels: 0..255 and 0..1, the "
            + "model's first). Load the data with model.ImageInput, or set model.ImageInput to the data set's.";
        Assert.Equal(Expected, Assert.Throws<TrainingException>(() => model.Predict(data)).Message);
        Assert.Equal(Expected, Assert.Throws<TrainingException>(() => model.ExtractFeatures(data)).Message);
    }

    [Fact]
    public void Targets_are_ignored_by_a_prediction_and_must_be_finite_as_features()
    {
        var data = Images.SelectTarget(_ => float.NaN);
        Assert.Equal(21, SmallNets.Fresh("convnet").Predict(data).Shape[0]);
        Assert.Equal(
            "Sample 0: expected a finite target; received NaN.",
            Assert.Throws<TrainingException>(() => SmallNets.Fresh("convnet").ExtractFeatures(data)).Message);
    }

    [Fact]
    public void A_cancellation_ends_a_prediction_between_batches()
    {
        using var cancellation = new CancellationTokenSource();
        var reports = new Reports { OnReport = cancellation.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(
            () => SmallNets.Fresh("convnet").Predict(Images, 8, progress: reports, cancellationToken: cancellation.Token));
        Assert.Equal([8], reports.Counts);
    }

    [Fact]
    public void Data_of_another_shape_are_refused() => Assert.Equal(
        "net: expected inputs (None, 3); the data set has (None, 12, 12, 1).",
        Assert.Throws<ShapeException>(() => new Sequential("net") { new Input(3), new Dense(1) }.Predict(Images)).Message);

    private sealed class Reports : IProgress<int>
    {
        public List<int> Counts { get; } = [];

        public Action? OnReport { get; init; }

        public void Report(int value)
        {
            Counts.Add(value);
            OnReport?.Invoke();
        }
    }
}
