using Fovea.Mpi;

namespace Fovea.MpiProgram;

/// <summary>The code in the readme of Fovea.Mpi.</summary>
internal static class ReadmeScenario
{
    public static int Run()
    {
        using var processes = MpiProcesses.Join();

        var model = new Sequential
        {
            new Input(28, 28, 1),
            new Conv2D(32, 3, activation: Activation.Relu),
            new MaxPooling2D(4),
            new Flatten(),
            new Dense(10, Activation.Softmax),
        };
        model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Distribution = new DataParallel(shards: 16);
        model.Fit(new DrawnDigits(10_000, seed: 1), epochs: 2, batchSize: 256);
        return 0;
    }
}
