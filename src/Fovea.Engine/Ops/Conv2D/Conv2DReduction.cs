using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The sum of a convolution over (u, v, input channel). A long sum is split into blocks of equal length, so that each block of the kernel stays in L1
/// while it serves all pixels of a unit. Splitting changes no bit, since the sums go through memory unrounded.
/// </summary>
internal readonly struct Conv2DReduction
{
    private const int MaxWalk = 256;

    private readonly Level channels;
    private readonly Level taps;
    private readonly Level tapRows;
    private readonly Walk whole;
    private readonly nint rowStep;
    private readonly nint blockStep;
    private readonly int blocksPerRow;
    private readonly int blocksPerTap;

    /// <param name="window">The window of the convolution.</param>
    /// <param name="inputChannels">Channels of the image.</param>
    /// <param name="rowSize">Floats of an image row, including its padding.</param>
    /// <param name="groups">The number of groups; the sum runs over the channels of one group.</param>
    public Conv2DReduction(Window2D window, int inputChannels, nint rowSize, int groups = 1)
    {
        // Here steps in B are counted in rows of the kernel.
        var summed = inputChannels / groups;
        channels = new Level(summed, 1, 1);
        taps = new Level(window.KernelWidth, window.DilationWidth * inputChannels, summed);
        tapRows = new Level(window.KernelHeight, window.DilationHeight * rowSize, window.KernelWidth * summed);
        whole = new Walk(channels, taps, tapRows);
        Blocks = 1;
        blocksPerRow = 1;
        blocksPerTap = 1;
        rowStep = tapRows.StepA;
        if (tapRows.Count * taps.Count * channels.Count > MaxWalk)
        {
            Blocks = tapRows.Count;
            tapRows = Level.Once;
            if (taps.Count * channels.Count > MaxWalk)
            {
                Blocks *= taps.Count;
                blocksPerRow = taps.Count;
                blockStep = taps.StepA;
                taps = Level.Once;
                blocksPerTap = Pieces(summed);
                Blocks *= blocksPerTap;
                channels = channels with { Count = summed / blocksPerTap };
            }
        }
    }

    /// <summary>The number of blocks.</summary>
    public int Blocks { get; }

    /// <summary>The rows of the kernel in a block.</summary>
    public int Length => channels.Count * taps.Count * tapRows.Count;

    /// <summary>The walk through any block, with rows of the kernel <paramref name="stepB"/> floats apart.</summary>
    public Walk Walk(nint stepB) => new(Scale(channels, stepB), Scale(taps, stepB), Scale(tapRows, stepB));

    /// <summary>The walk through the whole sum.</summary>
    public Walk WholeWalk(nint stepB) => new(Scale(whole.Inner, stepB), Scale(whole.Middle, stepB), Scale(whole.Outer, stepB));

    /// <summary>Where a block begins: an offset in floats into the image, and a row of the kernel.</summary>
    public (nint Image, nint KernelRow) Offset(int block)
    {
        var (tap, piece) = Math.DivRem(block, blocksPerTap);
        return ((tap / blocksPerRow * rowStep) + (tap % blocksPerRow * blockStep) + (piece * channels.Count), (nint)block * Length);
    }

    /// <summary>
    /// The number of equal pieces into which channels are split: the smallest that makes them short enough, or 1 if they became far shorter than that.
    /// </summary>
    private static int Pieces(int channels)
    {
        var pieces = (channels + MaxWalk - 1) / MaxWalk;
        while (channels % pieces != 0) pieces++;
        return channels / pieces >= MaxWalk / 4 ? pieces : 1;
    }

    private static Level Scale(Level level, nint stepB) => level with { StepB = level.StepB * stepB };
}
