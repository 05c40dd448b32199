namespace Fovea.Engine.Ops;

/// <summary>Lists of gradients that are not zero, each with the place its sums belong to.</summary>
/// <remarks>Entry i of a list, i from its start on, is a value and an offset: where the terms lie that the value multiplies.</remarks>
internal readonly unsafe struct SparseLists
{
    /// <summary>How many entries are written at once; as many are written behind the last of a list.</summary>
    public const int Block = 16;

    public readonly int* Starts;
    public readonly int* Counts;

    /// <summary>Where each list's sums lie, in floats.</summary>
    public readonly int* Targets;

    public readonly int* Offsets;
    public readonly float* Values;

    public SparseLists(float* scratch, int lists, int entries)
    {
        Starts = (int*)scratch;
        Counts = Starts + lists;
        Targets = Counts + lists;
        Offsets = Starts + PartOp.After(3 * lists);
        Values = scratch + PartOp.After(3 * lists) + Room(entries);
    }

    /// <summary>Floats of scratch for so many lists with so many entries altogether.</summary>
    public static int ScratchFloats(int lists, int entries) => PartOp.After(3 * lists) + (2 * Room(entries));

    private static int Room(int entries) => PartOp.After(entries + Block);
}

/// <summary>Where the operands of a gradient under max-pooling lie.</summary>
internal readonly unsafe struct PooledOperands(float* pooled, float* places, float* gradient)
{
    public readonly float* Pooled = pooled;
    public readonly float* Places = places;
    public readonly float* Gradient = gradient;

    public PooledOperands At(nint offset) => new(Pooled + offset, Places + offset, Gradient + offset);
}

/// <summary>Where the convolution's windows lie that some windows of the pooling stand on.</summary>
internal readonly unsafe struct WindowPlaces(int* taps, int* windows, int count)
{
    /// <summary>The convolution's window of each of a pooled window's pixels, from that of the first.</summary>
    public readonly int* Taps = taps;

    /// <summary>The convolution's window of each pooled window's first pixel.</summary>
    public readonly int* Windows = windows;

    public readonly int Count = count;

    /// <summary>The first of them.</summary>
    public WindowPlaces First(int some) => new(Taps, Windows, some);
}
