using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Fovea.Benchmarks;

/// <summary>How to start processes of this program with an MPI of this machine, over TCP if need be.</summary>
internal sealed record MpiJob(string Program, string[] Arguments, string[] TcpArguments, Dictionary<string, string> TcpVariables)
{
    private const string AllowRoot = "OMPI_ALLOW_RUN_AS_ROOT";
    private const string AllowRootReally = "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM";

    public static IReadOnlyList<MpiJob> Known { get; } =
    [
        new(
            "mpirun.openmpi", ["--bind-to", "none", "--oversubscribe"],
            ["--mca", "pml", "ob1", "--mca", "btl", "self,tcp", "--mca", "btl_tcp_if_include", "lo"], []),
        new("mpirun.mpich", [], [], new() { ["MPIR_CVAR_NOLOCAL"] = "1", ["UCX_TLS"] = "self,tcp", ["UCX_NET_DEVICES"] = "lo" }),
    ];

    /// <summary>Runs a command of this program in several processes.</summary>
    /// <param name="processes">Their number.</param>
    /// <param name="overTcp">Whether messages go by TCP over the loopback interface instead of shared memory.</param>
    /// <param name="command">The command and its options.</param>
    /// <returns>The lines that the first process prints; null if the launcher is not installed.</returns>
    public string[]? Run(int processes, bool overTcp, params string[] command)
    {
        var start = new ProcessStartInfo(
            Program,
            [
                "-n", processes.ToString(CultureInfo.InvariantCulture), .. Arguments, .. overTcp ? TcpArguments : [],
                Environment.ProcessPath!, typeof(MpiJob).Assembly.Location, .. command,
            ])
        { RedirectStandardOutput = true };
        (start.Environment[AllowRoot], start.Environment[AllowRootReally]) = ("1", "1");
        start.Environment["TERM"] = "dumb";  // Open MPI gives each process a terminal, whose control sequences would be in the output
        if (overTcp)
        {
            foreach (var (name, value) in TcpVariables) start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.TrimEnd().Split('\n') : throw new BenchmarkException($"{Program} ended with code {process.ExitCode}.");
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
