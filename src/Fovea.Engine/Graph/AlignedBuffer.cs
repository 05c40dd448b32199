namespace Fovea.Engine;

/// <summary>Floats that start on a cache line (64 bytes) and never move: a pinned managed array, so nobody disposes it.</summary>
internal sealed class AlignedBuffer
{
    private const int Alignment = 64;
    private readonly float[] array;
    private readonly int start;

    public unsafe AlignedBuffer(int count)
    {
        array = GC.AllocateArray<float>(checked(count + (Alignment / sizeof(float))), pinned: true);
        fixed (float* first = array)
        {
            start = (int)(((Alignment - ((nint)first % Alignment)) % Alignment) / sizeof(float));
            Pointer = first + start;
        }

        Count = count;
    }

    public int Count { get; }

    public unsafe float* Pointer { get; }

    public Span<float> Span => array.AsSpan(start, Count);
}
