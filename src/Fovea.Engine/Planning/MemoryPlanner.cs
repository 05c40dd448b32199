namespace Fovea.Engine.Planning;

/// <summary>
/// Assigns offsets in one arena to buffers, so that buffers needed at the same time do not overlap. The largest come first; each gets the lowest offset that
/// is free for its whole lifetime.
/// </summary>
internal static class MemoryPlanner
{
    private const int Alignment = 16;

    /// <summary>Assigns <see cref="PlannedBuffer.Offset"/>, in floats and a multiple of 16 (64 bytes).</summary>
    /// <returns>The size of the arena in floats.</returns>
    public static long Place(IReadOnlyList<PlannedBuffer> buffers)
    {
        var placed = new List<PlannedBuffer>();
        long arena = 0;
        foreach (var buffer in buffers.OrderByDescending(buffer => buffer.Count))
        {
            long offset = 0;
            foreach (var other in placed)
            {
                if (other.First > buffer.Last || other.Last < buffer.First) continue;
                if (offset + buffer.Count <= other.Offset) break;
                offset = Math.Max(offset, Align(other.Offset + other.Count));
            }

            buffer.Offset = offset;
            arena = Math.Max(arena, Align(offset + buffer.Count));
            placed.Insert(~placed.BinarySearch(buffer, ByPlace.Instance), buffer);
        }

        return arena;
    }

    private static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    /// <summary>Orders by offset without equality, so that a binary search gives the position to insert at.</summary>
    private sealed class ByPlace : IComparer<PlannedBuffer>
    {
        public static readonly ByPlace Instance = new();

        public int Compare(PlannedBuffer? x, PlannedBuffer? y) => x!.Offset < y!.Offset ? -1 : 1;
    }
}

/// <summary>A buffer and its lifetime: the first and the last step that need it.</summary>
internal sealed class PlannedBuffer(int count, int first)
{
    public int Count { get; } = count;

    public int First { get; } = first;

    public int Last { get; set; } = first;

    public long Offset { get; set; }
}
