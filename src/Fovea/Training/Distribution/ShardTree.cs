using System.Numerics.Tensors;
using Fovea.Engine;

namespace Fovea;

/// <summary>A sum over 2^Level shards: those from Index · 2^Level on.</summary>
internal readonly record struct ShardRange(int Level, int Index)
{
    public (int First, int End) Shards => (Index << Level, (Index + 1) << Level);

    /// <summary>Whether the range is the second half of a larger one.</summary>
    public bool IsSecondHalf => Index % 2 == 1;

    public ShardRange FirstHalf => this with { Index = Index - 1 };

    public ShardRange Parent => new(Level + 1, Index / 2);

    /// <summary>The smallest number of ranges that a run of shards consists of, in their order.</summary>
    public static List<ShardRange> Of((int First, int End) shards)
    {
        var ranges = new List<ShardRange>();
        for (var shard = shards.First; shard < shards.End; shard++)
        {
            var range = new ShardRange(0, shard);
            for (; range.IsSecondHalf && ranges.Count > 0 && ranges[^1] == range.FirstHalf; range = range.Parent) ranges.RemoveAt(ranges.Count - 1);
            ranges.Add(range);
        }

        return ranges;
    }
}

/// <summary>
/// The sum of one vector for each shard, added in pairs: ((0 + 1) + (2 + 3)) + …. Vectors are added in the order of the shards. A sum waits until the other
/// half of its pair is complete. So the sum has the same bits whether one process adds all vectors or each adds those of its shards and another goes on.
/// </summary>
/// <param name="buffers">The memory of the vectors.</param>
internal sealed class ShardTree(SumBuffers buffers)
{
    private readonly List<(ShardRange Range, AlignedBuffer? Sum)> waiting = [];

    /// <summary>The sums so far, in the order of the shards; null where no shard has samples.</summary>
    public IReadOnlyList<(ShardRange Range, AlignedBuffer? Sum)> Sums => waiting;

    public void Clear()
    {
        foreach (var (_, sum) in waiting)
        {
            if (sum is not null) buffers.Return(sum);
        }

        waiting.Clear();
    }

    /// <summary>Gives the sums to another tree, to which those of the shards before have been given.</summary>
    public void MoveTo(ShardTree other)
    {
        foreach (var (range, sum) in waiting) other.End(range, sum);
        waiting.Clear();
    }

    /// <summary>The memory for the next vector.</summary>
    /// <param name="range">The shards of the vector.</param>
    /// <param name="adds">Whether the memory contains the sum of the first half, to which the vector is to be added.</param>
    public AlignedBuffer Begin(ShardRange range, out bool adds)
    {
        adds = range.IsSecondHalf && waiting is [.., (var before, not null)] && before == range.FirstHalf;
        return adds ? waiting[^1].Sum! : buffers.Take();
    }

    /// <summary>Completes the next vector, in the memory that <see cref="Begin"/> has returned; null if its shards have no samples.</summary>
    /// <param name="range">The shards of the vector.</param>
    /// <param name="sum">The vector.</param>
    /// <param name="additions">
    /// Receives the additions that this completes, in their order, if the vector is not computed yet; null to add at once. The caller then adds the second
    /// buffer of each pair to the first before the next <see cref="Clear"/>.
    /// </param>
    public void End(ShardRange range, AlignedBuffer? sum, List<(AlignedBuffer Sum, AlignedBuffer Addend)>? additions = null)
    {
        while (range.IsSecondHalf && waiting is [.., var (before, first)] && before == range.FirstHalf)
        {
            waiting.RemoveAt(waiting.Count - 1);
            if (first is not null && sum is not null && first != sum)
            {
                if (additions is null) TensorPrimitives.Add(first.Span, sum.Span, first.Span);
                else additions.Add((first, sum));
                buffers.Return(sum);
            }

            (range, sum) = (range.Parent, first ?? sum);
        }

        waiting.Add((range, sum));
    }
}

/// <summary>Memory for vectors of one length, which trees use again and again. Several threads may use it at once.</summary>
/// <param name="length">The number of values of a vector.</param>
internal sealed class SumBuffers(int length)
{
    private readonly Stack<AlignedBuffer> free = new();

    public AlignedBuffer Take()
    {
        lock (free) return free.TryPop(out var buffer) ? buffer : new AlignedBuffer(length);
    }

    public void Return(AlignedBuffer buffer)
    {
        lock (free) free.Push(buffer);
    }
}
