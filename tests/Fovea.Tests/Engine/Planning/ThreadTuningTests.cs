using System.Diagnostics;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Engine.Planning;

public class ThreadTuningTests
{
    /// <summary>
    /// Runs take the given microseconds on one thread (alone) and on all threads (together). In ten seconds, at most 2.5 % is lost compared with always
    /// using the faster way.
    /// </summary>
    [Theory]
    [InlineData(20, 15)]
    [InlineData(15, 20)]
    [InlineData(180, 280)]
    [InlineData(280, 180)]
    [InlineData(5000, 2600)]
    [InlineData(3900, 2000)]
    [InlineData(1000, 1000)]
    public void Nearly_all_runs_use_the_faster_way(int alone, int together)
    {
        var tuning = new ThreadTuning();
        var (time, runs) = Run(tuning, alone, together, seconds: 10);
        Assert.InRange(time, 0, 1.025 * runs * Math.Min(alone, together));
    }

    [Fact]
    public void A_plan_switches_within_seconds_when_the_other_way_has_become_faster()
    {
        var tuning = new ThreadTuning();
        Run(tuning, 200, 150, seconds: 10);
        Assert.False(tuning.IsSingleThreaded);
        Run(tuning, 200, 300, seconds: 2);
        var (time, runs) = Run(tuning, 200, 300, seconds: 5);
        Assert.InRange(time, 0, 1.025 * runs * 200);
    }

    [Fact]
    public void Long_runs_always_use_all_threads()
    {
        var tuning = new ThreadTuning();
        var (time, runs) = Run(tuning, 9000, 5000, seconds: 10);
        Assert.Equal(5000.0 * runs, time);
    }

    private static (double Microseconds, int Runs) Run(ThreadTuning tuning, int alone, int together, double seconds)
    {
        var (time, runs) = (0.0, 0);
        for (; time < seconds * 1e6; runs++)
        {
            var microseconds = tuning.IsSingleThreaded ? alone : together;
            time += microseconds;
            tuning.Note(microseconds * Stopwatch.Frequency / 1_000_000);
        }

        return (time, runs);
    }
}
