using System.Diagnostics;

namespace Fovea.Benchmarks;

/// <summary>The memory of a process that trains one new model after another and then predicts many times.</summary>
internal sealed class MemoryBenchmark(int fits, int predictions)
{
    private const int Points = 10;
    private readonly DrawnDigits data = new(64, seed: 1);
    private readonly Process process = Process.GetCurrentProcess();

    /// <summary>The working set in MB after each tenth of the trainings and of the predictions.</summary>
    public IEnumerable<(string After, double Megabytes)> Measure()
    {
        Model model = Create();
        for (var point = 1; point <= Points; point++)
        {
            for (var i = 0; i < fits / Points; i++)
            {
                model = Create();
                model.Fit(data, batchSize: 16, validation: data);
            }

            yield return ($"{fits / Points * point:N0} trainings", WorkingSet());
        }

        var images = new Tensor([4, 28, 28, 1], new float[4 * 28 * 28]);
        for (var point = 1; point <= Points; point++)
        {
            for (var i = 0; i < predictions / Points; i++) model.Predict(images);
            yield return ($"{predictions / Points * point:N0} predictions", WorkingSet());
        }
    }

    private double WorkingSet()
    {
        process.Refresh();
        return process.WorkingSet64 / 1048576.0;
    }

    /// <summary>
    /// Small, so that a thousand trainings take minutes, but with everything that holds memory: convolutions, batch normalization, dropout and
    /// an optimizer with slots.
    /// </summary>
    private static Sequential Create()
    {
        var model = new Sequential
        {
            new Input(28, 28, 1), new Conv2D(8, 3, strides: 2), new BatchNormalization(), new ReLU(), new MaxPooling2D(2), new Flatten(), new Dropout(0.5),
                new Dense(10, Activation.Softmax),
        };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }
}
