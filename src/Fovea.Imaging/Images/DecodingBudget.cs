namespace Fovea.Imaging;

/// <summary>
/// Limits the memory of all images that are decoded at the same time in this process. A thread that would exceed the limit waits until others have
/// finished. An image that alone exceeds the limit is decoded alone.
/// </summary>
internal sealed class DecodingBudget(long limit)
{
    private readonly object gate = new();
    private long used;

    /// <summary>The budget of the process, 512 MiB: 134 million pixels of four bytes.</summary>
    public static DecodingBudget Shared { get; } = new(512L << 20);

    /// <summary>Reserves bytes, and waits until they are available.</summary>
    public Share Take(long bytes)
    {
        lock (gate)
        {
            while (used > 0 && used + bytes > limit) Monitor.Wait(gate);
            used += bytes;
        }

        return new Share(this, bytes);
    }

    private void Return(long bytes)
    {
        lock (gate)
        {
            used -= bytes;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>The bytes that are reserved for an image, until it is disposed.</summary>
    public sealed class Share(DecodingBudget budget, long bytes) : IDisposable
    {
        private long held = bytes;

        public void Dispose() => budget.Return(Interlocked.Exchange(ref held, 0));
    }
}
