using System.Globalization;
using Fovea.Engine.Simd;

namespace Fovea;

/// <summary>
/// The processor that plans run on. The settings apply to the whole process. A program can also set them before it starts, in its project file or its
/// <c>runtimeconfig.json</c>: <c>&lt;RuntimeHostConfigurationOption Include="Fovea.Threads" Value="4" /&gt;</c>, and
/// <c>Fovea.FastConvolution</c> likewise.
/// </summary>
public static class Cpu
{
    private static WorkerPool? pool;

    /// <summary>
    /// The number of threads that compute a run, including the calling thread: by default one for each logical processor. Concurrent runs share
    /// them. Results are bit-identical for any number. Any thread may read or set it at any time; runs in progress keep their threads.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1 or above 1024.</exception>
    public static int Threads
    {
        get => Pool.Threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            if (value != Volatile.Read(ref pool)?.Threads) Interlocked.Exchange(ref pool, new WorkerPool(value))?.Dispose();
        }
    }

    /// <summary>
    /// Whether inference may use Winograd tiles of 3 × 3 and 4 × 4 outputs for 3 × 3 convolutions even where their rounding errors are larger than
    /// those of the direct sum. True by default; a change applies to models and plans that are compiled afterwards.
    /// </summary>
    /// <remarks>
    /// With few channels the errors are up to three times as large on average. They stay within 32 ε √K of the output's scale (direct sum: 8 ε √K), where
    /// ε = 2⁻²⁴ and K is the number of products in one output. From 128 input channels on for 3 × 3 tiles, and 256 for 4 × 4 tiles, the errors are no
    /// larger than those of the direct sum; these tiles are then used in training too.
    /// </remarks>
    public static bool FastConvolution { get; set; } = !AppContext.TryGetSwitch("Fovea.FastConvolution", out var isOn) || isOn;

    /// <summary>What decides the bits of results: <c>AVX-512</c>, <c>AVX2</c>. Processes with equal texts compute bit-identical results.</summary>
    /// <inheritdoc cref="Engine.Simd.InstructionSet" path="/remarks"/>
    internal static string InstructionSet { get; } = Engine.Simd.InstructionSet.Current.ToString();

    internal static WorkerPool Pool => pool ?? Interlocked.CompareExchange(ref pool, new WorkerPool(InitialThreads), null) ?? pool!;

    /// <summary>The number of threads that the host is configured with (its properties are texts), or one for each logical processor.</summary>
    internal static int InitialThreads => AppContext.GetData("Fovea.Threads") switch
    {
        null => Environment.ProcessorCount,
        var given when int.TryParse($"{given}", NumberStyles.None, CultureInfo.InvariantCulture, out var threads) && threads is >= 1 and <= 1024 => threads,
        var other => throw new InvalidOperationException($"Cpu: expected a number from 1 to 1024 as the setting Fovea.Threads; received '{other}'."),
    };
}
