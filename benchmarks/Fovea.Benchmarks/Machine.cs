using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fovea.Benchmarks;

/// <summary>The machine on which figures are measured.</summary>
internal sealed record Machine(string Processor, int Cores, string Vectors, double MemoryGb, string OperatingSystem, string Dotnet)
{
    /// <summary>The folder with Fovea.slnx.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The measured commit, followed by a plus if files differ from it.</summary>
    public static string Commit { get; } =
        Output("git", "rev-parse", "--short", "HEAD") + (Output("git", "status", "--porcelain", "--untracked-files=no").Length > 0 ? "+" : "");

    public static Machine This() => new(
        ProcessorName(),
        Environment.ProcessorCount,
        Vector512.IsHardwareAccelerated ? "512 bit" : Vector256.IsHardwareAccelerated ? "256 bit" : Vector128.IsHardwareAccelerated ? "128 bit" : "scalar",
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9),
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
        RuntimeInformation.FrameworkDescription);

    private static string ProcessorName()
    {
        const string path = "/proc/cpuinfo";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? (System.OperatingSystem.IsMacOS()
                ? Output("sysctl", "-n", "machdep.cpu.brand_string")
                : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown processor");
    }

    /// <summary>The output of a program; empty if it does not exist.</summary>
    private static string Output(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository })!;
            return process.StandardOutput.ReadToEnd().Trim();
        }
        catch (Win32Exception)
        {
            return "";  // there is no such program
        }
    }

    private static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Fovea.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }
}
