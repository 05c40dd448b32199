using System.Diagnostics;
using Fovea.Cli;
using Fovea.Engine.Ops;

namespace Fovea.Benchmarks;

/// <summary>The price of dividing batches into shards in one process: the time of <c>Fit</c> in shards, as a ratio of its time without.</summary>
/// <param name="rounds">How many times each number of shards is measured, taking turns.</param>
/// <param name="seconds">About how long each measurement takes.</param>
internal sealed class ShardsBenchmark(int rounds, double seconds)
{
    private const int BatchesOfData = 4;

    public static IReadOnlyList<(string Network, int BatchSize)> Workloads { get; } =
        [("book-mnist", 64), ("book-mnist", 128), ("book-mnist", 256), ("book-mnist", 1024), ("book-cats-dogs", 32), ("mobilenet", 32)];

    public static IReadOnlyList<int> Shards { get; } = [1, 2, 4, 8, 16, 64];

    /// <summary>The milliseconds of a step without shards, and the ratio of the time for each number of shards that a batch has samples for.</summary>
    public (double Milliseconds, IReadOnlyList<(int Shards, Spread Ratio)> Ratios) Measure(string network, int batchSize)
    {
        var shards = Shards.Where(count => 4 * count <= batchSize).ToList();
        var models = ((DataParallel?[])[null, .. shards.Select(count => new DataParallel(count))]).Select(one => Create(network, one)).ToList();
        var data = Data(models[0], batchSize);
        foreach (var model in models) Time(model, data, batchSize, 20);
        var steps = Math.Max(2, (int)(seconds / Time(models[0], data, batchSize, 5)));
        var times = models.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < models.Count; i++) times[i].Add(Time(models[i], data, batchSize, steps));
        }

        return (1000 * Spread.Of(times[0]).Median, [.. shards.Select((count, i) => (count, Spread.Ratio(times[i + 1], times[0])))]);
    }

    /// <summary>Seconds per step.</summary>
    private static double Time(Model model, Dataset data, int batchSize, int steps)
    {
        var start = Stopwatch.GetTimestamp();
        model.Fit(data, batchSize: batchSize, stepsPerEpoch: steps, shuffle: false, verbose: Verbosity.Silent);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
    }

    /// <summary>A compiled network.</summary>
    public static Model Create(string network, DataParallel? distribution)
    {
        var model = BenchmarkNetworks.Create(network);
        model.Compile(new RmsProp(1e-4), model.OutputShape.Count == 1 ? Loss.BinaryCrossentropy : Loss.SparseCategoricalCrossentropy, new Accuracy());
        model.Distribution = distribution;
        return model;
    }

    /// <summary>Random images for some batches.</summary>
    public static ArrayDataset Data(Model model, int batchSize)
    {
        var count = BatchesOfData * batchSize;
        var random = new RandomNumbers(1);
        var images = new float[count * model.InputShape.Count];
        for (var i = 0; i < images.Length; i++) images[i] = random.NextSingle();
        float[] labels = [.. Enumerable.Range(0, count).Select(i => (float)(i % model.ClassCount))];
        return new ArrayDataset(images, model.InputShape, labels, model.OutputShape.Count == 1 ? [1] : Shape.Scalar);
    }
}
