namespace Fovea.Engine.Simd;

/// <summary>One loop of a reduction: the number of steps, and the floats that each step moves in A and in B.</summary>
internal readonly record struct Level(int Count, nint StepA, nint StepB)
{
    /// <summary>A loop of a single step.</summary>
    public static Level Once => new(1, 0, 0);
}

/// <summary>
/// How the reduction of a <see cref="Tile"/> moves through A and B: three nested strided loops. Convolutions, their gradients and matrix products differ
/// only in their walks. Adjacent loops that continue each other are merged, so that the innermost loop is as long as the layout allows.
/// </summary>
internal readonly struct Walk
{
    public readonly Level Inner;
    public readonly Level Middle;
    public readonly Level Outer;

    public Walk(Level inner, Level middle, Level outer)
    {
        (Inner, Middle) = Merge(inner, middle);
        (Middle, Outer) = Merge(Middle, outer);
        (Inner, Middle) = Merge(Inner, Middle);
    }

    /// <summary>A single loop.</summary>
    public Walk(int count, nint stepA, nint stepB)
        : this(new Level(count, stepA, stepB), Level.Once, Level.Once)
    {
    }

    private Walk(Level inner, Level outer) => (Inner, Middle, Outer) = (inner, Level.Once, outer);

    /// <summary>
    /// A single loop in pieces of at most <paramref name="piece"/> steps, each a round of the outer loop. <paramref name="count"/> must be a multiple of
    /// the piece, or smaller.
    /// </summary>
    public static Walk InPieces(int count, int piece, nint stepA, nint stepB)
    {
        var length = Math.Min(count, piece);
        return new Walk(new Level(length, stepA, stepB), new Level(count / length, length * stepA, length * stepB));
    }

    private static (Level Inner, Level Outer) Merge(Level inner, Level outer)
    {
        if (outer.Count == 1) return (inner, Level.Once);
        if (inner.Count == 1) return (outer, Level.Once);
        var continues = outer.StepA == inner.Count * inner.StepA && outer.StepB == inner.Count * inner.StepB;
        return continues ? (inner with { Count = inner.Count * outer.Count }, Level.Once) : (inner, outer);
    }
}
