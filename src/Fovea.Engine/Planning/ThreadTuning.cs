using System.Diagnostics;

namespace Fovea.Engine.Planning;

/// <summary>
/// Decides by measurement whether the short runs of a plan use other threads: now and then a few runs are timed the other way, and the faster way
/// stays. Which thread computes a unit changes no bit, so the clock may decide it.
/// </summary>
/// <remarks>
/// Shapes alone cannot tell. Two threads on cores that share a cache run a step of 180 µs 1.2 times as fast as one thread. On cores that share none
/// they reach 0.7 times its speed, since each must fetch what the other wrote. Where another process competes for the cores, a thread may lose its
/// core in the middle of a unit. A trial takes 2 ms. Trials start every 60 ms and become rarer, down to one a second, while they change nothing.
/// </remarks>
internal sealed class ThreadTuning
{
    private const int MinRuns = 3;
    private const double WorthChanging = 0.97;  // of the time, so that noise alone changes nothing
    private static readonly long LongRun = Stopwatch.Frequency / 250;  // 4 ms: from here on threads always pay
    private static readonly long Trial = Stopwatch.Frequency / 500;
    private static readonly long MinStay = Stopwatch.Frequency / 16;
    private static readonly long MaxStay = Stopwatch.Frequency;

    private bool isTrial;
    private long stay = MinStay;
    private double stayMean;
    private long elapsed;
    private long counted;
    private int runs;

    /// <summary>Whether the next run uses the calling thread alone.</summary>
    public bool IsSingleThreaded { get; private set; }

    /// <summary>Adds the time of a run, in ticks of the <see cref="Stopwatch"/>.</summary>
    public void Note(long ticks)
    {
        if (ticks > LongRun && isTrial && IsSingleThreaded)
        {
            IsSingleThreaded = isTrial = false;
            stay = MaxStay;
            Begin();
            return;
        }

        // The first quarter is a warm-up: it fills caches and wakes threads.
        var length = isTrial ? Trial : stay;
        elapsed += ticks;
        if (4 * elapsed >= length)
        {
            counted += ticks;
            runs++;
        }

        if (elapsed < length || runs < MinRuns) return;
        Judge((double)counted / runs);
        Begin();
    }

    private void Judge(double mean)
    {
        if (!isTrial)
        {
            if (mean > LongRun && !IsSingleThreaded) return;
            stayMean = mean;
            IsSingleThreaded = !IsSingleThreaded;
        }
        else if (mean < WorthChanging * stayMean)
        {
            stay = MinStay;
        }
        else
        {
            stay = Math.Min(2 * stay, MaxStay);
            IsSingleThreaded = !IsSingleThreaded;
        }

        isTrial = !isTrial;
    }

    private void Begin() => (elapsed, counted, runs) = (0, 0, 0);
}
