namespace Fovea.Engine.Planning;

/// <summary>
/// Gives buffers places in one arena so that two that are needed at the same time never overlap. Largest first, each at the lowest
/// place that is free for its whole life.
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

    /// <summary>Orders by offset and never finds equals, so that a search tells where to insert.</summary>
    private sealed class ByPlace : IComparer<PlannedBuffer>
    {
        public static readonly ByPlace Instance = new();

        public int Compare(PlannedBuffer? x, PlannedBuffer? y) => x!.Offset < y!.Offset ? -1 : 1;
    }
}

/// <summary>A buffer that is needed from one step to another, both included.</summary>
internal sealed class PlannedBuffer(int count, int first)
{
    public int Count { get; } = count;

    public int First { get; } = first;

    public int Last { get; set; } = first;

    public long Offset { get; set; }
}
