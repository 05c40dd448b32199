using System.Diagnostics;

/// <summary>
/// The load of a service: each caller is a thread that requests the prediction of one image, waits for it, and repeats. A second of warm-up,
/// then five slices of which the median counts.
/// </summary>
internal static class ServeMeasurement
{
    private const int Slices = 5;

    /// <param name="callers">The number of calling threads.</param>
    /// <param name="seconds">How long to measure.</param>
    /// <param name="caller">Creates the action of a caller for one request.</param>
    /// <returns>Requests per second, the time in milliseconds that the slowest hundredth exceeds, and bytes allocated per request.</returns>
    public static (double PerSecond, double SlowestMs, double BytesPerRequest) Run(int callers, double seconds, Func<Action> caller)
    {
        var actions = Enumerable.Range(0, callers).Select(_ => caller()).ToArray();
        Slice(actions, Math.Min(1, seconds));
        var slices = Enumerable.Range(0, Slices).Select(_ => Slice(actions, seconds / Slices)).OrderBy(slice => slice.PerSecond).ToArray();
        return slices[Slices / 2];
    }

    private static (double PerSecond, double SlowestMs, double BytesPerRequest) Slice(Action[] actions, double seconds)
    {
        var times = new List<long>[actions.Length];
        using var start = new Barrier(actions.Length + 1);
        long end = 0;
        var threads = actions.Select((action, i) => new Thread(() =>
        {
            var own = times[i] = new List<long>(1 << 20);
            start.SignalAndWait();
            start.SignalAndWait();
            var before = Stopwatch.GetTimestamp();
            while (before < Volatile.Read(ref end))
            {
                action();
                var after = Stopwatch.GetTimestamp();
                own.Add(after - before);
                before = after;
            }
        })).ToList();
        foreach (var thread in threads) thread.Start();
        start.SignalAndWait();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var began = Stopwatch.GetTimestamp();
        Volatile.Write(ref end, began + (long)(seconds * Stopwatch.Frequency));
        start.SignalAndWait();
        foreach (var thread in threads) thread.Join();
        var elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var all = times.SelectMany(own => own).Order().ToArray();
        return (all.Length / elapsed, all[(int)(0.99 * (all.Length - 1))] * 1000.0 / Stopwatch.Frequency, (double)allocated / all.Length);
    }
}
