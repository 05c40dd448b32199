using System.Globalization;

namespace Fovea.Benchmarks;

/// <summary>
/// The time in which several processes exchange the gradients of a step, with each MPI of this machine: slices to the processes that add them, and the sums to
/// all. The processes run on this machine. Over TCP, <c>benchmarks/network.sh</c> gives them a network of a given rate.
/// </summary>
/// <param name="mebibytes">The size of the gradients of all weights.</param>
/// <param name="processes">The number of processes.</param>
/// <param name="overTcp">Whether messages go by TCP over the loopback interface instead of shared memory.</param>
internal sealed class ExchangeBenchmark(int mebibytes, int processes, bool overTcp)
{
    /// <summary>Measures with each MPI.</summary>
    /// <returns>
    /// The library, and the milliseconds of both halves of the exchange, those of the slowest process; no library if the MPI is not installed.
    /// </returns>
    public IEnumerable<(string Launcher, string? Library, Spread AllToAll, Spread AllGather)> Measure()
    {
        foreach (var mpi in MpiJob.Known)
        {
            if (mpi.Run(processes, overTcp, "exchange", "--one", "--mebibytes", Text(mebibytes)) is not { } output)
                yield return (mpi.Program, null, new Spread(0, 0, 0), new Spread(0, 0, 0));
            else yield return (mpi.Program, output[0], Parse(output[1]), Parse(output[2]));
        }
    }

    private static Spread Parse(string line) =>
        line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray() is [var median, var min, var max]
            ? new Spread(median, min, max)
            : throw new BenchmarkException($"expected three numbers; received '{line}'.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
