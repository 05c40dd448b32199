using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Winograd convolution of a batch, in one of three ways, which <see cref="WinogradUnits"/> chooses. (1) A unit convolves a band of output rows for all
/// filters. (2) Phase 0 transforms the image into shared scratch; a unit of phase 1 computes a band for some filters. (3) Phase 0 is the same; a unit of
/// phase 1 multiplies for some filters at some points, and phase 2 transforms the products to outputs.
/// </summary>
internal sealed unsafe class WinogradConv2DKernel<TTransform> : Kernel
    where TTransform : struct, IWinogradTransform
{
    private const int UnitTiles = 4;
    private const int UnitChannels = 64;

    private static readonly int Points = (TTransform.Outputs + 2) * (TTransform.Outputs + 2);

    private readonly Window2D window;
    private readonly int filters;
    private readonly bool hasBias;
    private readonly WinogradConvolution<TTransform> convolution;
    private readonly WinogradUnits units;
    private readonly int bandTiles;
    private readonly Cut tileBlocks;
    private readonly Cut channelBlocks;
    private readonly Cut outputTiles;

    public WinogradConv2DKernel(int batch, Window2D window, int channels, int filters, bool hasBias, Epilogue epilogue)
    {
        this.window = window;
        this.filters = filters;
        this.hasBias = hasBias;
        convolution = new WinogradConvolution<TTransform>(window, channels, filters, epilogue);
        units = WinogradUnits.Create(batch, window, TTransform.Outputs, channels, filters, convolution.PassTiles);
        bandTiles = units.Images.MaxLength * units.TileRows.MaxLength * ((window.OutputWidth + TTransform.Outputs - 1) / TTransform.Outputs);
        tileBlocks = Cut.AtMost(UnitTiles, bandTiles);
        channelBlocks = Cut.AtMost(UnitChannels, channels, Columns.MaxBlock);
        outputTiles = Cut.Into(Granularity.OfFloats(Points * (long)bandTiles * units.Bands * filters) / (units.Bands * units.Filters.Parts), bandTiles);
    }

    public override int Phases => CutsPoints ? 3 : IsShared ? 2 : 1;

    public override int ScratchFloats =>
        (IsShared ? units.Bands * (int)BandFloats : 0) + (CutsPoints ? units.Bands * units.Filters.Parts * (int)PanelFloats : 0);

    public override int WorkerScratchFloats => IsShared ? convolution.ScratchFloats : convolution.ConvolveScratchFloats;

    private bool CutsPoints => units.Points.Parts > 1;

    private bool IsShared => CutsPoints || units.Filters.Parts > 1;

    /// <summary>Floats of a transformed band.</summary>
    private nint BandFloats => Points * convolution.PointStep(bandTiles);

    /// <summary>Floats of the products of a panel of filters at all points.</summary>
    private nint PanelFloats => Points * WinogradConvolution<TTransform>.ProductStep(bandTiles);

    public override int Units(int phase) =>
        IsShared && phase == 0 ? units.Bands * tileBlocks.Parts * channelBlocks.Parts
        : phase == 2 ? units.Bands * units.Filters.Parts * outputTiles.Parts
        : units.Bands * units.Filters.Parts * units.Points.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (!IsShared)
            convolution.Convolve(buffers.Input(0), buffers.Input(1), Bias(buffers), units.Band(unit), 0, filters, Target(unit, buffers), buffers.WorkerScratch);
        else if (phase == 0) Transform(unit, buffers);
        else if (!CutsPoints) Multiply(unit, buffers);
        else if (phase == 1) MultiplyPoints(unit, buffers);
        else Finish(unit, buffers);
    }

    private float* Bias(in KernelBuffers buffers) => hasBias ? buffers.Input(2) : null;

    private WinogradTarget Target(int number, in KernelBuffers buffers)
    {
        var band = units.Band(number);
        var rowStep = (nint)window.OutputWidth * filters;
        var imageStep = window.OutputHeight * rowStep;
        return new WinogradTarget(buffers.Output + (band.FirstImage * imageStep) + (band.FirstRow * rowStep), filters, rowStep, imageStep);
    }

    /// <summary>Transforms some tiles and channels of a band into shared scratch.</summary>
    private void Transform(int unit, in KernelBuffers buffers)
    {
        var (rest, block) = Math.DivRem(unit, channelBlocks.Parts);
        var (number, tileBlock) = Math.DivRem(rest, tileBlocks.Parts);
        var (channel, endChannel) = (channelBlocks.Start(block), channelBlocks.Start(block + 1));
        var band = units.Band(number);
        var tile = tileBlocks.Start(tileBlock);
        var tiles = Math.Min(convolution.Tiles(band).Count, tileBlocks.Start(tileBlock + 1)) - tile;
        var v = buffers.Scratch + (number * BandFloats) + convolution.TileOffset(tile);
        convolution.Transform(buffers.Input(0), band, tile, tiles, channel, endChannel, v, convolution.PointStep(bandTiles), buffers.WorkerScratch);
    }

    /// <summary>Computes a band for some filters.</summary>
    private void Multiply(int unit, in KernelBuffers buffers)
    {
        var (number, block) = Math.DivRem(unit, units.Filters.Parts);
        var band = units.Band(number);
        var count = convolution.Tiles(band).Count;
        var piece = convolution.Piece(count);
        for (var tile = 0; tile < count; tile += piece)
        {
            var v = buffers.Scratch + (number * BandFloats) + convolution.TileOffset(tile);
            convolution.Multiply(
                v, convolution.PointStep(bandTiles), buffers.Input(1), Bias(buffers), band, tile, Math.Min(piece, count - tile),
                units.Filters.Start(block), units.Filters.Start(block + 1), Target(number, buffers), buffers.WorkerScratch);
        }
    }

    /// <summary>Multiplies a band with a panel of filters at some points.</summary>
    private void MultiplyPoints(int unit, in KernelBuffers buffers)
    {
        var (block, points) = Math.DivRem(unit, units.Points.Parts);
        var (number, panel) = Math.DivRem(block, units.Filters.Parts);
        convolution.MultiplyPoints(
            buffers.Scratch + (number * BandFloats), convolution.PointStep(bandTiles), convolution.Tiles(units.Band(number)).Count, buffers.Input(1),
            units.Filters.Start(panel), units.Points.Start(points), units.Points.Start(points + 1), Products(block, buffers),
            WinogradConvolution<TTransform>.ProductStep(bandTiles));
    }

    /// <summary>Transforms products to outputs, for some tiles of a band and a panel of filters.</summary>
    private void Finish(int unit, in KernelBuffers buffers)
    {
        var (block, tiles) = Math.DivRem(unit, outputTiles.Parts);
        var (number, panel) = Math.DivRem(block, units.Filters.Parts);
        var (band, tile) = (units.Band(number), outputTiles.Start(tiles));
        var end = Math.Min(convolution.Tiles(band).Count, outputTiles.Start(tiles + 1));
        convolution.Finish(
            Products(block, buffers) + (tile * WinogradPanels.Width), WinogradConvolution<TTransform>.ProductStep(bandTiles), Bias(buffers), band,
            tile, end - tile, units.Filters.Start(panel), Target(number, buffers), buffers.WorkerScratch);
    }

    /// <summary>The products of a band and a panel, stored after all transformed bands.</summary>
    private float* Products(int block, in KernelBuffers buffers) => buffers.Scratch + (units.Bands * BandFloats) + (block * PanelFloats);
}
