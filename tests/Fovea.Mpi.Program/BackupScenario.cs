using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fovea.MpiProgram;

/// <summary>Trains with a backup after each batch. One process may fail in the midst of it, or have been started with something else.</summary>
internal static class BackupScenario
{
    private const int Samples = 151;

    /// <param name="processes">The processes.</param>
    /// <param name="arguments">The folder of the first process's files, what happens, and the number of the process to which it happens.</param>
    public static void Run(IProcessGroup processes, string[] arguments)
    {
        var (folder, incident) = (arguments[0], arguments.Length > 1 && arguments[2] == $"{processes.Rank}" ? arguments[1] : "");
        Console.WriteLine($"process {processes.Rank}: {Train(processes, Path.Combine(folder, "training.backup"), incident)}");
    }

    /// <summary>Trains to the end.</summary>
    /// <returns>The hashes of the weights and the history, and the last step.</returns>
    public static string Train(IProcessGroup processes, string backup, string incident)
    {
        var model = new Sequential("digits", seed: 1)
        {
            new Input(28, 28, 1), new RandomTranslation(0.1f, 0.1f), new Conv2D(4, 3, activation: Activation.Relu), new BatchNormalization(),
            new MaxPooling2D(4), new Dropout(0.2), new Flatten(), new Dense(10, Activation.Softmax),
        };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy(), new LossMetric(new SparseCategoricalCrossentropy()));
        model.Distribution = new DataParallel(8, processes);
        var last = "";
        var watch = new LambdaCallback(onBatchEnd: progress =>
        {
            last = string.Create(CultureInfo.InvariantCulture, $"epoch {progress.Epoch}, batch {progress.Batch}");
            if (progress is { Epoch: 2, Batch: 3 }) Happen(incident);
            if (progress is { Epoch: 3, Batch: 2 } && incident == "stop") progress.Stop = true;
        });
        var data = new DrawnDigits(incident == "other-data" ? Samples + 1 : Samples, seed: 1);
        var history = model.Fit(
            incident == "broken-image" ? new BrokenImage(data) : data, epochs: 3, batchSize: 32, validation: new DrawnDigits(41, seed: 2),
            callbacks: [watch, new BackupAndRestore(backup, everyBatches: 1)]);
        var values = string.Join(' ', history.Names.Select(name => $"{name} {string.Join(' ', history[name])}"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(values)));
        return $"weights_sha256 {TrainingScenario.Hash(model)}, history {hash[..16]}, {history.Epochs} epochs, last {last}";  // Open MPI divides long lines
    }

    private static void Happen(string incident)
    {
        if (incident is "kill" or "throw")
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at {Stopwatch.GetTimestamp()}"));
            Console.Out.Flush();
        }

        if (incident == "kill") Process.GetCurrentProcess().Kill();
        if (incident == "throw") throw new IOException("the disk is full");
    }

    /// <summary>Images of which one cannot be read.</summary>
    private sealed class BrokenImage(Dataset data) : Dataset
    {
        public override int Count => data.Count;

        public override Shape InputShape => data.InputShape;

        public override Shape TargetShape => data.TargetShape;

        public override IReadOnlyList<string> ClassNames => data.ClassNames;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            if (index is not (0 or Samples / 2 or Samples - 1)) throw new InvalidDataException("digits/broken.png: the image is damaged");
            data.Read(index, input, target);
        }
    }
}
