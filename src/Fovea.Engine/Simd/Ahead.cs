using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fovea.Engine.Simd;

/// <summary>
/// What is needed next. The tiles that work on one part of an operand bring the next into the second cache (the first holds the part in work), each
/// its share of it and a few bytes with each step of its walk, so that memory works while they compute. A kernel that is read once in a run comes
/// from memory: without this, ResNet-50 takes a seventh longer for an image. So do the images of a batch in training.
/// </summary>
internal readonly unsafe struct Ahead
{
    private readonly byte* start;
    private readonly nint bytesPerTile;

    /// <param name="start">Where the next part begins.</param>
    /// <param name="floats">Its length.</param>
    /// <param name="rows">The rows that all tiles on the part in work have together.</param>
    /// <param name="steps">The steps of each tile's walk.</param>
    public Ahead(float* start, nint floats, int rows, int steps)
    {
        var tiles = (rows + Tile.MaxRows - 1) / Tile.MaxRows;
        this.start = (byte*)start;
        bytesPerTile = ((sizeof(float) * floats) + tiles - 1) / tiles;
        BytesPerStep = (bytesPerTile + steps - 1) / steps;
    }

    /// <summary>Bytes to go on with each step; 0 where nothing is to be brought.</summary>
    public nint BytesPerStep { get; }

    /// <summary>Where the tile with this number begins.</summary>
    public byte* Start(int tile) => start + (tile * bytesPerTile);
}

/// <summary>Whether a tile looks ahead, as a type, so that one which does not has no trace of it.</summary>
internal unsafe interface IAhead
{
    /// <summary>Asks for the cache line that holds an address; any address will do.</summary>
    static abstract void Fetch(byte* address);

    /// <summary>The address for the next step.</summary>
    static abstract byte* Next(byte* address, nint bytes);
}

internal readonly unsafe struct LooksAhead : IAhead
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(byte* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);  // .NET has no such instruction for Arm
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Next(byte* address, nint bytes) => address + bytes;
}

internal readonly unsafe struct StaysHere : IAhead
{
    public static void Fetch(byte* address)
    {
    }

    public static byte* Next(byte* address, nint bytes) => address;
}
