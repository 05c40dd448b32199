using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Fovea.Benchmarks;

/// <summary>
/// A Python program of <c>peers/TorchVision</c>, which measures torchvision for as long as it is asked to: it answers each line with a speed. So both libraries
/// can take turns within seconds.
/// </summary>
internal sealed class TorchVision : IDisposable
{
    private const int NotInstalled = 3;

    private readonly Process process;

    private TorchVision(Process process, JsonObject description) => (this.process, Description) = (process, description);

    /// <summary>What the program says about itself.</summary>
    public JsonObject Description { get; }

    /// <summary>torchvision with its version.</summary>
    public string Name => Description["peer"]!.GetValue<string>();

    /// <summary>Starts a program.</summary>
    /// <param name="program">The name of its file.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="missing">Why there is none; null if it has started.</param>
    public static TorchVision? Start(string program, IEnumerable<string> arguments, out string? missing)
    {
        missing = null;
        var script = Path.Combine(Machine.Repository, "benchmarks", "peers", "TorchVision", "run.sh");
        var process = Process.Start(
            new ProcessStartInfo(script, [program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        if (process.StandardOutput.ReadLine() is { } line) return new TorchVision(process, JsonNode.Parse(line)!.AsObject());
        process.WaitForExit();
        missing = process.ExitCode == NotInstalled
            ? "torchvision is not installed, so there is no comparison (Debian: apt-get install python3-torchvision)."
            : $"torchvision was not measured: its process ended with code {process.ExitCode}.";
        process.Dispose();
        return null;
    }

    /// <summary>Images per second of what a line asks for.</summary>
    public double Measure(string line)
    {
        process.StandardInput.WriteLine(line);
        return double.Parse(
            process.StandardOutput.ReadLine() ?? throw new BenchmarkException($"torchvision ended while it measured '{line}'."), CultureInfo.InvariantCulture);
    }

    /// <summary>Ends the program.</summary>
    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
