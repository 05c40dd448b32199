using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Fovea.Tests.Mpi;

/// <summary>A run of a program by a launcher of MPI, and how it ended.</summary>
/// <param name="ExitCode">The exit code of the launcher.</param>
/// <param name="Output">Standard output of all processes.</param>
/// <param name="Error">Standard error of all processes and of the launcher.</param>
/// <param name="Elapsed">The time that it took.</param>
internal sealed partial record MpiRun(int ExitCode, string Output, string Error, TimeSpan Elapsed)
{
    public const string OpenMpi = "mpirun.openmpi";
    public const string Mpich = "mpirun.mpich";

    /// <summary>The launchers, for theories.</summary>
    public static TheoryData<string> Launchers => [OpenMpi, Mpich];

    /// <summary>Each launcher with each number of processes.</summary>
    public static TheoryData<string, int> LaunchersAndSizes
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (var launcher in (string[])[OpenMpi, Mpich])
            {
                for (var size = 1; size <= 4; size++) rows.Add(launcher, size);
            }

            return rows;
        }
    }

    /// <summary>The lines of standard output, sorted: the processes print in any order.</summary>
    public string[] Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    /// <summary>Runs a scenario of <c>Fovea.Mpi.Program</c> in several processes.</summary>
    public static MpiRun Scenario(string launcher, int size, params string[] arguments) => new MpiStart(launcher, size) { Arguments = arguments }.Run();

    /// <summary>Runs the command <c>fovea</c> in several processes.</summary>
    public static MpiRun Command(string launcher, int size, params string[] arguments) =>
        new MpiStart(launcher, size) { Program = "Fovea.Cli.dll", Arguments = arguments }.Run();

    /// <summary>Sends a signal to a process.</summary>
    public static void Signal(string name, int process)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process}"]);
        kill.WaitForExit();
    }

    /// <summary>The processes that a launcher has started, of which an argument is known.</summary>
    public static int[] ProcessesWith(string argument) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Where(name =>
        {
            try
            {
                var line = File.ReadAllText($"/proc/{name}/cmdline").Split('\0');
                return line[0] == "dotnet" && line.Contains(argument);
            }
            catch (IOException)
            {
                return false;  // it has ended
            }
        }).Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Order(),
    ];

    /// <summary>Skips the test if a launcher is not installed.</summary>
    public static void Require(string launcher)
    {
        var package = launcher == OpenMpi ? "openmpi-bin" : "mpich";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(
            folders.Any(folder => File.Exists(Path.Combine(folder, launcher))), $"{launcher} is not installed; on Debian: apt-get install {package}");
    }

    /// <summary>Open MPI gives each process a terminal: .NET writes control sequences to it, and it ends lines in two characters.</summary>
    public static string Plain(string text) => Control().Replace(text, "").Replace("\r\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex(@"\x1b(\[[0-9;?]*[A-Za-z]|=|>)")]
    private static partial Regex Control();
}

/// <summary>What a launcher is to start.</summary>
/// <param name="launcher">The launcher.</param>
/// <param name="size">The number of processes.</param>
internal sealed class MpiStart(string launcher, int size)
{
    /// <summary>The program, in the folder of the tests.</summary>
    public string Program { get; init; } = "Fovea.Mpi.Program.dll";

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables of the environment of a process, as NAME=VALUE, by its number.</summary>
    public Func<int, string[]> Environment { get; init; } = _ => [];

    /// <summary>Arguments of the launcher instead of those that allow any number of processes on a machine.</summary>
    public string[]? LauncherArguments { get; init; }

    /// <summary>What the test does while the processes run; it receives the launcher.</summary>
    public Action<Process> Meanwhile { get; init; } = _ => { };

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Runs it. After the timeout all processes are killed, and the test fails.</summary>
    public MpiRun Run()
    {
        MpiRun.Require(launcher);
        var start = new ProcessStartInfo(launcher) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] usual = launcher == MpiRun.OpenMpi ? ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none"] : [];
        foreach (var argument in LauncherArguments ?? usual) start.ArgumentList.Add(argument);
        for (var rank = 0; rank < size; rank++)
        {
            string[] process = ["-n", "1", "env", .. Environment(rank), "dotnet", Path.Combine(AppContext.BaseDirectory, Program), .. Arguments];
            if (rank > 0) start.ArgumentList.Add(":");
            foreach (var argument in process) start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.StartNew();
        using var run = Process.Start(start)!;
        var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        Meanwhile(run);
        var hasEnded = run.WaitForExit(Timeout);
        if (!hasEnded) run.Kill(entireProcessTree: true);
        var result = new MpiRun(hasEnded ? run.ExitCode : -1, MpiRun.Plain(output.Result), MpiRun.Plain(error.Result), clock.Elapsed);
        Assert.True(hasEnded, $"{launcher} had not ended after {Timeout}. Its output: {result.Output}\n{result.Error}");
        return result;
    }
}
