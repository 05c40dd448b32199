using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Fovea.Mpi;

namespace Fovea.Benchmarks;

/// <summary>One of the processes whose exchange <see cref="ExchangeBenchmark"/> measures.</summary>
internal static class ExchangeProcess
{
    private const int WarmUps = 3;
    private const int Rounds = 11;

    /// <summary>
    /// Exchanges vectors several times. The first process prints the library and, for each half of the exchange, median, minimum and maximum in ms.
    /// </summary>
    /// <param name="mebibytes">The size of a vector of float32.</param>
    /// <exception cref="BenchmarkException">The exchange gave wrong values.</exception>
    public static void Run(int mebibytes)
    {
        using var processes = MpiProcesses.Join();
        var (size, rank) = (processes.Size, processes.Rank);
        var length = mebibytes * (1048576 / sizeof(float));
        var slices = Enumerable.Range(0, size).Select(i => (int)((long)length * (i + 1) / size) - (int)((long)length * i / size)).ToArray();
        var equal = Enumerable.Repeat(slices[rank], size).ToArray();
        float[] vector = new float[length], received = new float[slices[rank] * size];
        var (first, second) = (new List<double>(), new List<double>());
        for (var round = -WarmUps; round < Rounds; round++)
        {
            vector.AsSpan().Fill(rank);
            var toAll = Time(processes, () => processes.AllToAll(vector, slices, received, equal));
            var toEach = Time(processes, () => processes.AllGather(vector, slices));
            if (received[^1] != size - 1 || vector[^1] != size - 1) throw new BenchmarkException("the exchange gave wrong values.");
            if (round < 0) continue;
            first.Add(toAll);
            second.Add(toEach);
        }

        if (rank == 0) Console.WriteLine($"{processes.Library}\n{Text(Spread.Of(first))}\n{Text(Spread.Of(second))}");
    }

    /// <summary>The milliseconds from when all processes begin until the slowest has ended.</summary>
    private static double Time(MpiProcesses processes, Action exchange)
    {
        Wait(processes);
        var start = Stopwatch.GetTimestamp();
        exchange();
        var times = new double[processes.Size];
        times[processes.Rank] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        processes.AllGather(MemoryMarshal.AsBytes(times.AsSpan()), Enumerable.Repeat(sizeof(double), processes.Size).ToArray());
        return times.Max();
    }

    private static void Wait(MpiProcesses processes) => processes.AllGather(new byte[processes.Size], Enumerable.Repeat(1, processes.Size).ToArray());

    private static string Text(Spread spread) => string.Create(CultureInfo.InvariantCulture, $"{spread.Median} {spread.Min} {spread.Max}");
}
