using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fovea.Engine;

/// <summary>
/// Floats that start on a cache line (64 bytes) and never move: a pinned managed array, which the garbage collector frees. Only this class and
/// <see cref="Addresses"/>, which keeps the buffer alive, know the address; all other code uses spans.
/// </summary>
internal sealed partial class AlignedBuffer
{
    /// <summary>The number of floats in a cache line. Kernels receive addresses at multiples of it.</summary>
    public const int FloatsPerLine = 16;

    private readonly CacheLine[] lines;
    private readonly int lead;

    public unsafe AlignedBuffer(long count)
    {
        // One line more than the floats fill, since an array may begin within a line.
        lines = GC.AllocateArray<CacheLine>(checked((int)((count + FloatsPerLine - 1) / FloatsPerLine) + 1), pinned: true);
        fixed (CacheLine* first = lines) lead = (int)(-(nint)first & (sizeof(CacheLine) - 1)) / sizeof(float);
        Count = count;
    }

    public long Count { get; }

    /// <summary>All floats, if there are at most 2³¹−1. Like every span it keeps the array alive.</summary>
    public Span<float> Span => Slice(0, checked((int)Count));

    private ref float First => ref Unsafe.Add(ref Unsafe.As<CacheLine, float>(ref MemoryMarshal.GetArrayDataReference(lines)), lead);

    /// <summary>Some of the floats.</summary>
    public Span<float> Slice(long start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - count);
        return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref First, (nint)start), count);
    }

    /// <summary>Writes one value to all elements, also if they are more than a span can have.</summary>
    public void Fill(float value)
    {
        const int Part = 1 << 28;
        for (long start = 0; start < Count; start += Part) Slice(start, (int)Math.Min(Part, Count - start)).Fill(value);
    }

    /// <summary>The element type of the array. An array has at most 2³¹−1 elements, and an arena may have more floats.</summary>
    [StructLayout(LayoutKind.Sequential, Size = FloatsPerLine * sizeof(float))]
    private readonly struct CacheLine;
}
