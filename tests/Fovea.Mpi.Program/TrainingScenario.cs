using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Fovea.Mpi;

namespace Fovea.MpiProgram;

/// <summary>
/// Trains a small network in shards, with most of what affects bits: augmentation, batch normalization, dropout, two outputs, masks with ignored pixels,
/// weights of samples, clipping and averages. It has so many weights that their gradients are exchanged in two parts, the first while the second is computed.
/// Each process prints hashes of its weights and its history.
/// </summary>
internal static class TrainingScenario
{
    private const int Size = 8;
    private const int Classes = 3;

    /// <param name="processes">The processes.</param>
    /// <param name="arguments">The number of shards.</param>
    public static void Run(MpiProcesses processes, string[] arguments)
    {
        var model = Network();
        model.Distribution = new DataParallel(int.Parse(arguments[0], CultureInfo.InvariantCulture));
        var history = model.Fit(Images(301, seed: 1), epochs: 2, batchSize: 50, validation: Images(101, seed: 2));
        var numbers = string.Join(' ', history.Names.Order(StringComparer.Ordinal).Select(
            key => string.Create(CultureInfo.InvariantCulture, $"{key} {string.Join(' ', history[key].Select(value => $"{value:R}"))}")));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(numbers)));  // launchers may break long lines
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"process {processes.Rank} of {processes.Size}: weights_sha256 {Hash(model)} history {hash} val_loss {history["val_loss"][^1]:R}"));
    }

    private static Model Network()
    {
        var input = new Input(Size, Size, 1).Output;
        var features = new RandomTranslation(0.2, 0.2).Call(input);
        features = new BatchNormalization().Call(new Conv2D(6, 3, padding: Padding.Same, activation: Activation.Relu).Call(features));
        features = new Dropout(0.3).Call(features);
        var kind = new Dense(Classes, Activation.Softmax) { Name = "kind" }
            .Call(new Dense(700, Activation.Relu).Call(new Flatten().Call(features)));
        var mask = new Conv2D(Classes, 1, activation: Activation.Softmax) { Name = "mask" }.Call(features);
        var model = new Model([input], [kind, mask], "shapes", 1);
        model.Compile(
            new Adam(0.01) { GlobalClipNorm = 0.5, UseEma = true, EmaMomentum = 0.9, EmaOverwriteFrequency = 2 },
            new Objective("kind", Loss.SparseCategoricalCrossentropy, new Accuracy()),
            new Objective(
                "mask", new SparseCategoricalCrossentropy { IgnoreClass = 2, Reduction = LossReduction.MeanWithSampleWeight }, new MeanIoU(Classes))
            {
                Weight = 2,
            });
        return model;
    }

    /// <summary>Random images, with a class for each and a class for each pixel.</summary>
    private static Dataset Images(int count, int seed)
    {
        var random = new Random(seed);
        float[] Values(int length, Func<float> value) => [.. Enumerable.Range(0, length).Select(_ => value())];
        Tensor Labels(params int[] shape) => new(new Shape(shape), Values(shape.Aggregate(1, (product, size) => product * size), () => random.Next(Classes)));
        var images = new Tensor([count, Size, Size, 1], Values(count * Size * Size, random.NextSingle));
        return new TensorDataset([images], [Labels(count), Labels(count, Size, Size)]).WithSampleWeights(Values(count, () => 0.5f + random.NextSingle()));
    }

    /// <summary>SHA-256 of the weights as little-endian float32.</summary>
    public static string Hash(Model model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var weight in model.Weights) hash.AppendData(MemoryMarshal.AsBytes(weight.Values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
