namespace Fovea.Benchmarks;

/// <summary>
/// How much of the exchange of gradients is hidden behind the computation. It runs in every process of a job. Two trainings take turns: one exchanges all
/// gradients after they are computed, the other exchanges buckets while it computes.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="batchSize">The number of images in a batch.</param>
/// <param name="shards">The number of shards of a batch.</param>
/// <param name="rounds">How many times each training is measured.</param>
/// <param name="steps">The number of steps of a measurement.</param>
internal sealed class OverlapBenchmark(string network, int batchSize, int shards, int rounds, int steps)
{
    private const int Times = 4;

    /// <summary>Measures, in all processes.</summary>
    /// <returns>For each process the mean times of a step.</returns>
    public IReadOnlyList<(StepMeans After, StepMeans During)> Measure(IProcessGroup processes)
    {
        var distributions = new[] { int.MaxValue, new DataParallel(shards, processes).BucketBytes }
            .Select(bytes => new DataParallel(shards, processes) { BucketBytes = bytes }).ToList();
        var models = distributions.ConvertAll(distribution => ShardsBenchmark.Create(network, distribution));
        var data = ShardsBenchmark.Data(models[0], batchSize);
        var measured = models.ConvertAll(_ => new List<StepMeans>());
        for (var round = 0; round <= rounds; round++)
        {
            for (var i = 0; i < models.Count; i++)
            {
                distributions[i].Times.Reset();
                models[i].Fit(data, batchSize: batchSize, stepsPerEpoch: steps, shuffle: false, verbose: Verbosity.Silent);
                if (round > 0) measured[i].Add(StepMeans.Of(distributions[i].Times));
            }
        }

        return Gather(processes, [.. measured.Select(StepMeans.Median)]);
    }

    private static List<(StepMeans After, StepMeans During)> Gather(IProcessGroup processes, StepMeans[] own)
    {
        var count = own.Length * Times;
        var all = new float[processes.Size * count];
        for (var i = 0; i < own.Length; i++) own[i].CopyTo(all.AsSpan((processes.Rank * count) + (i * Times)));
        processes.AllGather(all, [.. Enumerable.Repeat(count, processes.Size)]);
        return [.. all.Chunk(count).Select(one => (StepMeans.Of(one), StepMeans.Of(one.AsSpan(Times))))];
    }
}

/// <summary>The mean times of a step of one process, in milliseconds.</summary>
internal sealed record StepMeans(double Computing, double Exchanging, double Waiting, double Updating)
{
    public double Step => Computing + Waiting + Updating;

    public static StepMeans Of(StepTimes times) =>
        new((times.Computing / times.Steps).TotalMilliseconds, (times.Exchanging / times.Steps).TotalMilliseconds,
            (times.Waiting / times.Steps).TotalMilliseconds, (times.Updating / times.Steps).TotalMilliseconds);

    public static StepMeans Of(ReadOnlySpan<float> values) => new(values[0], values[1], values[2], values[3]);

    /// <summary>The median of each time.</summary>
    public static StepMeans Median(List<StepMeans> rounds) =>
        new(
            Spread.Of(rounds.Select(one => one.Computing)).Median, Spread.Of(rounds.Select(one => one.Exchanging)).Median,
            Spread.Of(rounds.Select(one => one.Waiting)).Median, Spread.Of(rounds.Select(one => one.Updating)).Median);

    public void CopyTo(Span<float> values) =>
        (values[0], values[1], values[2], values[3]) = ((float)Computing, (float)Exchanging, (float)Waiting, (float)Updating);
}
