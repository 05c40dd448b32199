namespace Fovea;

/// <summary>A group of one process.</summary>
internal sealed class OneProcess : IProcessGroup
{
    public static OneProcess Instance { get; } = new();

    public int Rank => 0;

    public int Size => 1;

    public void AllToAll(ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts) =>
        send[..sendCounts[0]].CopyTo(receive);

    public void AllGather(Span<float> values, ReadOnlySpan<int> counts)
    {
    }

    public void AllGather(Span<byte> values, ReadOnlySpan<int> counts)
    {
    }
}
