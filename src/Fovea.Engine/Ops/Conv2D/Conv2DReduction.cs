using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The sum of a convolution over (u, v, input channel), cut into blocks of equal walks where it is long: each block of the kernel then
/// serves all pixels of a unit before the next is touched. A cut changes no bit: the sums pass through memory as they are.
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
    /// <param name="rowSize">Floats of a row of the image as it is read, its border included.</param>
    /// <param name="groups">How many groups there are; the sum is over the channels of one.</param>
    public Conv2DReduction(Window2D window, int inputChannels, nint rowSize, int groups = 1)
    {
        // Steps in B are counted in rows of the kernel here.
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

    /// <summary>How many blocks there are.</summary>
    public int Blocks { get; }

    /// <summary>Rows of the kernel in a block.</summary>
    public int Length => channels.Count * taps.Count * tapRows.Count;

    /// <summary>The walk through any block, where the rows of the kernel lie <paramref name="stepB"/> floats apart.</summary>
    public Walk Walk(nint stepB) => new(Scale(channels, stepB), Scale(taps, stepB), Scale(tapRows, stepB));

    /// <summary>The walk through the whole sum.</summary>
    public Walk WholeWalk(nint stepB) => new(Scale(whole.Inner, stepB), Scale(whole.Middle, stepB), Scale(whole.Outer, stepB));

    /// <summary>Where a block begins: floats into the image, rows into the kernel.</summary>
    public (nint Image, nint KernelRow) Offset(int block)
    {
        var (tap, piece) = Math.DivRem(block, blocksPerTap);
        return ((tap / blocksPerRow * rowStep) + (tap % blocksPerRow * blockStep) + (piece * channels.Count), (nint)block * Length);
    }

    /// <summary>In how many equal pieces to cut channels: the fewest that are short enough; one where they would be far shorter.</summary>
    private static int Pieces(int channels)
    {
        var pieces = (channels + MaxWalk - 1) / MaxWalk;
        while (channels % pieces != 0) pieces++;
        return channels / pieces >= MaxWalk / 4 ? pieces : 1;
    }

    private static Level Scale(Level level, nint stepB) => level with { StepB = level.StepB * stepB };
}
