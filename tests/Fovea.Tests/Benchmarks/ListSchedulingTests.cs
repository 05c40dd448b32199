using CsCheck;
using Fovea.Benchmarks;
using Fovea.Measuring;

namespace Fovea.Tests.Benchmarks;

public sealed class ListSchedulingTests
{
    private static readonly ListScheduling Free = new(Region: 0, Claim: 0, Finish: 0);

    [Theory]
    [InlineData(1, 12)]  // one after another
    [InlineData(2, 6)]   // shares of 3 and 3, and of the rest
    [InlineData(3, 5)]   // 3 alone, 3 and 2, 2 and 2: the first does the second's 2
    [InlineData(5, 3)]
    [InlineData(64, 3)]
    public void Units_go_to_whoever_is_free_first(int workers, double seconds) => Assert.Equal(seconds, Free.PhaseSeconds([3, 3, 2, 2, 2], workers));

    [Fact]
    public void Workers_end_one_after_the_other_and_a_region_costs_once()
    {
        // Each claims in 1 and has worked 10 after that; the last of three to say so is done at 14; then the region's 5.
        Assert.Equal(5 + 14, new ListScheduling(Region: 5, Claim: 1, Finish: 1).PhaseSeconds([10, 10, 10], 4));
        Assert.Equal(30, new ListScheduling(Region: 5, Claim: 1, Finish: 1).PhaseSeconds([10, 10, 10], 1));
        Assert.Equal(10, new ListScheduling(Region: 5, Claim: 1, Finish: 1).PhaseSeconds([10], 4));
    }

    [Fact]
    public void No_order_is_worse_than_Graham_1966_proves() => Gen.Double[0.01, 10].Array[1, 50].Select(Gen.Int[2, 70]).Sample((units, workers) =>
    {
        var (even, longest) = (units.Sum() / workers, units.Max());
        var seconds = Free.PhaseSeconds(units, workers);
        return seconds >= Math.Max(even, longest) - 1e-9 && seconds <= even + ((1 - (1.0 / workers)) * longest) + 1e-9;
    });

    [Fact]
    public void What_the_phases_lose_is_what_the_speed_up_lacks() =>
        Gen.Double[0.01, 10].Array[1, 20].Array[1, 10].Select(Gen.Int[1, 70]).Sample((phases, workers) =>
    {
        var speedUp = new ListScheduling(0.1, 0.01, 0.02).Simulate([.. phases.Select((units, i) => new PhaseTime($"step {i}", 0, units))], workers, limits: 10);
        return Math.Abs(1 - speedUp.Efficiency - speedUp.Limits.Sum(limit => limit.LostShare)) < 1e-9
            && Math.Abs(speedUp.Times - (speedUp.Efficiency * workers)) < 1e-9;
    });

    [Theory]
    [InlineData(new[] { 1e-4 }, "serial, 100.0 µs")]
    [InlineData(new[] { 1e-4, 1e-4 }, "2 units for 4 workers")]
    [InlineData(new[] { 1e-4, 1e-4, 1e-4, 1e-4, 3e-4 }, "one unit takes 300.0 µs of 402.0 µs")]
    [InlineData(new[] { 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4 }, "9 units do not divide evenly")]
    [InlineData(new[] { 1e-7, 1e-7, 1e-7, 1e-7 }, "only 0.4 µs of work to schedule")]
    public void A_phase_says_what_limits_it(double[] units, string reason)
    {
        var speedUp = new ListScheduling(Region: 2e-6, Claim: 0, Finish: 0).Simulate([new PhaseTime("step", 0, units)], workers: 4);
        Assert.Equal(reason, Assert.Single(speedUp.Limits).Reason);
    }

    [Fact]
    public void Equal_steps_are_listed_once()
    {
        var phase = new PhaseTime("Conv2D", 0, [1, 1, 1]);
        var limits = Free.Simulate([phase, phase with { Step = "MatMul", Seconds = [0.5] }, phase], workers: 6).Limits;
        Assert.Equal([("Conv2D", 2, 3, 0.5), ("MatMul", 1, 1, 1.0 / 6)], limits.Select(limit => (limit.Step, limit.Times, limit.Units, limit.Efficiency)));
        Assert.Equal(2 * 0.5 / 2.5, limits[0].LostShare, 12);
    }
}
