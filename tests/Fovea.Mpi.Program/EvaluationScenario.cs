using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fovea.Mpi;

namespace Fovea.MpiProgram;

/// <summary>
/// Evaluates 1,001 samples, predicts them, extracts their features, and trains on data in parts. Each process prints the same line, which is short: MPICH
/// divides long ones.
/// </summary>
internal static class EvaluationScenario
{
    private const int Shards = 4;

    public static void Run(MpiProcesses processes) => Console.WriteLine($"process {processes.Rank}: {Measure(processes)}");

    /// <summary>All results, and how many parts of other processes this process has opened.</summary>
    public static string Measure(IProcessGroup processes)
    {
        var model = new Sequential("digits", seed: 1) { new Input(28, 28, 1), new Conv2D(4, 3, 2), new Flatten(), new Dense(10, Activation.Softmax) };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy(), new Auc(), new F1Score());
        model.Distribution = new DataParallel(Shards, processes);
        var data = new DrawnDigits(1001, seed: 3).Cache();
        var evaluation = model.Evaluate(data, 50, Verbosity.Silent);
        var predictions = model.Predict(data, 50, Verbosity.Silent);
        var features = model.ExtractFeatures(data, 64, Verbosity.Silent);
        var opened = 0;
        var history = model.Fit(Dataset.FromParts(Shards, Open), batchSize: 32, validation: Dataset.FromParts(Shards, Open), verbose: Verbosity.Silent);
        var own = (Shards * (processes.Rank + 1) / processes.Size) - (Shards * processes.Rank / processes.Size);
        double[] numbers = [evaluation.Loss, .. evaluation.Metrics.Values, .. history.Names.Select(name => history[name][^1])];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{evaluation.Count} samples, {features.Count} features, loss {evaluation.Loss:R}, numbers {Hash<double>(numbers)}, outputs "
            + $"{Hash<float>(predictions.Values)}, weights {TrainingScenario.Hash(model)[..16]}, {opened - (2 * own)} parts of others");

        Dataset Open(int part)
        {
            Interlocked.Increment(ref opened);
            return new DrawnDigits(20 + (7 * part), seed: part);
        }
    }

    private static string Hash<T>(T[] values)
        where T : struct => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<T>(values)))[..16];
}
