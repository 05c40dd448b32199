using Fovea.Engine.Ops;

namespace Fovea.Tests.Training;

/// <summary>The promise that the number of threads does not change a bit.</summary>
[Collection(AloneCollection.Name)]
public sealed class ThreadsTests : IDisposable
{
    private readonly int threads = Cpu.Threads;

    public void Dispose() => Cpu.Threads = threads;

    /// <summary>Sixty steps, a smaller last batch in each epoch, evaluated and used for prediction.</summary>
    [Theory]
    [InlineData("convnet")]
    [InlineData("strided")]
    [InlineData("perceptron")]
    [InlineData("wide")]
    [InlineData("residual")]
    [InlineData("separable")]
    [InlineData("grouped")]
    [InlineData("augmented")]
    [InlineData("mixed")]
    public void Weights_and_predictions_have_the_same_bits_with_any_number_of_threads(string name)
    {
        var results = new List<(int[] Weights, float[] Predictions, double Loss)>();
        foreach (var number in (int[])[1, 2, 3, 5, 16])
        {
            Cpu.Threads = number;
            var model = Create(name);
            var data = name == "strided" ? SmallNets.BinaryImages(230) : SmallNets.Images(230);
            model.Fit(data, epochs: 4, batchSize: 16);
            Assert.Equal(60, model.Trainer!.Steps);
            results.Add((SmallNets.AllBits(model), model.Predict(Inputs(data, 50)).Values, model.Evaluate(data).Loss));
        }

        Assert.All(results.Skip(1), result => Assert.Equal(results[0].Weights, result.Weights));
        Assert.All(results.Skip(1), result => Assert.Equal(results[0].Predictions, result.Predictions));
        Assert.All(results.Skip(1), result => Assert.Equal(results[0].Loss, result.Loss));
    }

    /// <summary>The book's network at its batch, large enough for every kernel to share its work.</summary>
    [Fact]
    public void The_books_network_has_the_same_weights_with_any_number_of_threads()
    {
        var random = new RandomNumbers(1);
        var images = new float[128 * 784];
        foreach (ref var pixel in images.AsSpan()) pixel = random.NextSingle();
        var data = new ArrayDataset(images, [28, 28, 1], [.. Enumerable.Range(0, 128).Select(i => (float)(i % 10))], Shape.Scalar);
        var results = new List<int[]>();
        foreach (var number in (int[])[1, 2, 3, 5, 16])
        {
            Cpu.Threads = number;
            var model = Models.BookNet.Create();
            model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
            model.Fit(data, epochs: 2, batchSize: 64);
            results.Add(SmallNets.AllBits(model));
        }

        Assert.All(results.Skip(1), result => Assert.Equal(results[0], result));
    }

    private static Model Create(string name)
    {
        if (name is not ("strided" or "perceptron" or "wide")) return SmallNets.Create(name);
        var model = name switch { "strided" => SmallNets.Strided(), "wide" => SmallNets.Wide(), _ => SmallNets.Perceptron() };
        if (name == "strided") model.Compile(new Sgd(0.05f, 0.9f, nesterov: true), Loss.BinaryCrossentropy, new Accuracy());
        else if (name == "wide") model.Compile(new Sgd(0.01f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        else model.Compile(new Adam(), new SparseCategoricalCrossentropy { FromLogits = true }, new Accuracy());
        return model;
    }

    private static Tensor Inputs(Dataset data, int count)
    {
        var values = new float[count * data.InputShape.Count];
        for (var i = 0; i < count; i++) data.Read(i, values.AsSpan(i * data.InputShape.Count, data.InputShape.Count), new float[data.TargetShape.Count]);
        return new Tensor(data.InputShape.Prepend(count), values);
    }
}
