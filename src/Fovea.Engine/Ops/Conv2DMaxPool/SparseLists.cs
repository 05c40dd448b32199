namespace Fovea.Engine.Ops;

/// <summary>Lists of nonzero gradients; each list has a target to which its sums are added.</summary>
/// <remarks>An entry is a value and an offset: that of the terms by which the value is multiplied.</remarks>
internal readonly unsafe struct SparseLists
{
    /// <summary>The entries that are written at once. Up to as many may be written after the last entry of a list.</summary>
    public const int Block = 16;

    public readonly int* Starts;
    public readonly int* Counts;

    /// <summary>The offset of each list's sums, in floats.</summary>
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

    /// <summary>The scratch for some lists with some entries in total.</summary>
    public static int ScratchFloats(int lists, int entries) => PartOp.After(3 * lists) + (2 * Room(entries));

    private static int Room(int entries) => PartOp.After(entries + Block);
}

/// <summary>The addresses of the operands of a gradient under max-pooling.</summary>
internal readonly unsafe struct PooledOperands(float* pooled, float* argMax, float* gradient)
{
    public readonly float* Pooled = pooled;
    public readonly float* ArgMax = argMax;
    public readonly float* Gradient = gradient;

    public PooledOperands At(nint offset) => new(Pooled + offset, ArgMax + offset, Gradient + offset);
}

/// <summary>The windows of the convolution under some windows of the pooling, as offsets.</summary>
internal readonly unsafe struct PooledWindows(int* taps, int* starts, int count)
{
    /// <summary>For each tap of the pooling, the offset of the convolution's window there from the one at the first tap.</summary>
    public readonly int* Taps = taps;

    /// <summary>For each window of the pooling, the offset of the convolution's window at its first tap.</summary>
    public readonly int* Starts = starts;

    /// <summary>The number of windows of the pooling.</summary>
    public readonly int Count = count;

    /// <summary>The first <paramref name="some"/> windows.</summary>
    public PooledWindows Take(int some) => new(Taps, Starts, some);
}
