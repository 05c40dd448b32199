namespace Fovea.Imaging;

/// <summary>
/// Bounds the memory of all pictures that are decoded at once in this process, whatever the number of threads: who would exceed the limit
/// waits until others are done. A picture that exceeds it alone is decoded alone.
/// </summary>
internal sealed class DecodingBudget(long limit)
{
    private readonly object gate = new();
    private long used;

    /// <summary>512 MiB: 134 million pixels at four bytes.</summary>
    public static DecodingBudget Shared { get; } = new(512L << 20);

    /// <summary>Takes bytes, and waits where they are not to be had.</summary>
    public Share Take(long bytes)
    {
        lock (gate)
        {
            while (used > 0 && used + bytes > limit) Monitor.Wait(gate);
            used += bytes;
        }

        return new Share(this, bytes);
    }

    private void GiveBack(long bytes)
    {
        lock (gate)
        {
            used -= bytes;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>What a picture has taken, until it is disposed.</summary>
    public sealed class Share(DecodingBudget budget, long bytes) : IDisposable
    {
        private long held = bytes;

        public void Dispose() => budget.GiveBack(Interlocked.Exchange(ref held, 0));
    }
}
