using System.Globalization;

namespace Fovea.Cli;

/// <summary>What to train on, what to test on, and how to say it.</summary>
internal sealed record TrainingData(Dataset Train, Dataset Test, string TrainName, string TestName);

/// <summary>The data behind <c>--data digits|mnist|FOLDER</c>.</summary>
internal static class DigitData
{
    public const int DrawnTrainingCount = 20_000;
    public const int DrawnTestCount = 5_000;

    /// <summary>The test digits are the same for every --seed, and never among those trained on, whose seed is not negative.</summary>
    private const long TestSeed = -1;

    public static TrainingData Load(
        string name, int? samples, int seed, PixelRange range, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (name == "digits")
        {
            var count = samples ?? DrawnTrainingCount;
            var test = Drawn(Math.Min(DrawnTestCount, Math.Max(100, count / 2)), TestSeed, range);
            return new(Drawn(count, seed, range), test, $"{Count(count)} drawn digits", $"{Count(test.Count)} others");
        }

        var (train, testing) = LoadFiles(name, range, progress, cancellation);
        Dataset part = samples is { } number ? train.Take(Math.Min(number, train.Count)) : train;
        var source = name == "mnist" ? "MNIST" : $"'{name}'";
        return new(part, testing, $"{Count(part.Count)} images of {source}", $"its {Count(testing.Count)} test images");
    }

    public static Dataset LoadTest(string name, PixelRange range, IProgress<DownloadProgress>? progress, CancellationToken cancellation) =>
        name == "digits" ? Drawn(DrawnTestCount, TestSeed, range) : LoadFiles(name, range, progress, cancellation).Test;

    private static (ByteImageDataset Train, ByteImageDataset Test) LoadFiles(
        string name, PixelRange range, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        if (name == "mnist")
            return Mnist.Load(Mnist.DownloadAsync(progress: progress, cancellation: cancellation).GetAwaiter().GetResult(), range);
        return Directory.Exists(name)
            ? Mnist.Load(name, range)
            : throw new CommandException($"--data: expected digits, mnist or a folder with IDX files; received '{name}', which is no folder.");
    }

    private static Dataset Drawn(int count, long seed, PixelRange range)
    {
        var digits = new DrawnDigits(count, seed);
        return range == PixelRange.ZeroToOne ? digits : new Brightened(digits);
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The same images with pixels from 0 to 255.</summary>
    private sealed class Brightened(Dataset whole) : Dataset
    {
        public override int Count => whole.Count;

        public override Shape InputShape => whole.InputShape;

        public override Shape TargetShape => whole.TargetShape;

        public override IReadOnlyList<string> ClassNames => whole.ClassNames;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            whole.Read(index, input, target);
            foreach (ref var pixel in input) pixel *= 255;
        }
    }
}
