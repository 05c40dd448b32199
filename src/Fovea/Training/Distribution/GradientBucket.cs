using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Fovea.Engine;
using Fovea.Engine.Simd;

namespace Fovea;

/// <summary>
/// A part of the vector that is exchanged at once. Each process receives one slice of the sums of all processes, completes it, and sends it to all. The slices
/// are cut by the number of processes, the additions are ordered by the number of shards: the sum has the same bits for any number of processes.
/// </summary>
internal sealed class GradientBucket
{
    /// <summary>Slices and buckets begin at multiples of a cache line.</summary>
    private const int Grain = AlignedBuffer.FloatsPerLine;

    /// <summary>The last bucket, whose exchange nothing hides, is at most a fourth of a whole one.</summary>
    private const int SmallestShare = 8;

    private readonly IProcessGroup processes;
    private readonly int[] starts;
    private readonly int[] lengths;
    private readonly int[] sentLengths;
    private readonly int[] receivedLengths;
    private readonly ShardTree slice;

    public GradientBucket(IProcessGroup processes, int start, int end)
    {
        (this.processes, Start, End) = (processes, start, end);
        var cut = Cut.Into(processes.Size, end - start, Grain);
        starts = [.. Enumerable.Range(0, processes.Size + 1).Select(rank => rank < cut.Parts ? start + cut.Start(rank) : end)];
        lengths = [.. Enumerable.Range(0, processes.Size).Select(rank => starts[rank + 1] - starts[rank])];
        (sentLengths, receivedLengths, slice) = (new int[processes.Size], new int[processes.Size], new ShardTree(new SumBuffers(OwnLength)));
    }

    public int Start { get; }

    public int End { get; }

    private int OwnLength => lengths[processes.Rank];

    /// <summary>
    /// Divides a vector. Buckets have the given length. Towards the end of the vector each has half of what is left, because nothing is left to compute while
    /// the last is exchanged. A vector of at most a fourth of a bucket is one bucket.
    /// </summary>
    /// <param name="processes">The processes.</param>
    /// <param name="length">The length of the vector.</param>
    /// <param name="bucketLength">The largest length of a bucket.</param>
    public static GradientBucket[] Of(IProcessGroup processes, int length, int bucketLength)
    {
        bucketLength = Math.Max(Grain, bucketLength);
        var buckets = new List<GradientBucket>();
        var smallest = Math.Max(Grain, bucketLength / SmallestShare);
        for (int start = 0, end; start < length; start = end)
        {
            var rest = length - start;
            var next = rest > 2 * (long)bucketLength ? bucketLength : rest > 2 * (long)smallest ? rest / 2 : rest;
            end = (int)Math.Min(length, start + ((long)next + Grain - 1) / Grain * Grain);
            buckets.Add(new GradientBucket(processes, start, end));
        }

        return [.. buckets];
    }

    /// <summary>Adds the sums of all processes.</summary>
    /// <param name="sums">The sums that the processes send.</param>
    /// <param name="own">Those of this process.</param>
    /// <param name="hasFailed">Whether this process could not compute its shards.</param>
    /// <param name="messages">Memory for the messages.</param>
    /// <param name="whole">Receives the sum.</param>
    /// <returns>Whether no process has failed; otherwise there is no sum.</returns>
    public bool Exchange(
        ExchangedSums sums, IReadOnlyList<(ShardRange Range, AlignedBuffer? Sum)> own, bool hasFailed, ExchangeMessages messages, AlignedBuffer whole)
    {
        for (var rank = 0; rank < processes.Size; rank++)
        {
            sentLengths[rank] = 1 + (lengths[rank] * sums.CountOf(processes.Rank));
            receivedLengths[rank] = 1 + (OwnLength * sums.CountOf(rank));
        }

        Span<float> sent = messages.Sent(sentLengths), received = messages.Received(receivedLengths);
        Fill(sent, own, hasFailed);
        processes.AllToAll(sent, sentLengths, received, receivedLengths);
        if (!AddSlices(sums, received)) return false;
        slice.Sums[0].Sum?.Span.CopyTo(whole.Slice(starts[processes.Rank], OwnLength));
        processes.AllGather(whole.Slice(Start, End - Start), lengths);
        return true;
    }

    /// <summary>Puts together the messages for all processes: whether this one has failed, and their slices of its sums.</summary>
    private void Fill(Span<float> sent, IReadOnlyList<(ShardRange Range, AlignedBuffer? Sum)> own, bool hasFailed)
    {
        for (var rank = 0; rank < processes.Size; rank++)
        {
            var message = sent[..sentLengths[rank]];
            sent = sent[message.Length..];
            message[0] = hasFailed ? 1 : 0;
            if (hasFailed) continue;
            message = message[1..];
            for (var i = 0; i < own.Count; i++)
            {
                if (own[i].Sum is not { } sum) continue;
                sum.Slice(starts[rank], lengths[rank]).CopyTo(message);
                message = message[lengths[rank]..];
            }
        }
    }

    /// <summary>Completes the sum of the slice of this process. Returns false if a process has failed.</summary>
    private bool AddSlices(ExchangedSums sums, ReadOnlySpan<float> received)
    {
        slice.Clear();
        for (var rank = 0; rank < processes.Size; rank++)
        {
            var message = received[..receivedLengths[rank]];
            received = received[message.Length..];
            if (message[0] != 0) return false;
            message = message[1..];
            foreach (var (range, hasSamples) in CollectionsMarshal.AsSpan(sums.Of(rank)))
            {
                if (!hasSamples)
                {
                    slice.End(range, null);
                    continue;
                }

                var values = message[..OwnLength];
                message = message[OwnLength..];
                var place = slice.Begin(range, out var adds);
                if (adds) TensorPrimitives.Add(place.Span, values, place.Span);
                else values.CopyTo(place.Span);
                slice.End(range, place);
            }
        }

        return true;
    }
}

/// <summary>The sums over shards that each process sends for one division of a batch.</summary>
internal sealed class ExchangedSums
{
    private readonly List<(ShardRange Range, bool HasSamples)>[] ranges;
    private readonly int[] counts;

    public ExchangedSums(DataParallel distribution, BatchDivision division)
    {
        Division = division;
        ranges = [.. Enumerable.Range(0, distribution.Processes.Size).Select(
            rank => ShardRange.Of(distribution.ShardsOf(rank)).ConvertAll(range => (range, division.CountOf(range.Shards) > 0)))];
        counts = [.. ranges.Select(list => list.Count(range => range.HasSamples))];
    }

    public BatchDivision Division { get; }

    /// <summary>The sums of a process, in the order of the shards.</summary>
    public List<(ShardRange Range, bool HasSamples)> Of(int rank) => ranges[rank];

    /// <summary>The number of sums that have samples.</summary>
    public int CountOf(int rank) => counts[rank];
}

/// <summary>The memory of the messages to and from all processes, in their order, which the buckets share.</summary>
internal sealed class ExchangeMessages
{
    private AlignedBuffer sent = new(0);
    private AlignedBuffer received = new(0);

    public Span<float> Sent(ReadOnlySpan<int> lengths) => Span(ref sent, lengths);

    public Span<float> Received(ReadOnlySpan<int> lengths) => Span(ref received, lengths);

    private static Span<float> Span(ref AlignedBuffer buffer, ReadOnlySpan<int> lengths)
    {
        var count = TensorPrimitives.Sum(lengths);
        if (buffer.Count < count) buffer = new AlignedBuffer(count);
        return buffer.Slice(0, count);
    }
}
