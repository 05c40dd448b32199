namespace Fovea.Benchmarks;

/// <summary>Measures Fovea and other libraries on whole networks, in separate processes that take turns.</summary>
internal sealed class NetworkBenchmark(Contestant fovea, IReadOnlyList<Contestant> peers, int pairs, double seconds, Action<string> warn)
{
    public NetworkRow Measure(Workload work)
    {
        var contestants = peers.Where(peer => peer.Trains || !work.IsTraining).Prepend(fovea).ToList();
        var results = contestants.Select(_ => new List<RunResult>()).ToList();
        for (var round = 0; round < pairs; round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                try
                {
                    results[i].Add(contestants[i].Measure(work, seconds));
                }
                catch (BenchmarkException error) when (i > 0)
                {
                    warn(error.Message);  // a library that fails is left out of the row
                    contestants.RemoveAt(i);
                    results.RemoveAt(i--);
                }
            }
        }

        var limit = Spread.Of(results[0].Select(result => result.LimitGflops)).Max;
        var gflopPerImage = results[0][0].Gflops / results[0][0].ImagesPerSecond;
        var figures = contestants.Select((contestant, i) => FiguresOf(contestant.Name, results[i], gflopPerImage / limit)).ToArray();
        var own =
            figures[0] with
            {
                CompileMs = Median(results[0], result => result.CompileMs),
                CompileAgainMs = Median(results[0], result => result.CompileAgainMs)
            };
        return new NetworkRow(
            work.Mode, work.Network, work.BatchSize, work.Threads, pairs, limit, own,
            [.. figures.Skip(1).Select((peer, i) => peer with { Ratio = Spread.Ratio(Rates(results[0]), Rates(results[i + 1])) })]);
    }

    private static Figures FiguresOf(string name, List<RunResult> results, double shareForEachImage)
    {
        var rate = Spread.Of(Rates(results));
        return new Figures(
            results[0].Peer ?? name, rate, rate.Median * shareForEachImage, Median(results, result => result.PeakRssMb),
                Median(results, result => result.FirstResultMs));
    }

    private static double[] Rates(List<RunResult> results) => [.. results.Select(result => result.ImagesPerSecond)];

    private static double Median(List<RunResult> results, Func<RunResult, double> figure) => Spread.Of(results.Select(figure)).Median;
}
