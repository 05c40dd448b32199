namespace Fovea.Engine.Ops;

/// <summary>
/// Winograd convolution of a batch: each unit convolves a band of output rows for a block of filters. Where a band is cut into several blocks,
/// its image is transformed once, in a phase before, into scratch that they share.
/// </summary>
internal sealed unsafe class WinogradConv2DKernel<TTransform> : Kernel
    where TTransform : struct, IWinogradTransform
{
    private const int UnitTiles = 8;
    private const int UnitChannels = 128;

    private static readonly int Points = (TTransform.Outputs + 2) * (TTransform.Outputs + 2);

    private readonly Window2D window;
    private readonly int channels;
    private readonly int filters;
    private readonly bool hasBias;
    private readonly WinogradConvolution<TTransform> convolution;
    private readonly WinogradUnits units;
    private readonly int bandTiles;

    public WinogradConv2DKernel(int batch, Window2D window, int channels, int filters, bool hasBias, Simd.Epilogue epilogue)
    {
        this.window = window;
        this.channels = channels;
        this.filters = filters;
        this.hasBias = hasBias;
        convolution = new WinogradConvolution<TTransform>(window, channels, filters, epilogue);
        units = WinogradUnits.Create(batch, window, TTransform.Outputs, filters, convolution.PassTiles);
        bandTiles = convolution.Tiles(units.Band(0)).Count;
    }

    public override int Phases => IsShared ? 2 : 1;

    public override int ScratchFloats => IsShared ? units.Bands * (int)BandFloats : 0;

    public override int WorkerScratchFloats => IsShared ? convolution.ScratchFloats : convolution.ConvolveScratchFloats;

    private bool IsShared => units.FilterBlocks > 1;

    private nint BandFloats => Points * convolution.PointStep(bandTiles);

    private int TileBlocks => (bandTiles + UnitTiles - 1) / UnitTiles;

    private int ChannelBlocks => (channels + UnitChannels - 1) / UnitChannels;

    public override int Units(int phase) => phase < Phases - 1 ? units.Bands * TileBlocks * ChannelBlocks : units.Count;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase < Phases - 1)
        {
            Transform(unit, buffers);
            return;
        }

        var number = unit / units.FilterBlocks;
        var band = units.Band(number);
        var first = unit % units.FilterBlocks * units.Filters;
        var end = Math.Min(filters, first + units.Filters);
        var bias = hasBias ? buffers.Input(2) : null;
        var rowStep = (nint)window.OutputWidth * filters;
        var imageStep = window.OutputHeight * rowStep;
        var target = new WinogradTarget(buffers.Output + (band.FirstImage * imageStep) + (band.FirstRow * rowStep), filters, rowStep, imageStep);
        if (!IsShared)
        {
            convolution.Convolve(buffers.Input(0), buffers.Input(1), bias, band, first, end, target, buffers.WorkerScratch);
            return;
        }

        var count = convolution.Tiles(band).Count;
        var piece = convolution.Piece(count);
        for (var tile = 0; tile < count; tile += piece)
        {
            var v = buffers.Scratch + (number * BandFloats) + ((nint)tile * channels);
            convolution.Multiply(
                v, convolution.PointStep(bandTiles), buffers.Input(1), bias, band, tile, Math.Min(piece, count - tile), first, end, target, buffers.WorkerScratch);
        }
    }

    /// <summary>Some tiles and channels of a band into shared scratch.</summary>
    private void Transform(int unit, in KernelBuffers buffers)
    {
        var number = unit / (TileBlocks * ChannelBlocks);
        var tile = unit / ChannelBlocks % TileBlocks * UnitTiles;
        var channel = unit % ChannelBlocks * UnitChannels;
        var band = units.Band(number);
        var tiles = Math.Min(UnitTiles, convolution.Tiles(band).Count - tile);
        var v = buffers.Scratch + (number * BandFloats) + ((nint)tile * channels);
        convolution.Transform(
            buffers.Input(0), band, tile, tiles, channel, Math.Min(channels, channel + UnitChannels), v, convolution.PointStep(bandTiles), buffers.WorkerScratch);
    }
}
