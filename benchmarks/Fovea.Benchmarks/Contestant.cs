using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Fovea.Benchmarks;

/// <summary>A program that measures itself on a workload, in a separate process, and prints one JSON object.</summary>
/// <param name="Name">Its name, until it reports its version.</param>
/// <param name="Program">The program to start.</param>
/// <param name="Arguments">Returns the arguments for a workload and a number of seconds.</param>
/// <param name="Trains">Whether it can train.</param>
internal sealed record Contestant(string Name, string Program, Func<Workload, double, string[]> Arguments, bool Trains = true)
{
    /// <summary>Fovea as users run it, of this build or another.</summary>
    public static Contestant Fovea(string name = "Fovea", string? assembly = null) => new(
        name,
        Environment.ProcessPath!,
        (work, seconds) =>
        [
            assembly ?? Path.Combine(AppContext.BaseDirectory, "Fovea.Cli.dll"), "bench", work.Mode, work.Network, "--batch-size", Text(work.BatchSize),
            "--threads", Text(work.Threads), "--seconds", Text(seconds), "--json",
        ]);

    public static Contestant TorchSharp() => new("TorchSharp", Script("TorchSharp"), PeerArguments);

    public static Contestant OnnxRuntime() => new("ONNX Runtime", Script("OnnxRuntime"), PeerArguments, Trains: false);

    /// <summary>Builds a library to compare with, unless that was done before.</summary>
    public void Prepare() => Run(["prepare"]);

    public RunResult Measure(Workload work, double seconds)
    {
        var output = Run(Arguments(work, seconds));
        return JsonSerializer.Deserialize(output[output.IndexOf('{', StringComparison.Ordinal)..], ReportJson.Default.RunResult)!;
    }

    private string Run(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, WorkingDirectory = Machine.Repository })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new BenchmarkException($"{Name} ended with code {process.ExitCode}: {Program} {string.Join(' ', arguments)}");
    }

    private static string Script(string peer) => Path.Combine(Machine.Repository, "benchmarks", "peers", peer, "run.sh");

    private static string[] PeerArguments(Workload work, double seconds) => [work.Mode, work.Network, Text(work.BatchSize), Text(work.Threads), Text(seconds)];

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}

/// <summary>The figures that a contestant printed; those that only Fovea reports are absent for the others.</summary>
internal sealed record RunResult(double ImagesPerSecond, double PeakRssMb, double FirstStepMs, double FirstResultMs)
{
    public string? Peer { get; init; }

    public double Gflops { get; init; }

    public double LimitGflops { get; init; }

    public double CompileMs { get; init; }

    public double CompileAgainMs { get; init; }
}

/// <summary>An error that is a sentence for the user.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
