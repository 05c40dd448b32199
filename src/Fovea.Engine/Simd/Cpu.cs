using Fovea.Engine.Simd;

namespace Fovea;

/// <summary>The processor that plans run on.</summary>
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
    public static bool FastConvolution { get; set; } = true;

    internal static WorkerPool Pool => pool ?? Interlocked.CompareExchange(ref pool, new WorkerPool(Environment.ProcessorCount), null) ?? pool!;
}
