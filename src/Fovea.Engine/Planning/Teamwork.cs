using System.Diagnostics;

namespace Fovea.Engine.Planning;

/// <summary>
/// Whether the short runs of a plan are faster with the help of other threads or without, found by trying: now and then a few runs go the
/// other way, and what was faster stays. Who does which unit changes no bit, so the clock may decide it.
/// </summary>
/// <remarks>
/// It cannot be known beforehand. Between cores that share a cache two threads make a step of 180 µs 1.2 times as fast as one; between cores that
/// do not, 0.7 times, since what one has written the other must fetch; and beside a process that has taken a core, a thread may lose its
/// processor with a unit in hand. Trials take 2 ms, at first every 60 ms and ever more seldom, up to once a second, while they bring nothing new.
/// </remarks>
internal sealed class Teamwork
{
    private const int FewestRuns = 3;
    private const double WorthChanging = 0.97;  // of the time, so that noise alone changes nothing
    private static readonly long LongRun = Stopwatch.Frequency / 250;  // 4 ms, in which many threads always pay
    private static readonly long Trial = Stopwatch.Frequency / 500;
    private static readonly long ShortestStay = Stopwatch.Frequency / 16;
    private static readonly long LongestStay = Stopwatch.Frequency;

    private bool isTrial;
    private long stay = ShortestStay;
    private double stayMean;
    private long elapsed;
    private long counted;
    private int runs;

    /// <summary>Whether the next run does without the other threads.</summary>
    public bool IsAlone { get; private set; }

    /// <summary>Takes the time of a run into account, in ticks of the <see cref="Stopwatch"/>.</summary>
    public void Note(long ticks)
    {
        if (ticks > LongRun && isTrial && IsAlone)
        {
            IsAlone = isTrial = false;
            stay = LongestStay;
            Begin();
            return;
        }

        // The first quarter moves data into the right caches and wakes threads.
        var length = isTrial ? Trial : stay;
        elapsed += ticks;
        if (4 * elapsed >= length)
        {
            counted += ticks;
            runs++;
        }

        if (elapsed < length || runs < FewestRuns) return;
        Judge((double)counted / runs);
        Begin();
    }

    private void Judge(double mean)
    {
        if (!isTrial)
        {
            if (mean > LongRun && !IsAlone) return;
            stayMean = mean;
            IsAlone = !IsAlone;
        }
        else if (mean < WorthChanging * stayMean)
        {
            stay = ShortestStay;
        }
        else
        {
            stay = Math.Min(2 * stay, LongestStay);
            IsAlone = !IsAlone;
        }

        isTrial = !isTrial;
    }

    private void Begin() => (elapsed, counted, runs) = (0, 0, 0);
}
