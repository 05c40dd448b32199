namespace Fovea.Tests.Distributed;

/// <summary>A group that counts its exchanges, demands that one thread at a time calls it, and may fail.</summary>
internal sealed class WatchedGroup(IProcessGroup group) : IProcessGroup
{
    private int callers;

    public int Rank => group.Rank;

    public int Size => group.Size;

    /// <summary>The number of calls of <see cref="AllToAll"/> that have returned.</summary>
    public int Exchanges { get; private set; }

    /// <summary>The names of the threads that exchanged gradients.</summary>
    public HashSet<string?> Threads { get; } = [];

    /// <summary>Is called before each exchange with the number of those before it.</summary>
    public Action<int> Before { get; init; } = _ => { };

    public void AllToAll(ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts)
    {
        using var call = new OnlyCall(this);
        Threads.Add(Thread.CurrentThread.Name);
        Before(Exchanges);
        group.AllToAll(send, sendCounts, receive, receiveCounts);
        lock (this)
        {
            Exchanges++;
            Monitor.PulseAll(this);
        }
    }

    public void AllGather(Span<float> values, ReadOnlySpan<int> counts)
    {
        using var call = new OnlyCall(this);
        group.AllGather(values, counts);
    }

    public void AllGather(Span<byte> values, ReadOnlySpan<int> counts)
    {
        using var call = new OnlyCall(this);
        group.AllGather(values, counts);
    }

    /// <summary>Waits until a number of exchanges is done.</summary>
    public void WaitFor(int exchanges)
    {
        lock (this)
        {
            while (Exchanges < exchanges)
            {
                if (!Monitor.Wait(this, TimeSpan.FromSeconds(20))) throw new TimeoutException($"{Exchanges} of {exchanges} exchanges");
            }
        }
    }

    private readonly ref struct OnlyCall
    {
        private readonly WatchedGroup group;

        public OnlyCall(WatchedGroup group)
        {
            this.group = group;
            Assert.Equal(1, Interlocked.Increment(ref group.callers));
        }

        public void Dispose() => Interlocked.Decrement(ref group.callers);
    }
}
