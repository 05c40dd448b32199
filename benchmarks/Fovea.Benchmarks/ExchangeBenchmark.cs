using System.ComponentModel;
using System.Diagnostics;
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
    private const string AllowRoot = "OMPI_ALLOW_RUN_AS_ROOT";
    private const string AllowRootReally = "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM";

    /// <summary>How to start processes with an MPI, over TCP if need be.</summary>
    private sealed record Mpi(string Program, string[] Arguments, string[] TcpArguments, Dictionary<string, string> TcpVariables);

    private static readonly Mpi[] Known =
    [
        new(
            "mpirun.openmpi", ["--bind-to", "none", "--oversubscribe"],
            ["--mca", "pml", "ob1", "--mca", "btl", "self,tcp", "--mca", "btl_tcp_if_include", "lo"], []),
        new("mpirun.mpich", [], [], new() { ["MPIR_CVAR_NOLOCAL"] = "1", ["UCX_TLS"] = "self,tcp", ["UCX_NET_DEVICES"] = "lo" }),
    ];

    /// <summary>Measures with each MPI.</summary>
    /// <returns>
    /// The library, and the milliseconds of both halves of the exchange, those of the slowest process; no library if the MPI is not installed.
    /// </returns>
    public IEnumerable<(string Launcher, string? Library, Spread AllToAll, Spread AllGather)> Measure()
    {
        foreach (var mpi in Known)
        {
            if (Run(mpi) is not { } output) yield return (mpi.Program, null, new Spread(0, 0, 0), new Spread(0, 0, 0));
            else yield return (mpi.Program, output[0], Parse(output[1]), Parse(output[2]));
        }
    }

    /// <summary>The lines that the first process prints; null if the launcher is not installed.</summary>
    private string[]? Run(Mpi mpi)
    {
        var start = new ProcessStartInfo(
            mpi.Program,
            [
                "-n", Text(processes), .. mpi.Arguments, .. overTcp ? mpi.TcpArguments : [],
                Environment.ProcessPath!, typeof(ExchangeBenchmark).Assembly.Location, "exchange", "--one", "--mebibytes", Text(mebibytes),
            ])
        { RedirectStandardOutput = true };
        (start.Environment[AllowRoot], start.Environment[AllowRootReally]) = ("1", "1");
        start.Environment["TERM"] = "dumb";  // Open MPI gives each process a terminal, whose control sequences would be in the output
        if (overTcp)
        {
            foreach (var (name, value) in mpi.TcpVariables) start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Split('\n') : throw new BenchmarkException($"{mpi.Program} ended with code {process.ExitCode}.");
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static Spread Parse(string line) =>
        line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray() is [var median, var min, var max]
            ? new Spread(median, min, max)
            : throw new BenchmarkException($"expected three numbers; received '{line}'.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
