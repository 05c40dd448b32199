using Fovea.Tests.Training;

namespace Fovea.Tests.Data;

/// <summary>The texts of data sets and of their samples.</summary>
public class DatasetTextTests
{
    private static readonly ArrayDataset Data = new(new float[12], [2, 1], [0, 1, 2, 0, 1, 2], Shape.Scalar, ["a", "b", "c"]);

    [Fact]
    public void A_data_set_prints_its_samples_shapes_and_classes()
    {
        Assert.Equal("ArrayDataset: 6 samples, input (2, 1), target (), 3 classes: a, b, c", Data.ToString());
        Assert.Equal("Dataset: 1 sample, input (2, 1), target (), 3 classes: a, b, c", Data.Take(1).ToString());
        Assert.Equal(
            "DrawnDigits: 20 samples, input (28, 28, 1), target (), 10 classes: 0, 1, 2, 3, 4, …", new DrawnDigits(20).ToString());
        Assert.Equal("TensorDataset: 3 samples, inputs (2) and (), target (1)", Dataset.From([Tensor.Zeros([3, 2]), Tensor.Arange(3)], [Tensor.Zeros([3, 1])])
            .ToString());
        Assert.Equal("Dataset: 12 samples, input (2, 1), target (3), 3 classes: a, b, c", Data.OneHot().Concat(Data.OneHot()).ToString());
        Assert.Equal("batches of 4; ArrayDataset: 6 samples, input (2, 1), target (), 3 classes: a, b, c", Data.Batches(4).ToString());
    }

    [Fact]
    public void A_text_reads_no_sample()
    {
        var reads = 0;
        var mapped = Data.SelectInput(x =>
        {
            reads++;
            return x.Reshape(2);
        });
        const string Unread = "Dataset: samples whose shapes are known once the first sample is read";
        foreach (var each in (Dataset[])[mapped, mapped.Take(2), mapped.Where(_ => true), mapped.Cache()]) Assert.Equal(Unread, each.ToString());
        Assert.Equal(0, reads);
        _ = mapped[0];
        Assert.Equal("Dataset: 6 samples, input (2), target (), 3 classes: a, b, c", mapped.ToString());
        var stream = Dataset.From(Data.AsEnumerable());
        Assert.Equal("Dataset: a stream whose shapes are known once the first sample is read", stream.ToString());
        _ = stream.InputShape;
        Assert.Equal("Dataset: a stream of samples, input (2, 1), target ()", stream.ToString());
    }

    [Fact]
    public void Samples_and_batches_print_their_shapes()
    {
        Assert.Equal("input (2, 1), target 2", Data[2].ToString());
        Assert.Equal("inputs (2, 1) and (2, 1), targets 1 and 1, weight 0.5", Data.Zip(Data).WithSampleWeights([1, 0.5f, 1, 1, 1, 1])[1].ToString());
        Assert.Equal("4 samples: input (4, 2, 1), target (4)", Data.Batches(4).First().ToString());
        Assert.Equal("1 sample: input (1, 2, 1), target (1), with weights", Data.WithClassWeights(1, 2, 3).Batches(1).First().ToString());
    }

    [Fact]
    public void Histories_and_evaluations_print_their_values()
    {
        var model = SmallNets.Convnet();
        model.Compile(new Sgd(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        Assert.Equal("0 epochs", model.Fit(SmallNets.Images(4), epochs: 0).ToString());
        var history = model.Fit(SmallNets.Images(4), epochs: 2);
        Assert.Equal(FormattableString.Invariant($"2 epochs - loss: {history["loss"][1]:0.0000} - accuracy: {history["accuracy"][1]:0.0000}"),
            history.ToString());
        var evaluation = model.Evaluate(SmallNets.Images(4));
        Assert.Equal(
            FormattableString.Invariant($"loss: {evaluation.Loss:0.0000} - accuracy: {evaluation.Accuracy:0.0000} (4 samples)"), evaluation.ToString());
        Assert.Equal(
            "Evaluation: expected the metric 'auc'; there is 'accuracy'.", Assert.Throws<KeyNotFoundException>(() => evaluation.Metrics["auc"]).Message);
    }

    [Fact]
    public void Layers_and_models_print_their_names_and_shapes()
    {
        var model = SmallNets.Perceptron();
        Assert.Equal("Sequential 'perceptron'", model.ToString());  // its layers are connected when they are needed
        Assert.Equal("Dense 'dense_1'", model.Layers[^1].ToString());
        Assert.Equal("Sequential 'perceptron': (None, 12, 12, 1) → (None, 3)", model.ToString());
        Assert.Equal("Dense", new Dense(3).ToString());
        Assert.Equal("Sequential", new Sequential().ToString());
    }
}
