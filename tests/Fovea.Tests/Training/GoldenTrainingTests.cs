using System.Text.Json;

namespace Fovea.Tests.Training;

/// <summary>
/// Training against an independent implementation: losses of every step and final weights of small networks that
/// <c>tests/Golden/make_training.py</c> trained in float64 with PyTorch's gradients and Keras' update rules.
/// </summary>
public class GoldenTrainingTests
{
    /// <summary>
    /// A float32 step rounds with 6e-8, and a gradient sums some hundred terms; measured, six steps stay within 5e-7. A misplaced epsilon
    /// is off by 1e-4 where gradients are small, any other wrong rule by 1e-3 and more.
    /// </summary>
    private const double Tolerance = 2e-6;

    public static TheoryData<string, string> Runs => new(
        from network in (string[])["classes", "binary"]
        from optimizer in (string[])["sgd", "sgd momentum", "sgd nesterov", "rmsprop", "rmsprop momentum", "adam"]
        select (network, optimizer));

    [Theory]
    [MemberData(nameof(Runs))]
    public void Losses_and_weights_equal_those_of_PyTorch_in_float64(string network, string optimizer)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "training.json")));
        var golden = json.RootElement.GetProperty(network);
        var run = golden.GetProperty("runs").GetProperty(optimizer);
        var (model, loss) = network == "classes" ? (Classes(), Loss.SparseCategoricalCrossentropy) : (Binary(), Loss.BinaryCrossentropy);
        model.Compile(Create(optimizer), loss);
        foreach (var (weight, values) in model.Weights.Zip(golden.GetProperty("weights").EnumerateArray(), (weight, values) => (weight, Numbers(values))))
            weight.Write(Array.ConvertAll(values, value => (float)value));

        var data =
            new ArrayDataset(
            Floats(golden.GetProperty("inputs")), model.InputShape, Floats(golden.GetProperty("targets")), loss.TargetShape(model.OutputShape));
        var losses = new Losses();
        model.Fit(data, epochs: 2, batchSize: 5, shuffle: false, callbacks: [losses]);

        AssertClose("loss", Numbers(run.GetProperty("losses")), [.. losses.Values]);
        foreach (var (weight, expected) in model.Weights.Zip(run.GetProperty("weights").EnumerateArray()))
            AssertClose(weight.ToString(), Numbers(expected), Array.ConvertAll(weight.Values.ToArray(), value => (double)value));
    }

    private static Sequential Classes() => new()
    {
        new Input(9, 8, 2),
        new Conv2D(4, 3, 2, Padding.Same, Activation.Relu),
        new Conv2D(5, (3, 2), padding: Padding.Same, activation: Activation.Tanh) { DilationRate = 2 },
        new MaxPooling2D(2, padding: Padding.Same),
        new AveragePooling2D(2, 1, Padding.Same),
        new Flatten(),
        new Dense(7, Activation.Relu),
        new Dense(3, Activation.Softmax),
    };

    private static Sequential Binary() => new()
    {
        new Input(6, 6, 1),
        new Conv2D(3, 3, activation: Activation.Relu) { UseBias = false },
        new AveragePooling2D(2),
        new Flatten(),
        new Dense(1, Activation.Sigmoid),
    };

    private static Optimizer Create(string name) => name switch
    {
        "sgd" => new Sgd(0.125f),
        "sgd momentum" => new Sgd(0.0625f, 0.75f),
        "sgd nesterov" => new Sgd(0.0625f, 0.75f, nesterov: true),
        "rmsprop" => new RmsProp(0.0078125f),
        "rmsprop momentum" => new RmsProp(0.0078125f, 0.75f, 0.5f),
        _ => new Adam(0.0078125f),
    };

    private static void AssertClose(string what, double[] expected, double[] received)
    {
        Assert.Equal(expected.Length, received.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - received[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])), $"{what} [{i}]: {received[i]} instead of {expected[i]}");
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetSingle())];

    /// <summary>The loss of each batch, from the running mean that callbacks see.</summary>
    private sealed class Losses : Callback
    {
        private double total;
        private int seen;

        public List<double> Values { get; } = [];

        public override void OnEpochBegin(TrainingProgress progress) => (total, seen) = (0, 0);

        public override void OnBatchEnd(TrainingProgress progress)
        {
            var sum = progress.Loss * progress.SamplesSeen;
            Values.Add((sum - total) / (progress.SamplesSeen - seen));
            (total, seen) = (sum, progress.SamplesSeen);
        }
    }
}
