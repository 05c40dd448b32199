using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Fovea.Engine;
using Fovea.Engine.Simd;

namespace Fovea;

/// <summary>
/// Adds the vectors of all shards of a batch, of which each process has some. A process adds those of its shards as far as it can
/// (<see cref="Own"/>). Then each process receives one slice of the sums of all, completes it, and sends it to all. The slices are cut by the number of
/// processes, the additions are ordered by the number of shards: the sum has the same bits for any number of processes.
/// </summary>
internal sealed class GradientExchange
{
    private readonly DataParallel distribution;
    private readonly IProcessGroup processes;
    private readonly ShardTree slice;
    private readonly int[] starts;
    private readonly int[] lengths;
    private readonly AlignedBuffer? whole;
    private BatchDivision? division;
    private Messages messages = null!;
    private AlignedBuffer sent = new(0);
    private AlignedBuffer received = new(0);

    public GradientExchange(DataParallel distribution, int length)
    {
        (this.distribution, processes, Own) = (distribution, distribution.Processes, new ShardTree(length));
        var cut = Cut.Into(processes.Size, length, grain: 16);
        starts = [.. Enumerable.Range(0, processes.Size).Select(rank => rank < cut.Parts ? cut.Start(rank) : length)];
        lengths = [.. Enumerable.Range(0, processes.Size).Select(rank => (rank + 1 < processes.Size ? starts[rank + 1] : length) - starts[rank])];
        slice = new ShardTree(lengths[processes.Rank]);
        whole = processes.Size == 1 ? null : new AlignedBuffer(length);
    }

    /// <summary>The sums over the shards of this process.</summary>
    public ShardTree Own { get; }

    /// <summary>The sum over all shards, after <see cref="Run"/>.</summary>
    public AlignedBuffer Sum => whole ?? Own.Sums[0].Sum!;

    /// <summary>Adds the sums of all processes.</summary>
    /// <param name="batch">The batch whose shards were added.</param>
    /// <param name="hasFailed">Whether this process could not compute its shards.</param>
    /// <returns>Whether no process has failed; otherwise there is no sum.</returns>
    public bool Run(BatchDivision batch, bool hasFailed)
    {
        if (whole is null) return !hasFailed;
        if (division != batch) (division, messages) = (batch, new Messages(distribution, batch, lengths));
        Fill(hasFailed);
        processes.AllToAll(sent.Span, messages.Sent, received.Span, messages.Received);
        if (!AddSlices()) return false;
        var own = whole.Slice(starts[processes.Rank], lengths[processes.Rank]);
        slice.Sums[0].Sum?.Span.CopyTo(own);
        processes.AllGather(whole.Span, lengths);
        return true;
    }

    /// <summary>Puts together the messages for all processes: whether this one has failed, and their slices of its sums.</summary>
    private void Fill(bool hasFailed)
    {
        Ensure(ref sent, messages.Sent.Sum());
        Ensure(ref received, messages.Received.Sum());
        var at = 0;
        for (var rank = 0; rank < processes.Size; rank++)
        {
            var message = sent.Slice(at, messages.Sent[rank]);
            at += message.Length;
            message[0] = hasFailed ? 1 : 0;
            if (hasFailed) continue;
            message = message[1..];
            foreach (var (_, sum) in Own.Sums)
            {
                if (sum is null) continue;
                sum.Slice(starts[rank], lengths[rank]).CopyTo(message);
                message = message[lengths[rank]..];
            }
        }
    }

    /// <summary>Completes the sum of the slice of this process. Returns false if a process has failed.</summary>
    private bool AddSlices()
    {
        slice.Clear();
        ReadOnlySpan<float> rest = received.Span;
        for (var rank = 0; rank < processes.Size; rank++)
        {
            if (rest[0] != 0) return false;
            rest = rest[1..];
            foreach (var (range, hasSamples) in CollectionsMarshal.AsSpan(messages.Ranges[rank]))
            {
                if (!hasSamples)
                {
                    slice.End(range, null);
                    continue;
                }

                var values = rest[..lengths[processes.Rank]];
                rest = rest[values.Length..];
                var place = slice.Begin(range, out var adds);
                if (adds) TensorPrimitives.Add(place.Span, values, place.Span);
                else values.CopyTo(place.Span);
                slice.End(range, place);
            }
        }

        return true;
    }

    private static void Ensure(ref AlignedBuffer buffer, int count)
    {
        if (buffer.Count < count) buffer = new AlignedBuffer(count);
    }

    /// <summary>The sums that the processes send each other for one division of a batch, and the lengths of their messages.</summary>
    private sealed class Messages
    {
        public Messages(DataParallel distribution, BatchDivision batch, int[] lengths)
        {
            var (size, rank) = (distribution.Processes.Size, distribution.Processes.Rank);
            Ranges = [.. Enumerable.Range(0, size).Select(
                each => ShardRange.Of(distribution.ShardsOf(each)).ConvertAll(range => (range, batch.CountOf(range.Shards) > 0)))];
            var counts = Ranges.Select(ranges => ranges.Count(range => range.HasSamples)).ToArray();
            Sent = [.. lengths.Select(length => 1 + (length * counts[rank]))];
            Received = [.. counts.Select(count => 1 + (lengths[rank] * count))];
        }

        public List<(ShardRange Range, bool HasSamples)>[] Ranges { get; }

        public int[] Sent { get; }

        public int[] Received { get; }
    }
}
