namespace Fovea.Tests.Training;

/// <summary>What the README claims that a trained net reaches. Minutes of training: only on request, as <c>.ci/run --slow</c> does.</summary>
public class AccuracyTests
{
    private const string Slow = "trains for minutes; set FOVEA_SLOW=1 to run it.";
    private const string NoData = "shared/data/mnist is missing; set FOVEA_DATA.";

    [Fact]
    public void The_books_net_reaches_99_percent_on_MNIST_over_eleven_seeds()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1", Slow);
        Assert.SkipWhen(TestData.Find("mnist") is null, NoData);
        var (train, test) = Mnist.Load(TestData.Find("mnist")!);
        var accuracies = Enumerable.Range(0, 11).Select(seed => Train(train, seed).Evaluate(test).Accuracy).ToList();
        Assert.True(accuracies.Average() >= 0.99, string.Join(", ", accuracies));
    }

    [Fact]
    public void Drawn_digits_alone_teach_to_read_MNIST()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1", Slow);
        Assert.SkipWhen(TestData.Find("mnist") is null, NoData);
        var accuracy = Train(new DrawnDigits(60_000, seed: 1), seed: 1).Evaluate(Mnist.Load(TestData.Find("mnist")!).Test).Accuracy;
        Assert.True(accuracy >= 0.95, $"{accuracy}");
    }

    private static Sequential Train(Dataset train, long seed)
    {
        var model = new Sequential(seed: seed)
        {
            new Input(28, 28, 1),
            new Conv2D(32, 3, activation: Activation.Relu),
            new MaxPooling2D(2),
            new Conv2D(64, 3, activation: Activation.Relu),
            new MaxPooling2D(2),
            new Conv2D(64, 3, activation: Activation.Relu),
            new Flatten(),
            new Dense(64, Activation.Relu),
            new Dense(10, Activation.Softmax),
        };
        model.Compile(new RmsProp(1e-3f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Fit(train, epochs: 5, batchSize: 64);
        return model;
    }
}
