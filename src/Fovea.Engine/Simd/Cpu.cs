using Fovea.Engine.Simd;

namespace Fovea;

/// <summary>The processor that plans run on.</summary>
public static class Cpu
{
    private static WorkerPool? pool;

    /// <summary>
    /// How many threads share the work of a run, the calling one included: all of the processor's unless set. Runs at the same time share them.
    /// Results have the same bits whatever the number. Any thread may read and set it at any time: runs that
    /// have begun keep their threads.
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
    /// Whether inference may compute convolutions with 3 × 3 kernels by Winograd tiles of 3 × 3 and 4 × 4 outputs also where their rounding errors are
    /// larger than those of the direct sum, up to thrice on average with few channels. They stay within 32 ε √K of the output's scale (the direct sum: 8 ε √K),
    /// with
    /// ε = 2⁻²⁴ and K the products of one output. On unless set; it holds for models and plans compiled afterwards. With 128 channels and more for the former
    /// tiles
    /// and 256 for the latter the errors are no larger, and they are used in training too.
    /// </summary>
    public static bool FastConvolution { get; set; } = true;

    internal static WorkerPool Pool => pool ?? Interlocked.CompareExchange(ref pool, new WorkerPool(Environment.ProcessorCount), null) ?? pool!;
}
