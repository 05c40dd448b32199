using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fovea.Benchmarks;

/// <summary>
/// The figures of a day on a machine, kept as JSON to compare commits by. Measuring a row again replaces it, so that a table can be made
/// piece by piece; every row says of which commit it is.
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

    /// <summary>Writes the JSON and, beside it, the tables.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, ReportJson.Default.Report) + "\n");
        File.WriteAllText(Path.ChangeExtension(path, ".md"), Markdown.Of(this));
    }

    /// <summary>Puts a row in the place of the one that measured the same, or at the end.</summary>
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

    /// <summary>What was measured: two rows with one key can be compared.</summary>
    [JsonIgnore]
    public abstract string Key { get; }
}

/// <param name="LimitGflops">What the processor does with nothing but multiply-adds on registers, on as many threads.</param>
/// <param name="Fovea">What Fovea did.</param>
/// <param name="Peers">What the others did in the same minutes.</param>
internal sealed record NetworkRow(
    string Mode, string Network, int BatchSize, int Threads, int Pairs, double LimitGflops, Figures Fovea, IReadOnlyList<Figures> Peers) : Row
{
    public override string Key => $"{Mode}:{Network}:{BatchSize}:{Threads}";
}

/// <param name="Name">Who, with the version.</param>
/// <param name="ImagesPerSecond">Over the processes started in turn.</param>
/// <param name="ShareOfLimit">Two operations for each multiply-add of the definition, as a share of the limit; transformed convolutions need fewer.</param>
/// <param name="PeakRssMb">The most memory that the process had, in MiB.</param>
/// <param name="FirstResultMs">From the start of the process to its first output.</param>
internal sealed record Figures(string Name, Spread ImagesPerSecond, double ShareOfLimit, double PeakRssMb, double FirstResultMs)
{
    /// <summary>How many times as fast Fovea was as this peer.</summary>
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
/// <param name="KeptOfOneLess">The speed on all threads while one core is taken by another process, beside that of one thread less alone.</param>
/// <param name="Oversubscribed">The speed on <paramref name="ManyThreads"/> threads beside that on as many as there are cores.</param>
/// <param name="SameBits">Whether results at 1, all and many threads are the same to the last bit.</param>
internal sealed record ThreadsRow(
    string Mode, string Network, int BatchSize, int Cores, double OneThread, Spread SpeedUp, Spread? KeptOfOneLess, int ManyThreads, Spread Oversubscribed,
        bool SameBits) : Row
{
    public override string Key => $"{Mode}:{Network}:{BatchSize}";
}

/// <param name="Milliseconds">A step on one thread.</param>
/// <param name="RegionMicroseconds">What handing a phase to the workers costs.</param>
/// <param name="ClaimNanoseconds">What claiming a unit costs, one worker after another.</param>
/// <param name="MeasuredTimes">The speed-up that this machine really has on <paramref name="Cores"/> cores, to see what the simulation is worth.</param>
internal sealed record ScaleRow(
    string Mode, string Network, int BatchSize, double Milliseconds, double RegionMicroseconds, double ClaimNanoseconds,
    int Cores, double MeasuredTimes, IReadOnlyList<SpeedUp> SpeedUps) : Row
{
    public override string Key => $"{Mode}:{Network}:{BatchSize}";
}

/// <param name="Efficiency">The share of the workers' time in which they work.</param>
/// <param name="Limits">The phases that cost most of the rest, the worst first.</param>
internal sealed record SpeedUp(int Workers, double Times, double Efficiency, IReadOnlyList<PhaseLimit> Limits);

/// <param name="Times">How often the network has this step on these shapes.</param>
/// <param name="Efficiency">The share of the workers' time in which they work, in these phases.</param>
/// <param name="LostShare">The share of the whole time by which they exceed an even division of their work.</param>
/// <param name="Reason">Why.</param>
internal sealed record PhaseLimit(string Step, int Phase, int Times, int Units, double Efficiency, double LostShare, string Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Report))]
[JsonSerializable(typeof(RunResult))]
internal sealed partial class ReportJson : JsonSerializerContext;
