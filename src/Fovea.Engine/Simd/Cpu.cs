using Fovea.Engine.Simd;

namespace Fovea;

/// <summary>The processor that plans run on.</summary>
public static class Cpu
{
    private static WorkerPool? pool;

    /// <summary>
    /// How many threads share the work of a run, the calling one included: all of the processor's unless set. Results have the same
    /// bits whatever the number. Set it while nothing runs.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1 or above 1024.</exception>
    public static int Threads
    {
        get => Pool.Threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            if (value == pool?.Threads) return;
            var old = pool;
            pool = new WorkerPool(value);
            old?.Dispose();
        }
    }

    internal static WorkerPool Pool => pool ?? Interlocked.CompareExchange(ref pool, new WorkerPool(Environment.ProcessorCount), null) ?? pool!;
}
