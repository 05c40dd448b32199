using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fovea.Benchmarks;

/// <summary>
/// The figures of one day on one machine, stored as JSON so that commits can be compared. Measuring a row again replaces it, so that a table
/// can be made row by row. Every row names its commit.
/// </summary>
internal sealed record Report(Machine Machine)
{
    public List<NetworkRow> Networks { get; init; } = [];

    public List<KernelRow> Kernels { get; init; } = [];

    public List<ThreadsRow> Threads { get; init; } = [];

    public List<ScaleRow> Scale { get; init; } = [];

    /// <summary>The file of today.</summary>
    public static string DefaultPath => Path.Combine(Machine.Repository, "artifacts", "benchmarks", $"{DateTimeOffset.UtcNow:yyyy-MM-dd}.json");

    public static Report Read(string path) => File.Exists(path)
        ? JsonSerializer.Deserialize(File.ReadAllText(path), ReportJson.Default.Report)!
        : throw new BenchmarkException($"'{path}' does not exist; expected a file that benchmarks/run.sh wrote.");

    public static Report ReadOrCreate(string path) => File.Exists(path) ? Read(path) : new Report(Machine.This());

    /// <summary>Writes the JSON and, next to it, the tables.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, ReportJson.Default.Report) + "\n");
        File.WriteAllText(Path.ChangeExtension(path, ".md"), Markdown.Of(this));
    }

    /// <summary>Replaces the row with the same key, or adds the row at the end.</summary>
    public static void Put<T>(List<T> rows, T row)
        where T : Row
    {
        var place = rows.FindIndex(other => other.Key == row.Key);
        if (place < 0) rows.Add(row);
        else rows[place] = row;
    }
}

/// <summary>A row of a table.</summary>
internal abstract record Row
{
    public string Commit { get; init; } = Machine.Commit;

    public DateTimeOffset Measured { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>The workload: rows with the same key can be compared.</summary>
    [JsonIgnore]
    public abstract string Key { get; }
}

/// <param name="LimitGflops">The processor's speed in multiply-adds on registers, on as many threads.</param>
/// <param name="Fovea">The figures of Fovea.</param>
/// <param name="Peers">The figures of the other libraries, measured in the same minutes.</param>
internal sealed record NetworkRow(
    string Mode, string Network, int BatchSize, int Threads, int Pairs, double LimitGflops, Figures Fovea, IReadOnlyList<Figures> Peers) : Row
{
    public override string Key => $"{Mode}:{Network}:{BatchSize}:{Threads}";
}

/// <param name="Name">The library with its version.</param>
/// <param name="ImagesPerSecond">The figure over all processes.</param>
/// <param name="ShareOfLimit">The share of the limit, with two operations for each multiply-add of the definition. Winograd needs fewer.</param>
/// <param name="PeakRssMb">The peak memory of the process in MiB.</param>
/// <param name="FirstResultMs">From the start of the process to its first output.</param>
internal sealed record Figures(string Name, Spread ImagesPerSecond, double ShareOfLimit, double PeakRssMb, double FirstResultMs)
{
    /// <summary>How many times as fast as this library Fovea was.</summary>
    public Spread? Ratio { get; init; }

    /// <summary>How long the first plan of the process took to compile.</summary>
    public double? CompileMs { get; init; }

    /// <summary>How long a further plan takes to compile.</summary>
    public double? CompileAgainMs { get; init; }
}

/// <param name="Pass">forward, input gradient or kernel gradient.</param>
internal sealed record KernelRow(string Kernel, string Pass, int BatchSize, int Threads, double Microseconds, double Gflops, double LimitGflops) : Row
{
    public override string Key => $"{Kernel}:{Pass}:{BatchSize}:{Threads}";
}

/// <param name="OneThread">Images per second on one thread.</param>
/// <param name="SpeedUp">How many times as fast on all cores.</param>
/// <param name="KeptOfOneLess">The speed on all threads while another process uses one core, divided by that with one thread less on an idle machine.</param>
/// <param name="Oversubscribed">The speed with <paramref name="ManyThreads"/> threads divided by that with one thread per core.</param>
/// <param name="SameBits">Whether results with 1, all and many threads are bit-identical.</param>
internal sealed record ThreadsRow(
    string Mode, string Network, int BatchSize, int Cores, double OneThread, Spread SpeedUp, Spread? KeptOfOneLess, int ManyThreads, Spread Oversubscribed,
        bool SameBits) : Row
{
    public override string Key => $"{Mode}:{Network}:{BatchSize}";
}

/// <param name="Milliseconds">The time of a step on one thread.</param>
/// <param name="RegionMicroseconds">The cost of starting a phase on the workers.</param>
/// <param name="ClaimNanoseconds">The cost of claiming a unit, one worker after another.</param>
/// <param name="MeasuredTimes">The measured speed-up on the <paramref name="Cores"/> cores of this machine, to check the simulation.</param>
internal sealed record ScaleRow(
    string Mode, string Network, int BatchSize, double Milliseconds, double RegionMicroseconds, double ClaimNanoseconds,
    int Cores, double MeasuredTimes, IReadOnlyList<SpeedUp> SpeedUps) : Row
{
    public override string Key => $"{Mode}:{Network}:{BatchSize}";
}

/// <param name="Efficiency">The share of the workers' time spent on work.</param>
/// <param name="Limits">The phases that lose the most time, the worst first.</param>
internal sealed record SpeedUp(int Workers, double Times, double Efficiency, IReadOnlyList<PhaseLimit> Limits);

/// <param name="Times">How many times the network has this step on these shapes.</param>
/// <param name="Efficiency">The share of the workers' time spent on work, in these phases.</param>
/// <param name="LostShare">The time beyond an even division of the work, as a share of the whole time.</param>
/// <param name="Reason">Why time is lost.</param>
internal sealed record PhaseLimit(string Step, int Phase, int Times, int Units, double Efficiency, double LostShare, string Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Report))]
[JsonSerializable(typeof(RunResult))]
internal sealed partial class ReportJson : JsonSerializerContext;
