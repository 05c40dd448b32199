using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fovea.Engine.Simd;

/// <summary>
/// Software prefetch. While tiles compute on one part of an operand (in L1), each prefetches its share of the next part into L2, a few bytes per
/// step, so that memory and arithmetic overlap.
/// </summary>
/// <remarks>
/// It serves operands that come from memory: kernels, which a run reads once, and the images of a training batch. Without it, ResNet-50 takes a
/// seventh longer per image.
/// </remarks>
internal readonly unsafe struct Prefetch
{
    private readonly byte* start;
    private readonly nint bytesPerTile;

    /// <param name="start">Where the next part begins.</param>
    /// <param name="floats">Its length.</param>
    /// <param name="rows">The rows of all tiles that compute on the current part.</param>
    /// <param name="steps">The steps of each tile's walk.</param>
    public Prefetch(float* start, nint floats, int rows, int steps)
    {
        var tiles = (rows + Tile.MaxRows - 1) / Tile.MaxRows;
        this.start = (byte*)start;
        bytesPerTile = ((sizeof(float) * floats) + tiles - 1) / tiles;
        BytesPerStep = (bytesPerTile + steps - 1) / steps;
    }

    /// <summary>The bytes that each step prefetches; 0 if there is nothing to prefetch.</summary>
    public nint BytesPerStep { get; }

    /// <summary>Where the share of a tile begins.</summary>
    public byte* Start(int tile) => start + (tile * bytesPerTile);
}

/// <summary>Whether a tile prefetches. It is a type, so that a tile without prefetches is compiled without a trace of them.</summary>
internal unsafe interface IPrefetch
{
    /// <summary>Prefetches the cache line of an address; an address outside all memory does no harm.</summary>
    static abstract void Fetch(byte* address);

    /// <summary>The address for the next step.</summary>
    static abstract byte* Next(byte* address, nint bytes);
}

internal readonly unsafe struct Prefetching : IPrefetch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(byte* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);  // .NET has no such instruction for Arm
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Next(byte* address, nint bytes) => address + bytes;
}

internal readonly unsafe struct NoPrefetch : IPrefetch
{
    public static void Fetch(byte* address)
    {
    }

    public static byte* Next(byte* address, nint bytes) => address;
}
