using System.Numerics;

namespace Fovea.Benchmarks;

/// <summary>A network between machines, of which each sends and receives at the same time.</summary>
/// <param name="GigabitsPerSecond">The rate of the cable, with headers.</param>
/// <param name="Latency">The seconds for a message without content, from program to program.</param>
/// <param name="BytesPerSecond">The bytes of messages per second in each direction.</param>
internal sealed record NetworkLink(int GigabitsPerSecond, double Latency, double BytesPerSecond)
{
    /// <summary>The seconds for adding a value of one shard to that of another: memory traffic of 12 bytes at 24 GB/s.</summary>
    private const double SecondsPerAddition = 0.5e-9;

    /// <summary>TCP on Ethernet with 1 and 10 Gbit/s, and InfiniBand with 100 Gbit/s. Headers take 6 to 8 % of the rate.</summary>
    public static IReadOnlyList<NetworkLink> All { get; } =
        [new(1, 30e-6, 0.117e9), new(10, 20e-6, 1.15e9), new(100, 3e-6, 11.5e9)];

    /// <summary>A network by its rate, with the latency and the share of headers of the next slower one in <see cref="All"/>.</summary>
    public static NetworkLink Of(int gigabitsPerSecond)
    {
        var known = All.Last(link => link.GigabitsPerSecond <= gigabitsPerSecond);
        return new(gigabitsPerSecond, known.Latency, known.BytesPerSecond / known.GigabitsPerSecond * gigabitsPerSecond);
    }

    /// <summary>
    /// The seconds for sending slices of vectors to the processes that add them and the sums to all, without the additions: 2 ⌈log₂ P⌉ latencies, and 8 bytes
    /// for each value, except for the process' own slice. Every process sends and receives at the full rate.
    /// </summary>
    /// <param name="values">The number of values of a vector.</param>
    /// <param name="processes">The number of processes P, each on its own machine.</param>
    public double TransferSeconds(double values, int processes) =>
        (2 * BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)processes)) * Latency) + (8 * values * OfOthers(processes) / BytesPerSecond);

    /// <summary>The seconds for the whole exchange of a step: <see cref="TransferSeconds"/> and the additions.</summary>
    /// <inheritdoc cref="TransferSeconds"/>
    public double ExchangeSeconds(double values, int processes) =>
        TransferSeconds(values, processes) + (values * OfOthers(processes) * SecondsPerAddition);

    private static double OfOthers(int processes) => (processes - 1.0) / processes;
}
