using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The gradient with respect to a 3 × 3 kernel by Winograd tiles: inputs [image, output gradient], output (3, 3, channels, filters). At each of the n² points
/// it is a matrix product M = Vᵀ · E of the image tiles V[tile][channel] and the gradient tiles E[tile][filter], summed over the tiles of the batch.
/// </summary>
/// <remarks>
/// In phase 0 a unit sums a block of channels by a block of filters over one shard of the tiles. Chunk by chunk it transforms tiles into its scratch and adds
/// their products to M; at the end it transforms M to the kernel's gradient. Units of other blocks transform the same tiles again, which costs a few
/// percent. Phase 1, if there are several shards, adds them.
/// </remarks>
internal sealed unsafe class WinogradKernelGradientKernel<TTransform> : Kernel
    where TTransform : struct, IWinogradTransform
{
    private const int TargetUnits = 32;
    private const int MaxChannels = 64;
    private const int MaxFilters = 64;
    private const int MaxTiles = 64;  // in a chunk: for one point, the tiles of both operands and M stay in L1

    private static readonly int Size = TTransform.Outputs + 2;
    private static readonly int Points = Size * Size;
    private static readonly int LaneFloats = WinogradTileReader<WinogradImageStep<TTransform>>.ScratchFloats;

    private readonly int batch;
    private readonly Window2D window;
    private readonly int channels;
    private readonly int filters;
    private readonly int unitChannels;
    private readonly int unitFilters;
    private readonly int tiles;
    private readonly int chunkTiles;
    private readonly ShardedSum sum;

    public WinogradKernelGradientKernel(int batch, Window2D window, int channels, int filters)
    {
        this.batch = batch;
        this.window = window;
        this.channels = channels;
        this.filters = filters;
        unitChannels = Equal(channels, MaxChannels, 16);
        unitFilters = Equal(filters, MaxFilters, Columns.MaxBlock);
        tiles = Tiles.Count;
        chunkTiles = Equal(tiles, MaxTiles, 1);
        var size = 9 * channels * filters;
        var (chunks, shards) = (Cut.Ceiling(tiles, chunkTiles), Math.Min(ShardedSum.MaxShards(size), Cut.Ceiling(TargetUnits, Blocks)));
        sum = new ShardedSum(Cut.Every(Cut.Ceiling(chunks, shards), chunks), size);
    }

    public override int Phases => sum.Phases;

    public override int ScratchFloats => sum.ScratchFloats;

    public override int WorkerScratchFloats => LaneFloats + (Points * (ImageStep + GradientStep + SumStep));

    private int FilterBlocks => Cut.Ceiling(filters, unitFilters);

    private int Blocks => Cut.Ceiling(channels, unitChannels) * FilterBlocks;

    // The distances of points in a unit's V, E and M.
    private int ImageStep => (chunkTiles * unitChannels) + WinogradTiles.StepPadding;

    private int GradientStep => (chunkTiles * unitFilters) + WinogradTiles.StepPadding;

    private int SumStep => (unitChannels * unitFilters) + WinogradTiles.StepPadding;

    private WinogradBand Band => new(0, batch, 0, window.OutputHeight);

    private WinogradTiles Tiles => new(Band, window.OutputWidth, TTransform.Outputs);

    public override int Units(int phase) => phase == 0 ? sum.Count * Blocks : sum.AddUnits;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase == 1)
        {
            sum.Add(unit, buffers.Scratch, buffers.Output);
            return;
        }

        var (shard, block) = Math.DivRem(unit, Blocks);
        var firstChannel = block / FilterBlocks * unitChannels;
        var firstFilter = block % FilterBlocks * unitFilters;
        var blockChannels = Math.Min(unitChannels, channels - firstChannel);
        var blockFilters = Math.Min(unitFilters, filters - firstFilter);
        var image = buffers.WorkerScratch + LaneFloats;
        var gradient = image + (Points * ImageStep);
        var sums = gradient + (Points * GradientStep);
        var start = TileStart.Zero;
        for (var chunk = sum.Start(shard); chunk < sum.Start(shard + 1); chunk++, start = TileStart.Output)
        {
            var first = chunk * chunkTiles;
            var count = Math.Min(chunkTiles, tiles - first);
            TransformImage(buffers.Input(0), first, count, firstChannel, blockChannels, image, buffers.WorkerScratch);
            TransformGradient(buffers.Input(1), first, count, firstFilter, blockFilters, gradient, buffers.WorkerScratch);
            Multiply(image, gradient, sums, count, blockChannels, blockFilters, start);
        }

        var target = sum.Target(shard, buffers) + ((nint)firstChannel * filters) + firstFilter;
        TransformSums(sums, blockChannels, blockFilters, target, buffers.WorkerScratch);
    }

    /// <summary>V[point][tile][channel of the block].</summary>
    private void TransformImage(float* images, int first, int count, int firstChannel, int blockChannels, float* v, float* scratch) =>
        new WinogradTileReader<WinogradImageStep<TTransform>>(window.InputHeight, window.InputWidth, channels, window.PadTop, window.PadLeft).Run(
            images, Band, Tiles, first, count, firstChannel, firstChannel + blockChannels, v - firstChannel, blockChannels, ImageStep, scratch);

    /// <summary>E[point][panel of 32 filters][tile][filter of the panel].</summary>
    private void TransformGradient(float* gradients, int first, int count, int firstFilter, int blockFilters, float* e, float* scratch)
    {
        var reader = new WinogradTileReader<WinogradGradientStep<TTransform>>(window.OutputHeight, window.OutputWidth, filters, 0, 0);
        for (var panel = 0; panel < blockFilters; panel += Columns.MaxBlock)
        {
            var width = Math.Min(Columns.MaxBlock, blockFilters - panel);
            var filter = firstFilter + panel;
            reader.Run(gradients, Band, Tiles, first, count, filter, filter + width, e + (panel * count) - filter, width, GradientStep, scratch);
        }
    }

    /// <summary>M[point][panel of filters][channel][filter of the panel] += Vᵀ · E.</summary>
    private void Multiply(float* v, float* e, float* sums, int count, int blockChannels, int blockFilters, TileStart start)
    {
        for (var point = 0; point < Points; point++, v += ImageStep, e += GradientStep, sums += SumStep)
        {
            for (var panel = 0; panel < blockFilters; panel += Columns.MaxBlock)
            {
                var pass = new ProductPass
                {
                    V = v,
                    E = e + (panel * count),
                    Sums = sums + (panel * blockChannels),
                    Tiles = count,
                    Channels = blockChannels,
                    Filters = Math.Min(Columns.MaxBlock, blockFilters - panel),
                    Start = start,
                };
                Columns.Sweep(0, pass.Filters, ref pass);
            }
        }
    }

    /// <summary>Transforms M to the gradients of the block's kernel values.</summary>
    private void TransformSums(float* sums, int blockChannels, int blockFilters, float* target, float* scratch)
    {
        for (var panel = 0; panel < blockFilters; panel += Columns.MaxBlock)
        {
            var pass = new SumPass
            {
                Sums = sums + (panel * blockChannels),
                Target = target + panel,
                Scratch = scratch,
                PointStep = SumStep,
                TapStep = (nint)channels * filters,
                TargetStep = filters,
                Channels = blockChannels,
                Filters = Math.Min(Columns.MaxBlock, blockFilters - panel),
            };
            Columns.Sweep(0, pass.Filters, ref pass);
        }
    }

    /// <summary>The size of equal blocks: at most about <paramref name="most"/>, a multiple of <paramref name="unit"/>.</summary>
    private static int Equal(int count, int most, int unit) => Cut.Ceiling(Cut.Ceiling(count, Cut.Ceiling(count, most)), unit) * unit;

    /// <summary>The products at one point: a block of filters for all channels; the walk goes down the tiles.</summary>
    private struct ProductPass : IColumnPass
    {
        public float* V;
        public float* E;
        public float* Sums;
        public int Tiles;
        public int Channels;
        public int Filters;
        public TileStart Start;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            TileRows rows = default;
            var pieces = WinogradSums.Of<TTransform>(Tiles);
            var start = Start;
            for (int tile = 0, length; tile < Tiles; tile += length, start = TileStart.Output)
            {
                length = pieces.Next(Tiles - tile);
                var walk = Walk.InPieces(length, pieces.Piece, Channels, Filters);
                var frame = new TileFrame(walk, E + (tile * Filters), start, null, Epilogue.None, inPieces: true);
                float* v = V + (tile * Channels), sums = Sums;
                for (int left = Channels, count; left > 0; left -= count)
                {
                    count = Tile.Next(left);
                    for (var r = 0; r < count; r++, v++, sums += Filters) rows.Set(r, v, sums);
                    Tile.Run<TVector, TSimd, TVectors>(count, rows, frame, column);
                }
            }
        }
    }

    /// <summary>Transforms M to taps for a block of filters.</summary>
    private struct SumPass : IColumnPass
    {
        public float* Sums;
        public float* Target;
        public float* Scratch;
        public nint PointStep;
        public nint TapStep;
        public nint TargetStep;
        public int Channels;
        public int Filters;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            for (var vector = 0; vector < TVectors.Value; vector++, column += TSimd.Count)
            {
                float* sums = Sums + column, target = Target + column;
                for (var channel = 0; channel < Channels; channel++, sums += Filters, target += TargetStep)
                    WinogradSquare<WinogradKernelGradientStep<TTransform>>.Run<TVector, TSimd>(sums, Size * PointStep, PointStep, target, TapStep, Scratch);
            }
        }
    }
}
