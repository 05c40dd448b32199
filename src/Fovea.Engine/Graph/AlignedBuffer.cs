using System.Runtime.InteropServices;

namespace Fovea.Engine;

/// <summary>Floats that start on a cache line (64 bytes) and never move: a pinned managed array, so nobody disposes it.</summary>
internal sealed class AlignedBuffer
{
    private readonly CacheLine[] lines;

    public unsafe AlignedBuffer(long count)
    {
        // One line more than the floats fill, since arrays begin anywhere within one.
        lines = GC.AllocateArray<CacheLine>(checked((int)((count + CacheLine.Floats - 1) / CacheLine.Floats) + 1), pinned: true);
        fixed (CacheLine* first = lines) Pointer = (float*)(((nint)first + sizeof(CacheLine) - 1) / sizeof(CacheLine) * sizeof(CacheLine));
        Count = count;
    }

    public long Count { get; }

    public unsafe float* Pointer { get; }

    /// <summary>The floats, at most 2³¹−1 of them; like every span it keeps the array alive.</summary>
    public unsafe Span<float> Span => new(Pointer, checked((int)Count));

    /// <summary>The elements of the array: arrays have at most 2³¹−1, and an arena may have more floats.</summary>
    [StructLayout(LayoutKind.Sequential, Size = Floats * sizeof(float))]
    private readonly struct CacheLine
    {
        public const int Floats = 16;
    }
}
