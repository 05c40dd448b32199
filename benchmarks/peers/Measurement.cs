using System.Diagnostics;
using System.Globalization;

/// <summary>
/// Measures a library as <c>fovea bench</c> measures Fovea: the first step alone, a second of warm-up, then five slices of which the median
/// counts. Prints one JSON object.
/// </summary>
internal static class Measurement
{
    private const int Slices = 5;

    public static void Print(string peer, int batch, double seconds, Action step)
    {
        var watch = Stopwatch.StartNew();
        step();
        var firstStep = watch.Elapsed.TotalMilliseconds;
        using var process = Process.GetCurrentProcess();
        var firstResult = (DateTimeOffset.UtcNow - process.StartTime).TotalMilliseconds;
        Rate(Math.Min(seconds, 1));
        var rates = Enumerable.Range(0, Slices).Select(_ => Rate(seconds / Slices)).Order().ToArray();
        process.Refresh();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"peer\":\"{peer}\",\"images_per_second\":{rates[Slices / 2]:R},\"min\":{rates[0]:R},\"max\":{rates[^1]:R},"
            + $"\"peak_rss_mb\":{process.PeakWorkingSet64 / 1048576.0:R},"
            + $"\"first_step_ms\":{firstStep:R},\"first_result_ms\":{firstResult:R}}}"));

        double Rate(double duration)
        {
            var slice = Stopwatch.StartNew();
            var done = 0;
            while (done == 0 || slice.Elapsed.TotalSeconds < duration)
            {
                step();
                done++;
            }

            return done * batch / slice.Elapsed.TotalSeconds;
        }
    }
}
