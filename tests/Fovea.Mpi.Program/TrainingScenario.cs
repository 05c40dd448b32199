using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fovea.Mpi;

namespace Fovea.MpiProgram;

/// <summary>Trains a small network in shards. Each process prints the hash of its weights and the history.</summary>
internal static class TrainingScenario
{
    /// <param name="processes">The processes.</param>
    /// <param name="arguments">The number of shards.</param>
    public static void Run(MpiProcesses processes, string[] arguments)
    {
        var model = new Sequential("digits", seed: 1)
        {
            new Input(28, 28, 1), new Conv2D(8, 3, activation: Activation.Relu), new BatchNormalization(), new MaxPooling2D(4), new Dropout(0.2), new Flatten(),
            new Dense(10, Activation.Softmax),
        };
        model.Compile(new Adam { GlobalClipNorm = 1 }, Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Distribution = new DataParallel(int.Parse(arguments[0], CultureInfo.InvariantCulture));
        var history = model.Fit(new DrawnDigits(301, seed: 1), epochs: 2, batchSize: 50, validation: new DrawnDigits(101, seed: 2));
        var numbers = string.Join(' ', history.Names.Order(StringComparer.Ordinal).Select(
            key => string.Create(CultureInfo.InvariantCulture, $"{key} {history[key][^1]:R}")));
        Console.WriteLine($"process {processes.Rank} of {processes.Size}: weights_sha256 {Hash(model)} {numbers}");
    }

    /// <summary>SHA-256 of the weights as little-endian float32.</summary>
    public static string Hash(Model model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var weight in model.Weights) hash.AppendData(MemoryMarshal.AsBytes(weight.Values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
